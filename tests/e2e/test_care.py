"""What the hub does not take at its word: repeated requests, bare submissions, stale sources, its own
names.

Proves: W17-07 (contents of a submission), W17-08 (a source's flags), W17-09 (requests done once).
"""

import os
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import hub as h  # noqa: E402


class Care(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        hub = cls.hub = h.Hub()
        cls.addClassCleanup(hub.end)
        hub.start().add_cast()

    def refusal(self, answer, status):
        self.assertEqual(answer.status, status, answer.body)
        self.assertTrue(answer.json["detail_zh"])
        return answer.json

    def test_registry_requests_are_done_once(self):
        admin, wang = self.hub["admin"], self.hub["wang"]
        unit = {"code": "once-co", "type": "tca", "title": {"en": "Once"}, "provinces": ["62"]}
        first = admin.post("/api/v1/organizations", unit, "unit-1")
        self.assertEqual(admin.post("/api/v1/organizations", unit, "unit-1")["id"], first["id"])
        person = {"login": "once", "organization": "once-co", "name": "One"}
        made = admin.post("/api/v1/users", person, "person-1")
        self.assertEqual(admin.post("/api/v1/users", person, "person-1"), made)
        other = admin.call("POST", "/api/v1/users", {**person, "name": "Another"},
                           headers={"Idempotency-Key": "person-1"})
        self.assertEqual(self.refusal(other, 409)["field"], "Idempotency-Key")
        token = wang.post("/api/v1/tokens", {"label": "once"}, "token-1")
        again = wang.post("/api/v1/tokens", {"label": "once"}, "token-1")
        self.assertTrue(token["secret"])
        self.assertEqual(again["id"], token["id"])
        self.assertNotIn("secret", again)
        self.assertIn("shown once", again["note"]["en"])

    def test_a_submission_has_substance(self):
        body = {"title": "bare", "subtype": "malicious-domain", "indicators": ["bare.example"]}
        wang = self.hub["wang"]
        told = self.refusal(wang.call("POST", "/api/v1/threats", body), 400)
        self.assertEqual((told["field"], told["rule"]), ("evidence", "W17-07"))
        told = self.refusal(wang.call("POST", "/api/v1/threats",
                                      {**body, "reason": "seen", "provinces": ["99"]}), 400)
        self.assertEqual(told["field"], "provinces")
        wang.post("/api/v1/threats", {**body, "reason": "three customers reported it"})

    def test_the_canary_is_never_listed(self):
        number = self.hub.submit(["canary.tocsin.example"])["number"]
        self.hub.determine(number)
        for login in ("zhao", "qian"):
            told = self.hub[login].refused("POST", f"/api/v1/threats/{number}/override", {
                "indicator": "canary.tocsin.example", "list": "reserved", "reason": "x"})
            self.assertEqual(told.json["rule"], "guard")
        told = self.hub["zhao"].refused("POST", f"/api/v1/threats/{number}/review",
                                        {"reason": "agreed", "notify": True})
        self.assertEqual(told.json["rule"], "guard")

    def test_a_stale_source_is_flagged_to_who_imports_it(self):
        day = time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime(time.time() - 9 * 86400))
        name = os.path.join(self.hub.folder, "stale.txt")
        with open(name, "w", encoding="utf-8") as out:
            out.write(f"# Last modified: {day}\nstale-feed.example\n")
        shown = self.hub.run("import", name, "--source", "stale", login="wang")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn("stale-feed: the source dates itself", shown.stdout)
        known = self.hub["wang"].get("/api/v1/lookup?value=stale-feed.example")
        self.assertTrue(known["known"], "taken in all the same")
        finished = [e for e in self.hub["shen"].get("/api/v1/journal?limit=1000")["items"]
                    if e["action"] == "import.finished"]
        self.assertTrue(finished[-1]["data"]["warnings"][0].startswith("stale-feed"))


if __name__ == "__main__":
    unittest.main()
