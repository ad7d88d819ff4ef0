"""XLSX against an independent reader and writer (openpyxl), and workbooks meant to do harm.

Proves: W17-08 (gather from many, hand on), A13-15.
"""

import json
import os
import subprocess
import sys
import unittest
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import hub as h  # noqa: E402
import index_packages  # noqa: E402

WRITE = """
import datetime, sys
import openpyxl
from openpyxl.styles import numbers
book = openpyxl.Workbook()
first = book.active
first.title = "说明"
first.append(["this sheet is a cover"])
sheet = book.create_sheet("名单")
sheet.append(["序号", "指标", "类型", "首次发现", "置信度", "家族"])
rows = [
    (1, "www.evil.example", "域名", datetime.datetime(2026, 3, 5, 17, 30), 0.8, "zebra"),
    (2, 13800138000, "手机号", datetime.date(2026, 3, 6), 1, None),
    (3, "http://evil.example/a?b=1", "网址", None, None, "a, \\"b\\""),
    (4, "not a name", "域名", None, None, None),
]
for row in rows:
    sheet.append(row)
for cell in sheet["E"][1:]:
    cell.number_format = numbers.FORMAT_PERCENTAGE
sheet["B7"] = "late.example"
book.save(sys.argv[1])
"""

READ = """
import json, sys
import openpyxl
book = openpyxl.load_workbook(sys.argv[1], read_only=True)
print(json.dumps([[c for c in row] for row in book.worksheets[0].iter_rows(values_only=True)]))
"""


class Workbooks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.hub = h.Hub()
        cls.addClassCleanup(cls.hub.end)
        cls.hub.start().add_cast()

    def path(self, name):
        return os.path.join(self.hub.folder, name)

    def peer(self, program, *args):
        done = subprocess.run([index_packages.python(), "-c", program, *args], text=True,
                              capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_a_workbook_of_another_program_is_read_as_people_see_it(self):
        path = self.path("list.xlsx")
        self.peer(WRITE, path)
        columns = "sheet:名单,value:指标,kind:类型,first_seen:首次发现,confidence:置信度,label:家族"
        record = self.hub.cli("wang", "import", path, "--csv", columns, "--source", "lists")
        self.assertEqual((record["format"], record["lines"], record["imported"], record["refused"]),
                         ("xlsx", 5, 4, 1))
        self.assertEqual((record["refusals"][0]["line"], record["refusals"][0]["original"]),
                         (5, "not a name"))
        out = self.path("list.ndjson")
        self.hub.cli("wang", "export", "ndjson", "--source", "lists", "--to", out)
        with open(out, encoding="utf-8") as f:
            rows = {r["value"]: r for r in map(json.loads, f)}
        self.assertEqual(sorted(rows), ["+8613800138000", "http://evil.example/a?b=1",
                                        "late.example", "www.evil.example"])
        evil = rows["www.evil.example"]
        self.assertEqual((evil["first_seen"], evil["confidence"], evil["labels"]),
                         ("2026-03-06T01:30:00.000+08:00", 80, ["zebra"]))
        self.assertEqual((rows["+8613800138000"]["kind"], rows["+8613800138000"]["confidence"]),
                         ("phone", 100))
        wrong = self.hub.cli("wang", "import", path, "--csv", "sheet:没有", "--source", "x",
                             exits=2)
        self.assertEqual((wrong["state"], wrong["refusals"][0]["code"]), ("failed", "no-sheet"))
        self.assertIn("名单", wrong["refusals"][0]["reason"]["zh"])

    def test_our_workbook_is_read_by_another_program(self):
        source = self.path("feed.ndjson")
        with open(source, "w", encoding="utf-8") as f:
            for i in range(3000):
                f.write(json.dumps({"kind": "domain", "value": f"n{i}.example", "tlp": "amber",
                                    "first_seen": "2026-01-02T03:04:05Z",
                                    "labels": ["=1+1"]}) + "\n")
        self.hub.cli("wang", "import", source, "--source", "feed")
        out = self.path("feed.xlsx")
        said = self.hub.cli("wang", "export", "xlsx", "--source", "feed", "--to", out)
        self.assertEqual(said["written"], 3000)
        rows = json.loads(self.peer(READ, out))
        self.assertEqual(rows[0][:4], ["kind", "value", "confidence", "tlp"])
        self.assertEqual(len(rows), 3001)
        by_value = {row[1]: row for row in rows[1:]}
        self.assertEqual(by_value["n2999.example"][0], "domain")
        self.assertEqual(by_value["n7.example"][7], "=1+1", "a formula is kept as text")
        again = self.hub.cli("wang", "import", out, "--source", "feed")
        self.assertEqual((again.get("imported", 0), again["merged"], again.get("refused", 0)),
                         (0, 3000, 0))

    def test_a_bomb_is_refused(self):
        path = self.path("bomb.xlsx")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
            z.writestr("xl/workbook.xml", '<workbook><sheets><sheet name="A" id="r"/></sheets>'
                       '</workbook>')
            z.writestr("xl/_rels/workbook.xml.rels",
                       '<Relationships><Relationship Id="r" Target="s.xml"/></Relationships>')
            z.writestr("xl/s.xml", "<worksheet>" + " " * (64 << 20) + "</worksheet>")
        self.assertLess(os.path.getsize(path), 1 << 20)
        record = self.hub.cli("wang", "import", path, "--source", "bomb", exits=2)
        self.assertEqual((record["state"], record["refusals"][0]["code"]),
                         ("failed", "expansion-limit"))
        self.assertEqual(self.hub["wang"].call("GET", "/health").status, 200)


if __name__ == "__main__":
    unittest.main()
