"""Every route of the served OpenAPI document, attacked by a program that is not ours.

Schemathesis makes requests from the document itself: right ones, wrong types, missing members, odd
bytes, methods that are not there. Whatever it sends, the hub answers by its own document and never
with a server error, and what it wrote meanwhile is a whole journal. TOCSIN_E2E_SEED varies the
requests, TOCSIN_E2E_REQUESTS is how many each operation gets at most.
"""

import os
import subprocess
import unittest

import hub
import index_packages

CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance",
          "response_schema_conformance", "allow_header_conformance", "ignored_auth")
# Streams that do not end, and an export as large as the base.
ENDLESS = "/events"


class EveryAnswer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.hub = hub.Hub()
        cls.addClassCleanup(cls.hub.end)
        cls.hub.start()

    def test_no_described_route_leaves_its_answer_open(self):
        document = self.hub["admin"].get("/api/v1/openapi.json")
        open_ones = []
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                for status, answer in operation["responses"].items():
                    if not status.startswith("2") or status == "204":
                        continue
                    types = answer.get("content", {})
                    plain = types.get("application/json", {"schema": True}).get("schema")
                    if not types or not plain:
                        open_ones.append(f"{method} {path} {status}")
        self.assertEqual(open_ones, [], "each says what its success looks like")


class EveryRoute(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.python = index_packages.python()
        cls.hub = hub.Hub()
        cls.addClassCleanup(cls.hub.end)
        cls.hub.start()
        cls.hub.add_cast()
        cls.hub.block("evil.example")

    def attack(self, login):
        done = subprocess.run(
            [os.path.join(os.path.dirname(self.python), "schemathesis"), "run",
             f"{self.hub.url}/api/v1/openapi.json", "--checks", ",".join(CHECKS),
             "--header", f"Authorization: Bearer {self.hub.tokens[login]}",
             "--phases", "coverage,fuzzing",
             "--max-examples", os.environ.get("TOCSIN_E2E_REQUESTS", "10"),
             "--seed", os.environ.get("TOCSIN_E2E_SEED", "1"),
             "--exclude-path-regex", ENDLESS, "--continue-on-failure", "--no-shrink",
             "--suppress-health-check", "all", "--request-timeout", "20",
             "--warnings", "off", "--no-color"],
            cwd=self.hub.folder, capture_output=True, text=True, timeout=900)
        self.assertEqual(done.returncode, 0, done.stdout[-8000:] + done.stderr[-2000:])
        return done.stdout

    def test_no_request_is_a_server_error_and_every_answer_is_in_the_document(self):
        for login in ("zhao", "admin"):
            told = self.attack(login)
            self.assertRegex(told, r"\d{3,} generated")
        self.assertTrue(self.hub.healthy())
        verified = self.hub.run("journal", "verify", login="shen")
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)


if __name__ == "__main__":
    unittest.main()
