"""BIND with a TSIG key, configured by `tocsin point config --resolver bind`.

Proves: W17-15, W17-24, W17-25, W17-27; the zones go to nobody without the key.
"""

import os
import re
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import hub as h  # noqa: E402


class Bind(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        named, cls.dig = h.program("named"), h.program("dig")
        h.program("unbound")
        hub = cls.hub = h.Hub()
        cls.addClassCleanup(hub.end)
        hub.start().add_cast()
        upstream = hub.add_internet()
        cls.dns = h.free_port()
        shown = hub["sun"].post("/api/v1/points", {
            "code": "bind-1", "organization": "op-a", "kind": "dns-rpz", "address": "127.0.0.1",
            "port": cls.dns, "tsig": True})
        assert shown["tsig_secret"] == "***", shown
        folder = os.path.join(hub.folder, "named")
        os.makedirs(folder)
        cls.text = hub.configuration("bind-1", resolver="bind", directory=folder,
                                     forwarder=f"127.0.0.1:{upstream}")
        path = os.path.join(folder, "named.conf")
        with open(path, "w") as f:
            f.write(cls.text)
        cls.named = h.Child([named, "-g", "-c", path], os.path.join(folder, "log"))
        hub.children.append(cls.named)
        h.wait_for(lambda: h.answer_of(cls.dns, "control.tocsin.example") == "resolves"
                   and h.answer_of(cls.dns, "canary.tocsin.example") == "blocked",
                   20, f"named to apply the policy zone; see {folder}/log")

    def ask_primary(self, *words, key=None):
        command = [self.dig, "@127.0.0.1", "-p", str(self.hub.dns_port), "+tries=1", "+time=3"]
        if key:
            command += ["-y", key]
        return subprocess.run(command + list(words), capture_output=True, text=True,
                              timeout=20).stdout

    def test_block_and_lift(self):
        hub, name = self.hub, "blocked-by-bind.example"
        number = hub.submit([name, "11.22.33.99"])["number"]
        hub.determine(number)
        self.assertEqual(h.answer_of(self.dns, name), "resolves")
        start = time.monotonic()
        task = hub.approve(number)["tasks"][0]
        h.wait_for(lambda: h.answer_of(self.dns, name) == "blocked", 8, "named to refuse")
        self.assertLess(time.monotonic() - start, 5 * h.SLOWER)
        hub.acknowledge(task)
        hub.dispose(task)
        verified = hub["zhou"].post(f"/api/v1/tasks/{task}/probe")
        self.assertEqual(verified["state"], "verified")

        def in_step():
            p = hub["sun"].get("/api/v1/points")["items"][0]
            return p["behind"] == 0 and p["entries"] == 2 and p["zones"]

        zones = h.wait_for(in_step, 10, "named to acknowledge")
        hot = next(z for z in zones if z["zone"].startswith("hot."))
        self.assertGreater(hot["transfers"], 1)
        self.assertTrue(hot["acknowledged"])

        hub.uphold_appeal(task)
        h.wait_for(lambda: h.answer_of(self.dns, name) == "resolves", 8, "named to answer again")
        hub.dispose(task, what="let go")
        self.assertEqual(hub["zhou"].post(f"/api/v1/tasks/{task}/probe")["state"],
                         "lift-verified")

    def test_nothing_without_the_key(self):
        name, secret = re.search(r'key "([^"]+)" \{ algorithm hmac-sha256; secret "([^"]+)"',
                                 self.text).groups()
        for zone in ("hot.op-a.tocsin", "base.op-a.tocsin"):
            bare = self.ask_primary(zone, "AXFR")
            self.assertNotIn("SOA", bare)
            self.assertIn("Transfer failed", bare)
            self.assertNotIn("SOA\t", self.ask_primary(zone, "IXFR=1", "+tcp"))
            wrong = self.ask_primary(zone, "AXFR", key=f"hmac-sha256:{name}:" + "A" * 43 + "=")
            self.assertNotIn("canary", wrong)
            good = self.ask_primary(zone, "AXFR", key=f"hmac-sha256:{name}:{secret}")
            self.assertIn("SOA", good)
        full = self.ask_primary("hot.op-a.tocsin", "AXFR", key=f"hmac-sha256:{name}:{secret}")
        self.assertIn("canary.tocsin.example.hot.op-a.tocsin.", full)
        self.assertIn("hmac-sha256", full)

    def test_incremental_transfer(self):
        name, secret = re.search(r'key "([^"]+)" \{ algorithm hmac-sha256; secret "([^"]+)"',
                                 self.text).groups()
        key = f"hmac-sha256:{name}:{secret}"
        zone = "hot.op-a.tocsin"
        serial = int(self.ask_primary(zone, "SOA", "+short", key=key).split()[2])
        self.hub.block("second-by-bind.example")
        h.wait_for(lambda: h.answer_of(self.dns, "second-by-bind.example") == "blocked", 8)
        step = self.ask_primary(zone, f"IXFR={serial}", "+tcp", key=key)
        self.assertIn("second-by-bind.example." + zone, step)
        self.assertNotIn("canary", step, "a full transfer where a step was asked for")

    def test_secret_is_shown_to_its_owner_only(self):
        for login in ("sunb", "wang", "zhao", "shen", "admin", "gao"):
            answer = self.hub[login].call(
                "GET", "/api/v1/points/bind-1/configuration?resolver=bind")
            self.assertEqual(answer.status, 404, (login, answer.body))
        shown = [e for e in self.hub["shen"].get("/api/v1/journal?limit=1000")["items"]
                 if e["action"] == "point.configuration-shown"]
        self.assertTrue(shown)


if __name__ == "__main__":
    unittest.main()
