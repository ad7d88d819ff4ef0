"""Sources that the hub reads by itself: files, a list behind http, previews, withdrawal.

Proves: W17-08 (an empty feed expires nothing), W17-10 (an administrator tells the hub what to fetch).
"""

import http.server
import os
import sys
import threading
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import hub as h  # noqa: E402


class Publisher(http.server.BaseHTTPRequestHandler):
    body = b""
    sent = 0

    def do_GET(self):
        tag = '"%d"' % hash(Publisher.body)
        if self.headers.get("If-None-Match") == tag:
            self.send_response(304)
            self.send_header("ETag", tag)
            self.end_headers()
            return
        Publisher.sent += 1
        self.send_response(200)
        self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(Publisher.body)))
        self.end_headers()
        self.wfile.write(Publisher.body)

    def log_message(self, *args):
        pass


class Sources(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.inbox = h.tempfile.mkdtemp(prefix="tocsin-e2e-sources-")
        hub = cls.hub = h.Hub(more=["--sources", cls.inbox])
        cls.addClassCleanup(hub.end)
        hub.start().add_cast()
        cls.publisher = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Publisher)
        cls.addClassCleanup(cls.publisher.server_close)
        cls.addClassCleanup(cls.publisher.shutdown)
        threading.Thread(target=cls.publisher.serve_forever, daemon=True).start()

    def write(self, name, text):
        with open(os.path.join(self.inbox, name), "w", encoding="utf-8") as out:
            out.write(text)

    def ran(self, name, before=None):
        """The source once it ran again."""
        def look():
            seen = self.hub.cli("admin", "source", "show", name)
            return seen if seen.get("last_run") and seen.get("last_run") != before else None
        return h.wait_for(look, 10, f"a run of {name}")

    def sightings(self, value):
        found = self.hub["wang"].get(f"/api/v1/lookup?value={value}")
        return found

    def test_a_complete_file_withdraws_and_an_empty_one_does_not(self):
        self.write("list.txt", "src-a.example\nsrc-b.example\n")
        self.hub.cli("admin", "source", "add", "list", "--kind", "file", "--location", "list.txt",
                     "--every", "60", "--complete")
        first = self.ran("list")
        self.assertEqual(first["health"], "ok", first)
        self.assertTrue(self.sightings("src-a.example")["known"])
        self.write("list.txt", "src-a.example\nsrc-c.example\n")
        self.hub.cli("admin", "source", "run", "list")
        second = self.ran("list", first["last_run"])
        record = self.hub["admin"].get("/api/v1/sources/list")
        self.assertEqual(record["health"], "ok")
        self.write("list.txt", "# nothing\n")
        self.hub.cli("admin", "source", "run", "list")
        third = self.ran("list", second["last_run"])
        self.assertEqual(third["health"], "empty")
        said = self.hub.run("source", "list", "--lang", "zh", login="admin")
        self.assertIn("空", said.stdout)

    def test_a_url_is_sent_once_and_previewed(self):
        Publisher.body = b"url-a.example\nnot a name at all\n"
        url = f"http://127.0.0.1:{self.publisher.server_address[1]}/list.txt"
        self.hub.cli("admin", "source", "add", "web", "--kind", "url", "--location", url,
                     "--private-addresses")
        seen = self.hub.cli("admin", "source", "preview", "web")
        self.assertEqual([i["value"] for i in seen["items"]], ["url-a.example"])
        self.assertEqual(len(seen["refusals"]), 1)
        self.assertFalse(self.sightings("url-a.example")["known"])
        self.hub.cli("admin", "source", "run", "web")
        first = self.ran("web")
        self.assertTrue(self.sightings("url-a.example")["known"])
        sent = Publisher.sent
        self.hub.cli("admin", "source", "run", "web")
        self.ran("web", first["last_run"])
        self.assertEqual(Publisher.sent, sent, "unchanged: asked by its tag, not sent")

    def test_a_feed_that_does_not_answer_is_not_the_hub(self):
        url = f"http://127.0.0.1:{h.free_port()}/list.txt"
        self.hub.cli("admin", "source", "add", "dead", "--kind", "url", "--location", url,
                     "--private-addresses")
        done = self.hub.run("source", "preview", "dead", login="admin")
        self.assertEqual(done.returncode, 5, done.stderr)
        self.assertIn(url, done.stderr)
        self.assertNotIn("is the hub running", done.stderr)

    def test_a_private_address_needs_leave_and_the_answer_says_whose(self):
        for url in ("http://127.0.0.1:1/", "https://10.0.0.7/list", "http://[fe80::1]/", "http://localhost/x"):
            told = self.hub["admin"].refused("POST", "/api/v1/sources", {
                "name": "near", "terms": {"kind": "url", "location": url}})
            self.assertEqual((told.status, told.json["field"]), (422, "terms.location"), url)
            for words in (told.json["detail"], told.json["detail_zh"]):
                self.assertIn("--private-addresses", words, url)

    def test_who_may_and_where_from(self):
        refused = self.hub["wang"].refused("POST", "/api/v1/sources", {
            "name": "x", "terms": {"kind": "url", "location": "http://127.0.0.1:1/"}})
        self.assertIn(refused.status, (403,))
        with open(os.path.join(self.inbox, "short.txt"), "w", encoding="utf-8") as out:
            out.write("short.example\n")
        self.hub.cli("admin", "source", "add", "short", "--kind", "file", "--location",
                     "short.txt", "--every", "60")
        paused = self.hub.cli("admin", "source", "pause", "short")
        self.assertTrue(paused["paused"])
        retired = self.hub.cli("admin", "source", "retire", "short")
        self.assertNotIn("next_run", retired)


class Folder(unittest.TestCase):
    """`--sources`: the one folder that sources may be read from."""

    def setUp(self):
        self.hub = h.Hub()
        self.addCleanup(self.hub.end)

    def refused(self, *options):
        done = [self.hub.run("hub", "--data", self.hub.data, "--port", "0", "--dns-port", "0",
                             "--lang", lang, *options) for lang in ("en", "zh")]
        self.assertEqual([d.returncode for d in done], [2, 2], done)
        self.assertIn(options[0], done[0].stderr)
        return done[0].stderr, done[1].stderr

    def test_what_is_no_folder_is_refused_at_the_start(self):
        file = os.path.join(self.hub.folder, "a-file")
        with open(file, "w", encoding="utf-8") as out:
            out.write("x.example\n")
        for place in (file, os.path.join(self.hub.folder, "nowhere")):
            en, zh = self.refused("--sources", place)
            self.assertIn(place + " is no folder", en)
            self.assertIn(place + " 不是目录", zh)
        en, zh = self.refused("--sources-ca", os.path.join(self.hub.folder, "nowhere.pem"))
        self.assertIn("there is no file", en)
        self.assertIn("没有文件", zh)

    def test_without_the_folder_no_file_is_read_and_links_lead_nowhere(self):
        hub = self.hub
        inbox, outside = (os.path.join(hub.folder, n) for n in ("inbox", "outside"))
        for folder in (inbox, outside):
            os.mkdir(folder)
            with open(os.path.join(folder, "list.txt"), "w", encoding="utf-8") as out:
                out.write(f"{os.path.basename(folder)}.example\n")
        os.symlink(outside, os.path.join(inbox, "link"))
        hub.start().add_cast()

        def problem(name, location):
            hub.cli("admin", "source", "add", name, "--kind", "file", "--location", location,
                    "--every", "60")
            hub.cli("admin", "source", "run", name)

            def look():
                seen = hub.cli("admin", "source", "show", name)
                return seen if seen.get("last_run") else None
            return h.wait_for(look, 20, f"a run of {name}").get("problem", {})

        def refused(location):
            return hub["admin"].refused("POST", "/api/v1/sources", {
                "name": "no", "terms": {"kind": "file", "location": location}})

        none = hub["admin"].refused("POST", "/api/v1/sources", {
            "name": "early", "terms": {"kind": "file", "location": "list.txt"}}).json
        self.assertEqual((none["code"], none["field"]), ("refused", "terms.kind"))
        for word in (none["detail"], none["detail_zh"]):
            self.assertIn("--sources DIR", word)
        hub.stop()
        hub.more = ["--sources", inbox]
        hub.start()
        self.assertEqual(problem("inside", "list.txt").get("en", ""), "")
        for location in ("link/list.txt", "../outside/list.txt", "..",
                         os.path.join(outside, "list.txt")):
            told = refused(location)
            self.assertEqual((told.status, told.json["field"]), (422, "terms.location"), location)
            self.assertIn("below the hub's source folder", told.json["detail"], location)
            self.assertIn("来源目录之内", told.json["detail_zh"], location)
        told = refused("nowhere.txt")
        self.assertEqual(told.status, 404, told.text)
        self.assertIn("--sources DIR", told.json["detail"])
        known = lambda name: hub["wang"].get(f"/api/v1/lookup?value={name}")["known"]
        self.assertEqual((known("inbox.example"), known("outside.example")), (True, False))
        # What it read stays, and the source says why it goes no further.
        hub.stop()
        hub.more = []
        hub.start()
        hub.cli("admin", "source", "run", "inside")
        h.wait_for(lambda: "--sources DIR" in hub.cli("admin", "source", "show", "inside")
                   .get("problem", {}).get("en", ""), 20, "the reason")
        self.assertTrue(known("inbox.example"))


if __name__ == "__main__":
    unittest.main()
