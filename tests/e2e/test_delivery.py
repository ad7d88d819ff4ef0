"""Deliveries to real receivers on loopback: webhooks, signed mail, a hub that is killed meanwhile."""

import csv
import email
import email.policy
import glob
import hashlib
import hmac
import http.server
import io
import json
import os
import signal
import subprocess
import sys
import threading
import unittest

import index_packages
from hub import Child, Hub, free_port, program, wait_for

HERE = os.path.dirname(os.path.abspath(__file__))


class Receiver:
    """An HTTP receiver that keeps what it gets; `answers` are taken first, then 200."""

    def __init__(self):
        self.got = []
        self.answers = []
        self.hold = None
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append((dict(self.headers.items()), body))
                if outer.hold:
                    outer.hold.wait(30)
                try:
                    self.send_response(outer.answers.pop(0) if outer.answers else 200)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                except OSError:
                    pass  # the hub was killed while it waited

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def events(self):
        return [(h["Idempotency-Key"], e) for h, b in self.got for e in json.loads(b)["events"]]


def holds(signature, key, body):
    """What docs/delivery.md tells a receiver to do."""
    parts = dict(p.split("=", 1) for p in signature.split(","))
    mac = hmac.new(key.encode(), f"{parts['t']}.".encode() + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(mac, parts["v1"])


class Webhooks(unittest.TestCase):
    def setUp(self):
        self.receiver = Receiver()
        self.addCleanup(self.receiver.close)
        self.hub = Hub(more=["--local-webhooks", "--delivery-retry", "1"]).start().add_cast()
        self.addCleanup(self.hub.end)

    def subscribe(self, **more):
        return self.hub["zhao"].post("/api/v1/subscriptions", {
            "organization": "op-b", "ceiling": "clear", "address": self.receiver.url, **more})

    def deliveries(self, state="", login="zhao"):
        return self.hub[login].get("/api/v1/deliveries?state=" + state)["items"]

    def test_determined_listed_lifted_once_each_and_signed(self):
        made = self.subscribe(concern={"networks": ["11.22.33.0/24", "2600:9::/32"]})
        key = made["secret"]
        number, task = self.hub.block("11.22.33.9", "2600:9::5", "elsewhere.example", tlp="clear")
        self.hub.block("11.22.33.10", tlp="amber")  # above the ceiling
        self.hub.block("11.99.33.9", tlp="clear")  # not theirs
        wait_for(lambda: len(self.receiver.got) >= 2, 15, "determined and listed")
        self.hub.uphold_appeal(task)
        wait_for(lambda: len(self.receiver.got) >= 3, 15, "lifted")
        wait_for(lambda: len(self.deliveries("sent")) == 3, 10, "three deliveries recorded")
        events = self.receiver.events()
        self.assertEqual([e["event"] for _, e in events], ["determined", "listed", "lifted"])
        self.assertEqual(len({k for k, _ in events}), 3)
        for headers, body in self.receiver.got:
            self.assertTrue(holds(headers["X-Tocsin-Signature"], key, body))
            self.assertFalse(holds(headers["X-Tocsin-Signature"], key, body + b" "))
            event, = json.loads(body)["events"]
            self.assertEqual(event["case"], number)
            self.assertEqual({i["value"]: i["key"] for i in event["indicators"]},
                             {"11.22.33.9": "network:11.22.33.0/24",
                              "2600:9::5": "network:2600:9::/32"})
            self.assertIn("in your network", event["indicators"][0]["why"]["en"])
        # The recipient sees its own, nobody else does; the key is shown to nobody.
        self.assertEqual(len(self.deliveries(login="sunb")), 3)
        self.assertEqual(self.deliveries(login="sun"), [])
        self.assertNotIn(key, self.hub["zhao"].ask("GET", "/api/v1/subscriptions").text)
        self.assertNotIn(key, self.hub.child.text())
        self.assertEqual(self.hub["sunb"].refused(
            "POST", "/api/v1/subscriptions", {"organization": "op-b", "address": "https://x.example"}
        ).status, 403)

    def test_a_receiver_that_fails_is_asked_again_with_the_same_key(self):
        self.receiver.answers = [503, 500]
        self.subscribe()
        self.hub.determine(self.hub.submit(["again.example"], tlp="clear")["number"])
        wait_for(lambda: self.deliveries("sent"), 20, "the delivery after two refusals")
        keys = {k for k, _ in self.receiver.events()}
        bodies = {b for _, b in self.receiver.got}
        self.assertEqual((len(self.receiver.got), len(keys), len(bodies)), (3, 1, 1))
        self.assertEqual(self.deliveries()[0]["attempts"], 3)

    def test_killed_between_queue_and_send_nothing_is_lost_or_doubled(self):
        self.receiver.hold = threading.Event()  # it gets the body, and the hub never the answer
        self.subscribe()
        for n in range(4):
            self.hub.determine(self.hub.submit([f"kill{n}.example"], tlp="clear")["number"])
        wait_for(lambda: self.receiver.got, 15, "the first body")
        self.hub.stop(signal.SIGKILL)
        self.receiver.hold.set()
        self.receiver.hold = None
        self.hub.start()
        wait_for(lambda: len(self.deliveries("sent")) == 4, 30, "all four deliveries")
        by_key = {}
        for key, event in self.receiver.events():
            by_key.setdefault(key, set()).add(event["case"])
        self.assertEqual(len(by_key), 4)  # repeated ones carry the key they had
        self.assertEqual(sorted(c for cases in by_key.values() for c in cases),
                         [f"T-2026-{n:06}" for n in range(1, 5)])
        self.assertGreater(len(self.receiver.got), 4)

    def test_command_line(self):
        made = self.hub.run("subscription", "add", "--organization", "op-b", "--webhook",
                            self.receiver.url, "--tlp", "clear", "--domain", "mine.example",
                            "--json", login="zhao")
        self.assertEqual(made.returncode, 0, made.stderr)
        which = json.loads(made.stdout)["id"]
        self.receiver.answers = [500] * 50
        self.hub.determine(self.hub.submit(["www.mine.example"], tlp="clear")["number"])
        wait_for(lambda: self.deliveries("failed"), 15, "a failed delivery")
        shown = self.hub.run("delivery", "list", "--state", "failed", login="zhao").stdout
        self.assertIn("500", shown)
        self.receiver.answers = []
        again = self.hub.run("delivery", "retry", shown.split()[0], login="zhao")
        self.assertEqual(again.returncode, 0, again.stderr)
        wait_for(lambda: self.deliveries("sent"), 15, "the retried delivery")
        for word in ("pause", "resume", "remove"):
            done = self.hub.run("subscription", word, which, login="zhao")
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn(which, self.hub.run("subscription", "list", login="zhao").stdout)


class NotPublic(unittest.TestCase):
    def test_a_webhook_does_not_reach_into_our_own_network(self):
        receiver = Receiver()
        self.addCleanup(receiver.close)
        hub = Hub(more=["--delivery-retry", "1"]).start().add_cast()
        self.addCleanup(hub.end)
        for host in ("127.0.0.1", "localhost"):
            hub["zhao"].post("/api/v1/subscriptions", {
                "organization": "op-b", "ceiling": "clear",
                "address": receiver.url.replace("127.0.0.1", host)})
        hub.determine(hub.submit(["inside.example"], tlp="clear")["number"])
        wait_for(lambda: len([d for d in hub["zhao"].get("/api/v1/deliveries?state=failed")["items"]
                              if d["attempts"] >= 2]) == 2, 20, "two attempts of both")
        self.assertEqual(receiver.got, [])


class Mail(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.python = index_packages.python()
        cls.openssl = program("openssl")

    def setUp(self):
        self.port = free_port()
        self.hub = Hub()
        self.addCleanup(self.hub.end)
        self.folder = os.path.join(self.hub.folder, "mail")
        os.mkdir(self.folder)

    def serve(self, *tls, hub=()):
        child = Child([self.python, os.path.join(HERE, "mail_sink.py"), str(self.port),
                       self.folder, *tls], os.path.join(self.hub.folder, "sink.log"))
        self.addCleanup(child.stop)
        self.hub.more = ["--smtp", f"smtp://127.0.0.1:{self.port}", "--mail-from",
                         "hub@tocsin.example", "--delivery-retry", "1", *hub]
        self.hub.start().add_cast()

    def subscribe(self, **more):
        return self.hub["zhao"].post("/api/v1/subscriptions", {
            "organization": "op-b", "channel": "mail", "address": "soc@op-b.example",
            "ceiling": "amber", **more})

    def mails(self, count):
        def there():
            found = sorted(glob.glob(os.path.join(self.folder, "*.eml")))
            return found if len(found) >= count else None
        return wait_for(there, 20, f"{count} mails; see {self.hub.folder}/sink.log")

    def verify(self, path):
        out = path + ".txt"
        done = subprocess.run([self.openssl, "cms", "-verify", "-in", path, "-noverify", "-signer",
                               path + ".pem", "-out", out], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        # As docs/delivery.md says, with nothing but the authority's certificate.
        pem = path + ".pem"
        trusted = subprocess.run([self.openssl, "cms", "-verify", "-in", path, "-certfile", pem,
                                  "-CAfile", pem, "-purpose", "any", "-out", out],
                                 capture_output=True, text=True)
        self.assertEqual(trusted.returncode, 0, trusted.stderr)
        smime = subprocess.run([self.openssl, "smime", "-verify", "-in", path, "-noverify",
                                "-out", out], capture_output=True, text=True)
        self.assertEqual(smime.returncode, 0, smime.stderr)
        return out

    def test_signed_mail_that_openssl_verifies(self):
        self.serve(hub=["--smtp-tls", "off"])
        self.subscribe(language="zh")
        self.subscribe(language="en")
        number = self.hub.submit(["http://evil-mail.example/x"], tlp="amber")["number"]
        self.hub.determine(number)
        seen = {}
        for path in self.mails(2):
            self.verify(path)
            with open(path, "rb") as f:
                raw = f.read()
            message = email.message_from_bytes(raw, policy=email.policy.default)
            self.assertEqual(message["To"], "soc@op-b.example")
            text = message.get_body().get_content()
            lang = "zh" if "网络安全威胁" in message["Subject"] else "en"
            seen[lang] = text
            self.assertIn("[TLP:AMBER]", message["Subject"])
            self.assertIn(number, message["Subject"])
            self.assertIn("hxxp://evil-mail[.]example/x", text)
            self.assertNotIn("evil-mail.example", text)
            table, = [p for p in message.walk() if p.get_content_type() == "text/csv"]
            rows = list(csv.DictReader(io.StringIO(table.get_content())))
            self.assertEqual([r["value"] for r in rows], ["http://evil-mail.example/x"])
            broken = path + ".broken"
            with open(broken, "wb") as f:
                f.write(raw.replace(b"text/csv; charset=utf-8", b"text/csv; charset=UTF-8"))
            bad = subprocess.run([self.openssl, "cms", "-verify", "-in", broken, "-noverify",
                                  "-out", os.devnull], capture_output=True)
            self.assertNotEqual(bad.returncode, 0)
            # Signed by the authority that made the subscription, with the key of its notices.
            miit, = [o for o in self.hub["zhao"].get("/api/v1/organizations")["items"]
                     if o["code"] == "miit"]
            with open(path + ".pem", encoding="ascii") as f:
                self.assertEqual(f.read().strip(), miit["certificate"].strip())
        self.assertEqual(set(seen), {"zh", "en"})

    def test_without_tls_nothing_is_sent_unless_told(self):
        self.serve()
        self.subscribe()
        self.hub.determine(self.hub.submit(["plain.example"], tlp="amber")["number"])
        wait_for(lambda: self.hub["zhao"].get("/api/v1/deliveries?state=failed")["items"], 20,
                 "a refusal to send without TLS")
        self.assertEqual(os.listdir(self.folder), [])

    def test_starttls_with_a_certificate_that_verifies(self):
        key, certificate = (os.path.join(self.hub.folder, n) for n in ("k.pem", "c.pem"))
        subprocess.run([self.openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout",
                        key, "-out", certificate, "-days", "2", "-subj", "/CN=127.0.0.1",
                        "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
        self.serve(certificate, key, hub=["--smtp-ca", certificate])
        self.subscribe(rhythm="immediate")
        self.hub.determine(self.hub.submit(["tls.example"], tlp="amber")["number"])
        self.verify(self.mails(1)[0])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]])
