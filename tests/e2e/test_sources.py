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
        self.hub.cli("admin", "source", "add", "dead", "--kind", "url", "--location", url)
        done = self.hub.run("source", "preview", "dead", login="admin")
        self.assertEqual(done.returncode, 5, done.stderr)
        self.assertIn(url, done.stderr)
        self.assertNotIn("is the hub running", done.stderr)

    def test_who_may_and_where_from(self):
        refused = self.hub["wang"].refused("POST", "/api/v1/sources", {
            "name": "x", "terms": {"kind": "url", "location": "http://127.0.0.1:1/"}})
        self.assertIn(refused.status, (403,))
        self.hub.cli("admin", "source", "add", "outside", "--kind", "file", "--location",
                     "../../etc/hosts", "--every", "60")
        self.assertEqual(self.ran("outside")["health"], "failing")
        paused = self.hub.cli("admin", "source", "pause", "outside")
        self.assertTrue(paused["paused"])
        retired = self.hub.cli("admin", "source", "retire", "outside")
        self.assertNotIn("next_run", retired)


if __name__ == "__main__":
    unittest.main()
