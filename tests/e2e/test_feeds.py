"""Real feeds into one hub, and the false positives they bring stopped by real warning lists.

Needs TOCSIN_SHARED (skipped without it). Indicators are strings: nothing is resolved or contacted.
Proves: W17-08 (every line is accounted for) and the guard before W17-14.
"""

import hashlib
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import hub as h  # noqa: E402

FALSE_POSITIVES = ("jsdelivr.net", "creativecommons.org", "w3.org", "cookielaw.org")


class Feeds(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.data = os.path.join(h.shared(), "data")
        lists = os.path.join(cls.data, "misp", "warninglists")
        hub = cls.hub = h.Hub(guard=lists, log_level="warn")
        cls.addClassCleanup(hub.end)
        hub.start().add_cast()

    def test_every_line_of_every_feed(self):
        with open(os.path.join(self.data, "feeds", "expected-feeds.json")) as f:
            expected = json.load(f)["files"]
        self.assertGreater(len(expected), 1000)
        api = self.hub["wang"]
        different = {}
        lines = 0
        for name, want in sorted(expected.items()):
            with open(os.path.join(self.data, name), "rb") as f:
                content = f.read()
            digest = hashlib.sha256(content).hexdigest()
            # One source a file, so that the count of one says nothing of another.
            record = api.ask("POST", f"/api/v1/imports?source={h.percent(name)}"
                             f"&file={h.percent(os.path.basename(name))}&sha256={digest}",
                             content).json
            self.assertEqual(record["state"], "done", name)
            self.assertEqual(record.get("imported", 0) + record.get("merged", 0)
                             + record.get("refused", 0), record["lines"], name)
            # The oracle knows no CSV: there a header line counts as a data line.
            header = 1 if record["format"] == "csv" else 0
            lines += record["lines"]
            if record["lines"] + header != want["data_lines"]:
                different[name] = (record["format"], record["lines"], want["data_lines"])
        self.assertEqual(different, {})
        self.assertGreater(lines, 400_000)
        first = sorted(expected)[0]
        with open(os.path.join(self.data, first), "rb") as f:
            content = f.read()
        before = api.get("/health")["journal"]
        api.ask("POST", f"/api/v1/imports?source={h.percent(first)}"
                f"&file={h.percent(os.path.basename(first))}"
                f"&sha256={hashlib.sha256(content).hexdigest()}", content)
        self.assertEqual(api.get("/health")["journal"], before, "importing again changed something")

    def test_false_positives_are_stopped(self):
        for name in FALSE_POSITIVES:
            with self.subTest(name):
                number = self.hub.submit([name])["number"]
                found = self.hub.determine(number)
                self.assertTrue(found.get("stops"), name)
                refused = self.hub["zhao"].refused(
                    "POST", f"/api/v1/threats/{number}/review", {"reason": "agreed"})
                self.assertEqual(refused.status, 422)
                told = refused.json
                self.assertEqual(told["rule"], "guard")
                self.assertIn(name, told["detail"])
                self.assertTrue(any(s["list"] in told["detail"] for s in found["stops"]), told)
                self.assertEqual(self.hub["zhao"].get("/api/v1/threats/" + number)["state"],
                                 "identified")

    def test_an_override_needs_two_persons(self):
        number = self.hub.submit(["bad.w3.org"])["number"]
        stops = self.hub.determine(number).get("stops", [])
        self.assertTrue(stops)
        for person, status in (("zhao", 200), ("zhao", 422), ("qian", 200)):
            for stop in stops:
                answer = self.hub[person].call("POST", f"/api/v1/threats/{number}/override", {
                    "indicator": stop["indicator"], "list": stop["list"], "reason": "certain"})
                self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(self.hub.approve(number)["state"], "approved")


if __name__ == "__main__":
    unittest.main()
