"""A probe that proves nothing is never a block: neither a failed nor a faked one.

Proves: W17-25 (verification), W17-24 (a failed one is notified again with a new limit).
"""

import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import hub as h  # noqa: E402


class ProbeHonesty(unittest.TestCase):
    """One resolver port, behind which a different resolver stands in each test."""

    @classmethod
    def setUpClass(cls):
        h.program("unbound")
        hub = cls.hub = h.Hub()
        cls.addClassCleanup(hub.end)
        hub.start().add_cast()
        cls.upstream = hub.add_internet()
        cls.nothing = hub.add_internet(zone='  local-zone: "." always_nxdomain\n')
        cls.dns = h.free_port()
        hub["sun"].post("/api/v1/points", {"code": "res", "organization": "op-a",
                                           "kind": "dns-rpz", "address": "127.0.0.1",
                                           "port": cls.dns})
        cls.counter = 0

    def fed_back(self):
        """A task whose addressee says that it is done; (task, name)."""
        type(self).counter += 1
        name = f"honest-{self.counter}.example"
        _, task = self.hub.block(name)
        self.hub.acknowledge(task)
        self.hub.dispose(task)
        return task, name

    def resolver(self, change=None, upstream=None, alive="control.tocsin.example"):
        folder = os.path.join(self.hub.folder, f"res{self.counter}")
        child = self.hub.start_unbound("res", self.dns, upstream or self.upstream, folder,
                                       change=change)
        self.addCleanup(child.stop)
        h.wait_for(lambda: h.answer_of(self.dns, alive) != "silent", 10,
                   f"unbound; see {folder}/log")
        return child

    def check_proves_nothing(self, task, words):
        done = self.hub.run("verify", task, "--json", login="zhou")
        self.assertEqual(done.returncode, 5, done.stdout)
        error = json.loads(done.stderr)["error"]
        self.assertIn(words, error["message"])
        self.assertEqual(error["rule"], "W17-25")
        answer = self.hub["zhou"].refused("POST", f"/api/v1/tasks/{task}/probe", {})
        self.assertEqual((answer.status, answer.headers["content-type"]),
                         (503, "application/problem+json"))
        now = self.hub["zhou"].get(f"/api/v1/tasks/{task}")
        self.assertEqual(now["state"], "fed-back")
        self.assertFalse(now.get("verifications"))

    def test_resolver_stopped(self):
        task, _ = self.fed_back()
        self.check_proves_nothing(task, "control")

    def test_resolver_without_the_policy_zone(self):
        task, name = self.fed_back()
        self.resolver(change=lambda text: text[: text.index("rpz:\n")])
        self.assertEqual(h.answer_of(self.dns, name), "resolves")
        self.check_proves_nothing(task, "canary")

    def test_resolver_that_answers_nxdomain_to_everything(self):
        task, name = self.fed_back()
        self.resolver(upstream=self.nothing,
                      change=lambda text: text[: text.index("rpz:\n")])
        self.assertEqual(h.answer_of(self.dns, name), "blocked")
        self.check_proves_nothing(task, "control")

    def test_policy_zone_loaded_but_upstream_gone(self):
        task, name = self.fed_back()
        self.resolver(upstream=h.free_port(), change=lambda text: text,
                      alive="canary.tocsin.example")
        h.wait_for(lambda: h.answer_of(self.dns, name) == "blocked", 10)
        self.check_proves_nothing(task, "control")

    def test_name_gone_from_the_real_dns_is_no_block(self):
        """The resolver applies an old copy of the list, and upstream the name does not exist."""
        task, name = self.fed_back()
        upstream = self.hub.add_internet(zone=(
            '  local-zone: "tocsin.example" redirect\n  local-data: "tocsin.example. 5 A 192.0.2.6"\n'
            '  local-zone: "example" static\n'
            '  local-data: "example. 60 SOA ns.example. admin.example. 1 60 60 60 60"\n'))
        self.resolver(upstream=upstream, change=self.frozen())
        self.assertEqual(h.answer_of(self.dns, name), "blocked")
        done = self.hub["zhou"].post(f"/api/v1/tasks/{task}/probe")
        self.assertEqual(done["state"], "verify-failed")

    def frozen(self, *names):
        """Policy zone from a file that knows only the canary and these names."""
        path = os.path.join(self.hub.folder, f"frozen{self.counter}.zone")
        with open(path, "w") as f:
            f.write("$ORIGIN hot.op-a.tocsin.\n$TTL 30\n@ SOA localhost. . 1 60 10 3600 30\n"
                    "@ NS localhost.\n")
            for name in ("canary.tocsin.example", *names):
                f.write(f"{name} CNAME .\n")

        def change(text):
            return text[: text.index("rpz:\n")] + f'rpz:\n    name: "hot.op-a.tocsin."\n    zonefile: "{path}"\n'

        return change

    def test_block_not_loaded_fails_and_is_notified_again(self):
        task, name = self.fed_back()
        stale = self.resolver(change=self.frozen())
        self.assertEqual(h.answer_of(self.dns, "canary.tocsin.example"), "blocked")
        self.assertEqual(h.answer_of(self.dns, name), "resolves")
        failed = self.hub.cli("zhou", "verify", task)
        self.assertEqual(failed["state"], "verify-failed")
        record = failed["verifications"][-1]
        self.assertEqual(record["verdict"], "failed")
        evidence = self.hub["zhou"].get("/api/v1/evidence/" + record["evidence"][0])
        self.assertEqual(evidence["kind"], "probe")
        self.assertEqual(json.loads(evidence["content"])["verdict"], "not-blocked")

        again = self.hub.cli("zhao", "notify", task, "--limit", "2h")
        self.assertEqual((again["state"], again["limit"]), ("notified", "2h"))
        self.assertEqual(len(again["notices"]), 2)
        notice = self.hub["sun"].get("/api/v1/notices/" + again["notices"][1])
        self.assertEqual(notice["kind"], "renewed")
        running = [c for c in again["clocks"] if c["clock"] == "dispose" and not c.get("met_at")]
        self.assertEqual(len(running), 1)

        stale.stop()
        self.whole_resolver()
        self.hub.acknowledge(task)
        self.hub.dispose(task, what="really loaded")
        h.wait_for(lambda: h.answer_of(self.dns, name) == "blocked", 10)
        self.assertEqual(self.hub.cli("zhou", "verify", task)["state"], "verified")

    def test_lift_that_was_loaded_for_one_name_only(self):
        self.counter += 1
        gone, also = (f"{w}.lift-{self.counter}.example" for w in ("gone", "also"))
        hub = self.hub
        _, task = hub.block(gone, also)
        hub.uphold_appeal(task)
        hub.dispose(task, what="let go")
        half = self.resolver(change=self.frozen(also))
        self.assertEqual(h.answer_of(self.dns, gone), "resolves")
        self.assertEqual(h.answer_of(self.dns, also), "blocked")
        failed = hub["zhou"].post(f"/api/v1/tasks/{task}/probe")
        self.assertEqual(failed["state"], "lift-ordered")
        self.assertIn("still blocked", failed["verifications"][-1]["detail"])
        half.stop()
        hub.dispose(task, what="really let go")
        self.whole_resolver()
        self.assertEqual(hub["zhou"].post(f"/api/v1/tasks/{task}/probe")["state"],
                         "lift-verified")

    def test_appeal_upheld_in_part(self):
        self.counter += 1
        kept, gone = (f"{w}.part-{self.counter}.example" for w in ("kept", "gone"))
        hub = self.hub
        _, task = hub.block(kept, gone)
        self.whole_resolver()
        h.wait_for(lambda: h.answer_of(self.dns, gone) == "blocked", 10)
        hub.uphold_appeal(task, "partly-upheld", [gone])
        h.wait_for(lambda: h.answer_of(self.dns, gone) == "resolves", 10)
        self.assertEqual(h.answer_of(self.dns, kept), "blocked")
        hub.dispose(task)
        self.assertEqual(hub["zhou"].post(f"/api/v1/tasks/{task}/probe")["state"], "verified")

    def test_lift_of_a_name_that_another_case_still_blocks(self):
        self.counter += 1
        mine, both = (f"{w}.two-{self.counter}.example" for w in ("mine", "both"))
        hub = self.hub
        _, first = hub.block(mine, both)
        _, second = hub.block(both, "other-" + both, title="another case")
        self.whole_resolver()
        h.wait_for(lambda: h.answer_of(self.dns, "other-" + both) == "blocked", 10)
        hub.uphold_appeal(first)
        h.wait_for(lambda: h.answer_of(self.dns, mine) == "resolves", 10)
        self.assertEqual(h.answer_of(self.dns, both), "blocked")
        hub.dispose(first, what="let go")
        self.assertEqual(hub["zhou"].post(f"/api/v1/tasks/{first}/probe")["state"],
                         "lift-verified")
        hub.uphold_appeal(second)
        h.wait_for(lambda: h.answer_of(self.dns, both) == "resolves", 10)

    def whole_resolver(self):
        """A resolver as it should be."""
        folder = os.path.join(self.hub.folder, f"whole{self.counter}")
        self.addCleanup(self.hub.start_unbound("res", self.dns, self.upstream, folder).stop)

    def test_a_probe_does_not_speak_for_what_it_cannot_see(self):
        """A resolver carries the name and not the page: the page waits for a document."""
        type(self).counter += 1
        name = f"honest-{self.counter}.example"
        _, task = self.hub.block(name, f"http://page.{name}/login")
        self.hub.acknowledge(task)
        self.hub.dispose(task)
        self.resolver()
        h.wait_for(lambda: h.answer_of(self.dns, name) == "blocked", 10, "the block")
        probed = self.hub["zhou"].post(f"/api/v1/tasks/{task}/probe", {})
        self.assertEqual(probed["state"], "verifying")
        self.assertEqual(probed["verifications"][-1]["verdict"], "verified")
        shown = self.hub.run("show", probed["number"], login="zhou")
        self.assertIn(f"tocsin verify-document {probed['number']}", shown.stdout)
        duty = [d for d in self.hub["zhou"].get("/api/v1/duties")["items"]
                if d["number"] == probed["number"]]
        self.assertEqual({s.get("by") for s in duty[0]["next"]}, {"document"})
        done = self.hub.run("verify-document", probed["number"], "--method", "gateway",
                            "--evidence-text", "the gateway's log", "--json", login="zhou")
        self.assertEqual(json.loads(done.stdout)["state"], "verified", done.stderr)

    def test_many_names_in_one_task_are_all_asked(self):
        """More names than one probe holds: none of them is left unasked."""
        names = [f"n{i}.many-names.example" for i in range(50)]
        self.counter += 1
        number, task = self.hub.block(*names)
        self.hub.acknowledge(task)
        self.hub.dispose(task)
        self.whole_resolver()
        h.wait_for(lambda: h.answer_of(self.dns, names[-1]) == "blocked", 10)
        done = self.hub["zhou"].post(f"/api/v1/tasks/{task}/probe")
        self.assertEqual(done["state"], "verified")
        asked = set()
        for entry in self.hub["zhou"].get(f"/api/v1/threats/{number}/journal")["items"]:
            if entry["action"] != "evidence.kept":
                continue
            piece = self.hub["zhou"].get("/api/v1/evidence/" + entry["subject"])
            if piece["kind"] == "probe":
                transcript = json.loads(piece["content"])["transcript"]
                asked |= {q["name"].rstrip(".") for q in transcript}
        self.assertLessEqual(set(names), asked)


if __name__ == "__main__":
    unittest.main()
