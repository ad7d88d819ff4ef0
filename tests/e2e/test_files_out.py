"""What the command line writes for somebody, and what it says of what it read."""

import os
import shutil
import tempfile
import unittest

import hub as h


class Files(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.inbox = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.inbox)
        cls.hub = h.Hub(more=["--sources", cls.inbox])
        cls.addClassCleanup(cls.hub.end)
        cls.hub.start().add_cast()

    def write(self, name, text):
        path = os.path.join(self.inbox, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def test_a_refused_export_leaves_the_file_as_it_was(self):
        path = self.write("kept.csv", "precious\n")
        for words in (["export", "csv", "--source", "nowhere", "--to", path],
                      ["search", "export", "--in", "nowhere", "x", "--to", path]):
            refused = self.hub.run(*words, login="gao")
            self.assertNotEqual(refused.returncode, 0, words)
            with open(path, encoding="utf-8") as f:
                self.assertEqual(f.read(), "precious\n", words)
        self.assertEqual([n for n in os.listdir(self.inbox) if n.endswith(".part")], [])

    def test_a_run_says_what_became_of_its_lines(self):
        hub = self.hub
        self.write("run.txt", "run-a.example\nrun-b.example\nnot a name\n")
        hub.cli("admin", "source", "add", "run", "--kind", "file", "--location", "run.txt",
                "--complete")
        said = hub.run("source", "run", "run", "--lang", "en", login="admin").stdout
        self.assertIn("lines 3, new 2, merged 0, refused 1, taken back 0", said)
        self.assertIn("last run: 20", said)
        retired = hub.run("source", "retire", "run", "--lang", "en", login="admin").stdout
        self.assertIn("(retired)", retired)

    def test_a_file_that_is_none_is_an_error(self):
        path = self.write("noise.bin", "\x01\x02 no line of this is one\n")
        done = self.hub.run("import", path, "--source", "noise", "--format", "plain", login="wang")
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
