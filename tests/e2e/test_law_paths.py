"""Phone first, side notices, overdue and breach: short runs through the interface.

Proves: W17-22, W17-18, W17-24, W17-29; the rules themselves are proved beside the desk.
"""

import datetime
import json
import os
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import hub as h  # noqa: E402

PROOF = [{"title": "log", "content": "seen"}]


class LawPaths(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        hub = cls.hub = h.Hub()
        cls.addClassCleanup(hub.end)
        hub.start().add_cast()

    def clock(self, task, name):
        found = [c for c in task["clocks"] if c["clock"] == name]
        self.assertEqual(len(found), 1, (name, task["clocks"]))
        return found[0]

    def test_phone_first(self):
        hub, name = self.hub, "phone-first.example"
        number = hub.submit([name])["number"]
        hub.determine(number)
        task = hub.approve(number, notify=False)["tasks"][0]
        refused = hub["zhao"].refused("POST", f"/api/v1/tasks/{task}/phone",
                                      {"callee": "Sun", "number": "010-1234"})
        self.assertEqual(refused.json["rule"], "W17-22")
        called = hub.cli("zhao", "phone", task, "--callee", "Sun", "--number", "010-1234",
                         "--content", "block it now", "--reason", "spreads fast")
        self.assertEqual(called["state"], "phone-notified")
        due = self.clock(called, "dispose")["due"]
        self.assertFalse(self.clock(called, "written_followup").get("met_at"))
        # The list acts on the call; the paper follows.
        h.wait_for(lambda: name in hub["sun"].ask("GET", "/api/v1/list.txt").text, 5, "the list")
        duties = hub["zhao"].get("/api/v1/duties")["items"]
        mine = next(d for d in duties if d["number"] == called["number"])
        self.assertEqual(mine["state"], "phone-notified")
        self.assertIn("notified", [step["to"] for step in mine["next"]])
        longer = hub["zhao"].refused("POST", f"/api/v1/tasks/{task}/notice", {"limit": "72h"})
        self.assertEqual(longer.json["rule"], "W17-22")
        written = hub.cli("zhao", "notify", task)
        self.assertEqual(written["state"], "notified")
        self.assertTrue(self.clock(written, "written_followup")["met_at"])
        self.assertEqual(self.clock(written, "dispose")["due"], due, "the limit runs since the call")
        notice = hub["sun"].get("/api/v1/notices/" + written["notices"][0])
        self.assertEqual(notice["kind"], "written-follow-up")
        self.assertEqual(json.loads(notice["document"])["phone_call"]["callee"], "Sun")

    def test_side_notices(self):
        hub = self.hub
        hub["admin"].post("/api/v1/organizations", {
            "code": "ministry", "type": "network-unit", "title": {"en": "superior"}})
        for code, more in (("bureau", {"superior": "ministry"}), ("orphan", {})):
            hub["admin"].post("/api/v1/organizations", {
                "code": code, "type": "network-unit", "title": {"en": code}, "provinces": ["51"],
                "is_party_gov": True, **more})
        hub.add_person("minister", "ministry", ["executor"])
        hub.add_person("censor", "cac", ["executor"])

        def prepare(owner):
            number = hub.submit([], title="hole at " + owner, subtype="code-flaw",
                                **{"class": "hidden-danger"}, owner=owner,
                                target_is_party_gov=True)["number"]
            hub.determine(number, [{"measure": "rectify", "addressee": owner, "limit": "7d"}])
            return number

        refused = hub["zhao"].refused("POST", f"/api/v1/threats/{prepare('orphan')}/review",
                                      {"reason": "agreed", "notify": True})
        self.assertEqual(refused.json["rule"], "W17-18")
        task = hub["zhao"].get("/api/v1/tasks/" + hub.approve(prepare("bureau"))["tasks"][0])
        self.assertEqual(len(task["side_notices"]), 2)
        for login, kind in (("minister", "superior"), ("censor", "cyberspace")):
            got = hub[login].get("/api/v1/notices")["items"]
            self.assertEqual([n["kind"] for n in got], [kind])
            self.assertEqual(got[0]["task"], task["id"])
            hub[login].post(f"/api/v1/notices/{got[0]['id']}/receipt")
        self.assertEqual(hub["sun"].call("GET", "/api/v1/notices/" + task["side_notices"][0]).status,
                         404)

    def test_a_calendar_year_is_taken_in_while_the_hub_runs(self):
        hub = self.hub
        year = 2090  # far from every other deadline of this suite
        path = os.path.join(hub.folder, "year.json")
        with open(path, "w", encoding="utf-8") as out:
            json.dump({"kind": "calendar-year", "year": year, "papers": [],
                       "source": {"zh": "示例", "en": "example"},
                       "holidays": [{"name": {"zh": "元旦", "en": "New Year"},
                                     "off": [f"{year}-01-02/{year}-01-03"], "work": []}]}, out)
        clock = f"/api/v1/law/clocks/appeal_file?from={year}-01-01"
        before = hub["zhao"].get(clock)
        self.assertTrue(before["provisional"])
        refused = hub["zhao"].refused("POST", "/api/v1/law/files", {"content": "{}"})
        self.assertIn(refused.status, (403, 400))
        with open(path, encoding="utf-8") as f:
            content = f.read()
        seen = hub["admin"].post("/api/v1/law/files/preview", {"content": content})
        self.assertEqual((seen["id"], seen["kind"], seen["effect"]),
                         (f"calendar-{year}", "calendar-year", "new"))
        self.assertEqual(hub["zhao"].get("/api/v1/law/files")["items"], [], "nothing is taken in")
        broken = hub["admin"].refused("POST", "/api/v1/law/files/preview",
                                      {"content": content.replace(f"{year}-01-02/", "no-day/")})
        self.assertIn(f"calendar-{year}", broken.json["field"])
        taken = hub.cli("admin", "law", "import", path)
        self.assertEqual(taken["id"], f"calendar-{year}")
        after = hub["zhao"].get(clock)
        self.assertFalse(after["provisional"])
        self.assertGreater(after["due"], before["due"], "two days off more")
        names = [f["id"] for f in hub["zhao"].get("/api/v1/law/files")["items"]]
        self.assertEqual(names, [f"calendar-{year}"])

    def test_overdue_breach_and_sanction(self):
        hub = self.hub
        number = hub.submit(["overdue.example"])["number"]
        soon = datetime.datetime.fromtimestamp(time.time() + 2, datetime.timezone.utc).isoformat()
        hub.determine(number, [{"measure": "block", "addressee": "op-a", "limit": soon}])
        task = hub.approve(number)["tasks"][0]
        path = f"/api/v1/tasks/{task}"
        h.wait_for(lambda: hub["zhao"].get(path)["overdue"], 12, "the alarm", every=0.1)
        marks = [e for e in hub["zhao"].get(f"/api/v1/threats/{number}/journal")["items"]
                 if e["action"] == "task.overdue"]
        self.assertEqual(len(marks), 1)
        mine = next(d for d in hub["sun"].get("/api/v1/duties")["items"]
                    if d["number"] == number + "-1")
        self.assertLess(mine["left_ms"], 0)
        self.assertEqual(hub.cli("zhao", "breach", task, "--reason", "nothing done")["state"],
                         "breach")
        wrong = hub["zhao"].refused("POST", path + "/sanction", {
            "kind": "warning", "law_article": "1"})
        self.assertEqual(wrong.json["rule"], "W17-29")
        hub.cli("zhao", "sanction", task, "--kind", "fine", "--fine-fen", "1000000",
                "--law-article", "60", "--reason", "late")
        done = hub.dispose(task)
        self.assertEqual(done["state"], "fed-back")
        self.assertFalse(done["feedback"][0]["on_time"])


if __name__ == "__main__":
    unittest.main()
