"""Where somebody new can stumble: a date that would cost an appeal, names everybody needs, words that
no state has, certificates to trust, the folder that another hub holds.

Proves: W17-01 (classes of an import), W17-07 (provinces), W17-10 (the last administrator), W17-26 (the date
of an appeal).
"""

import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import hub as h  # noqa: E402


class FirstSteps(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        hub = cls.hub = h.Hub()
        cls.addClassCleanup(hub.end)
        folder = os.path.join(hub.data, "guard")
        os.makedirs(folder)
        with open(os.path.join(folder, "protected.txt"), "w", encoding="utf-8") as f:
            f.write("bank.example\n")
        hub.start().add_cast()

    def file(self, name, text):
        path = os.path.join(self.hub.folder, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def ordered(self, name):
        """Number of a case whose block of op-a was ordered."""
        number = self.hub.submit([name])["number"]
        self.hub.determine(number)
        self.hub["zhao"].post(f"/api/v1/threats/{number}/review",
                              {"reason": "agreed", "notify": True})
        return number

    def test_the_guard_beside_the_data_is_active_and_said(self):
        log = self.hub.child.text()
        self.assertRegex(log, r"guard\.loaded .*protected=1 .*from=\S*data/guard")
        for value, name in (("8.8.8.8", "public-resolvers"), ("bank.example", "protected")):
            number = self.hub.submit([value], subtype="malicious-ip")["number"]
            self.hub.determine(number)
            told = self.hub["zhao"].refused("POST", f"/api/v1/threats/{number}/review",
                                            {"reason": "agreed"}).json
            self.assertIn(name, told["detail"])
            self.assertNotIn(f"“{name}”", told["detail_zh"])

    def test_a_date_before_the_order_costs_nobody_the_appeal(self):
        task = self.ordered("knew-early.example") + "-1"
        words = ("appeal", "file", "--task", task, "--name", "Gao", "--contact", "g@x.example",
                 "--interest", "holder", "--grounds", "clean")
        early = self.hub.run(*words, "--knew", "2020-01-01", login="gao")
        self.assertEqual(early.returncode, 2)
        self.assertIn("was ordered on", early.stderr)
        zh = self.hub.run(*words, "--knew", "2020-01-01", "--lang", "zh", login="gao")
        self.assertIn("此前不可能知悉", zh.stderr)
        self.assertEqual(self.hub.run(*words, login="gao").returncode, 0)

    def test_a_point_that_never_acknowledged_is_said(self):
        self.hub["sunb"].post("/api/v1/points", {"code": "silent", "organization": "op-b",
                                                 "kind": "text-list"})
        number = self.hub.submit(["silent-point.example"])["number"]
        self.hub.cli("zhao", "delegate", number, "--body", "cncert")
        self.hub.cli("li", "determine", number, "--reason", "r", "--propose", "block:op-b:24h",
                     "--evidence-text", "seen")
        shown = self.hub.run("review", number, "--reason", "agreed", "--notify", login="zhao")
        self.assertIn("silent has never acknowledged", shown.stdout)
        self.assertIn("执行点 silent 从未确认过",
                      self.hub.run("show", number, "--lang", "zh", login="zhao").stdout)

    def test_an_import_is_checked_before_and_says_what_became_of_it(self):
        feed = self.file("kinds.txt", "www.kinds.example\ncdn.kinds.example\n"
                         "d41d8cd98f00b204e9800998ecf8427e\nkinds[0-9]*\\.example\n")
        wrong = self.hub.run("import", feed, "--source", "kinds", "--submit", "--province", "99",
                             login="wang")
        self.assertEqual(wrong.returncode, 2)
        self.assertFalse(self.hub["wang"].get("/api/v1/lookup?value=www.kinds.example")["known"])
        self.assertEqual(self.hub.run("import", self.hub.folder, login="wang").returncode, 2)
        done = self.hub.cli("wang", "import", feed, "--source", "kinds", "--submit", "--province",
                            "51")["submission"]
        self.assertEqual((done["threats"], done["refused"], done["patterns"]), (2, 0, 1))
        made = [self.hub["zhao"].get("/api/v1/threats/" + n) for n in done["numbers"]]
        by_class = {t["class"]: t for t in made}
        self.assertEqual(by_class["malware"]["indicators"][0]["kind"], "md5")
        self.assertRegex(by_class["malicious-resource"]["title"],
                         r"^(www|cdn)\[\.\]kinds\[\.\]example \+1$")
        again = self.file("again.txt", "mail.kinds.example\nwww.kinds.example\n")
        shown = self.hub.run("import", again, "--source", "kinds-again", "--submit", "--province",
                             "51", login="wang")
        into = by_class["malicious-resource"]["number"]
        self.assertIn(f"merged into open cases: 1: {into}", shown.stdout)
        made_of = {t["number"]: t["id"] for t in made}
        seen = [t for t in self.hub["zhao"].get("/api/v1/threats?state=merged")["items"]
                if t["merged_into"] == made_of[into]]
        merged = seen[0]["number"]
        self.assertIn(f"merged into: {into}",
                      self.hub.run("show", merged, login="zhao").stdout)

    def test_a_second_file_submits_only_what_it_brought_itself(self):
        whole = ("--source", "daily", "--submit", "--province", "51", "--json")
        first = self.hub.run("import", self.file("mon.txt", "monday.daily.example\n"), *whole,
                             login="wang")
        self.assertEqual(first.returncode, 0, first.stderr)
        number = json.loads(first.stdout)["submission"]["numbers"][0]
        second = self.hub.run("import", self.file("tue.txt", "tuesday.feed.example\n"), *whole,
                              login="wang")
        told = json.loads(second.stdout)["submission"]
        self.assertEqual((told["threats"], told["merged"], len(told["numbers"])), (1, 0, 1))
        again = self.hub["zhao"].get(f"/api/v1/threats/{number}")
        self.assertEqual((again["state"], again["sightings"]), ("submitted", 1))

    def test_the_strictest_word_of_the_lines_is_the_word_of_the_case(self):
        lines = "".join(json.dumps({"kind": "domain", "value": value, "tlp": tlp}) + "\n"
                        for value, tlp in (("a.strict.example", "clear"),
                                           ("b.strict.example", "red"),
                                           ("a.open.example", "clear")))
        done = self.hub.run("import", self.file("tlp.ndjson", lines), "--source", "tlp", "--submit",
                            "--province", "51", "--json", login="wang")
        self.assertEqual(done.returncode, 0, done.stderr)
        by_title = {}
        for number in json.loads(done.stdout)["submission"]["numbers"]:
            threat = self.hub["zhao"].get(f"/api/v1/threats/{number}")
            by_title[threat["indicators"][0]["value"].split(".")[-2]] = threat["tlp"]
        self.assertEqual(by_title, {"strict": "red", "open": "clear"})

    def test_the_public_sees_neither_source_nor_finding(self):
        number = self.ordered("masked.example")
        self.hub["gao"].post("/api/v1/appeals", {
            "task": number + "-1", "grounds": "clean",
            "appellant": {"name": "Gao", "contact": "g@x.example", "interest": "holder"}})
        seen = self.hub["gao"].get(f"/api/v1/threats/{number}")
        self.assertEqual([seen.get(m) for m in ("description", "evidence", "sources")],
                         [None] * 3)
        self.assertFalse(seen.get("finder"))
        self.assertTrue(self.hub["zhao"].get(f"/api/v1/threats/{number}")["evidence"])

    def test_words_that_no_state_has(self):
        for command in ("cases", "tasks"):
            slip = self.hub.run(command, "--state", "foo", login="zhao")
            self.assertEqual(slip.returncode, 2)
            self.assertIn("approved", slip.stderr)
        number = self.ordered("titled-task.example")
        self.assertRegex(self.hub.run("show", number, login="zhao").stdout,
                         r"discovered: [-0-9]+ [:0-9]+ \+08:00\n")
        self.assertNotIn("can become", self.hub.run("cases", login="zhao").stdout)
        self.assertIn("tocsin ack T-", self.hub.run("duties", login="sun").stdout)
        titles = [t["title"] for t in self.hub.cli("zhao", "tasks", "--limit", "1000")["items"]]
        self.assertTrue(all(titles) and titles)

    def test_login_files_that_do_not_help(self):
        def told(text):
            env = {"TOCSIN_LOGIN": os.path.join(self.hub.folder, "no-login.json")}
            if text is not None:
                self.file("no-login.json", text)
            done = self.hub.run("cases", env=env)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(env["TOCSIN_LOGIN"], done.stderr)
            self.assertIn("tocsin login", done.stderr)
            return done.stderr
        self.assertIn("does not exist", told(None))
        self.assertIn("damaged", told("{"))
        self.assertIn("no token", told(json.dumps({"hub": self.hub.url, "token": ""})))

    def test_the_last_administrator_stays(self):
        told = self.hub["admin"].refused("POST", "/api/v1/users/admin/disable", {})
        self.assertEqual((told.status, told.json["rule"]), (409, "W17-10"))

    def test_certificates_to_trust(self):
        number = self.ordered("trusted.example")
        keys = os.path.join(self.hub.folder, "keys")
        bundle = os.path.join(self.hub.folder, "trusted.tocsin-evidence")
        self.hub.cli("zhao", "evidence", "keys", "--output", keys)
        self.hub.cli("zhao", "evidence", "export", number, "--output", bundle)
        one = ["--trust", os.path.join(keys, "hub.pem")]
        both = [*one, "--trust", os.path.join(keys, "miit.pem")]
        self.assertEqual(self.hub.run("evidence", "check", bundle, *both).returncode, 0)
        stranger = self.hub.run("evidence", "check", bundle, *one)
        self.assertEqual(stranger.returncode, 4, stranger.stdout)
        self.assertIn("NOT TRUSTED", stranger.stdout)
        with open(bundle, "r+b") as f:
            data = f.read()
            f.seek(data.index(b'"state":"notified"') + 10)
            f.write(b"N")
        forged = self.hub.run("evidence", "check", bundle, *one)
        self.assertEqual(forged.returncode, 1)
        self.assertIn("✗ does not hold: every file as listed", forged.stdout)

    def test_a_grade_needs_facts(self):
        self.assertEqual(self.hub.run("law", "grade", "--scheme", "miit-545").returncode, 2)


if __name__ == "__main__":
    unittest.main()
