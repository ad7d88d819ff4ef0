"""The HTTP interface: who may what, what wrong input is told, events, TLS, secrets.

Proves: W17-05, W17-09 (rights), W17-21 (signed notices), T05-22 (journal), section 5.3 (identity
of an appellant).
"""

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import hub as h  # noqa: E402

PUBLIC = {("get", "/feeds/bulletins.rss"), ("get", "/feeds/bulletins.atom"),
          ("get", "/health"), ("get", "/metrics"), ("get", "/api/v1/openapi.json"),
          ("get", "/api/v1/law"), ("get", "/api/v1/law/rule-sets/{id}"),
          ("get", "/api/v1/law/clocks/{id}"), ("post", "/api/v1/session"),
          ("delete", "/api/v1/session"), ("get", "/console"), ("get", "/console/{path}"),
          ("get", "/api/v1/public/check")}


class Api(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        hub = cls.hub = h.Hub(log_level="debug")
        cls.addClassCleanup(hub.end)
        hub.start().add_cast()
        cls.document = hub["admin"].get("/api/v1/openapi.json")
        cls.routes = [(method, path, operation)
                      for path, item in cls.document["paths"].items()
                      for method, operation in item.items()]
        cls.number, cls.task = hub.block("api-test.example")
        cls.answers = []  # every body that any test saw, for the search for secrets

    def problem(self, answer, status, code=None):
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(answer.headers["content-type"], "application/problem+json")
        told = answer.json
        self.assertEqual(told["status"], status)
        for member in ("type", "title", "title_zh", "code", "detail", "request_id"):
            self.assertTrue(told[member], (member, told))
        self.assertEqual(told["request_id"], answer.headers["x-request-id"])
        if code:
            self.assertEqual(told["code"], code)
        return told

    # -- rights

    def test_every_route_asks_for_a_token(self):
        self.assertGreater(len(self.routes), 50)
        bare, wrong = self.hub.api(), self.hub.api("tcs_" + "A" * 43)
        self.addCleanup(bare.close)
        self.addCleanup(wrong.close)
        open_routes = set()
        for method, path, operation in self.routes:
            url = path.replace("{id}", "x")
            for api in (bare, wrong):
                answer = api.call(method.upper(), url, {} if method == "post" else None)
                if (method, path) in PUBLIC:
                    continue
                if path.startswith("/taxii2/"):  # TAXII prescribes its own error message
                    self.assertEqual((answer.status, answer.json["http_status"]), (401, "401"))
                    continue
                self.problem(answer, 401, "unauthenticated")
            # Both also take Basic and say no themselves, which was asked above.
            if not operation["security"] and not path.startswith(("/taxii2/", "/misp/")):
                open_routes.add((method, path))
        self.assertEqual(open_routes, PUBLIC)

    def test_every_route_asks_for_its_scope(self):
        tokens = {}
        for scope in ("read", "admin"):
            tokens[scope] = self.hub["admin"].post("/api/v1/tokens", {
                "label": scope, "scopes": [scope]})["secret"]
        for method, path, operation in self.routes:
            if not operation["security"]:
                continue
            needed = operation["security"][0]["bearer"][0]
            other = "read" if needed != "read" else "admin"
            api = self.hub.api(tokens[other])
            answer = api.call(method.upper(), path.replace("{id}", "x"),
                              {} if method == "post" else None)
            api.close()
            told = self.problem(answer, 403, "forbidden")
            self.assertEqual(told["rule"], "W17-09", path)
            self.assertIn(needed, told["detail"])

    def test_wrong_role_is_told_the_rule(self):
        hub = self.hub
        n, t = f"/api/v1/threats/{self.number}/", f"/api/v1/tasks/{self.task}/"
        proof = [{"title": "x", "content": "x"}]
        for login, path, body, rule in [
            ("wang", n + "review", {"reason": "x"}, "W17-"),
            ("sun", n + "delegation", {"body": "cncert"}, "W17-"),
            ("zhao", t + "acknowledgement", {}, "W17-24"),
            ("sunb", t + "feedback", {"evidence": proof}, "W17-24"),
            ("sun", t + "probe", {}, "W17-25"),
            ("sun", t + "verification", {"method": "x", "evidence": proof}, "W17-25"),
            ("zhao", "/api/v1/users", {"login": "x", "organization": "miit"}, "W17-10"),
            ("shen", "/api/v1/organizations", {"code": "x", "title": {"en": "x"}}, "W17-10"),
            ("li", "/api/v1/threats", {"title": "x", "indicators": ["role.example"],
                                       "subtype": "malicious-domain", "evidence": proof}, "W17-"),
        ]:
            told = self.problem(hub[login].call("POST", path, body), 403, "forbidden")
            self.assertIn(rule, told.get("rule", ""), (login, path, told))
        feed = hub["zhao"].call("POST", "/api/v1/imports?source=x&file=x.txt", b"a.example\n")
        self.assertEqual(self.problem(feed, 403)["rule"], "W17-05")
        self.problem(hub["zhao"].call("GET", "/api/v1/journal"), 403, "forbidden")

    def test_what_may_not_be_seen_does_not_exist(self):
        for login in ("gao", "sunb"):
            for path in (f"/api/v1/threats/{self.number}", f"/api/v1/tasks/{self.task}",
                         f"/api/v1/threats/{self.number}/journal",
                         f"/api/v1/threats/{self.number}/evidence"):
                self.problem(self.hub[login].call("GET", path), 404, "not-found")
            self.assertEqual(self.hub[login].get("/api/v1/lookup?value=api-test.example")["cases"],
                             [])
        feed = self.hub["wang"].ask("POST", "/api/v1/imports?source=private&file=private.txt",
                                    b"private.example\n").json
        self.assertIn(feed["id"], [i["id"] for i in
                                   self.hub["wang"].get("/api/v1/imports")["items"]])
        self.assertIn(feed["id"], [i["id"] for i in
                                   self.hub["shen"].get("/api/v1/imports")["items"]])
        for login in ("gao", "sunb"):
            self.assertEqual(self.hub[login].get("/api/v1/imports")["items"], [])
            self.problem(self.hub[login].call("GET", "/api/v1/imports/" + feed["id"]), 404)
        stolen = self.hub["gao"].call("POST", f"/api/v1/imports/{feed['id']}/submission", {})
        self.problem(stolen, 404)

    def test_tokens_end(self):
        made = self.hub["wang"].post("/api/v1/tokens", {"label": "short"})
        api = self.hub.api(made["secret"])
        self.addCleanup(api.close)
        self.assertEqual(api.get("/api/v1/me")["user"]["login"], "wang")
        self.problem(self.hub["gao"].call("POST", f"/api/v1/tokens/{made['id']}/revocation", {}),
                     403)
        self.hub["wang"].post(f"/api/v1/tokens/{made['id']}/revocation")
        self.problem(api.call("GET", "/api/v1/me"), 401)
        self.hub.add_person("leaver", "sec-co", ["finder"])
        self.assertEqual(self.hub["leaver"].call("GET", "/api/v1/me").status, 200)
        self.hub["admin"].post("/api/v1/users/leaver/disable")
        self.problem(self.hub["leaver"].call("GET", "/api/v1/me"), 401)
        expired = self.hub["wang"].post("/api/v1/tokens", {"expires": "2020-01-01T00:00:00Z"})
        old = self.hub.api(expired["secret"])
        self.addCleanup(old.close)
        self.problem(old.call("GET", "/api/v1/me"), 401)

    # -- the order of lists

    def test_lists_go_both_ways_and_cursors_keep_to_theirs(self):
        """Downwards is upwards backwards, page by page, and a cursor of the other way is refused."""
        self.hub.block("both-ways.example")
        for n in range(2):
            self.hub["wang"].ask("POST", f"/api/v1/imports?source=ways&file={n}.txt",
                                 f"ways{n}.example\n".encode())
        lists = [("zhao", "/api/v1/threats", "number"), ("zhao", "/api/v1/tasks", "created"),
                 ("sun", "/api/v1/notices", "number"), ("wang", "/api/v1/imports", "created"),
                 ("sun", "/api/v1/list/changes", "version")]
        for login, path, key in lists:
            with self.subTest(path=path):
                up, down = self.all_pages(login, path, key), self.all_pages(login, path, "-" + key)
                self.assertGreater(len(up), 1)
                self.assertEqual(up, down[::-1])
                if key == "number":
                    self.assertEqual([i["number"] for i in up], sorted(i["number"] for i in up))
                told = self.problem(self.hub[login].call("GET", f"{path}?sort=beauty"), 400)
                self.assertIn(f"-{key}", told["detail"])
                self.assertIn(f"-{key}", told["detail_zh"])
                begun = self.hub[login].get(f"{path}?limit=1&sort={key}")
                self.problem(self.hub[login].call(
                    "GET", f"{path}?sort=-{key}&after={begun['next']}"), 400)
        for refused in ("/api/v1/appeals?sort=created", "/api/v1/relapses?sort=number"):
            self.problem(self.hub["zhao"].call("GET", refused), 400)

    def all_pages(self, login, path, sort):
        out, after = [], ""
        while True:
            page = self.hub[login].get(f"{path}?limit=2&sort={sort}&after={after}")
            out += page["items"]
            after = page.get("next", "")
            if not after:
                return out

    def newest_of(self, task):
        page = self.hub["sun"].get("/api/v1/list/changes?sort=-version&limit=1")
        return page if page["items"][0]["task_number"] == task else None

    def test_a_change_of_the_list_names_its_task(self):
        task = self.hub.block("named-task.example")[0] + "-1"
        # The publisher follows the journal: a moment later, not in the answer.
        newest = h.wait_for(lambda: self.newest_of(task), 15, "the change of " + task)
        self.assertEqual(newest["items"][0]["version"], newest["version"])

    # -- wrong input

    def test_malformed_input_is_told_where(self):
        wang = self.hub["wang"]
        good = {"title": "x", "subtype": "malicious-domain", "indicators": ["in.example"],
                "provinces": ["51"], "evidence": [{"title": "x", "content": "x"}]}
        for body, field in [
            ({**good, "titel": "x"}, "titel"),
            ({**good, "title": 7}, "title"),
            ({**good, "indicators": "in.example"}, "indicators"),
            ({**good, "indicators": [1]}, "indicators[0]"),
            ({**good, "indicators": ["in.example", "not a name at all !!"]}, "indicators[1]"),
            ({**good, "class": "nonsense"}, "class"),
            ({**good, "discovered_at": "yesterday"}, "discovered_at"),
            ({**good, "evidence": [{"title": "x", "content": "x", "more": 1}]},
             "evidence[0].more"),
            ({**good, "target_is_cii": "yes"}, "target_is_cii"),
            ([], ""),
        ]:
            told = self.problem(wang.call("POST", "/api/v1/threats", body), 400, "invalid")
            self.assertIn(field, told.get("field", ""), told)
        for raw in (b"{", b"nothing", b'{"title":"x"} trailing', b"\xff\xfe", b"[" * 5000,
                    b'{"title":"\xc3\x28"}', b'{"title":"a","title":"b"}'):
            self.problem(wang.call("POST", "/api/v1/threats", raw), 400)
        for query, field in (("limit=0", "limit"), ("limit=1001", "limit"), ("limit=x", "limit")):
            told = self.problem(wang.call("GET", "/api/v1/threats?" + query), 400)
            self.assertEqual(told["field"], field)
        self.problem(wang.call("GET", "/api/v1/lookup"), 400)
        self.problem(wang.call("GET", "/api/v1/nothing"), 404)
        self.problem(wang.call("GET", "/api/v1/threats/T-1999-000001"), 404)
        self.problem(wang.call("GET", "/api/v1/threats/%00%ff"), 400)
        wrong = wang.call("DELETE", "/api/v1/threats")
        self.problem(wrong, 405)
        self.assertIn("POST", wrong.headers["allow"])

    def test_every_post_refuses_unknown_members(self):
        for method, path, operation in self.routes:
            if method != "post" or "application/json" not in operation["requestBody"]["content"]:
                continue
            answer = self.hub["admin"].call("POST", path.replace("{id}", "x"), {"no-such": 1})
            told = self.problem(answer, 400, "invalid")
            self.assertIn("no-such", told["field"], path)

    def test_large_bodies_are_refused(self):
        body = b'{"title":"' + b"x" * (9 << 20) + b'"}'
        try:
            answer = self.hub["wang"].call("POST", "/api/v1/threats", body)
        except OSError:
            self.hub["wang"].close()  # closed before it had read everything: also a refusal
            return
        self.problem(answer, 413)

    def test_idempotency(self):
        hub, body = self.hub, {"title": "once", "subtype": "malicious-domain",
                               "provinces": ["51"], "indicators": ["once.example"],
                               "evidence": [{"title": "x", "content": "x"}]}
        first = hub["wang"].post("/api/v1/threats", body, "key-1")
        self.assertEqual(hub["wang"].post("/api/v1/threats", body, "key-1"), first)
        conflict = hub["wang"].call("POST", "/api/v1/threats", {**body, "title": "twice"},
                                    headers={"Idempotency-Key": "key-1"})
        told = self.problem(conflict, 409, "conflict")
        self.assertEqual(told["field"], "Idempotency-Key")
        long_key = hub["wang"].call("POST", "/api/v1/threats", body,
                                    headers={"Idempotency-Key": "k" * 201})
        self.problem(long_key, 400)

    def test_registry_says_that_it_exists(self):
        told = self.hub["admin"].call("POST", "/api/v1/users", {
            "login": "wang", "organization": "sec-co"})
        self.problem(told, 409, "conflict")

    def test_paging(self):
        for i in range(7):
            self.hub.submit([f"page-{i}.example"])
        whole = [t["id"] for t in self.hub["zhao"].get("/api/v1/threats?limit=1000")["items"]]
        seen, after = [], ""
        while True:
            page = self.hub["zhao"].get(f"/api/v1/threats?limit=3&after={after}")
            self.assertLessEqual(len(page["items"]), 3)
            seen += [t["id"] for t in page["items"]]
            after = page.get("next")
            if not after:
                break
        self.assertEqual(seen, whole)
        states = self.hub["zhao"].get("/api/v1/threats?state=submitted&limit=1000")["items"]
        self.assertEqual({t["state"] for t in states}, {"submitted"})
        entries, after = 0, 0
        while True:
            page = self.hub["shen"].get(f"/api/v1/journal?limit=20&after={after}")
            for e in page["items"]:
                entries += 1
                self.assertEqual(e["seq"], entries)
            after = page.get("next")
            if not after:
                break
        self.assertGreater(entries, 40)

    # -- notices, proofs, service

    def test_notice_verifies_with_openssl(self):
        openssl = h.program("openssl")
        notice = self.hub["sun"].get("/api/v1/notices")["items"][0]
        base = f"/api/v1/notices/{notice['id']}/"
        document = self.hub["sun"].ask("GET", base + "document").body
        signature = self.hub["sun"].ask("GET", base + "signature").body
        folder = self.hub.folder
        for name, data in (("doc", document), ("sig", signature)):
            with open(os.path.join(folder, name), "wb") as f:
                f.write(data)

        def verify():
            return subprocess.run(
                [openssl, "cms", "-verify", "-inform", "PEM", "-in", os.path.join(folder, "sig"),
                 "-content", os.path.join(folder, "doc"), "-binary", "-noverify", "-out",
                 os.devnull], capture_output=True, text=True)

        done = verify()
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(os.path.join(folder, "doc"), "wb") as f:
            f.write(document.replace(b"api-test", b"api-tesT"))
        self.assertNotEqual(verify().returncode, 0)
        content = json.loads(document)
        self.assertEqual(content["targets"], [{"kind": "domain", "value": "api-test.example"}])
        first = self.hub["sun"].post(base + "receipt")["receipt"]["at"]
        self.assertEqual(self.hub["sun"].post(base + "receipt")["receipt"]["at"], first)
        self.problem(self.hub["sunb"].call("GET", base + "document"), 404)

    def test_who_acknowledges_a_task_signs_for_its_notice(self):
        """W17-21: acting on a notice is its receipt, by the addressee alone."""
        _, task = self.hub.block("signed-for.example")
        notice = "/api/v1/notices/" + self.hub["sun"].get("/api/v1/tasks/" + task)["notices"][0]
        self.assertEqual(self.hub["sun"].get(notice)["receipt"].get("person", ""), "")
        self.hub.acknowledge(task)
        receipt = self.hub["sun"].get(notice)["receipt"]
        self.assertEqual(receipt["person"], self.hub["sun"].get("/api/v1/me")["user"]["id"])
        self.hub.dispose(task)
        self.assertEqual(self.hub["sun"].get(notice)["receipt"], receipt)

    def test_health_metrics_and_description(self):
        health = self.hub.api().get("/health")
        self.assertEqual(health["status"], "ok")
        self.assertEqual(health["dns_port"], self.hub.dns_port)
        metrics = self.hub.api().ask("GET", "/metrics").text
        for name in ("tocsin_journal_entries", "tocsin_request_seconds_count",
                     "tocsin_open_connections", "tocsin_store_database_bytes"):
            self.assertIn("\n" + name, metrics)
        # Totals for everybody; which point lags, for those who oversee points.
        self.hub["sun"].post("/api/v1/points", {
            "code": "op-a-late", "organization": "op-a", "kind": "text-list"})
        mine = 'tocsin_point_versions_behind{point="op-a-late"}'
        told = h.wait_for(lambda: [line for line in self.hub["zhao"].ask("GET", "/metrics").text
                                   .splitlines() if line.startswith(mine)], 5, "the point's lag")
        self.assertGreater(int(told[0].split()[-1]), 0)
        self.assertIn("\ntocsin_point_lag_seconds{", self.hub["shen"].ask("GET", "/metrics").text)
        for api in (self.hub.api(), self.hub["sunb"], self.hub["gao"]):
            self.assertNotIn("op-a-late", api.ask("GET", "/metrics").text)
        totals = r"\ntocsin_overdue_tasks 0\n(?s:.*)\ntocsin_points_behind [1-9]"
        h.wait_for(lambda: re.search(totals, self.hub.api().ask("GET", "/metrics").text), 15,
                   "the totals")
        self.assertEqual(self.document["openapi"], "3.1.0")
        operations = [o["operationId"] for _, _, o in self.routes]
        self.assertEqual(len(operations), len(set(operations)))
        for _, path, operation in self.routes:
            self.assertTrue(operation["summary"] and operation["x-summary-zh"], path)
        clock = self.hub.api().get("/api/v1/law/clocks/appeal_file?from=2026-02-13")
        self.assertTrue(json.dumps(clock))

    def test_journal_proofs_for_a_person_with_read(self):
        head = self.hub["wang"].get("/api/v1/journal/head")
        size = json.loads(head["head"])["size"]
        proof = self.hub["wang"].get(f"/api/v1/journal/proof?seq=1&size={size}")
        self.assertEqual(proof["size"], size)
        self.hub["wang"].get(f"/api/v1/journal/consistency?old=1&size={size}")
        for query in (f"seq={size + 1000}", "seq=0", "seq=x", "seq=1&size=99999999"):
            answer = self.hub["wang"].call("GET", "/api/v1/journal/proof?" + query)
            self.assertIn(answer.status, (400, 404), (query, answer.body))
        for query in ("old=5&size=99999999", "old=9&size=3", "old=x"):
            answer = self.hub["wang"].call("GET", "/api/v1/journal/consistency?" + query)
            self.assertIn(answer.status, (400, 404), (query, answer.body))

    # -- live events

    def listen(self, login, last=None):
        """A thread that collects the events of one person until the socket is closed."""
        s = socket.create_connection(("127.0.0.1", self.hub.port), timeout=20)
        resume = "" if last is None else f"Last-Event-ID: {last}\r\n"
        s.sendall((f"GET /api/v1/events HTTP/1.1\r\nHost: x\r\n{resume}Authorization: Bearer "
                   f"{self.hub.tokens[login]}\r\n\r\n").encode())
        got = bytearray()

        def read():
            try:
                while chunk := s.recv(65536):
                    got.extend(chunk)
            except OSError:
                pass

        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        h.wait_for(lambda: b": welcome" in got, 5, "the stream of " + login)

        def close():
            s.shutdown(socket.SHUT_RDWR)
            thread.join(5)
            s.close()

        self.addCleanup(close)
        return lambda: bytes(got).decode()

    def test_events_reach_those_who_may_see_them(self):
        streams = {login: self.listen(login) for login in ("zhao", "sun", "sunb", "gao", "shen")}
        number, task = self.hub.block("event.example")
        threat = self.hub["zhao"].get("/api/v1/threats/" + number)["id"]
        for login in ("zhao", "sun", "shen"):
            h.wait_for(lambda: '"task.notified"' in streams[login](), 5, "events for " + login)
        self.hub.submit(["second-event.example"])  # the streams go on
        h.wait_for(lambda: streams["zhao"]().count('"threat.submitted"') >= 2, 5, "more events")
        for login in ("sunb", "gao"):
            self.assertNotIn(threat, streams[login](), login)
            self.assertNotIn("event: journal", streams[login](), login)
        data = [json.loads(line[6:]) for line in streams["zhao"]().splitlines()
                if line.startswith("data: ")]
        self.assertTrue(any(d["subject"] == task for d in data))
        self.assertEqual([d["seq"] for d in data], sorted({d["seq"] for d in data}))

    @staticmethod
    def seqs(text):
        return [json.loads(line[6:])["seq"] for line in text.splitlines()
                if line.startswith("data: ")]

    def test_a_client_that_comes_back_gets_what_it_missed(self):
        first = self.listen("zhao")
        self.hub.submit(["resume-0.example"])
        h.wait_for(lambda: "threat.submitted" in first(), 5, "events")
        last = self.seqs(first())[-1]
        missed, _ = self.hub.block("resume-1.example")
        h.wait_for(lambda: '"task.notified"' in first(), 5, "events")
        again = self.listen("zhao", last)
        h.wait_for(lambda: '"task.notified"' in again(), 5, "what was missed")
        self.hub.submit(["resume-2.example"])  # and it goes on
        h.wait_for(lambda: again().count('"threat.submitted"') >= 2, 5, "live events")
        h.wait_for(lambda: self.seqs(first())[-1] == self.seqs(again())[-1], 5, "the same end")
        self.assertEqual(self.seqs(again()), [n for n in self.seqs(first()) if n > last])
        # The same rights as live: the other operator and a citizen see nothing of this case.
        threat = self.hub["zhao"].get("/api/v1/threats/" + missed)["id"]
        others = {login: self.listen(login, last) for login in ("sunb", "gao")}
        auditor = self.listen("shen", last)
        h.wait_for(lambda: '"task.notified"' in auditor(), 5, "the auditor's events")
        for login, stream in others.items():
            self.assertNotIn(threat, stream(), login)
        # A number that this journal never gave: look again, then live.
        ahead = self.listen("zhao", 10**9)
        h.wait_for(lambda: "event: reset" in ahead(), 5, "a reset")
        self.hub.submit(["resume-3.example"])
        h.wait_for(lambda: '"threat.submitted"' in ahead(), 5, "live events")
        for wrong in ("x", "-1"):
            answer = self.hub["zhao"].call("GET", "/api/v1/events",
                                           headers={"Last-Event-ID": wrong})
            self.problem(answer, 400)

    def test_events_end_with_the_right_to_see_them(self):
        self.hub.add_person("watcher", "miit", ["reviewer"])
        stream = self.listen("watcher")
        self.hub.submit(["watched-1.example"])
        h.wait_for(lambda: "threat.submitted" in stream(), 5, "events")
        self.hub["admin"].post("/api/v1/users/watcher/disable")
        before = stream().count("threat.submitted")
        other = self.listen("zhao")
        self.hub.submit(["watched-2.example"])
        h.wait_for(lambda: "threat.submitted" in other(), 5, "events")
        self.assertEqual(stream().count("threat.submitted"), before)

    # -- secrets

    def test_secrets_are_nowhere(self):
        hub = self.hub
        password = "a very secret password 1"
        hub.add_person("pass", "sec-co", ["finder"], password)
        session = hub.api().post("/api/v1/session", {"login": "pass", "password": password})
        hub.tokens["pass"] = session["secret"]
        for login, wrong in (("pass", "wrong password 123"), ("nobody", password)):
            told = self.problem(hub.api().call("POST", "/api/v1/session", {
                "login": login, "password": wrong}), 401)
            self.assertEqual(told["detail"], "wrong name or password")
        point = hub["sun"].post("/api/v1/points", {
            "code": "secret-res", "organization": "op-a", "kind": "dns-rpz",
            "address": "127.0.0.1", "port": h.free_port(), "tsig": True})
        self.assertEqual(point["tsig_secret"], "***")
        text = hub.configuration("secret-res", resolver="bind", directory="/tmp")
        tsig = text.split('secret "')[1].split('"')[0]
        appeal = hub.uphold_appeal(self.task_of("secret.example"))
        secrets = [t.encode() for t in hub.tokens.values()] + [tsig.encode(), password.encode()]
        with open(hub.log, "rb") as f:
            seen = {"log": f.read()}
        for path in ("/api/v1/points", "/api/v1/users?limit=1000", "/api/v1/organizations",
                     "/api/v1/me", "/api/v1/journal?limit=1000", "/api/v1/threats?limit=1000",
                     "/metrics", "/api/v1/imports"):
            seen[path] = hub["admin"].ask("GET", path).body
        with open(hub.database, "rb") as f, open(hub.database + "-wal", "rb") as wal:
            database = f.read() + wal.read()
        for where, data in seen.items():
            for secret in secrets + [b'"password":"', b"$scrypt", b"digest\":\"tcs"]:
                self.assertNotIn(secret, data, where)
        for secret in secrets[:-2] + [password.encode()]:
            self.assertNotIn(secret, database, "a secret is stored as it is")
        # Identity papers stay at the appeal desk.
        for login, shown in (("chen", True), ("gao", True), ("zhao", False), ("sun", False),
                             ("li", False), ("shen", False)):
            for body in (hub[login].ask("GET", "/api/v1/appeals/" + appeal).body,
                         hub[login].ask("GET", "/api/v1/appeals?limit=1000").body):
                self.assertEqual(b"ID-5101-SECRET" in body, shown, login)
                self.assertEqual(b"gao@owner.example" in body, shown, login)
        threat = hub["chen"].get("/api/v1/appeals/" + appeal)["threat"]
        for login in ("zhao", "sun", "li", "shen"):
            for part in ("", "/journal", "/evidence"):
                body = hub[login].ask("GET", f"/api/v1/threats/{threat}{part}").body
                self.assertNotIn(b"ID-5101-SECRET", body, (login, part))
                self.assertNotIn(b"gao@owner.example", body, (login, part))
        self.assertNotIn(b"ID-5101-SECRET", seen["/api/v1/journal?limit=1000"])

    def task_of(self, name):
        return self.hub.block(name)[1]


class Ending(unittest.TestCase):
    def test_sigterm_lets_requests_finish(self):
        hub = h.Hub(log_level="warn")
        self.addCleanup(hub.end)
        hub.start().add_cast()
        outcomes = []

        def work(i):
            api = hub.api(hub.tokens["wang"])
            n = 0
            while True:
                name = f"end-{i}-{n}.example"
                body = {"title": name, "subtype": "malicious-domain", "provinces": ["51"],
                        "indicators": [name], "evidence": [{"title": "x", "content": "x"}]}
                try:
                    answer = api.call("POST", "/api/v1/threats", body)
                except (OSError, h.http.client.HTTPException):
                    return
                outcomes.append((answer.status, name))
                if answer.status == 503:
                    return
                n += 1

        threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
        for t in threads:
            t.start()
        h.wait_for(lambda: len(outcomes) > 40, 10, "some load")
        begin = time.monotonic()
        self.assertEqual(hub.stop(), 0)
        self.assertLess(time.monotonic() - begin, 8 * h.SLOWER)
        for t in threads:
            t.join(10)
        self.assertLessEqual({s for s, _ in outcomes}, {201, 503})
        hub.start()
        known = set()
        after = ""
        while after is not None:
            page = hub["zhao"].get(f"/api/v1/threats?limit=1000&after={after}")
            known |= {t["title"] for t in page["items"]}
            after = page.get("next")
        self.assertLessEqual({n for s, n in outcomes if s == 201}, known)

    def test_second_hub_on_the_same_port_says_so(self):
        hub = h.Hub()
        self.addCleanup(hub.end)
        hub.start()
        second = [h.BIN, "hub", "--data", hub.data + "2", "--port", str(hub.port), "--dns-port", "0"]
        unmade = subprocess.run(second, capture_output=True, text=True, timeout=30)
        self.assertEqual(unmade.returncode, 3, unmade.stderr)
        self.assertIn("hub init", unmade.stderr)
        subprocess.run([h.BIN, "hub", "init", "--data", hub.data + "2"], check=True, timeout=30,
                       capture_output=True)
        other = subprocess.run(second, capture_output=True, text=True, timeout=30)
        self.assertEqual(other.returncode, 5, other.stderr)

    def test_tls(self):
        openssl = h.program("openssl")
        hub = h.Hub(scheme="https")
        self.addCleanup(hub.end)
        certificate, key = (os.path.join(hub.folder, n) for n in ("cert.pem", "key.pem"))
        subprocess.run([openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", certificate,
                        "-days", "2", "-subj", "/CN=hub", "-addext",
                        "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
        hub.more = ["--tls-certificate", certificate, "--tls-key", key]
        hub.tls = h.client_tls(certificate)
        hub.start()
        self.assertEqual(hub["admin"].get("/api/v1/me")["user"]["login"], "admin")
        self.assertEqual(hub.cli("admin", "org", "list", "--ca", certificate)["items"][0]["code"],
                         "platform")
        untrusted = hub.run("org", "list", login="admin")
        self.assertNotEqual(untrusted.returncode, 0)
        self.assertIn("certificate", untrusted.stderr)
        plain = hub.run("org", "list", "--hub", f"http://127.0.0.1:{hub.port}", login="admin")
        self.assertNotEqual(plain.returncode, 0)
        self.assertEqual(hub.healthy(), True)


if __name__ == "__main__":
    unittest.main()
