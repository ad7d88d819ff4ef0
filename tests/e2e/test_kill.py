"""kill -9 of the hub under load, again and again on one database.

Proves: W17-07 and W17-14 hold across a crash: what was answered is there, once, and whole;
repeating a request with its idempotency key gives the same answer; the journal verifies.
TOCSIN_E2E_KILLS changes how often (default 200).
"""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import hub as h  # noqa: E402

KILLS = int(os.environ.get("TOCSIN_E2E_KILLS", "200"))
SEED = int(os.environ.get("TOCSIN_E2E_SEED", str(random.randrange(1 << 30))))
GONE = (OSError, http.client.HTTPException)


class Submitter:
    """Submits one threat after another; a request without an answer is repeated with its key."""

    def __init__(self, hub, name):
        self.hub, self.name = hub, name
        self.count = 0
        self.answered = {}  # key -> (body, answer)

    def request(self):
        key = f"{self.name}-{self.count}"
        return key, {"title": key, "subtype": "malicious-domain", "provinces": ["51"],
                     "indicators": [f"{key}.kill.example"],
                     "evidence": [{"title": "note", "content": "seen"}]}

    def run(self, api):
        while True:
            key, body = self.request()
            answer = api["wang"].post("/api/v1/threats", body, key)
            self.answered[key] = ("wang", "/api/v1/threats", body, answer)
            self.count += 1


class Decider:
    """Takes one threat after another through the whole loop, each step with its key."""

    def __init__(self, hub, name):
        self.hub, self.name = hub, name
        self.count = 0
        self.step = 0
        self.number = self.task = None
        self.answered = {}
        self.finished = []

    def steps(self):
        n, t = f"/api/v1/threats/{self.number}/", f"/api/v1/tasks/{self.task}/"
        proof = [{"title": "log", "content": "seen"}]
        return [
            ("wang", "/api/v1/threats", {
                "title": f"{self.name}-{self.count}", "subtype": "malicious-domain",
                "provinces": ["51"], "indicators": [f"{self.name}-{self.count}.kill.example"],
                "evidence": proof}),
            ("zhao", n + "delegation", {"body": "cncert"}),
            ("li", n + "determination", {
                "reason": "confirmed", "threat_name": "x", "evidence": proof,
                "proposals": [{"measure": "block", "addressee": "op-a", "limit": "24h"},
                              {"measure": "block", "addressee": "op-b", "limit": "24h"}]}),
            ("zhao", n + "review", {"reason": "agreed", "notify": True}),
            ("sun", t + "acknowledgement", {}),
            ("sun", t + "feedback", {"outcome": "done", "evidence": proof}),
            ("zhou", t + "verification", {"method": "document", "evidence": proof}),
        ]

    def run(self, api):
        while True:
            login, path, body = self.steps()[self.step]
            key = f"{self.name}-{self.count}-{self.step}"
            answer = api[login].post(path, body, key)
            self.answered[key] = (login, path, body, answer)
            if self.step == 0:
                self.number = answer["number"]
            if self.step == 3:
                self.task = answer["tasks"][0]
            self.step += 1
            if self.step == 7:
                self.finished.append(self.number)
                self.step, self.number, self.task = 0, None, None
                self.count += 1


class People:
    """Connections of one thread."""

    def __init__(self, hub):
        self.hub = hub
        self.apis = {}

    def __getitem__(self, login):
        if login not in self.apis:
            self.apis[login] = self.hub.api(self.hub.tokens[login])
        return self.apis[login]

    def close(self):
        for api in self.apis.values():
            api.close()


def work(worker, hub, trouble):
    people = People(hub)
    try:
        worker.run(people)
    except GONE:
        pass  # the kill
    except Exception as e:  # noqa: BLE001 - told by the main thread
        trouble.append(f"{worker.name}: {e!r}")
    finally:
        people.close()


class Kill(unittest.TestCase):
    def test_kill_under_load(self):
        dice = random.Random(SEED)
        hub = h.Hub(log_level="warn")
        self.addCleanup(hub.end)
        hub.start().add_cast()
        workers = [Submitter(hub, "s1"), Submitter(hub, "s2"), Decider(hub, "d1"),
                   Decider(hub, "d2")]
        seen = {w.name: 0 for w in workers}
        for round_ in range(KILLS):
            trouble = []
            threads = [threading.Thread(target=work, args=(w, hub, trouble)) for w in workers]
            for t in threads:
                t.start()
            time.sleep(dice.uniform(0.03, 0.2))  # the moment of the kill is the point here
            hub.child.process.kill()
            hub.child.process.wait()
            for t in threads:
                t.join(30)
            where = f"seed {SEED}, round {round_}"
            self.assertEqual(trouble, [], where)
            if round_ % 25 == 24 or round_ == KILLS - 1:
                self.check_journal_file(hub, where)
            hub.start()
            with self.subTest(where):
                self.check_answers(hub, workers, seen, dice)
                if round_ % 25 == 24:
                    self.check_whole(hub, workers)
        self.check_whole(hub, workers)
        self.assertEqual(hub.stop(), 0)
        self.check_journal_file(hub, "the end")
        done = sum(len(w.answered) for w in workers)
        self.assertGreater(done, KILLS)
        self.assertTrue(workers[2].finished)

    def check_journal_file(self, hub, where):
        done = hub.run("journal", "verify", "--db", hub.database, "--json")
        self.assertEqual(done.returncode, 0, where + done.stderr)
        self.assertTrue(json.loads(done.stdout)["ok"])

    def check_answers(self, hub, workers, seen, dice):
        """The same key gives the same answer: for all that is new, and some that is old."""
        for w in workers:
            keys = list(w.answered)
            fresh = keys[seen[w.name]:]
            seen[w.name] = len(keys)
            if len(fresh) > 6:
                fresh = fresh[-3:] + dice.sample(fresh[:-3], 3)
            for key in fresh + ([dice.choice(keys)] if keys else []):
                login, path, body, answer = w.answered[key]
                self.assertEqual(hub[login].post(path, body, key), answer, key)
        if workers[0].answered:
            key, (login, path, body, _) = next(iter(workers[0].answered.items()))
            other = hub[login].call("POST", path, {**body, "title": "another"},
                                    headers={"Idempotency-Key": key})
            self.assertEqual(other.status, 409)

    def all_of(self, hub, path, login="zhao"):
        items, after = [], ""
        while True:
            page = hub[login].get(f"{path}?limit=1000&after={after}")
            items += page["items"]
            after = page.get("next")
            if not after:
                return items

    def check_whole(self, hub, workers):
        """Everything answered is there exactly once, and nothing is half there."""
        threats = self.all_of(hub, "/api/v1/threats")
        by_title = {}
        for t in threats:
            by_title.setdefault(t["title"], []).append(t)
        for title, found in by_title.items():
            self.assertEqual(len(found), 1, f"{title} is there {len(found)} times")
        numbers = [t["number"] for t in threats]
        self.assertEqual(len(numbers), len(set(numbers)))
        asked = 0
        for w in workers:
            for key, (_, path, body, answer) in w.answered.items():
                if path == "/api/v1/threats":
                    asked += 1
                    self.assertEqual(by_title[body["title"]][0]["id"], answer["id"], key)
        # One request a worker may have been done without its answer having arrived.
        self.assertLessEqual(asked, len(threats))
        self.assertLessEqual(len(threats), asked + len(workers))

        tasks = {t["id"]: t for t in self.all_of(hub, "/api/v1/tasks")}
        listed = set()
        for t in threats:
            for task in t.get("tasks", []):
                self.assertEqual(tasks[task]["threat"], t["id"])
                listed.add(task)
            self.assertEqual(t["state"] in ("approved", "closed"), bool(t.get("tasks")), t)
        self.assertEqual(listed, set(tasks), "a task that its threat does not list")
        notices = self.all_of(hub, "/api/v1/notices", "sun")
        notices += self.all_of(hub, "/api/v1/notices", "sunb")
        self.assertEqual(len(notices), len({n["number"] for n in notices}))
        by_task = {}
        for n in notices:
            by_task.setdefault(n["task"], []).append(n["id"])
        for task in tasks.values():
            self.assertEqual(sorted(by_task.get(task["id"], [])), sorted(task.get("notices", [])))
        # The list follows the decisions, also those made just before a kill.
        for login in ("sun", "sunb"):
            want = {i["value"] for t in tasks.values() for i in t["indicators"]
                    if t["addressee"] == hub[login].get("/api/v1/me")["organization"]["id"]}
            h.wait_for(lambda: want == {
                line for line in hub[login].ask("GET", "/api/v1/list.txt").text.splitlines()
                if not line.startswith("#")}, 10, "the list to have what was decided")


class KilledImport(unittest.TestCase):
    LINES = 60000

    def feed(self, folder):
        path = os.path.join(folder, "feed.txt")
        with open(path, "w") as f:
            for i in range(self.LINES):
                f.write(f"name-{i % 55000}.import.example\n")
                if i % 1000 == 0:
                    f.write("# a comment\nnot a line at all !!\n")
        return path

    def command(self, hub, path):
        env = dict(os.environ, TOCSIN_HUB=hub.url, TOCSIN_TOKEN=hub.tokens["wang"])
        return subprocess.Popen([h.BIN, "import", path, "--source", "partner", "--json"],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)

    def test_resumed_import_has_the_counts_of_an_uninterrupted_one(self):
        dice = random.Random(SEED)
        calm = h.Hub(log_level="warn")
        self.addCleanup(calm.end)
        calm.start().add_cast()
        path = self.feed(calm.folder)
        before = time.monotonic()
        want = calm.cli("wang", "import", path, "--source", "partner")
        took = time.monotonic() - before
        self.assertEqual(want["imported"] + want["merged"] + want["refused"], want["lines"])
        self.assertEqual((want["imported"], want["merged"], want["refused"]), (55000, 5000, 60))

        hub = h.Hub(log_level="warn")
        self.addCleanup(hub.end)
        hub.start().add_cast()
        cut = 0
        for _ in range(8):
            client = self.command(hub, path)
            time.sleep(dice.uniform(0.1, 0.5) * took)
            if client.poll() is not None:
                client.communicate()
                break
            hub.stop(signal.SIGKILL)
            _, err = client.communicate(timeout=30)
            self.assertEqual(client.returncode, 5, err)
            cut += 1
            hub.start()
            records = hub["wang"].get("/api/v1/imports")["items"]
            for r in records:
                self.assertEqual(r.get("imported", 0) + r.get("merged", 0) + r.get("refused", 0),
                                 r.get("lines", 0))
        self.assertGreater(cut, 1)
        got = hub.cli("wang", "import", path, "--source", "partner")
        again = hub.cli("wang", "import", path, "--source", "partner")
        self.assertTrue(again.pop("already_imported"))
        got.pop("already_imported", None)  # the last run cut short may have been whole
        self.assertEqual(got, again)
        for key in ("state", "lines", "imported", "merged", "refused", "comments", "bytes",
                    "refusals"):
            self.assertEqual(got.get(key), want.get(key), key)
        self.assertEqual(len(hub["wang"].get("/api/v1/imports")["items"]), 1)
        names = [f"name-{i}.import.example" for i in range(0, 55000, 37)]
        for item in hub["wang"].post("/api/v1/lookup", {"values": names, "fresh": True})["items"]:
            self.assertEqual(len(item["sources"]), 1, item)
        self.assertEqual(hub.stop(), 0)
        done = hub.run("journal", "verify", "--db", hub.database)
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
