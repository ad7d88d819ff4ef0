"""The commands of docs/first-block.md, exactly as they stand there; only the ports are free ones.

Proves: W17-07, W17-11, W17-14, W17-24, W17-25, T05-22.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import hub as h  # noqa: E402

PORTS = ("7710", "7753", "5300", "5301")


def page(name):
    with open(os.path.join(h.REPO, "docs", name), encoding="utf-8") as f:
        return f.read()


def commands(name):
    return re.findall(r"```sh\n(.*?)```", page(name), re.S)


class FirstBlock(unittest.TestCase):
    def run_all(self, script, folder):
        """Output and exit code of one bash; everything that it left behind is ended."""
        env = {k: v for k, v in os.environ.items() if not k.startswith(("TOCSIN_", "LC_"))}
        env.update(LANG="C.UTF-8", HOME=folder,
                   PATH=os.path.dirname(h.BIN) + os.pathsep + env["PATH"])
        with tempfile.TemporaryFile("w+", encoding="utf-8") as out:
            bash = subprocess.Popen(["bash", "-euo", "pipefail", "-c", script], stdout=out,
                                    stderr=subprocess.STDOUT, cwd=folder, env=env,
                                    stdin=subprocess.DEVNULL, start_new_session=True)
            try:
                code = bash.wait(60 * h.SLOWER)
            except subprocess.TimeoutExpired:
                code = None
            finally:
                try:
                    os.killpg(bash.pid, signal.SIGTERM)  # its own session: hub and resolvers
                except ProcessLookupError:
                    pass
                bash.wait()
            out.seek(0)
            return code, out.read()

    def test_the_commands_of_the_page(self):
        h.program("unbound")
        script = "\n".join(commands("first-block.md"))
        for port in PORTS:
            self.assertIn(port, script)
            script = script.replace(port, str(h.free_port()))
        with tempfile.TemporaryDirectory(prefix="tocsin-e2e-") as folder:
            code, said = self.run_all(script, folder)
        self.assertEqual(code, 0, said)
        for words in ("distinct threats submitted: 1", "block → op-a", "notice: N-",
                      "effective", "verification: verified, DNS probe", "-1  verified",
                      "Verdict: complete and consistent"):
            self.assertIn(words, said)
        self.assertRegex(said, r"T-\d{4}-000001  closed")
        self.assertNotIn("No such file", said)
        self.assertNotIn("in vain", said)

    def test_waiting_ends_when_the_hub_does_not_start(self):
        first = commands("first-block.md")[0].replace("{1..100}", "{1..3}")
        self.assertNotRegex("\n".join(commands("first-block.md")), r"\b(until|while) ")
        with tempfile.TemporaryDirectory(prefix="tocsin-e2e-") as folder:
            script = first.replace("--port 7710", "--port no-port")
            code, said = self.run_all(script, folder)
        self.assertIsNotNone(code, "still waiting")
        self.assertIn("waited in vain for: grep", said)
        self.assertIn("no-port", said)

    def test_the_page_says_how_the_program_is_found(self):
        for name in ("first-block.md", "first-block.zh-CN.md"):
            self.assertIn("export PATH=$PWD/build/dev/apps/tocsin:$PATH", page(name)[:300])

    def test_both_languages_give_the_same_commands(self):
        self.assertEqual(commands("first-block.md"), commands("first-block.zh-CN.md"))
        self.assertGreater(len(commands("first-block.md")), 5)

    def test_the_readme_leads_there(self):
        for readme, name in (("README.md", "first-block.md"),
                             ("README.zh-CN.md", "first-block.zh-CN.md")):
            with open(os.path.join(h.REPO, readme), encoding="utf-8") as f:
                self.assertIn("docs/" + name, f.read())


if __name__ == "__main__":
    unittest.main()
