"""Search at a running hub: language, places, permissions, saved searches, exports, a lost index.

Proves: A13-15 (searchable and exportable, with provenance), W17-08 (exports are journaled),
W17-09 (a unit finds nothing of others' cases).
"""

import csv
import io
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import hub as h  # noqa: E402


class Search(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        hub = cls.hub = h.Hub()
        cls.addClassCleanup(hub.end)
        hub.start().add_cast()
        cls.phishing, _ = hub.block("login.evil-bank.example", title="冒充银行的钓鱼网站",
                                    subtype="phishing-site")
        cls.botnet = hub.submit(["198.51.100.7"], title="Mirai command server",
                                subtype="c2-server")["number"]
        with open(os.path.join(hub.folder, "feed.txt"), "w", encoding="utf-8") as out:
            out.write("".join(f"host{i}.feed.example\n" for i in range(300)))
            out.write("192.0.2.17\n203.0.113.0/25\n")
        hub.cli("wang", "import", "feed.txt", "--source", "partner", "--label", "Mirai")
        cls.settle()

    @classmethod
    def settle(cls):
        def up_to_date():
            index = cls.hub["zhao"].get("/api/v1/search?limit=1")["index"]
            return (index["complete"] and index["journal"] == index["indexed"]
                    and index["indicators_behind"] == 0)
        h.wait_for(up_to_date, 20, "the index")

    def found(self, query, login="zhao", place="cases", **more):
        words = "".join(f"&{k}={h.percent(str(v))}" for k, v in more.items())
        answer = self.hub[login].get(
            f"/api/v1/search?q={h.percent(query)}&in={place}{words}")
        return [i.get("number") or i.get("value") or i.get("code") for i in answer["items"]]

    def exported(self, query, form, place="cases", login="zhao"):
        return self.hub[login].ask(
            "GET", f"/api/v1/search/export?q={h.percent(query)}&in={place}&form={form}")

    def test_cases_by_text_and_fields_in_both_languages(self):
        for query in ("钓鱼", "行", "\"冒充银行\"", "login[.]evil-bank[.]example", "class:phishing",
                      "state:approved kind:domain addressee:op-a", "状态：已批准 类型:域名",
                      "domain:login.evil-bank.example", "below:evil-bank.example", self.phishing):
            self.assertEqual(self.found(query), [self.phishing], query)
        self.assertEqual(self.found("province:51 from:2020-01-01"), [self.botnet, self.phishing])
        self.assertEqual(self.found("inside:198.51.100.0/24 -钓鱼"), [self.botnet])
        h.wait_for(lambda: self.found("state:listed") == [self.phishing], 10, "what is listed")
        self.assertEqual(self.found("state:notified", place="tasks"), [self.phishing + "-1"])

    def test_labels_have_their_title_in_the_language_that_is_asked(self):
        hub = self.hub
        vocabulary = os.path.join(hub.folder, "machinetag.json")
        with open(vocabulary, "w", encoding="utf-8") as out:
            json.dump({"namespace": "tlp", "description": "d", "version": 1, "predicates": [
                {"value": "red", "expanded": "(TLP:RED) for the eyes of recipients"}]}, out)
        hub.cli("wang", "vocabulary", "import", vocabulary)
        feed = os.path.join(hub.folder, "titled.txt")
        with open(feed, "w", encoding="utf-8") as out:
            out.write("titled.example\n")
        hub.cli("wang", "import", feed, "--source", "titles", "--label", "tlp:red")
        self.settle()
        found = hub["wang"].get("/api/v1/search?in=indicators&q=titled.example")["items"]
        looked = hub["wang"].get("/api/v1/lookup?value=titled.example")["sources"]
        titles = found[0]["sources"][0]["label_titles"]
        self.assertEqual(titles, looked[0]["label_titles"])
        self.assertIn("RED", titles["tlp:red"]["en"])
        self.assertTrue(titles["tlp:red"]["zh"])
        for lang in ("en", "zh"):
            said = hub.run("search", "titled.example", "--in", "indicators", "--lang", lang,
                           login="wang").stdout
            self.assertIn(titles["tlp:red"][lang], said)
        # A label that no vocabulary has stands alone.
        plain = hub["wang"].get("/api/v1/search?in=indicators&limit=1&q="
                                + h.percent("label:mirai"))["items"]
        self.assertEqual(plain[0]["sources"][0]["label_titles"], {})

    def test_a_unit_finds_nothing_of_others(self):
        self.assertEqual(self.found("", "sun"), [self.phishing])
        self.assertEqual(self.found("mirai", "sun"), [])
        self.assertEqual(self.found("", "sunb"), [])
        self.assertEqual(self.found("", "sunb", "tasks"), [])
        self.assertEqual(self.found("", "shen"), [self.botnet, self.phishing])
        self.assertEqual(self.exported("", "ndjson", login="sunb").body, b"")
        refused = self.hub["gao"].refused("GET", "/api/v1/search?q=&in=indicators")
        self.assertEqual(refused.status, 403)

    def test_indicators_and_pages(self):
        self.assertEqual(self.found("inside:192.0.2.0/24", place="indicators"), ["192.0.2.17"])
        self.assertCountEqual(self.found("indicator:host29*", "wang", "indicators"),
                         [f"host{i}.feed.example" for i in range(299, 289, -1)]
                         + ["host29.feed.example"])
        seen, after = [], ""
        while True:
            page = self.hub["wang"].get("/api/v1/search?in=indicators&limit=70&after="
                                        + after + "&q=" + h.percent("label:mirai source:partner"))
            seen += [i["value"] for i in page["items"]]
            after = page.get("next", "")
            if not after:
                break
        self.assertEqual(len(seen), 302)
        self.assertEqual(len(set(seen)), 302)

    def test_both_directions_page_by_page(self):
        def pages(place, sort):
            out, after = [], ""
            while True:
                page = self.hub["wang"].get(
                    f"/api/v1/search?in={place}&limit=70&sort={sort}&after={after}")
                out += [i.get("number") or i["value"] for i in page["items"]]
                after = page.get("next", "")
                if not after:
                    return out
        for place, key in (("cases", "number"), ("tasks", "created"), ("indicators", "added")):
            down = pages(place, "-" + key)
            self.assertEqual(pages(place, key), down[::-1], place)
            self.assertEqual(self.found("", "wang", place, limit=1000), down, "the usual order")
        self.assertEqual(pages("cases", "number"), sorted(pages("cases", "number")))
        refused = self.hub["wang"].refused("GET", "/api/v1/search?in=tasks&sort=number")
        self.assertEqual(refused.status, 400)
        self.assertIn("-created, created", refused.json["detail"])
        self.assertIn("-created、created", refused.json["detail_zh"])
        next_one = self.hub["wang"].get("/api/v1/search?in=indicators&limit=1")["next"]
        refused = self.hub["wang"].refused(
            "GET", f"/api/v1/search?in=indicators&sort=added&after={next_one}")
        self.assertEqual(refused.status, 400)
        self.assertIn("order", refused.json["detail"])

    def test_errors_name_what_is_wrong_in_both_languages(self):
        refused = self.hub["zhao"].refused("GET", "/api/v1/search?q=sate:open")
        self.assertEqual(refused.status, 400)
        self.assertIn("did you mean 'state'", refused.json["detail"])
        self.assertIn("state", refused.json["detail_zh"])
        done = self.hub.run("search", "状态:乱写", "--lang", "zh", login="zhao")
        self.assertEqual(done.returncode, 2)
        self.assertIn("没有取值", done.stderr)
        self.assertNotIn("fts5", done.stderr)

    def test_the_command_line_teaches_and_shows(self):
        for lang, words in (("zh", ("检索式", "示例", "状态")), ("en", ("phrase", "Examples"))):
            text = self.hub.run("search", "--help", "--lang", lang).stdout
            for word in (*words, "below", "inside", "confidence"):
                self.assertIn(word, text)
        shown = self.hub.run("search", "钓鱼", "--facets", "--lang", "zh", login="zhao")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn(self.phishing, shown.stdout)
        self.assertIn("钓鱼网站 1", shown.stdout)
        shown = self.hub.run("search", "host7.feed.example", "--in", "indicators", "--lang", "en",
                             login="zhao")
        self.assertIn("host7[.]feed[.]example", shown.stdout)
        self.assertIn("partner(Mirai)", shown.stdout)

    def test_saved_searches(self):
        self.hub.cli("zhao", "search", "save", "银行", "钓鱼 state:approved", "--shared")
        self.hub.cli("zhao", "search", "save", "mine", "label:mirai", "--in", "indicators")
        names = [s["name"] for s in self.hub.cli("qian", "search", "saved")["items"]]
        self.assertEqual(names, ["银行"])
        answer = self.hub.cli("qian", "search", "--saved", "银行")
        self.assertEqual([i["number"] for i in answer["items"]], [self.phishing])
        made = self.hub.cli("zhao", "subscription", "add", "--organization", "op-a",
                            "--webhook", "https://receiver.example/hook", "--search", "银行")
        refused = self.hub.run("search", "forget", "银行", "--lang", "zh", login="zhao")
        self.assertEqual(refused.returncode, 4, refused.stderr)
        self.assertIn(made["id"], refused.stderr)
        self.hub.cli("zhao", "subscription", "remove", made["id"])
        self.hub.cli("zhao", "search", "forget", "银行")
        self.assertEqual(self.hub.cli("qian", "search", "saved")["items"], [])
        self.assertEqual(self.hub.run("search", "forget", "mine", login="qian").returncode, 3)

    def test_exports_are_whole_and_journaled(self):
        rows = [json.loads(line) for line in
                self.exported("label:mirai", "ndjson", "indicators").text.splitlines()]
        self.assertEqual(len(rows), 302)
        table = list(csv.DictReader(io.StringIO(self.exported("钓鱼", "csv").text)))
        self.assertEqual([(r["number"], r["title"]) for r in table],
                         [(self.phishing, "冒充银行的钓鱼网站")])
        bundle = self.exported("class:phishing", "stix").json
        self.assertIn("[domain-name:value = 'login.evil-bank.example']",
                      [o.get("pattern") for o in bundle["objects"]])
        known = self.exported("inside:192.0.2.0/24", "stix", "indicators").json
        self.assertEqual([o["indicator_types"] for o in known["objects"]], [["unknown"]])
        self.assertEqual(
            self.hub["zhao"].refused("GET", "/api/v1/search/export?in=tasks&form=stix").status, 400)
        done = self.hub.cli("zhao", "search", "export", "state:approved", "--form", "csv",
                            "--to", "out.csv")
        self.assertEqual(done["lines"], 2)
        entries = self.hub["shen"].get("/api/v1/journal?limit=1000")["items"]
        mine = [e for e in entries if e["action"].startswith("search.export")]
        by_action = [e["action"] for e in mine]
        self.assertEqual(by_action.count("search.export-begun"), by_action.count("search.exported"))
        last = [e for e in mine if e["action"] == "search.exported"][-1]["data"]
        self.assertEqual((last["query"], last["rows"], last["complete"]),
                         ("state:approved", 1, True))

    def test_a_lost_index_is_filled_again(self):
        before = self.found("")
        self.hub.stop()
        for name in os.listdir(self.hub.data):
            if name.startswith("search.db"):
                os.remove(os.path.join(self.hub.data, name))
        self.hub.start()
        self.settle()
        self.assertEqual(self.found(""), before)
        self.assertEqual(len(self.found("label:mirai", place="indicators", limit=1000)), 302)


if __name__ == "__main__":
    unittest.main()
