"""The told story, and the whole loop by separate commands with their exit codes.

Proves: W17-06, W17-07, W17-11, W17-14, W17-21, W17-24, W17-25, W17-26, W17-27, T05-22.
"""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import hub as h  # noqa: E402

FEEDS = {
    "plain.txt": "# ours\nbad-one.example\nhxxps://two[.]bad-two[.]example/x\n203.0.113.9\n",
    "hosts.txt": "127.0.0.1 localhost\n0.0.0.0 ads.bad-hosts.example\n0.0.0.0 b.bad-hosts.example\n",
    "feed.csv": "domain,family,first_seen\nbad-csv.example,Emotet,2026-01-02\n"
                "worse-csv.example,Qakbot,2026-01-03\n",
    "feed.rpz": "$TTL 30\n@ SOA localhost. root.localhost. 1 3600 600 86400 30\n NS localhost.\n"
                "bad-rpz.example CNAME .\n*.bad-rpz.example CNAME .\n",
    "feed.json": json.dumps({
        "type": "bundle", "id": "bundle--6f2a1d0e-2f3b-4c5d-8e9f-0a1b2c3d4e5f",
        "objects": [{
            "type": "indicator", "spec_version": "2.1",
            "id": "indicator--7f2a1d0e-2f3b-4c5d-8e9f-0a1b2c3d4e5f",
            "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z",
            "valid_from": "2026-01-01T00:00:00Z", "pattern_type": "stix",
            "pattern": "[domain-name:value = 'bad-stix.example']"}]}),
}


def story(*words, timeout=90):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("TOCSIN_", "LC_"))}
    env["LANG"] = "C.UTF-8"
    return subprocess.run([h.BIN, "story", "--once", *words], capture_output=True, text=True,
                          env=env, timeout=timeout)


class Story(unittest.TestCase):
    def setUp(self):
        h.program("unbound")

    def test_in_both_languages(self):
        for lang, last, words in (("en", "its lift was verified", "approval → resolver refuses"),
                                  ("zh", "已验证解除", "批准 → 解析器拒绝")):
            with self.subTest(lang=lang):
                told = story("--lang", lang)
                self.assertEqual(told.returncode, 0, told.stdout + told.stderr)
                self.assertIn(last, told.stdout)
                took = int(re.search(words + r"[：:] *(\d+) ms", told.stdout).group(1))
                self.assertLess(took, 2000 * h.SLOWER)
                if lang == "zh":
                    self.assertEqual(re.findall(r"(?<![\w.\-])(?:domain|verified|resolves|refused|"
                                                r"approved|effective|art\.|guard|done|OK)(?![\w.\-])",
                                                told.stdout), [])
                folder = re.search(r"(?:folder|目录) (\S+)", told.stdout).group(1)
                self.assertFalse(os.path.exists(folder), "the story leaves its folder behind")

    def test_what_stays_running_can_be_copied_and_ends_with_a_line(self):
        with tempfile.TemporaryDirectory() as folder:
            log = os.path.join(folder, "told")
            child = h.Child([h.BIN, "story", "--data", os.path.join(folder, "d"), "--lang", "en"], log)
            self.addCleanup(child.stop)
            h.wait_for(lambda: "Ctrl-C ends" in child.text(), 60, "the end of the story")
            told = child.text()
            for login, unit, role in (("zhao", "miit", "reviewer"), ("sun", "op-a", "executor")):
                self.assertRegex(told, rf"(?m)^ +{login} +{unit} +\S.* {role} +tcs_\S+$")
            after = told[told.index("Try next"):]
            setting = "".join(re.findall(r"(?m)^  (?:tocsin|as)\(\) .*\n", after))
            self.assertEqual(setting.count("\n"), 2)
            copied = [line for line in after.splitlines() if line + "\n" not in setting]
            self.assertEqual([line for line in copied if len(line) > 120], [])
            tried = [line.strip() for line in copied if re.match("  (as |tocsin )", line)]
            self.assertGreater(len(tried), 5)
            done = subprocess.run(["bash", "-euc", setting + "\n".join(tried)], timeout=60,
                                  capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertEqual(child.stop(signal.SIGINT), 0)
            self.assertRegex(child.text(), r"\nEnded: .*the data stays in \S+\n$")
            self.the_hub_starts_again(os.path.join(folder, "d"))

    def the_hub_starts_again(self, folder):
        """The command that the refusal of a used folder names, with the logins of the story."""
        told = story("--data", folder)
        self.assertEqual(told.returncode, 4)
        command = re.search(r"(?m)^  (\S+ hub .*)$", told.stderr).group(1)
        hub = h.Child(command.split(), os.path.join(folder, "again.log"))
        self.addCleanup(hub.stop)
        env = {**os.environ, "TOCSIN_LOGIN": os.path.join(folder, "logins", "zhao.json")}
        h.wait_for(lambda: subprocess.run([h.BIN, "cases"], env=env,
                                          capture_output=True).returncode == 0, 20, "the hub")
        self.assertRegex(hub.text(), r"guard\.loaded .*protected=1")
        self.assertEqual(hub.stop(), 0)

    def test_dev_run_refuses_a_slip_before_it_builds(self):
        for words, code, said in ((["--help"], 0, "./dev run [OPTIONS]"),
                                  (["--onec"], 2, "run does not know --onec"),
                                  (["--feed"], 2, "--feed needs a value")):
            done = subprocess.run([os.path.join(h.REPO, "dev"), "run", *words], timeout=20,
                                  capture_output=True, text=True)
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertIn(said, done.stdout + done.stderr)
            self.assertNotIn("setup:", done.stderr)

    def test_with_a_feed_of_any_format(self):
        with tempfile.TemporaryDirectory() as folder:
            files = dict(FEEDS)
            for name, text in files.items():
                with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
                    f.write(text)
            with gzip.open(os.path.join(folder, "plain.txt.gz"), "wt") as f:
                f.write(FEEDS["plain.txt"])
            for name in [*files, "plain.txt.gz"]:
                with self.subTest(feed=name):
                    told = story("--feed", os.path.join(folder, name))
                    self.assertEqual(told.returncode, 0, told.stdout + told.stderr)

    def test_a_feed_that_is_not_there_and_one_without_names(self):
        told = story("--feed", "/nonexistent/feed.txt")
        self.assertEqual(told.returncode, 3)
        self.assertIn("/nonexistent/feed.txt", told.stderr)
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as f:
            f.write("203.0.113.1\n203.0.113.2\n")
            f.flush()
            told = story("--feed", f.name)
        self.assertEqual(told.returncode, 3)
        self.assertIn("no domain", told.stderr)
        self.assertEqual(told.stdout, "", "said before anything starts")


class Commands(unittest.TestCase):
    """One case from submission to the answered appeal, each step one command."""

    @classmethod
    def setUpClass(cls):
        cls.hub = h.Hub()
        cls.addClassCleanup(cls.hub.end)
        cls.hub.start()

    def add_cast(self):
        hub = self.hub
        for code, kind, provinces in h.UNITS:
            words = [w for p in provinces for w in ("--province", p)]
            made = hub.cli("admin", "org", "add", "--code", code, "--type", kind, "--zh", code,
                           "--en", code, *words)
            self.assertEqual(made["code"], code)
        for login, organization, roles in h.PEOPLE:
            words = [w for r in roles for w in ("--role", r)]
            hub.cli("admin", "user", "add", "--login", login, "--org", organization, *words)
            hub.tokens[login] = hub.accept(login)
        hub.cli("zhao", "org", "delegate", "--body", "cncert", "--document", "e2e")
        hub.cli("zhao", "user", "train", "--login", "li", "--topic", "identification")

    def test_an_invitation_becomes_a_login_on_the_command_line(self):
        hub = self.hub
        hub.cli("admin", "org", "add", "--code", "inv-co", "--type", "operator", "--en", "I")
        hub.cli("admin", "user", "add", "--login", "inv", "--org", "inv-co", "--role", "executor")
        refused = hub.run("token", "issue", "--user", "inv", login="admin")
        self.assertEqual(refused.returncode, 4)
        self.assertIn("[W17-10]", refused.stderr)
        code = hub.cli("admin", "user", "invite", "inv")["secret"]
        lines = f"{code}\nmy own good password\n"
        done = hub.run("login", "--hub", hub.url, "--invitation", stdin=lines)
        self.assertIn("signed in: inv @ inv-co", done.stdout, done.stderr)
        wrong = hub.run("login", "--hub", hub.url, "--login", "inv", stdin="not the password\n")
        self.assertEqual((wrong.returncode, wrong.stderr),
                         (4, "error: password: wrong name or password\n"))
        code = hub.cli("admin", "user", "invite", "inv")["secret"]
        done = hub.run("login", "--hub", hub.url, "--invitation", stdin=code + "\n")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_whole_loop(self):
        hub = self.hub
        self.add_cast()
        upstream = hub.add_internet()
        port = h.free_port()
        hub.cli("sun", "point", "add", "--code", "res", "--org", "op-a", "--kind", "dns-rpz",
                "--address", "127.0.0.1", "--port", str(port))
        hub.start_unbound("res", port, upstream)
        name = "loop-by-command.example"

        threat = hub.cli("wang", "submit", "--title", "a phishing site", "--subtype",
                         "malicious-domain", "--province", "51", "--indicator",
                         "hxxp://loop-by-command[.]example/".replace("hxxp://", "").rstrip("/"),
                         "--evidence-text", "screenshot")
        number = threat["number"]
        self.assertRegex(number, r"^T-\d{4}-\d{6}$")
        self.assertEqual(threat["state"], "submitted")
        self.assertEqual(threat["indicators"][0]["value"], name)
        self.assertIn(number, [t["number"] for t in hub.cli("zhao", "cases")["items"]])
        self.assertIn(number, [d["number"] for d in hub.cli("zhao", "duties")["items"]])
        self.assertEqual(hub.cli("zhao", "delegate", number, "--body", "cncert")["state"],
                         "identifying")
        found = hub.cli("li", "determine", number, "--reason", "confirmed", "--name", "phish",
                        "--propose", "block:op-a:24h", "--evidence-text", "analysis")
        self.assertEqual(found["state"], "identified")
        self.assertEqual(h.answer_of(port, name), "resolves")
        approved = hub.cli("zhao", "review", number, "--reason", "agreed")
        self.assertEqual(approved["state"], "approved")
        task = number + "-1"
        self.assertEqual(hub.cli("zhao", "notify", task)["state"], "notified")
        h.wait_for(lambda: h.answer_of(port, name) == "blocked", 5, "the block")
        self.assertEqual(hub.cli("sun", "ack", task)["state"], "disposing")
        self.assertEqual(hub.cli("sun", "feedback", task, "--outcome", "done", "--detail", "loaded",
                                 "--evidence-text", "resolver log")["state"], "fed-back")
        self.assertEqual(hub.cli("zhou", "verify", task)["state"], "verified")
        self.assertEqual(hub.cli("zhao", "show", number)["state"], "closed")
        known = hub.cli("wang", "lookup", "loop-by-command[.]EXAMPLE")["items"][0]
        self.assertTrue(known["blocked"])

        self.check_evidence(number)

        appeal = hub.cli("gao", "appeal", "file", "--task", task, "--name", "Gao", "--contact",
                         "gao@owner.example", "--interest", "holder", "--grounds", "cleaned")
        self.assertEqual(appeal["state"], "filed")
        a = appeal["number"]
        self.assertEqual(hub.cli("chen", "appeal", "admit", a)["state"], "accepted")
        self.assertEqual(hub.cli("chen", "appeal", "check", a)["state"], "checking")
        self.assertEqual(hub.cli("chen", "appeal", "rule", a, "--ruling", "upheld", "--reason",
                                 "clean")["state"], "upheld")
        h.wait_for(lambda: h.answer_of(port, name) == "resolves", 5, "the lift")
        self.assertEqual(hub.cli("sun", "feedback", task, "--detail", "let go", "--evidence-text",
                                 "resolver log")["state"], "lifted")
        self.assertEqual(hub.cli("zhou", "verify", task)["state"], "lift-verified")
        self.assertEqual(hub.cli("chen", "answer", a, "--reason", "upheld, lifted")["state"],
                         "answered")
        self.assertEqual(hub.cli("zhao", "show", number)["state"], "closed")
        self.assertIn(a, [x["number"] for x in hub.cli("chen", "appeal", "list")["items"]])
        steps = [e["action"] for e in hub.cli("zhao", "show", number, "--journal")["items"]]
        for step in ("threat.submitted", "threat.identified", "threat.approved", "notice.issued",
                     "task.notified", "task.fed-back", "task.verified", "appeal.filed",
                     "appeal.upheld", "task.lift-verified", "appeal.answered"):
            self.assertIn(step, steps)
        whole = hub.cli("shen", "journal", "verify")
        self.assertTrue(whole["ok"])
        point = hub.cli("sun", "point", "list")["items"][0]
        self.assertEqual((point["behind"], point["entries"]), (0, 0))

        self.check_exits(number, task)

    def check_evidence(self, number):
        path = os.path.join(self.hub.folder, "case.tocsin-evidence")
        self.hub.cli("zhao", "evidence", "export", number, "--output", path)
        checked = self.hub.run("evidence", "check", path, "--json")
        self.assertEqual(checked.returncode, 0, checked.stdout)
        self.assertTrue(json.loads(checked.stdout)["ok"])
        with open(path, "r+b") as f:
            data = f.read()
            at = data.index(b'"state":"notified"') + 10
            f.seek(at)
            f.write(b"N")
        broken = self.hub.run("evidence", "check", path, "--json")
        self.assertEqual(broken.returncode, 1)
        self.assertFalse(json.loads(broken.stdout)["ok"])

    def check_exits(self, number, task):
        run = self.hub.run
        refused = run("review", number, "--reason", "again", "--json", login="zhao")
        self.assertEqual(refused.returncode, 4)
        self.assertEqual(json.loads(refused.stderr)["error"]["code"], "refused")
        forbidden = run("ack", task, login="wang")
        self.assertEqual(forbidden.returncode, 4)
        self.assertIn("[W17-24]", forbidden.stderr)
        zh = run("ack", task, "--lang", "zh", login="wang")
        self.assertRegex(zh.stderr, "^错误：")
        for words in (("submit",), ("submit", "--titel", "x"), ("nonsense",), ("show",), (),
                      ("submit", "--title"), ("show", "a", "b"), ("--lang", "fr", "cases"),
                      ("hub", "--port", "x"), ("determine", number, "--reason", "r", "--propose", "x")):
            self.assertEqual(run(*words, login="wang").returncode, 2, words)
        self.assertIn("--title", run("submit", "--titel", "x").stderr)  # did you mean
        down = run("cases", "--hub", f"http://127.0.0.1:{h.free_port()}", login="wang")
        self.assertEqual(down.returncode, 5, down.stderr)
        self.assertEqual(run("cases", env={"TOCSIN_TOKEN": "tcs_wrong"}).returncode, 4)

    def test_help(self):
        en = self.hub.run("--help")
        self.assertEqual(en.returncode, 0)
        for word in ("story", "submit", "verify", "evidence", "journal"):
            self.assertIn(word, en.stdout)
        zh = self.hub.run("--help", "--lang", "zh")
        self.assertEqual(zh.returncode, 0)
        self.assertIn("用法", zh.stdout)
        submit = self.hub.run("submit", "--help")
        self.assertEqual(submit.returncode, 0)
        for word in ("--indicator", "--province", "tocsin submit --title"):
            self.assertIn(word, submit.stdout)
        self.assertIn("提交威胁", self.hub.run("submit", "--help", "--lang", "zh").stdout)
        self.assertEqual(self.hub.run("--version").returncode, 0)

    def test_login_is_remembered(self):
        env = {"TOCSIN_LOGIN": os.path.join(self.hub.folder, "login.json"), "TOCSIN_HUB": ""}
        done = self.hub.run("login", "--hub", self.hub.url, stdin=self.hub.tokens["admin"] + "\n",
                            env=env)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(os.stat(env["TOCSIN_LOGIN"]).st_mode & 0o777, 0o600)
        self.assertEqual(self.hub.run("org", "list", env=env).returncode, 0)
        again = self.hub.run("hub", "init", "--data", self.hub.data)
        self.assertEqual(again.returncode, 1)  # the folder is in use
        self.assertIn(str(self.hub.child.process.pid), again.stderr)
        second = self.hub.run("hub", "--data", self.hub.data, "--port", "0", "--dns-port", "0")
        self.assertEqual(second.returncode, 1)
        self.assertIn(f"process {self.hub.child.process.pid}", second.stderr)


if __name__ == "__main__":
    unittest.main()
