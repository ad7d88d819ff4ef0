"""A snapshot on the command line: built, asked, signed for, brought up to date.

Proves W17-15 as far as recognising goes: what is listed is found, and nothing beside it.
"""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BIN = os.environ.get("TOCSIN_BIN", str(ROOT / "build/dev/apps/tocsin/tocsin"))


class Match(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_match(self, *args, text="", code=0):
        done = subprocess.run([BIN, "match", *args, "--json"], cwd=self.folder, input=text,
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return json.loads(done.stdout) if code == 0 or done.stdout else done.stderr

    def test_build_query_diff_apply(self):
        feed = ["evil.example", "*.bad.example", "192.0.2.0/24", "http://host.example/a/"]
        (self.folder / "feed.txt").write_text("\n".join(feed) + "\n")
        built = self.run_match("build", "old.tsnap", "feed.txt", "-", text="2001:db8::1\nno indicator\n")
        self.assertEqual((built["indicators"], built["refused"]), (5, 1))
        self.assertEqual(built["sources"], ["feed.txt", "stdin"])
        answers = self.run_match("query", "old.tsnap", "EVIL[.]example", "www.evil.example",
                                 "a.bad.example", "192.0.2.9", "https://host.example/a/b", "host.example",
                                 "-", text="2001:db8::1\n")["answers"]
        self.assertEqual([[hit["relation"] for hit in a["hits"]] for a in answers],
                         [["exact"], [], ["below"], ["below"], ["below"], [], ["exact"]])
        self.assertEqual(answers[-1]["hits"][0]["sources"], ["stdin"])
        self.run_match("query", "old.tsnap", "good.example", code=1)

        (self.folder / "new.tsnap").write_bytes((self.folder / "old.tsnap").read_bytes())
        (self.folder / "feed.txt").write_text("\n".join(feed[1:] + ["new.example"]) + "\n")
        built = self.run_match("build", "new.tsnap", "feed.txt")
        self.assertEqual(built["list_version"], 2)
        self.run_match("diff", "old.tsnap", "new.tsnap", "delta")
        self.run_match("apply", "old.tsnap", "delta", "applied.tsnap")
        self.assertEqual((self.folder / "applied.tsnap").read_bytes(),
                         (self.folder / "new.tsnap").read_bytes())
        self.run_match("apply", "new.tsnap", "delta", "again.tsnap", code=4)
        self.assertFalse((self.folder / "again.tsnap").exists())
        self.assertTrue(self.run_match("info", "applied.tsnap", "--verify")["verified"])

    def test_payload_literals(self):
        rules = ['content:"GET /gate.php|3f|id="; nocase;', 'content:"|de ad be ef|";', 'content:"abc";']
        (self.folder / "rules.txt").write_text("\n".join(rules) + "\n")
        built = self.run_match("build", "l.tsnap", "rules.txt")
        self.assertEqual((built["kinds"], built["refused"]), ({"literal": 2}, 1))
        self.assertTrue((self.folder / "l.tsnap.literals-stream").exists())
        (self.folder / "session").write_bytes(b"x" * (1 << 20) + b"get /GATE.php?id=7\xde\xad\xbe\xef")
        (self.folder / "clean").write_bytes(b"nothing")
        files = self.run_match("query", "l.tsnap", "--scan", "session", "--scan", "clean")["files"]
        self.assertEqual([(hit["value"], hit["offset"], hit["bytes"]) for hit in files[0]["hits"]],
                         [('"get /gate.php?id=" nocase', 1 << 20, 17),
                          ('"|de ad be ef|"', (1 << 20) + 18, 4)])
        self.assertEqual((files[0]["count"], files[1]["count"]), (2, 0))
        self.run_match("query", "l.tsnap", "--scan", "-", text="clean too", code=1)
        self.run_match("query", "l.tsnap", code=2)
        answer = self.run_match("query", "l.tsnap", 'content:"|DEADBEEF|";')["answers"][0]
        self.assertEqual(answer["hits"][0]["relation"], "exact")

    def test_signature(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                        "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "2", "-subj",
                        "/CN=hub.example"], cwd=self.folder, check=True, capture_output=True, timeout=60)
        self.run_match("build", "s.tsnap", "-", "--key", "key.pem", "--cert", "cert.pem",
                       text="evil.example\n")
        self.run_match("info", "s.tsnap", "--trust", "cert.pem")
        self.run_match("build", "s2.tsnap", "-", text="good.example\n")
        (self.folder / "s2.tsnap.p7s").write_bytes((self.folder / "s.tsnap.p7s").read_bytes())
        self.run_match("info", "s2.tsnap", "--trust", "cert.pem", code=1)


if __name__ == "__main__":
    unittest.main()
