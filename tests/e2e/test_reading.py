"""What a person looks up in what the hub holds: entries of warning lists, and acts in the journal.

Proves: W17-14 (what the guard would stop, and why), T05-22 (who did what, found again).
"""

import json
import os
import unittest

import hub as h

MANY = 500_000  # some 11 MB of entries: more than one look reads


class Reading(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        hub = cls.hub = h.Hub()
        cls.addClassCleanup(hub.end)
        folder = os.path.join(hub.data, "guard")
        os.makedirs(os.path.join(folder, "many"))
        cls.write(os.path.join(folder, "many", "list.json"), {
            "name": "Half a million", "type": "string", "matching_attributes": ["domain"],
            "list": [f"n{i:06d}.many.example" for i in range(MANY)] + ["Last.Many.EXAMPLE"]})
        cls.write(os.path.join(folder, "nets.json"), {
            "name": "Nets", "type": "cidr", "list": ["1.2.3.0/24", "junk", "2001:db8:1::/48"]})
        cls.write(os.path.join(folder, "public-resolvers.json"), {
            "name": "Ours", "type": "cidr", "list": ["5.6.7.8"]})
        hub.start().add_cast()

    @staticmethod
    def write(path, document):
        with open(path, "w", encoding="utf-8") as out:
            json.dump(document, out)

    # -- warning lists

    def test_the_lists_in_effect(self):
        lists = {one["id"]: one for one in self.hub["sun"].get("/api/v1/warning-lists")["items"]}
        self.assertEqual(lists["many"]["entries"], MANY + 1)
        self.assertEqual(lists["many"]["kinds"], ["endpoint", "domain", "wildcard-domain"])
        self.assertEqual((lists["nets"]["type"], lists["nets"]["entries"], lists["nets"]["skipped"]),
                         ("cidr", 2, 1))
        self.assertNotIn("kinds", lists["nets"], "it speaks of all")
        self.assertEqual(lists["public-resolvers-2"]["name"]["en"], "Ours", "an id names one list")
        self.assertIn("解析服务", lists["public-resolvers"]["name"]["zh"])

    def test_a_list_is_read_page_by_page_to_its_end(self):
        sun = self.hub["sun"]
        page = sun.get("/api/v1/warning-lists/many?limit=2")
        self.assertEqual([e["entry"] for e in page["items"]],
                         ["n000000.many.example", "n000001.many.example"])
        again = sun.get(f"/api/v1/warning-lists/many?limit=2&after={page['next']}")
        self.assertEqual([e["number"] for e in again["items"]], [3, 4])
        end = sun.get(f"/api/v1/warning-lists/many?after={MANY - 1}")
        self.assertEqual([e["entry"] for e in end["items"]],
                         [f"n{MANY - 1:06d}.many.example", "Last.Many.EXAMPLE"])
        self.assertNotIn("next", end)
        self.assertEqual(sun.get("/api/v1/warning-lists/many?after=99999999")["items"], [])

    def test_a_search_is_bounded_and_says_where_to_go_on(self):
        found, looks, after = [], 0, ""
        while True:
            page = self.hub["sun"].get(f"/api/v1/warning-lists/many?q=LAST.many&after={after}")
            found += [e["entry"] for e in page["items"]]
            looks += 1
            after = page.get("next")
            if not after:
                break
        self.assertEqual(found, ["Last.Many.EXAMPLE"])
        self.assertEqual(looks, 2)
        told = self.hub.cli("sun", "guard", "show", "many", "--find", "last.many")
        self.assertEqual([e["number"] for e in told["items"]], [MANY + 1])
        shown = self.hub.run("guard", "show", "nets", login="sun").stdout
        self.assertIn("2001:db8:1::/48", shown)
        self.assertIn("nets", self.hub.run("guard", "list", "--lang", "zh", login="sun").stdout)

    def test_which_list_stops_a_value_and_by_which_entry(self):
        told = self.hub.cli("sun", "guard", "check", "1.2.3[.]4")
        self.assertEqual([(s["list"], s["entry"]) for s in told["stops"]], [("nets", "1.2.3.0/24")])
        shown = self.hub.run("guard", "check", "n000007.many.example", login="sun").stdout
        self.assertIn("many", shown)
        self.assertIn("Half a million", shown)
        free = self.hub.run("guard", "check", "evil.example", login="sun").stdout
        self.assertIn("no list stops evil[.]example", free)

    def test_slips_are_named(self):
        sun = self.hub["sun"]
        self.assertEqual(sun.refused("GET", "/api/v1/warning-lists/nowhere").json["field"], "id")
        slip = sun.refused("GET", "/api/v1/warning-lists/nets?after=x")
        self.assertEqual((slip.status, slip.json["field"]), (400, "after"))
        self.assertEqual(self.hub.api("").call("GET", "/api/v1/warning-lists/nets").status, 401)

    # -- the journal

    def entries(self, query):
        return self.hub["shen"].get("/api/v1/journal?limit=1000&" + query)["items"]

    def test_the_journal_of_a_subject_by_what_people_call_it(self):
        number, task = self.hub.block("subject.example")
        # The publisher of the list writes a moment after the notice.
        h.wait_for(lambda: any(e["action"] == "list.new"
                               for e in self.entries(f"subject={number}")), 15, "the list's entry")
        of_case = self.entries(f"subject={number}")
        whole = self.hub["zhao"].get(f"/api/v1/threats/{number}/journal")["items"]
        self.assertEqual(of_case, whole)
        of_task = self.entries(f"subject={number}-1")
        self.assertTrue(of_task)
        self.assertLess(len(of_task), len(of_case))
        self.assertEqual({e["subject"] for e in of_task}, {of_task[0]["subject"]})
        self.assertEqual(self.entries("subject=" + of_task[0]["subject"]), of_task)
        person = self.entries("subject=zhao")
        self.assertIn("user", {e["action"].split(".")[0] for e in person})
        self.assertEqual(self.entries("subject=T-1999-000001"), [])

    def test_actions_and_both_ways(self):
        self.hub.block("acts.example")
        acts = [e["action"] for e in self.entries("action=task.")]
        self.assertTrue(acts and all(a.startswith("task.") for a in acts))
        rest = self.entries("without=task.")
        self.assertFalse([e for e in rest if e["action"].startswith("task.")])
        everything = self.entries("")
        self.assertEqual([e["seq"] for e in everything], list(range(1, len(everything) + 1)))
        down, after = [], ""
        while True:
            page = self.hub["shen"].get(f"/api/v1/journal?sort=-seq&limit=7&after={after}")
            down += [e["seq"] for e in page["items"]]
            after = page.get("next")
            if not after:
                break
        self.assertEqual(down[-len(everything):], [e["seq"] for e in reversed(everything)])
        wrong = self.hub["shen"].refused("GET", "/api/v1/journal?after=-5")
        self.assertEqual(wrong.json["field"], "after")

    def test_the_command_that_searches(self):
        number = self.hub.block("told.example")[0]
        told = self.hub.cli("shen", "journal", "list", "--subject", number, "--action", "threat.")
        times = [e["seq"] for e in told["items"]]
        self.assertEqual(times, sorted(times, reverse=True))
        self.assertTrue(all(e["action"].startswith("threat.") for e in told["items"]))
        refused = self.hub.run("journal", "list", "--subject", number, login="sun")
        self.assertEqual(refused.returncode, 4)


if __name__ == "__main__":
    unittest.main()
