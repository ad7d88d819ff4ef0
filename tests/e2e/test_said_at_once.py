"""What a command says at once, instead of doing nothing in silence or failing later.

Proves: W17-03, W17-08, W17-09, W17-11 (who may hold which role, who may take data along).
"""

import json
import os
import re
import unittest

import hub as h

USAGE, NOT_FOUND, REFUSED = 2, 3, 4


class SaidAtOnce(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.hub = h.Hub()
        cls.addClassCleanup(cls.hub.end)
        cls.hub.start().add_cast()

    def test_whoever_finds_a_source_may_export_it_and_nobody_else(self):
        hub = self.hub
        hub.cli("wang", "import", self.hub.write("own.txt", "own.example\n"), "--source", "own")
        for login in ("wang", "zhao", "li", "shen", "admin"):
            out = os.path.join(hub.folder, login)
            hub.cli(login, "export", "csv", "--source", "own", "--to", out)
            with open(out, encoding="utf-8") as f:
                self.assertIn("own.example", f.read(), login)
            hub.cli(login, "export", "xlsx", "--source", "own", "--to", out)
        for login in ("sun", "gao"):
            for form in ("ndjson", "xlsx"):
                told = self.hub.fails(NOT_FOUND, "export", "export", form, "--source", "own", "--to",
                                  out, login=login)
                self.assertIn("its own unit may", told)
                self.assertNotIn("import", told)
        entries = hub["shen"].get("/api/v1/journal?action=source.exported&limit=100")["items"]
        self.assertEqual(len(entries), 10, "one an export")
        self.assertEqual({e["data"]["form"] for e in entries}, {"csv", "xlsx"})

    def test_a_subscription_says_what_it_leaves_out(self):
        words = ["subscription", "add", "--organization", "op-a", "--webhook",
                 "https://soc.op-a.example/hook"]
        said = self.hub.run(*words, "--lang", "en", login="zhao").stdout
        self.assertIn("leaves out TLP:amber, TLP:amber+strict, TLP:red", said)
        self.assertIn("--tlp amber", said)
        self.assertIn("不投递 TLP:amber、TLP:amber+strict、TLP:red",
                      self.hub.run(*words, "--lang", "zh", login="zhao").stdout)
        said = self.hub.run(*words, "--tlp", "amber", "--lang", "en", login="zhao").stdout
        self.assertNotIn("leaves out", said)
        listed = self.hub["zhao"].get("/api/v1/subscriptions")["items"]
        self.assertEqual({tuple(s["leaves_out"]) for s in listed},
                         {("amber", "amber+strict", "red"), ("amber+strict", "red")})

    def test_mail_without_a_mail_server_is_refused(self):
        words = ["subscription", "add", "--organization", "op-a", "--mail", "soc@op-a.example"]
        self.hub.fails(REFUSED, "--smtp", *words, login="zhao")
        self.hub.fails(REFUSED, "未配置邮件服务器", *words, "--lang", "zh", login="zhao")

    def test_a_mapping_is_explained_and_chinese_headings_need_none(self):
        for command in (["import"], ["source", "add"]):
            for lang in ("zh", "en"):
                told = re.sub(r"\s+", " ", self.hub.run(*command, "--help", "--lang", lang).stdout)
                self.assertIn("value tail kind description label", told.replace("\n", " "), command)
        self.hub.fails(USAGE, "known are: value tail", "import", self.hub.write("t.csv", "a,b\nc,d\n"),
                   "--csv", "vaule:a", login="wang")
        path = self.hub.write("list.csv", "序号,域名,备注\n1,zh-heading.example,钓鱼\n")
        seen = self.hub.cli("wang", "import", path, "--preview")
        self.assertEqual([i["value"] for i in seen["items"]], ["zh-heading.example"])

    def test_a_preview_says_how_much_it_does_not_show(self):
        path = self.hub.write("many.txt", "".join(f"n{i}.example\n" for i in range(201)))
        said = self.hub.run("import", path, "--preview", "--lang", "en", login="wang").stdout
        self.assertIn("… and 1 more line\n", said)
        path = self.hub.write("more.txt", "".join(f"n{i}.example\n" for i in range(1300)))
        said = self.hub.run("import", path, "--preview", "--lang", "zh", login="wang").stdout
        self.assertIn("另有 1,100 行未列出", said)
        path = self.hub.write("few.txt", "a.example\n")
        said = self.hub.run("import", path, "--preview", "--lang", "en", login="wang").stdout
        self.assertNotIn("more line", said)

    def test_what_is_no_indicator_is_an_error(self):
        for command in ("responsible", "enrich", "lookup"):
            told = self.hub.fails(USAGE, "x y", command, "x y", login="zhao")
            self.assertIn("error: ", told)
        both = self.hub.run("responsible", "x y", "192.0.2.1", "--json", login="zhao")
        self.assertEqual((both.returncode, len(json.loads(both.stdout)["items"])), (USAGE, 2))

    def test_what_is_no_stix_is_not_imported_as_nothing(self):
        self.hub.cli("admin", "collection", "add", "--alias", "c", "--en", "C", "--zh", "丙")
        self.hub.cli("admin", "collection", "grant", "c", "--organization", "sec-co", "--write")
        for name, text in (("misp.json", {"Event": {"Attribute": []}}),
                           ("misps.json", {"response": [{"Event": {}}]}),
                           ("events.json", [{"Event": {}}])):
            path = self.hub.write(name, json.dumps(text))
            self.hub.fails(USAGE, "no STIX", "collection", "import", "c", path, login="wang")
        empty = self.hub.write("empty.json", '{"more": false}')
        self.assertEqual(self.hub.cli("wang", "collection", "import", "c", empty)["objects"], 0)

    def test_a_role_is_given_where_it_can_act(self):
        for unit, role, rule in (("op-a", "reviewer", "W17-03"), ("cncert", "checker", "W17-03"),
                                 ("miit", "identifier", "W17-11"), ("op-a", "verifier", "W17-11")):
            told = self.hub.fails(REFUSED, f"the role {role} is for", "user", "add", "--login", "odd",
                              "--org", unit, "--role", role, login="admin")
            self.assertIn(rule, told)
            self.hub.fails(REFUSED, "角色仅限", "user", "join", "wang", "--organization", unit, "--role",
                       role, "--lang", "zh", login="admin")
        # The ministry itself carries out what its own decisions order, and everybody finds.
        self.hub.cli("admin", "user", "add", "--login", "fits", "--org", "miit", "--role",
                     "executor", "--role", "finder")

    def test_a_common_password_is_refused(self):
        hub = self.hub
        hub.cli("admin", "user", "add", "--login", "newcomer", "--org", "op-a")
        code = hub.cli("admin", "user", "invite", "newcomer")["secret"]
        for common in ("password1234", "123456789012", "Newcomer2026!"):
            told = hub.run("login", "--hub", hub.url, "--invitation", stdin=f"{code}\n{common}\n")
            self.assertEqual(told.returncode, USAGE, told.stderr)
            self.assertIn("first that are tried", told.stderr)
        done = hub.run("login", "--hub", hub.url, "--invitation",
                       stdin=f"{code}\nfour unrelated words here\n")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_an_entry_of_responsibility_names_its_unit(self):
        words = ["responsibility", "add", "domain", "whose.example", "--org", "op-a", "--reason", "x"]
        said = self.hub.run(*words, "--lang", "en", login="zhao").stdout
        self.assertIn("op-a", said)
        self.assertNotIn("org_", said)
        self.assertNotIn("org_", self.hub.run("responsibility", "list", login="zhao").stdout)


if __name__ == "__main__":
    unittest.main()
