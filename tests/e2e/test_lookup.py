"""Bulk look-ups, the snapshot for sensors, and the check without an account.

Proves W17-08 (what is gathered can be asked) and A13-12 (shared, within what each may see).
"""

import hashlib
import json
import os
import pathlib
import unittest

import hub as h

PUBLIC = "published-evil.example"
AMBER = "amber-evil.example"
LIFTED = "lifted-evil.example"


class Lookup(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.hub = h.Hub(more=["--match-delay", "50", "--public-checks", "100000"]).start()
        cls.addClassCleanup(cls.hub.end)
        cls.hub.add_cast()
        feed = os.path.join(cls.hub.folder, "feed.txt")
        with open(feed, "w", encoding="utf-8") as f:
            f.writelines(f"bulk{i}.example\n" for i in range(3000))
        cls.hub.cli("wang", "import", feed, "--source", "partner-a")
        cls.number, cls.task = cls.hub.block(PUBLIC, "same-case.example", tlp="clear")
        cls.amber, _ = cls.hub.block(AMBER)
        lifted, task = cls.hub.block(LIFTED, tlp="clear")
        cls.hub.acknowledge(task)
        cls.hub.dispose(task)
        cls.hub.uphold_appeal(task)
        cls.case_only = cls.hub.submit(["case-only.example"])["number"]
        h.wait_for(lambda: cls.hub["wang"].get(f"/api/v1/lookup?value={PUBLIC}")["blocked"]
                   and not cls.hub["wang"].get(f"/api/v1/lookup?value={LIFTED}")["blocked"],
                   what="the list")
        cls.settle()

    @classmethod
    def settle(cls):
        """Waits until the snapshot has taken in all that is in the journal now."""

        def caught_up():
            answer = cls.hub["zhao"].call("GET", "/api/v1/match")
            if answer.status != 200:
                return False
            probes = [PUBLIC, LIFTED, AMBER, "case-only.example"] + [f"none{i}.example" for i in range(200)]
            seen = cls.hub["zhao"].post("/api/v1/lookup", {"values": probes})
            check = [cls.check(v) for v in (PUBLIC, LIFTED)]
            return (seen["items"][3]["cases"] and seen["items"][0]["blocked"]
                    and check == ["blocked", None])

        h.wait_for(caught_up, 20, "the snapshot to catch up")

    @classmethod
    def check(cls, value, digits=4):
        hashed = hashlib.sha256(value.encode()).hexdigest()
        answer = cls.hub.api().get(f"/api/v1/public/check?prefix={hashed[:digits]}")
        for match in answer["matches"]:
            if match["hash"] == hashed:
                return match["verdict"]
        return None

    def bulk(self, login, values):
        filler = [f"stranger{i}.example" for i in range(200)]
        answer = self.hub[login].post("/api/v1/lookup", {"values": values + filler})
        self.assertEqual(answer["as_of"]["from"], "snapshot")
        return answer["items"][:len(values)]

    def test_what_by_whom_and_where_in_the_loop(self):
        known, blocked = self.bulk("zhao", ["BULK7[.]example", PUBLIC])
        self.assertTrue(known["known"])
        self.assertEqual([s["source"] for s in known["sources"]], ["partner-a"])
        self.assertFalse(known["blocked"])
        case, = blocked["cases"]
        self.assertEqual(case["number"], self.number)
        self.assertEqual([(t["state"], t["measure"], t["addressee"]) for t in case["tasks"]],
                         [("notified", "block", "op-a")])
        self.assertEqual([(e["addressee"], e["case"]) for e in blocked["listed"]], [("op-a", self.number)])

    def test_the_filter_changes_nothing_but_the_cost(self):
        values = [PUBLIC, AMBER, LIFTED, "case-only.example", "bulk3.example", "stranger.example",
                  "no indicator"]
        for login in ("zhao", "sun", "sunb", "wang", "gao"):
            fresh = self.hub[login].post("/api/v1/lookup", {"values": values})
            self.assertEqual(fresh["as_of"]["from"], "database")
            filtered = self.bulk(login, values)
            self.assertEqual(fresh["items"], filtered, login)
            for one, value in zip(filtered[:-1], values):
                alone = self.hub[login].get(f"/api/v1/lookup?value={value}")
                self.assertEqual({k: v for k, v in one.items() if k != "query"},
                                 {k: v for k, v in alone.items() if k != "query"}, login)

    def test_each_sees_what_is_for_him(self):
        other, = self.bulk("sunb", [PUBLIC])
        self.assertEqual((other["blocked"], other["cases"], other["listed"]), (True, [], []))
        public, = self.bulk("gao", ["bulk7.example"])
        self.assertEqual((public["known"], public["sources"]), (True, []))
        hidden, = self.bulk("sunb", ["case-only.example"])
        self.assertEqual((hidden["known"], hidden["cases"]), (False, []))

    def test_below_is_said_and_not_widened(self):
        one, = self.bulk("wang", ["www." + PUBLIC])
        self.assertEqual((one["known"], one["blocked"]), (False, False))
        self.assertEqual((one["below"]["kind"], one["below"]["state"]), ("domain", "listed"))

    def test_lines_in_documents_out(self):
        text = "\n".join([f"bulk{i}.example" for i in range(1500)] + ["stranger.example", "no indicator"])
        done = self.hub.run("lookup", "-", "--json", login="zhao", stdin=text)
        self.assertEqual(done.returncode, 2, "one line is no indicator")
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(lines), 1502)
        self.assertEqual(sum(one.get("known", False) for one in lines), 1500)
        self.assertIn("error", lines[-1])
        self.assertTrue(all(one["as_of"]["version"] > 0 for one in lines))
        words = self.hub.run("lookup", PUBLIC, login="zhao")
        self.assertIn("listed for op-a", words.stdout)

    def test_too_many_values_are_refused(self):
        answer = self.hub["zhao"].refused("POST", "/api/v1/lookup", {"values": ["a.example"] * 10001})
        self.assertEqual(answer.status, 413)

    # -- the snapshot

    def test_whole_range_and_condition(self):
        sun = self.hub["sun"]
        whole = sun.ask("GET", "/api/v1/match/snapshot")
        tag = whole.headers["etag"]
        state = sun.get("/api/v1/match")
        self.assertEqual(tag, f'"{state["sha256"]}"')
        self.assertEqual(len(whole.body), state["bytes"])
        path = f"/api/v1/match/snapshot?version={state['version']}"
        part = sun.ask("GET", path, headers={"Range": "bytes=100-199"})
        self.assertEqual((part.status, part.body), (206, whole.body[100:200]))
        self.assertEqual(part.headers["content-range"], f"bytes 100-199/{state['bytes']}")
        tail = sun.ask("GET", path, headers={"Range": f"bytes={state['bytes'] - 5}-"})
        self.assertEqual(tail.body, whole.body[-5:])
        beyond = sun.call("GET", path, headers={"Range": f"bytes={state['bytes']}-"})
        self.assertEqual(beyond.status, 416)
        self.assertEqual(sun.call("GET", path, headers={"If-None-Match": tag}).status, 304)
        other = sun.ask("GET", path, headers={"Range": "bytes=0-9", "If-Range": '"another"'})
        self.assertEqual(other.status, 200)
        self.assertEqual(sun.refused("GET", "/api/v1/match/snapshot?version=999999").status, 404)

    def test_not_for_the_public(self):
        self.assertEqual(self.hub["gao"].refused("GET", "/api/v1/match/snapshot").status, 403)
        self.assertEqual(self.hub.api().refused("GET", "/api/v1/match/snapshot").status, 401)

    def test_fetch_whole_then_delta_then_nothing(self):
        out = pathlib.Path(self.hub.folder) / "fetched.tsnap"
        first = self.hub.cli("sun", "match", "fetch", str(out))
        self.assertEqual(first["way"], "whole")
        info = self.hub.cli("sun", "match", "info", str(out), "--verify")
        self.assertEqual(info["sha256"], first["sha256"])
        self.assertEqual(self.hub.cli("sun", "match", "fetch", str(out))["way"], "current")
        self.hub.submit(["one-more.example"])
        feed = os.path.join(self.hub.folder, "more.txt")
        with open(feed, "w", encoding="utf-8") as f:
            f.write("one-more-line.example\n")
        self.hub.cli("wang", "import", feed, "--source", "partner-b")

        def later():
            asked = self.hub.run("match", "query", str(out), "one-more-line.example")
            if asked.returncode == 0:
                return way
            done = self.hub.cli("sun", "match", "fetch", str(out))
            way.append(done["way"])
            return None

        way = []
        h.wait_for(later, 20, "the new line in the fetched snapshot")
        self.assertIn("delta", way)
        self.assertNotIn("whole", way)
        answers = self.hub.run("match", "query", str(out), "case-only.example")
        self.assertNotEqual(answers.returncode, 0, "what is only in a case is in no snapshot")

    def test_a_lost_folder_is_made_again(self):
        hub = h.Hub(more=["--match-delay", "50"]).start()
        self.addCleanup(hub.end)
        hub.add_cast()
        folder = pathlib.Path(hub.data) / "match"
        h.wait_for(lambda: hub["sun"].call("GET", "/api/v1/match").status == 200, 20, "the snapshot")
        hub.stop()
        for file in folder.iterdir():
            file.write_bytes(b"damaged")
        hub.start()
        h.wait_for(lambda: hub["sun"].call("GET", "/api/v1/match").status == 200, 20, "the snapshot")
        self.assertIn("tocsin_match_build_seconds_count", hub.api().ask("GET", "/metrics").text)

    # -- the check without an account

    def test_nothing_that_is_not_public_leaks(self):
        self.assertEqual(self.check(PUBLIC), "blocked")
        self.assertEqual(self.check(PUBLIC, 5), "blocked")
        for secret in (AMBER, LIFTED, "case-only.example", "bulk7.example"):
            for digits in (4, 5):
                self.assertIsNone(self.check(secret, digits), secret)
        answer = self.hub.api().get(
            "/api/v1/public/check?prefix=" + hashlib.sha256(PUBLIC.encode()).hexdigest()[:4])
        self.assertEqual(set(answer), {"version", "at", "matches"})
        self.assertEqual(set(answer["matches"][0]), {"hash", "verdict"})
        for bad in ("", "abc", "abcdef", "zzzz"):
            self.assertEqual(self.hub.api().refused("GET", f"/api/v1/public/check?prefix={bad}").status, 400)

    def test_the_command_tells_no_value_and_no_account(self):
        done = self.hub.run("check", "https://www." + PUBLIC + "/x?y=1", AMBER, "--json", login="gao",
                            stdin="")
        self.assertEqual(done.returncode, 1, done.stderr)
        first, second = json.loads(done.stdout)["items"]
        self.assertEqual((first["verdict"], first["matched"]), ("blocked", PUBLIC))
        self.assertEqual(second["verdict"], "none")
        self.assertEqual(self.hub.run("check", "stranger.example").returncode, 0)

    def test_an_address_that_asks_too_often_waits(self):
        hub = h.Hub(more=["--match-delay", "50", "--public-checks", "5"]).start()
        self.addCleanup(hub.end)
        statuses = [hub.api().call("GET", "/api/v1/public/check?prefix=0000").status for _ in range(20)]
        self.assertIn(429, statuses)
        self.assertNotIn(429, statuses[:5])


if __name__ == "__main__":
    unittest.main()
