"""Sources over https that ask who reads them: a TLS server that demands a client certificate.

Proves: W17-08 (a partner's list reaches only the hub it is meant for, and what fails says where and why).
"""

import http.server
import os
import socket
import ssl
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import hub as h  # noqa: E402


class List(http.server.BaseHTTPRequestHandler):
    readers = []

    def do_GET(self):
        subject = dict(pair for part in self.connection.getpeercert()["subject"] for pair in part)
        List.readers.append(subject["commonName"])
        body = b"behind-tls.example\n"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    """Shakes hands in the thread of the connection, and reads to the end of one that it refuses: a
    socket that is closed with unread bytes takes the alert with it."""

    tls = None

    def finish_request(self, request, client_address):
        with self.tls.wrap_socket(request, server_side=True,
                                  do_handshake_on_connect=False) as secure:
            try:
                secure.do_handshake()
            except ssl.SSLError:
                with socket.socket(fileno=secure.detach()) as plain:
                    plain.settimeout(10)
                    plain.shutdown(socket.SHUT_WR)
                    while plain.recv(4096):
                        pass
                return
            super().finish_request(secure, client_address)

    def handle_error(self, request, client_address):
        pass


def serve(test, certificate, key, readers_ca, version):
    """Address of a list that only those may read whose certificate `readers_ca` signed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = version
    context.load_cert_chain(certificate, key)
    context.load_verify_locations(readers_ca)
    context.verify_mode = ssl.CERT_REQUIRED
    server = Server(("127.0.0.1", 0), List)
    server.tls = context
    test.addCleanup(server.server_close)
    test.addCleanup(server.shutdown)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"https://127.0.0.1:{server.server_address[1]}/list.txt"


class ClientCertificate(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.openssl = h.program("openssl")
        cls.hub = h.Hub()
        cls.addClassCleanup(cls.hub.end)
        cls.vault = os.path.join(cls.hub.data, "credentials")
        os.makedirs(cls.vault, mode=0o700)
        cls.certificate("server")
        for name in ("reader", "stranger"):
            cls.certificate(name, cls.vault)
        with open(os.path.join(cls.vault, "server.pem"), "w", encoding="utf-8") as out:
            out.write("this is no certificate\n")
        os.chmod(os.path.join(cls.vault, "server.pem"), 0o600)
        cls.hub.more = ["--sources-ca", os.path.join(cls.hub.folder, "server.pem")]
        cls.hub.start().add_cast()

    @classmethod
    def certificate(cls, name, folder=None):
        """`name`.pem and `name`.key, signed by itself, for the hub alone to read."""
        path = os.path.join(folder or cls.hub.folder, name)
        subprocess.run([cls.openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-keyout", path + ".key", "-out",
                        path + ".pem", "-days", "2", "-subj", "/CN=" + name, "-addext",
                        "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
        for ending in (".pem", ".key"):
            os.chmod(path + ending, 0o600)

    def serve(self, version=ssl.TLSVersion.TLSv1_3):
        own = os.path.join(self.hub.folder, "server")
        return serve(self, own + ".pem", own + ".key", os.path.join(self.vault, "reader.pem"),
                     version)

    def ran(self, name, url, certificate=None, key=None):
        """The source after its first run."""
        access = []
        if certificate:
            access = ["--access", "certificate", "--access-certificate", certificate,
                      "--access-key", key]
        self.hub.cli("admin", "source", "add", name, "--kind", "url", "--location", url,
                     "--private-addresses", *access)
        self.hub.cli("admin", "source", "run", name)

        def look():
            seen = self.hub.cli("admin", "source", "show", name)
            return seen if seen.get("last_run") else None
        return h.wait_for(look, 20, f"a run of {name}")

    def refused(self, seen, url, en, zh):
        self.assertEqual(seen["health"], "failing", seen)
        self.assertIn(url, seen["problem"]["en"])
        self.assertIn(url, seen["problem"]["zh"])
        self.assertIn(en, seen["problem"]["en"])
        self.assertIn(zh, seen["problem"]["zh"])

    def test_with_the_right_certificate_the_list_is_read(self):
        List.readers.clear()
        for version in (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2):
            seen = self.ran(f"right-{version.name}", self.serve(version), "reader.pem",
                            "reader.key")
            self.assertEqual(seen["health"], "ok", seen)
        self.assertEqual(List.readers, ["reader", "reader"])
        self.assertTrue(
            self.hub["wang"].get("/api/v1/lookup?value=behind-tls.example")["known"])

    def test_without_one_or_with_a_strangers_it_is_refused_and_said(self):
        List.readers.clear()
        stranger = ("stranger.pem", "stranger.key")
        exact = ("wants a client certificate", "要求客户端证书")
        # TLS 1.2 has no alert of its own for a certificate that is not there.
        guess = ("servers that want another client certificate", "要求其他客户端证书")
        for name, pair, version, words in (
                ("none-13", (), ssl.TLSVersion.TLSv1_3, exact),
                ("strange-13", stranger, ssl.TLSVersion.TLSv1_3, exact),
                ("none-12", (), ssl.TLSVersion.TLSv1_2, guess),
                ("strange-12", stranger, ssl.TLSVersion.TLSv1_2, exact)):
            with self.subTest(name):
                url = self.serve(version)
                self.refused(self.ran(name, url, *pair), url, *words)
        self.assertEqual(List.readers, [])

    def test_a_certificate_of_ours_that_cannot_be_used_is_not_the_peers_fault(self):
        url = self.serve()
        mixed = self.ran("mixed", url, "reader.pem", "stranger.key")
        self.refused(mixed, url, "the key is of another", "私钥与之不符")
        text = self.ran("text", url, "server.pem", "reader.key")
        self.refused(text, url, "no PEM file", "不是 PEM 文件")
        missing = self.ran("missing", url, "nobody.pem", "reader.key")
        self.assertIn("nobody.pem", missing["problem"]["en"])
        self.assertIn("nobody.pem", missing["problem"]["zh"])


if __name__ == "__main__":
    unittest.main()
