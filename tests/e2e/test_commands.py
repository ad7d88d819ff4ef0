"""What the commands say: exit codes, next steps, Chinese, and what a person may not do.

Proves: W17-05, W17-09, W17-10, W17-15.
"""

import contextlib
import json
import os
import re
import shlex
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import hub as h  # noqa: E402

USAGE, NOT_FOUND, REFUSED, UNAVAILABLE = 2, 3, 4, 5


def words_of(document):
    """Every word of an enumeration in an OpenAPI document."""
    if isinstance(document, dict):
        own = {w for w in document.get("enum", []) if isinstance(w, str)}
        return own.union(*(words_of(v) for v in document.values()))
    if isinstance(document, list):
        return set().union(*(words_of(v) for v in document))
    return set()


class Commands(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.hub = h.Hub()
        cls.addClassCleanup(cls.hub.end)
        cls.hub.start().add_cast()
        cls.hub.cli("sun", "point", "add", "--code", "res", "--org", "op-a", "--kind", "dns-rpz",
                    "--address", "127.0.0.1", "--port", str(h.free_port()))

    # -- what a person sees in Chinese

    def test_chinese_output_has_no_word_of_the_model_in_english(self):
        hub = self.hub
        words = words_of(hub["zhao"].get("/api/v1/openapi.json"))
        for word in ("wildcard-domain", "fed-back", "stop-service", "verified"):
            self.assertIn(word, words)
        words |= {"dispatched", "received", "loaded", "effective", "dns-probe", "working_day"}
        # Codes of units and a login here; names of programs and languages.
        words -= {"miit", "public", "admin", "platform", "unbound", "bind"}
        number, task = hub.block("zh-words.example", "*.zh-words.example",
                                 "http://zh-words.example/login")
        hub.acknowledge(task)
        hub.dispose(task)
        open_case = hub.submit(["zh-open.example", "198.51.100.7", "bad@zh-open.example"])["number"]
        said = ""
        for login, *command in (("zhao", "show", number), ("zhao", "show", number + "-1"),
                                ("zhao", "show", number, "--journal"), ("zhao", "duties"),
                                ("li", "duties"), ("zhao", "tasks"), ("zhao", "cases"),
                                ("zhao", "show", open_case), ("sun", "point", "list"),
                                ("wang", "lookup", "zh-words.example"), ("sun", "whoami"),
                                ("admin", "user", "list"), ("shen", "journal", "read", "--limit", "1000")):
            done = hub.run(*command, "--lang", "zh", login=login)
            self.assertEqual(done.returncode, 0, done.stderr)
            said += done.stdout
        said = re.sub(r"tocsin [^|\n]*", "", said)  # what to type next is no language
        english = {w for w in words
                   if re.search(rf"(?<![\w.\-]){re.escape(w)}(?![\w.\-])", said)}
        self.assertEqual(english, set(), said)
        steps = {e["action"] for e in hub.cli("shen", "journal", "read", "--limit", "1000")["items"]}
        self.assertEqual({s for s in steps if s in said}, set())

    # -- importing

    def test_the_public_reports_single_threats_only(self):
        feed = self.hub.write("public.txt", "public-feed.example\n")
        for more in ((), ("--preview",)):
            said = self.hub.fails(REFUSED, "[W17-05]", "import", feed, *more, login="gao")
            self.assertIn("tocsin submit", said)
        self.assertFalse(self.hub["wang"].call("GET", "/api/v1/lookup?value=public-feed.example")
                         .json["known"])
        single = self.hub.cli("gao", "submit", "--title", "one", "--subtype", "malicious-domain",
                              "--indicator", "public-one.example", "--evidence-text", "seen")
        self.assertEqual(single["state"], "submitted")

    def test_an_import_says_what_it_did(self):
        hub = self.hub
        feed = self.hub.write("many.txt", "".join(f"m{i}.many-{i}.example\n" for i in range(8)))
        first = hub.run("import", feed, "--source", "many", "--submit", login="wang")
        self.assertEqual(first.returncode, 0, first.stderr)
        self.assertNotIn("already imported", first.stdout)
        numbers = re.findall(r"^  (T-\d{4}-\d{6})$", first.stdout, re.M)
        self.assertEqual(len(numbers), 5, first.stdout)
        self.assertIn("8 numbers in all", first.stdout)
        again = hub.run("import", feed, "--source", "many", login="wang")
        self.assertRegex(again.stdout, r"already imported at \d{4}-\d\d-\d\d .*nothing changed")
        both = hub.cli("wang", "import", feed, "--source", "many", "--submit")
        self.assertTrue(both["import"]["already_imported"])
        self.assertEqual(both["submission"]["numbers"][:5], numbers)
        self.assertEqual(len(both["submission"]["numbers"]), 8)

    def test_a_csv_column_that_is_not_there(self):
        hub = self.hub
        feed = self.hub.write("columns.csv", "Domain,Malware\ncolumn.example,x\n")
        for mapping in ("value:Nope", "value:Domain,label:Nope"):
            said = self.hub.fails(USAGE, "'Nope'", "import", feed, "--source", "columns", "--format",
                              "csv", "--csv", mapping, login="wang")
            self.assertIn("Domain, Malware", said)
        right = hub.cli("wang", "import", feed, "--source", "columns", "--format", "csv", "--csv",
                        "value:Domain,label:Malware")
        self.assertEqual(right["imported"], 1, "the slip before must not count as the import")

    def test_a_preview_keeps_the_order_of_the_lines(self):
        feed = self.hub.write("order.txt", "a.order.example\nnot one !!\nb.order.example\n")
        done = self.hub.run("import", feed, "--preview", login="wang")
        self.assertEqual(re.findall(r"^(\d+) ", done.stdout, re.M), ["1", "2", "3"])

    # -- deciding

    def test_a_review_says_what_was_ordered_and_what_nobody_can_carry(self):
        hub = self.hub
        number = hub.submit(["http://uncarried.example/a", "carried.example"])["number"]
        hub.determine(number)
        done = hub.run("review", number, "--reason", "agreed", "--notify", login="zhao")
        self.assertEqual(done.returncode, 0, done.stderr)
        for words in (f"task {number}-1", "→ op-a", "notice: N-", "due: ",
                      "no enforcement point that can carry", "url:hxxp://uncarried[.]example/a"):
            self.assertIn(words, done.stdout)
        self.assertNotIn("domain:carried", done.stdout)
        for view in (hub.cli("zhao", "show", number)["task_details"][0],
                     hub.cli("sun", "show", number + "-1")):
            self.assertEqual([i["kind"] for i in view["uncarried"]], ["url"])
            self.assertEqual(view["addressee_code"], "op-a")
            self.assertEqual(len(view["notice_numbers"]), 1)
        self.assertIn("没有可承载",
                      hub.run("show", number, "--lang", "zh", login="zhao").stdout)

    def test_a_limit_that_is_none_is_named_once(self):
        number = self.hub.submit(["limit.example"])["number"]
        self.hub["zhao"].post(f"/api/v1/threats/{number}/delegation", {"body": "cncert"})
        said = self.hub.fails(USAGE, "proposals[0].limit: ", "determine", number, "--reason", "r",
                          "--propose", "block:op-a:soon", "--evidence-text", "x", login="li")
        self.assertNotIn("limit.limit", said)

    def test_a_limit_beyond_the_range_names_the_most(self):
        for limit, most in (("99999h", "10000h"), ("0d", "10000d"), ("1001wd", "1000wd")):
            for lang in ("en", "zh"):
                self.hub.fails(USAGE, most, "law", "clock", "dispose", "--from", "2026-02-13",
                           "--limit", limit, "--lang", lang)

    def test_times_and_provinces_are_written_the_same_everywhere(self):
        for i, (time, province) in enumerate((("2026-02-13 09:30", "51"), ("2026-02-13", "510000"),
                                              ("2026-02-13T01:30:00Z", "510104"))):
            made = self.hub.cli("wang", "submit", "--title", "t", "--subtype", "malicious-domain",
                                "--indicator", f"spelling-{i}.example", "--province", province,
                                "--discovered", time, "--reason", "seen by the test")
            shown = self.hub["wang"].get("/api/v1/threats/" + made["number"])
            self.assertEqual(shown["provinces"], ["51"])
            self.assertEqual(shown["discovered_at"][:10], "2026-02-13")
            self.assertIn("09:30" if i != 1 else "00:00", shown["discovered_at"])
            self.hub.cli("wang", "law", "clock", "appeal_file", "--from", time, "--province", province)
        for command in (("submit", "--title", "t"), ("law", "clock", "appeal_file", "--from",
                                                     "2026-02-13")):
            for lang, words in (("en", "GB/T 2260"), ("zh", "省级代码")):
                self.hub.fails(USAGE, words, *command, "--province", "990000", "--lang", lang,
                           login="wang")
        self.hub.fails(USAGE, "2026-02-13 09:30", "submit", "--title", "t", "--discovered", "yesterday",
                   login="wang")

    def test_words_of_a_closed_set_are_checked_and_offered(self):
        hub = self.hub
        for lang in ("en", "zh"):
            said = self.hub.fails(USAGE, "unbound", "point", "config", "res", "--resolver", "powerdns",
                              "--lang", lang, login="sun")
            self.assertIn("bind", said)
        # The hub checks as well: others ask it without our command line.
        answer = hub["sun"].call("GET", "/api/v1/points/res/configuration?resolver=powerdns")
        self.assertEqual((answer.status, answer.json["field"]), (400, "resolver"))
        self.assertIn("unbound, bind", answer.json["detail"])
        self.assertIn("unbound、bind", answer.json["detail_zh"])
        self.assertIn("server:", hub.configuration("res"))
        self.assertIn("did you mean upheld?", self.hub.fails(
            USAGE, "--ruling", "appeal", "rule", "A-2026-000001", "--ruling", "uphold",
            "--reason", "r", login="chen"))
        self.assertIn("unless --class", hub.run("submit", "--help").stdout)

    # -- finding one's way

    def test_what_is_no_indicator_is_an_error(self):
        for lang, words in (("en", "!!"), ("zh", "!!")):
            done = self.hub.run("lookup", "!!", "known.example", "--lang", lang, login="wang")
            self.assertEqual(done.returncode, USAGE)
            self.assertIn(words, done.stderr)
            self.assertNotIn("!!", done.stdout)
            self.assertIn("known[.]example", done.stdout)
        one = self.hub.run("lookup", "!!", "--json", login="wang")
        self.assertEqual(one.returncode, USAGE)
        self.assertIn("error", json.loads(one.stdout)["items"][0])

    def test_a_port_that_is_none(self):
        for lang in ("en", "zh"):
            self.hub.fails(USAGE, "65535", "point", "add", "--code", "res-9", "--org", "op-a", "--kind",
                       "dns-rpz", "--address", "127.0.0.1", "--port", "99999", "--lang", lang,
                       login="sun")

    def test_an_unknown_command_is_told_in_two_lines(self):
        said = self.hub.fails(USAGE, "did you mean submit?", "sumbit")
        self.assertEqual(said.count("\n"), 2, said)
        self.assertIn("add, config, list", self.hub.fails(USAGE, "unknown command", "point", "zzz"))

    def test_an_empty_list_says_whose_it_is(self):
        text = self.hub["zhao"].ask("GET", "/api/v1/list.txt").text
        self.assertIn("# Tocsin list, version 0", text)
        self.assertIn("organization=", text)
        self.hub.block("of-op-a.example")
        h.wait_for(lambda: "of-op-a.example" in self.hub["zhao"].ask(
            "GET", "/api/v1/list.txt?organization=op-a").text, 5, "the operator's list")
        self.assertNotIn("organization=", self.hub["sun"].ask("GET", "/api/v1/list.txt").text)

    def test_a_unit_changes_its_contacts(self):
        shown = self.hub.run("org", "contacts", "op-a", "--contact",
                             "contact:Sun:010-1:sun@op.example", "--lang", "zh", login="sun")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn("联系人  Sun  010-1  sun@op.example", shown.stdout)
        self.hub.fails(USAGE, "DUTY:NAME:PHONE:EMAIL", "org", "contacts", "op-a", "--contact", "bad",
                   login="sun")

    def test_wrong_names_say_what_was_expected(self):
        self.hub.fails(USAGE, "T-2026-000001", "show", "nonsense", login="zhao")
        self.hub.fails(NOT_FOUND, "there is no threat T-2026-999999", "show", "T-2026-999999",
                   login="zhao")
        self.assertEqual(self.hub.fails(NOT_FOUND, "没有任务", "show", "T-2026-999999-1", "--lang", "zh",
                                    login="zhao"), "错误：没有任务 T-2026-999999-1\n")
        self.hub.fails(USAGE, "http://HOST:PORT", "cases", "--hub", "nonsense", login="zhao")
        self.hub.fails(UNAVAILABLE, "is the hub running", "cases", "--hub",
                   f"http://127.0.0.1:{h.free_port()}", login="zhao")
        self.hub.fails(REFUSED, f"tocsin login --hub {self.hub.url}", "cases")

    def test_help_says_each_thing_once(self):
        top = self.hub.run("help").stdout
        listed = top[top.index("Commands\n"):top.index("Options of every")]
        commands = re.findall(r"(?m)^  ((?:[a-z-]+ )*[a-z-]+)  ", listed)
        self.assertGreater(len(commands), 40)
        for command in commands:
            for lang, words in (("en", "be repeated"), ("zh", "可重复")):
                text = self.hub.run(*command.split(), "--help", "--lang", lang).stdout
                for part in re.split(r"\n  (?=--)", text):
                    self.assertLessEqual(part.count(words), 1, part)
        self.assertIn("requirement 5 of the", self.hub.run("law", "show", "--help").stdout)

    def test_a_warning_about_a_source_is_in_the_readers_language(self):
        empty = self.hub.write("empty.txt", "# nothing\n")
        for lang, words in (("zh", "注意：来源中没有可用条目"), ("en", "warning: empty-feed: ")):
            done = self.hub.run("import", empty, "--source", "empty", "--lang", lang, login="wang")
            self.assertIn(words, done.stdout)

    def test_lists_say_how_to_go_on(self):
        first = self.hub.run("journal", "read", "--limit", "3", login="shen").stdout
        self.assertIn("--after 3 goes on", first)
        then = self.hub.run("journal", "read", "--limit", "3", "--after", "3", login="shen").stdout
        self.assertRegex(then, r"(?m)^4 ")
        self.assertNotIn("goes on", self.hub.run("org", "list", login="shen").stdout)
        self.assertIn("goes on", self.hub.run("org", "list", "--limit", "2", login="shen").stdout)

    def test_people_and_tokens_are_listed_for_whom_they_concern(self):  # W17-09, W17-10
        everybody = [u["login"] for u in self.hub.cli("admin", "user", "list")["items"]]
        self.assertLessEqual({"admin", "zhao", "sun"}, set(everybody))
        self.hub.fails(REFUSED, "[W17-10]", "user", "list", login="wang")
        own = self.hub.cli("wang", "token", "list")["items"]
        self.assertEqual({t["login"] for t in own}, {"wang"})
        pages, after = [], []
        while True:
            page = self.hub.cli("admin", "token", "list", "--limit", "4", *after)
            pages += page["items"]
            if "next" not in page:
                break
            after = ["--after", page["next"]]
        self.assertLessEqual(set(everybody), {t["login"] for t in pages})
        self.assertEqual(len({t["id"] for t in pages}), len(pages))
        self.assertNotIn("digest", json.dumps(pages))

    def test_evidence_files(self):
        hub = self.hub
        number = hub.submit(["bundle.example"])["number"]
        path = os.path.join(hub.folder, "one.tocsin-evidence")
        hub.cli("zhao", "evidence", "export", number, "--output", path)
        self.hub.fails(REFUSED, "--force", "evidence", "export", number, "--output", path, login="zhao")
        hub.cli("zhao", "evidence", "export", number, "--output", path, "--force")
        self.hub.fails(NOT_FOUND, "there is no file", "evidence", "check", path + ".none")
        self.hub.fails(USAGE, "not an evidence bundle", "evidence", "check", self.hub.write("x", "text\n"))
        with open(path, "rb") as f:
            self.hub.run("evidence", "check", path)
            cut = f.read(1000)
        with open(path, "wb") as f:
            f.write(cut)
        self.assertEqual(hub.run("evidence", "check", path).returncode, 1)

    def test_the_first_steps_are_told_and_lead_into_the_console(self):
        for lang, address in (("zh", "打开它给出的网址"), ("en", "open the address that it prints")):
            with self.subTest(lang), contextlib.ExitStack() as stack:
                hub = h.Hub()
                stack.callback(hub.end)
                hub.data = os.path.join(hub.folder, "fresh")
                done = hub.run("hub", "init", "--data", hub.data, "--login", "root", "--lang", lang)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn(f"tocsin hub --data {hub.data}\n", done.stdout)
                self.assertIn(address, done.stdout)
                hub.start()
                token = re.search(r"tcs_\S+", done.stdout)[0]
                steps = re.findall(r"^  tocsin ((?!hub ).*)", done.stdout, re.MULTILINE)
                self.assertEqual(len(steps), 5, done.stdout)
                said = []
                for step in steps:
                    words = shlex.split(step.replace("http://127.0.0.1:7710", hub.url), comments=True)
                    got = hub.run(*words, stdin=token + "\n", env={"TOCSIN_HUB": ""})
                    self.assertEqual(got.returncode, 0, (step, got.stderr))
                    said.append(got.stdout)
                self.assertIn(hub.url + "/console/", said[1])
                invitation = re.search(r"tcs_\S+", said[1])[0]
                hub.api(invitation).post("/api/v1/me/invitation", {"password": "a password of its own"})
                session = hub.api().post("/api/v1/session", {"login": "root",
                                                             "password": "a password of its own"})
                self.assertTrue(session["secret"])


if __name__ == "__main__":
    unittest.main()
