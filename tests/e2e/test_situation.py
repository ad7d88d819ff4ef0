"""The situation at a running hub: figures against rows, rights, the report in all its forms.

Proves: W17-04 (times and outcomes as figures), W17-08 (analyse, publish).
"""

import base64
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import unittest
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import hub as h  # noqa: E402
import index_packages  # noqa: E402

READ = """
import json, sys
import openpyxl
book = openpyxl.load_workbook(sys.argv[1], read_only=True)
print(json.dumps({s.title: [list(r) for r in s.iter_rows(values_only=True)] for s in book}))
"""


class AtAHub(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.hub = h.Hub()
        cls.addClassCleanup(cls.hub.end)
        cls.hub.start().add_cast()

    @classmethod
    def settle(cls, entries=0):
        def up_to_date():
            index = cls.hub["zhao"].get("/api/v1/situation")["index"]
            listed = cls.hub["zhao"].get("/api/v1/search?in=entries&q=state:live")["items"]
            return (index["complete"] and index["journal"] == index["indexed"]
                    and index["indicators_behind"] == 0 and len(listed) == entries)
        h.wait_for(up_to_date, 60, "the index")

    def figure(self, answer, group, name):
        found = [g for g in answer["groups"] if g["name"] == group]
        return next((f["current"]["count"] for f in found[0]["figures"] if f["name"] == name), 0)


class Situation(AtAHub):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        hub = cls.hub
        _, task = hub.block("login.bank.example", subtype="phishing-site", imitates="finance",
                            title="冒充银行的钓鱼网站")
        hub.submit(["198.51.100.7"], subtype="c2-server")
        hub.submit([], title="网页被篡改", provinces=["44"], subtype="defacement",
                   target_is_party_gov=True, **{"class": "incident"})
        hub.dispose(task)
        cls.settle(entries=1)

    def numbers(self, document):
        """Every number of an answer that has rows behind it."""
        if isinstance(document, list):
            for item in document:
                yield from self.numbers(item)
        elif isinstance(document, dict):
            if "count" in document and "rows" in document:
                yield document
            else:
                for item in document.values():
                    yield from self.numbers(item)

    def rows(self, login, path):
        seen, after = 0, ""
        while True:
            page = self.hub[login].get(f"{path}&limit=1000&after={after}")
            seen += len(page["items"])
            after = page.get("next", "")
            if not after:
                return seen

    def test_every_number_opens_its_rows(self):
        counts = {}
        for login in ("zhao", "sun", "sunb", "wang", "shen"):
            answer = self.hub[login].get("/api/v1/situation?period=month")
            counts[login] = 0
            for number in self.numbers(answer):
                rows = self.rows(login, number["rows"]["path"])
                self.assertEqual(number["count"], rows, (login, number))
                counts[login] += number["count"] > 0
        self.assertGreater(counts["zhao"], 20)
        self.assertEqual(counts["zhao"], counts["shen"])
        self.assertGreater(counts["sun"], 5)

    def test_what_is_counted(self):
        answer = self.hub["zhao"].get("/api/v1/situation?period=week")
        self.assertEqual(answer["view"], "whole")
        classes = [g for g in answer["groups"] if g["name"] == "class"][0]["figures"]
        self.assertEqual([f["name"] for f in classes], ["malicious-resource", "malware",
                                                        "hidden-danger", "incident", "other"])
        for group, name, count in (("class", "malicious-resource", 2), ("cases", "all", 3),
                                   ("imitates", "finance", 1), ("c2", "unknown", 1),
                                   ("party-gov", "defacement", 1), ("province", "44", 1),
                                   ("list", "block", 1)):
            self.assertEqual(self.figure(answer, group, name), count, (group, name))
        met = [c for c in answer["clocks"] if c["clock"] == "dispose" and c.get("unit") == "op-a"]
        self.assertEqual(met[0]["on_time_percent"], 100)
        there = self.hub["zhao"].get("/api/v1/situation?province=44")
        self.assertEqual(self.figure(there, "cases", "all"), 1)

    def test_nobody_is_counted_what_he_may_not_list(self):
        self.assertEqual(self.figure(self.hub["sunb"].get("/api/v1/situation"), "cases", "all"), 0)
        self.assertEqual(self.figure(self.hub["sun"].get("/api/v1/situation"), "cases", "all"), 1)
        published = self.hub["gao"].get("/api/v1/situation")
        self.assertEqual(published["view"], "published")
        self.assertEqual(list(self.numbers(published)), [])
        self.assertEqual(self.hub.api().call("GET", "/api/v1/situation").status, 401)

    def test_the_printable_report(self):
        for lang, word in (("zh", "网络安全基本态势"), ("en", "Overall situation")):
            answer = self.hub["zhao"].ask(
                "GET", f"/api/v1/situation/report?period=week&lang={lang}")
            page = answer.text
            tree = ElementTree.fromstring(page.replace("<!DOCTYPE html>", ""))
            self.assertIn(word, page)
            names = {e.tag.split("}")[-1] for e in tree.iter()}
            self.assertFalse(names & {"script", "link", "img", "iframe", "object"}, names)
            for element in tree.iter():
                self.assertNotIn("style", element.attrib)
                kind = element.tag.split("}")[-1]
                if kind == "table":
                    self.assertEqual(element[0].tag.split("}")[-1], "caption")
                if kind == "svg":
                    self.assertEqual(element.attrib["role"], "img")
            style = re.search(r"<style>(.*?)</style>", page, re.S).group(1)
            digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
            self.assertIn(f"style-src 'sha256-{digest}'",
                          answer.headers["content-security-policy"])

    def test_the_workbook_says_the_same(self):
        path = os.path.join(self.hub.folder, "month.xlsx")
        done = self.hub.run("report", "--period", "month", "--form", "xlsx", "--out", path,
                            "--lang", "zh", login="zhao")
        self.assertEqual(done.returncode, 0, done.stderr)
        read = subprocess.run([index_packages.python(), "-c", READ, path], text=True,
                              capture_output=True, timeout=60)
        self.assertEqual(read.returncode, 0, read.stderr)
        sheets = json.loads(read.stdout)
        self.assertIn("网络安全基本态势", sheets)
        self.assertIn("事件处理情况", sheets)
        rows = {}
        for row in sheets["网络安全基本态势"]:
            rows.setdefault(row[0], row)
        self.assertEqual(rows["恶意网络资源"][1], 2)
        self.assertIn("class:malicious-resource", rows["恶意网络资源"][6])

    def test_the_command_line(self):
        shown = self.hub.run("situation", "--lang", "zh", login="zhao")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn("五类威胁", shown.stdout)
        self.assertIn("class:malicious-resource", shown.stdout)
        self.assertEqual(self.hub.cli("zhao", "situation")["period"], "week")
        report = self.hub.cli("zhao", "report")
        self.assertTrue(report["sections"])
        wrong = self.hub.run("situation", "--until", "31.1.2026", "--lang", "en", login="zhao")
        self.assertEqual(wrong.returncode, 2)
        self.assertIn("2026-01-31", wrong.stderr)


class Killed(AtAHub):
    def figures(self):
        answer = self.hub["zhao"].get("/api/v1/situation?period=year")
        answer.pop("index")
        return answer

    def test_killed_while_counting_and_a_full_recount(self):
        path = os.path.join(self.hub.folder, "many.txt")
        with open(path, "w", encoding="utf-8") as out:
            out.writelines(f"host{i}.kill{i}.example\n" for i in range(400))
        run = self.hub.cli("wang", "import", path, "--source", "kill", "--label", "Mirai")
        self.hub["wang"].post(f"/api/v1/imports/{run['id']}/submission",
                              {"title": "many", "provinces": ["44"]})
        for _ in range(3):
            self.hub.stop(signal.SIGKILL)
            self.hub.start()
        self.settle()
        followed = self.figures()
        self.assertGreater(self.figure(followed, "province", "44"), 100)
        self.hub.stop()
        for name in os.listdir(self.hub.data):
            if name.startswith("search.db"):
                os.remove(os.path.join(self.hub.data, name))
        self.hub.start()
        self.settle()
        self.assertEqual(followed, self.figures())


if __name__ == "__main__":
    unittest.main()
