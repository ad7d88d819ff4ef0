"""What others fetch: the MISP feed, lists for firewalls, bulletins."""

import base64
import csv
import hashlib
import io
import json
import os
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree

import index_packages
from hub import Hub, wait_for

ATOM = "{http://www.w3.org/2005/Atom}"
READ_BACK = """
import json, sys
from pymisp import MISPEvent
event = MISPEvent()
event.load_file(sys.argv[1])
print(json.dumps({
    "uuid": event.uuid, "info": event.info, "tags": [t.name for t in event.tags],
    "attributes": [[a.type, a.value, bool(a.to_ids), bool(a.get("deleted"))]
                   for a in event.attributes],
    "hashes": event.attributes_hashes("md5"), "manifest": event.manifest}, default=str))
"""


class Feeds(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.hub = Hub().start().add_cast()
        cls.addClassCleanup(cls.hub.end)
        cls.wild = ["*.wild.example", "wide.example", "11.22.33.77", "11.22.34.0/25",
                    "2600:9::77", "11.22.33.78:8443", "http://page.example/x?a=<b>&c"]
        cls.number, cls.task = cls.hub.block(*cls.wild, tlp="clear")
        cls.again, _ = cls.hub.block("11.22.33.79", "amber.example", tlp="amber")
        wait_for(lambda: len(cls.text("form=plain").splitlines()) == len(cls.wild) + 2, 10,
                 "both cases on the list of op-a")

    @classmethod
    def ask(cls, path, login="sun", **headers):
        api = cls.hub.api()
        send = {k.replace("_", "-"): v for k, v in headers.items()}
        if login:
            send.setdefault("Authorization", "Bearer " + cls.hub.tokens[login])
        answer = api.call("GET", path, headers=send)
        api.close()
        return answer

    @classmethod
    def text(cls, query):
        answer = cls.ask("/api/v1/export/list.txt?" + query)
        assert answer.status == 200, answer.text
        return answer.text

    # -- MISP

    def feed(self, name, login="sun"):
        basic = base64.b64encode(f"{login}:{self.hub.tokens[login]}".encode()).decode()
        return self.ask("/misp/feed/" + name, None, Authorization="Basic " + basic)

    def test_misp_feed_by_its_own_files(self):
        manifest = self.feed("manifest.json").json
        mine = {entry["info"].split()[0]: uuid for uuid, entry in manifest.items()}
        self.assertIn(self.number, mine)
        self.assertIn(self.again, mine)  # amber, and op-a is its addressee
        others = self.feed("manifest.json", "sunb").json
        self.assertEqual(set(others), {mine[self.number]})  # clear only: op-b has no task
        uuid = mine[self.number]
        event = self.feed(uuid + ".json").json["Event"]
        self.assertEqual([t["name"] for t in event["Tag"]], ["tlp:clear", "PAP:CLEAR"])
        self.assertEqual(event["timestamp"], manifest[uuid]["timestamp"])
        self.assertEqual({a["value"] for a in event["Attribute"] if a["to_ids"]},
                         {"wide.example", "11.22.33.77", "11.22.34.0/25", "2600:9::77",
                          "11.22.33.78|8443", "http://page.example/x?a=%3Cb%3E&c"})
        hashes = list(csv.reader(io.StringIO(self.feed("hashes.csv").text)))
        self.assertIn([hashlib.md5(b"wide.example").hexdigest(), uuid], hashes)
        self.assertEqual(self.feed(mine[self.again] + ".json", "sunb").status, 404)
        self.assertEqual(self.feed("../x.json").status, 400)
        self.assertEqual(self.ask("/misp/feed/manifest.json", None).status, 401)
        self.assertEqual(self.ask("/misp/feed/manifest.json", None, X_Api_Key="no").status, 401)

    def test_misp_feed_is_not_sent_twice(self):
        first = self.feed("manifest.json")
        basic = base64.b64encode(f"sun:{self.hub.tokens['sun']}".encode()).decode()
        same = self.ask("/misp/feed/manifest.json", None, Authorization="Basic " + basic,
                        If_None_Match=first.headers["etag"])
        self.assertEqual((same.status, same.body), (304, b""))

    def test_misp_event_is_read_by_pymisp(self):
        python = index_packages.python()
        manifest = self.feed("manifest.json").json
        for uuid in manifest:
            path = os.path.join(self.hub.folder, uuid + ".json")
            with open(path, "wb") as f:
                f.write(self.feed(uuid + ".json").body)
            done = subprocess.run([python, "-c", READ_BACK, path], capture_output=True, text=True,
                                  timeout=120)
            self.assertEqual(done.returncode, 0, done.stderr[-2000:])
            theirs = json.loads(done.stdout)
            self.assertEqual(theirs["uuid"], uuid)
            entry = theirs["manifest"][uuid]
            for key in ("info", "threat_level_id", "analysis"):
                self.assertEqual(str(entry[key]), str(manifest[uuid][key]))
            ours = [line.split(",")[0] for line in self.feed("hashes.csv").text.split()
                    if line.endswith(uuid)]
            self.assertEqual(sorted(ours), sorted(theirs["hashes"]))

    def test_misp_feed_comes_back_through_the_importer(self):
        uuid = next(u for u, e in self.feed("manifest.json").json.items()
                    if e["info"].startswith(self.number))
        path = os.path.join(self.hub.folder, "back.json")
        with open(path, "wb") as f:
            f.write(self.feed(uuid + ".json").body)
        done = self.hub.run("import", path, "--source", "misp-back", "--json", login="wang")
        self.assertEqual(done.returncode, 0, done.stderr)
        counts = json.loads(done.stdout)
        self.assertEqual((counts["refused"], counts["imported"] + counts["merged"]), (0, 6))

    # -- firewalls

    def test_forms_for_firewalls(self):
        self.assertEqual(self.text("form=cidr").split(),
                         ["11.22.33.77/32", "11.22.34.0/25", "2600:9::77/128", "11.22.33.79/32"])
        self.assertEqual(self.text("form=domains").split(),
                         ["*.wild.example", "wide.example", "amber.example"])
        self.assertEqual(self.text("form=domains&wildcard=dot").split()[0], ".wild.example")
        self.assertEqual(self.text("form=domains&wildcard=none").split(),
                         ["wide.example", "amber.example"])
        self.assertEqual(self.text("form=urls").split(), ["http://page.example/x?a=%3Cb%3E&c"])
        rows = list(csv.reader(io.StringIO(self.ask("/api/v1/export/list.csv?form=cidr").text)))
        self.assertEqual([r[0] for r in rows[1:]], self.text("form=cidr").split())
        items = self.ask("/api/v1/export/list.json?kind=domain").json["items"]
        self.assertEqual([i["value"] for i in items], ["wide.example", "amber.example"])
        for wrong in ("form=widest", "wildcard=all", "kind=x"):
            self.assertEqual(self.ask("/api/v1/export/list.txt?" + wrong).status, 400)
        self.assertEqual(self.ask("/api/v1/export/list.txt", "sunb").text, "")

    def test_what_did_not_change_is_not_sent(self):
        first = self.ask("/api/v1/export/list.txt")
        tag, date = first.headers["etag"], first.headers["last-modified"]
        path = "/api/v1/export/list.txt"
        self.assertEqual(self.ask(path, If_None_Match=tag).status, 304)
        self.assertEqual(self.ask(path, If_Modified_Since=date).status, 304)
        self.assertEqual(self.ask(path, If_None_Match='"v1"', If_Modified_Since=date).status, 200)
        self.assertEqual(self.ask(path).body, first.body)

    # -- bulletins

    def test_bulletins_are_valid_and_show_only_what_may_be_public(self):
        for lang, word in (("zh", "公告"), ("en", "Bulletins")):
            rss = ElementTree.fromstring(self.ask("/feeds/bulletins.rss?lang=" + lang, None).body)
            atom = ElementTree.fromstring(self.ask("/feeds/bulletins.atom?lang=" + lang, None).body)
            self.assertIn(word, rss.find("channel/title").text)
            item, = rss.findall("channel/item")
            entry, = atom.findall(ATOM + "entry")
            self.assertEqual(item.find("guid").text, entry.find(ATOM + "id").text)
            self.assertIn(self.number, item.find("title").text)
            shown = item.find("description").text
            self.assertEqual(shown, entry.find(ATOM + "content").text)
            self.assertIn("hxxp://page[.]example/x?a=%3Cb%3E&c", shown)
            self.assertNotIn("wide.example", shown)
            self.assertNotIn("amber", shown)
        answer = self.ask("/feeds/bulletins.rss", None)
        again = self.ask("/feeds/bulletins.rss", None, If_None_Match=answer.headers["etag"])
        self.assertEqual(again.status, 304)
        self.assertEqual(self.ask("/feeds/bulletins.rss?lang=fr", None).status, 400)
        bad = self.ask("/feeds/bulletins.atom", None, Host='x"><script>')
        if bad.status == 200:
            ElementTree.fromstring(bad.body)
            self.assertNotIn("script", bad.text)


if __name__ == "__main__":
    unittest.main()
