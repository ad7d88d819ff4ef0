"""Sources with real peers: another hub and medallion over TAXII, a MISP feed behind http, mailboxes, pushes.

Proves: W17-05 (who answers for a feed pushes it), W17-08 (gather from many; what one withdraws the others
may still say, and no measure is touched), W17-09 (a token that may only push).
"""

import email.message
import functools
import http.server
import json
import mailbox
import os
import socket
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import hub as h  # noqa: E402
import index_packages  # noqa: E402

MEDIA = "application/taxii+json;version=2.1"
SECRET = "feed-secret-that-must-not-leak"


def indicator(number, value, modified="2026-01-01T00:00:00.000Z", **more):
    return {"type": "indicator", "spec_version": "2.1",
            "id": f"indicator--00000000-0000-4000-8000-{number:012d}",
            "created": "2026-01-01T00:00:00.000Z", "modified": modified,
            "pattern": f"[domain-name:value = '{value}']", "pattern_type": "stix",
            "valid_from": "2026-01-01T00:00:00Z", **more}


class Stage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.inbox = h.tempfile.mkdtemp(prefix="tocsin-e2e-kinds-")
        os.environ["TOCSIN_SOURCE_PEER"] = SECRET
        cls.addClassCleanup(os.environ.pop, "TOCSIN_SOURCE_PEER")
        hub = cls.hub = h.Hub(more=["--sources", cls.inbox], log_level="debug")
        cls.addClassCleanup(hub.end)
        hub.start().add_cast()

    def add(self, name, kind, location, *more, **how):
        return self.hub.cli("admin", "source", "add", name, "--kind", kind, "--location", location,
                            *more, **how)

    def run_now(self, name):
        """Runs it and waits until it ran."""
        before = self.hub.cli("admin", "source", "show", name).get("last_run")
        self.hub.cli("admin", "source", "run", name)

        def look():
            seen = self.hub.cli("admin", "source", "show", name)
            return seen if seen.get("last_run") and seen.get("last_run") != before else None
        return h.wait_for(look, 30, f"a run of {name}")

    def said(self, value, source):
        """What the source says of a value, or nothing."""
        found = self.hub["wang"].get(f"/api/v1/lookup?value={value}")
        return next((s for s in found.get("sources", []) if s["source"] == source), None)

    def stands(self, value, source):
        said = self.said(value, source)
        return bool(said and said["stands"])


class Taxii(Stage):
    def test_another_hub_is_followed_and_its_revocations_count(self):
        peer = h.Hub()
        self.addCleanup(peer.end)
        peer.start().add_cast()
        box = peer["admin"].post("/api/v1/collections", {"alias": "share"})
        peer["admin"].post("/api/v1/collections/share/grants",
                           {"organization": "sec-co", "read": True, "write": True})

        def give(*objects):
            api = peer.api(peer.tokens["wang"])
            answer = api.call("POST", f"/taxii2/hub/collections/{box['id']}/objects/",
                              json.dumps({"objects": objects}), {"Accept": MEDIA,
                                                                 "Content-Type": MEDIA})
            self.assertEqual(answer.status, 202, answer.body)

        give(*[indicator(n, f"t{n}.example") for n in range(5)])
        self.add("peer", "taxii", f"{peer.url}/taxii2/hub/collections/{box['id']}/",
                 "--private-addresses", "--access", "bearer", "--credential-stdin",
                 "--expiry", "domain:3650", stdin=peer.tokens["wang"] + "\n")
        shown = self.hub.cli("admin", "source", "preview", "peer")
        self.assertEqual(len(shown["items"]), 5)
        self.assertIsNone(self.said("t0.example", "peer"))
        self.assertEqual(self.run_now("peer")["health"], "ok")
        self.assertTrue(self.stands("t4.example", "peer"))
        self.assertIn("valid_until", self.said("t4.example", "peer"))
        give(indicator(4, "t4.example", "2026-02-01T00:00:00.000Z", revoked=True),
             indicator(5, "t5.example"))
        self.run_now("peer")
        self.assertFalse(self.stands("t4.example", "peer"))
        self.assertIn("gone_at", self.said("t4.example", "peer"))
        self.assertTrue(self.stands("t5.example", "peer"))
        text = self.hub.run("lookup", "t4.example", "--lang", "zh", login="wang").stdout
        self.assertIn("撤回", text)
        # The secret is in its file, and nowhere else.
        secret = peer.tokens["wang"].encode()
        found = []
        for folder, _, names in os.walk(self.hub.folder):
            for name in names:
                path = os.path.join(folder, name)
                if not os.path.isfile(path):
                    continue
                with open(path, "rb") as f:
                    if secret in f.read():
                        found.append(os.path.basename(path))
        self.assertEqual([n.endswith(".sealed") for n in found], [True], found)

    def test_medallion(self):
        program = os.path.join(os.path.dirname(index_packages.python()), "medallion")
        which = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
        objects = [indicator(n, f"m{n}.example") for n in range(5)]
        manifest = [{"id": o["id"], "date_added": f"2026-01-0{n + 1}T00:00:00.000001Z",
                     "version": o["modified"], "media_type": "application/stix+json;version=2.1"}
                    for n, o in enumerate(objects)]
        api = {"information": {"title": "api", "versions": [MEDIA], "max_content_length": 1 << 20},
               "status": [],
               "collections": [{"id": which, "title": "c", "can_read": True, "can_write": False,
                                "media_types": ["application/stix+json;version=2.1"],
                                "objects": objects, "manifest": manifest}]}
        root = "http://localhost/api/"
        data = os.path.join(self.inbox, "medallion.json")
        with open(data, "w") as f:
            json.dump({"/discovery": {"title": "m", "default": root, "api_roots": [root]},
                       "api": api}, f)
        config = os.path.join(self.inbox, "medallion-config.json")
        with open(config, "w") as f:
            json.dump({"backend": {"module": "medallion.backends.memory_backend",
                                   "module_class": "MemoryBackend", "filename": data},
                       "users": {"us": SECRET}, "taxii": {"max_page_size": 2}}, f)
        port = h.free_port()
        child = h.Child([program, "--port", str(port), config],
                        os.path.join(self.inbox, "medallion.log"))
        self.addCleanup(child.stop)

        def listening():
            with socket.socket() as s:
                return s.connect_ex(("127.0.0.1", port)) == 0
        h.wait_for(listening, 60, "medallion to listen")
        self.add("medallion", "taxii", f"http://127.0.0.1:{port}/api/collections/{which}/",
                 "--private-addresses", "--access", "basic", "--access-login", "us",
                 "--access-secret", "env:TOCSIN_SOURCE_PEER")
        seen = self.run_now("medallion")
        self.assertEqual(seen["health"], "ok", seen)
        for n in range(5):
            self.assertTrue(self.stands(f"m{n}.example", "medallion"), n)
        self.assertEqual(self.run_now("medallion")["health"], "ok")
        self.assertNotIn(SECRET, self.hub.child.text())


class MispFeed(Stage):
    def test_only_what_changed_is_fetched(self):
        folder = h.tempfile.mkdtemp(prefix="tocsin-e2e-feed-")
        asked = []

        class Publisher(http.server.SimpleHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path.rsplit("/", 1)[-1])
                super().do_GET()

            def log_message(self, *args):
                pass

        server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(Publisher, directory=folder))
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        manifest = {}

        def put(uuid, timestamp, *attributes):
            manifest[uuid] = {"timestamp": str(timestamp), "info": "x"}
            event = {"Event": {"uuid": uuid, "info": "x", "Attribute": [
                {"type": "domain", "to_ids": True, "value": a.lstrip("-"),
                 **({"deleted": True} if a.startswith("-") else {})} for a in attributes]}}
            for name, content in ((uuid + ".json", event), ("manifest.json", manifest)):
                path = os.path.join(folder, name)
                with open(path, "w") as f:
                    json.dump(content, f)
                later = time.time() + 2 * timestamp  # the server tells versions by full seconds
                os.utime(path, (later, later))

        put("e1", 1, "f1.example", "f2.example")
        put("e2", 1, "f3.example")
        self.add("osint", "misp-feed", f"http://127.0.0.1:{server.server_address[1]}/",
                 "--private-addresses")
        self.assertEqual(len(self.hub.cli("admin", "source", "preview", "osint")["items"]), 3)
        self.assertEqual(self.run_now("osint")["health"], "ok")
        self.assertTrue(self.stands("f3.example", "osint"))
        put("e1", 2, "f1.example", "-f2.example")
        asked.clear()
        self.assertEqual(self.run_now("osint")["health"], "ok")
        self.assertEqual([a for a in asked if a.startswith("e")], ["e1.json"])
        self.assertTrue(self.stands("f1.example", "osint"))
        self.assertFalse(self.stands("f2.example", "osint"))
        asked.clear()
        self.run_now("osint")
        self.assertEqual(asked, ["manifest.json"], "unchanged: asked by its date, nothing else")


class Mailbox(Stage):
    @staticmethod
    def message(number, *domains):
        made = email.message.EmailMessage()
        made["Message-ID"] = f"<{number}@abuse.example>"
        made["Date"] = "Sun, 22 Nov 2026 01:00:00 +0000"
        made["Subject"] = f"report {number}"
        made.set_content("see the list\n\nFrom here on nothing else\n")
        made.add_attachment("\n".join(domains) + "\n", subtype="plain", filename="list.txt")
        return made

    def test_maildir_and_mbox_as_python_writes_them(self):
        for kind, box in (("maildir", mailbox.Maildir(os.path.join(self.inbox, "maildir"))),
                          ("mbox", mailbox.mbox(os.path.join(self.inbox, "mbox")))):
            with self.subTest(kind):
                key = box.add(self.message(1, f"{kind}-a.example"))
                box.flush()
                self.add(kind, "mailbox", kind)
                self.assertEqual(self.run_now(kind)["health"], "ok")
                self.assertTrue(self.stands(f"{kind}-a.example", kind))
                if kind == "maildir":  # somebody reads it: the file moves and gets another name
                    read = box[key]
                    read.set_subdir("cur")
                    read.add_flag("S")
                    box[key] = read
                self.addCleanup(box.close)
                box.add(self.message(2, f"{kind}-b.example"))
                box.flush()
                imports = len(self.imports(kind))
                self.run_now(kind)
                self.assertTrue(self.stands(f"{kind}-b.example", kind))
                self.assertEqual(len(self.imports(kind)), imports + 1, "each message once")

    def imports(self, name):
        source = self.hub.cli("admin", "source", "show", name)["id"]
        found = self.hub["shen"].get("/api/v1/imports?limit=1000")["items"]
        return [i for i in found if i["source"] == source]

    def test_a_broken_message_is_set_aside(self):
        folder = os.path.join(self.inbox, "eml")
        os.mkdir(folder)
        with open(os.path.join(folder, "1.eml"), "wb") as f:
            f.write(b"\0\1\2")
        with open(os.path.join(folder, "2.eml"), "wb") as f:
            f.write(self.message(7, "eml-a.example").as_bytes())
        self.add("eml", "mailbox", "eml")
        seen = self.run_now("eml")
        self.assertEqual((seen["health"], seen["set_aside"][0]["name"]), ("ok", "1.eml"))
        self.assertTrue(self.stands("eml-a.example", "eml"))
        self.assertIn("1[.]eml", self.hub.run("source", "show", "eml", login="admin").stdout)


class Push(Stage):
    def test_a_token_that_may_only_push(self):
        hub = self.hub
        for name in ("partner", "other"):
            hub.cli("admin", "source", "add", name, "--kind", "push", "--format", "csv", "--csv",
                    "value:#2,header:no", "--label", "partner-list")
        path = os.path.join(self.inbox, "rows.csv")
        with open(path, "w") as f:
            f.write("1,p1.example\n2,p2.example\n")
        shown = hub.cli("admin", "source", "preview", "partner", "--file", path)
        self.assertEqual(len(shown["items"]), 2)
        secret = hub.cli("admin", "source", "token", "partner", "--user", "wang")["secret"]
        hub.tokens["pusher"] = secret
        made = hub.cli("pusher", "source", "push", "partner", path)
        self.assertEqual(made["imported"], 2)
        again = hub.cli("pusher", "source", "push", "partner", path)
        self.assertEqual(again["id"], made["id"])
        self.assertEqual(self.said("p1.example", "partner")["labels"], ["partner-list"])
        api = hub.api(secret)
        for method, where, status in (("POST", "/api/v1/sources/other/push", 404),
                                      ("GET", "/api/v1/sources", 403),
                                      ("POST", "/api/v1/imports?source=x", 403),
                                      ("GET", "/api/v1/lookup?value=p1.example", 403)):
            self.assertEqual(api.call(method, where, b"x").status, status, where)
        refused = hub.run("source", "token", "partner", "--user", "sun", login="admin")
        self.assertNotEqual(refused.returncode, 0, "an executor does not report")
        refused = hub["admin"].refused("POST", "/api/v1/tokens", {
            "user": "wang", "source": "partner", "scopes": ["push", "read"]})
        self.assertEqual((refused.status, refused.json["rule"]), (403, "W17-10"))

    def test_what_a_source_withdraws_lifts_no_measure(self):
        hub = self.hub
        hub.cli("admin", "source", "add", "sure", "--kind", "push", "--format", "plain",
                "--expiry", "domain:1")
        path = os.path.join(self.inbox, "sure.txt")
        with open(path, "w") as f:
            f.write("measure.example\n")
        hub.tokens["sure"] = hub.cli("admin", "source", "token", "sure", "--user", "wang")["secret"]
        hub.cli("sure", "source", "push", "sure", path)
        hub.block("measure.example")
        listed = lambda: hub["wang"].get("/api/v1/lookup?value=measure.example")["blocked"]  # noqa: E731
        h.wait_for(listed, 10, "the block to be listed")
        hub.cli("admin", "source", "retire", "sure")
        self.assertFalse(self.stands("measure.example", "sure"))
        self.assertTrue(listed(), "the order stands until it is lifted")
        self.assertNotEqual(hub.run("source", "push", "sure", path, login="sure").returncode, 0)


class Stopping(Stage):
    def test_a_hub_does_not_wait_for_a_source_that_hangs(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            self.add("slow", "url", f"http://127.0.0.1:{silent.getsockname()[1]}/",
                     "--private-addresses", "--every", "60")
            connection, _ = silent.accept()
            with connection:
                before = time.monotonic()
                self.assertEqual(self.hub.stop(), 0)
                self.assertLess(time.monotonic() - before, 10 * h.SLOWER)
            self.hub.start()
            silent.settimeout(20 * h.SLOWER)
            again, _ = silent.accept()
            again.close()  # it was still due, and is asked again


if __name__ == "__main__":
    unittest.main()
