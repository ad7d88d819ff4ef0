"""What is over for long is taken out of a running hub, and the journal says on which article.

Proves: T05-21, M11-35 (records are kept for the law's longest floor, then purged as an act), W17-10
(only an administrator purges).
"""

import datetime
import os
import sqlite3
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import hub as h  # noqa: E402

LONG_AGO = 1_500_000_000_000_000  # microseconds; the floor of six months is long over


class Retention(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        hub = cls.hub = h.Hub()
        cls.addClassCleanup(hub.end)
        hub.start().add_cast()
        with open(os.path.join(hub.folder, "feed.txt"), "w", encoding="utf-8") as out:
            out.write("".join(f"host{i}.feed.example\n" for i in range(1500)))
        hub.cli("wang", "import", "feed.txt", "--source", "partner")
        cls.case = hub.submit(["host7.feed.example"])["number"]

    def known(self, name):
        return self.hub["zhao"].get(f"/api/v1/lookup?value={name}")["known"]

    def search(self, query):
        return self.hub["zhao"].get(f"/api/v1/search?in=indicators&q={h.percent(query)}")["items"]

    def settled(self):
        index = self.hub["zhao"].get("/api/v1/search?limit=1")["index"]
        return index["journal"] == index["indexed"] and index["indicators_behind"] == 0

    def test_what_is_over_goes_and_what_a_case_names_stays(self):
        hub = self.hub
        h.wait_for(self.settled, 20, "the index")
        self.assertEqual(len(self.search("indicator:host9.feed.example")), 1)
        shown = hub.cli("admin", "retention", "show")
        self.assertEqual(shown["limits"]["basis"]["article"], "23(3)")
        self.assertEqual(shown["limits"]["basis"]["requirement"], "T05-21")
        self.assertGreaterEqual(shown["known_indicators"], 1500)
        nothing = hub.cli("admin", "retention", "run", "--dry-run")
        self.assertEqual(nothing["indicators"], 0, "all of it is young")
        hub["zhao"].refused("POST", "/api/v1/retention/run", {"dry_run": True})

        # Time passes: the rows become old while the hub is down.
        hub.stop()
        with sqlite3.connect(os.path.join(hub.data, "tocsin.db")) as db:
            db.execute("update sighting set written_at = ?, valid_until = ?", (LONG_AGO, LONG_AGO))
        db.close()
        hub.start()
        h.wait_for(lambda: hub.cli("admin", "retention", "show")["sweep"].get("finished"), 30,
                   "the hub's own sweep")
        self.assertFalse(self.known("host9.feed.example"))
        self.assertTrue(self.known("host7.feed.example"), self.case)
        swept = hub.cli("admin", "retention", "show")
        self.assertEqual(swept["sweep"]["indicators"], 1499)
        self.assertEqual(swept["sweep"]["held"], 1)
        self.assertEqual(swept["known_indicators"], 1)
        again = hub.cli("admin", "retention", "run")
        self.assertEqual((again["indicators"], again["held"], again["end"]), (0, 1, True))

        h.wait_for(self.settled, 20, "the index")
        h.wait_for(lambda: not self.search("indicator:host9.feed.example"), 20,
                   "search to forget it")
        self.assertEqual(len(self.search("indicator:host7.feed.example")), 1)
        metrics = hub["zhao"].ask("GET", "/metrics").text
        self.assertIn("tocsin_purged_indicators", metrics)
        self.assertEqual(hub["zhao"].get("/health")["purge"]["running"], False)
        verified = hub.run("journal", "verify", login="shen")
        self.assertEqual(verified.returncode, 0, verified.stderr)

    def test_keeping_less_than_a_day_or_more_than_ten_years_is_refused(self):
        for option in ("--keep-indicators", "--keep-deliveries"):
            for days in ("0", "-1", "3661", "99999999999999999999", "a-year", "1.5", ""):
                with self.subTest(option, days=days):
                    done = self.hub.run("hub", "--data", self.hub.data, "--port", "0",
                                        "--dns-port", "0", option, days)
                    self.assertEqual(done.returncode, 2, done.stderr)
                    self.assertIn(option, done.stderr)
            zh = self.hub.run("hub", "--data", self.hub.data, option, "0", "--lang", "zh")
            self.assertIn("须不小于 1 且不超过十年", zh.stderr)


class KeptLonger(unittest.TestCase):
    """`--keep-indicators` and `--keep-deliveries` lengthen the law's floor, never shorten it."""

    def limits(self, *more):
        """What is said to be kept since when, in days before today."""
        hub = self.hub
        hub.stop()
        hub.more = list(more)
        hub.start()
        h.wait_for(lambda: hub.cli("admin", "retention", "show")["sweep"].get("finished"), 30,
                   "the hub's own sweep")
        shown = hub.cli("admin", "retention", "show")["limits"]
        now = datetime.datetime.now(datetime.timezone.utc)
        days = lambda name: round((now - datetime.datetime.fromisoformat(shown[name]))
                                  / datetime.timedelta(days=1))
        return days("law"), days("indicators"), days("deliveries")

    def test_what_the_hub_was_told_to_keep_stays(self):
        hub = self.hub = h.Hub()
        self.addCleanup(hub.end)
        hub.start().add_cast()
        with open(os.path.join(hub.folder, "feed.txt"), "w", encoding="utf-8") as out:
            out.write("old.example\nolder.example\n")
        hub.cli("wang", "import", "feed.txt", "--source", "partner")
        hub.stop()
        day = 86_400_000_000
        now = int(time.time() * 1_000_000)
        with sqlite3.connect(hub.database) as db:
            for name, ago in (("old.example", 400), ("older.example", 900)):
                changed = db.execute(
                    "update sighting set written_at = ?1, valid_until = ?1 where indicator = "
                    "(select id from indicator where value = ?2)", (now - ago * day, name))
                self.assertEqual(changed.rowcount, 1)
        db.close()
        known = lambda: [hub["zhao"].get(f"/api/v1/lookup?value={name}")["known"]
                         for name in ("old.example", "older.example")]
        law, indicators, deliveries = self.limits("--keep-indicators", "1000")
        self.assertEqual((indicators, deliveries), (1000, law))
        self.assertEqual(known(), [True, True])
        law, indicators, deliveries = self.limits("--keep-indicators", "500",
                                                  "--keep-deliveries", "600")
        self.assertEqual((indicators, deliveries), (500, 600))
        self.assertEqual(known(), [True, False], "kept for 500 days, gone after 900")
        law, *own = self.limits("--keep-indicators", "1", "--keep-deliveries", "1")
        self.assertEqual(own, [law, law], "the law's floor is the least")
        self.assertGreaterEqual(law, 180)
        self.assertEqual(known(), [False, False])


if __name__ == "__main__":
    unittest.main(verbosity=2)
