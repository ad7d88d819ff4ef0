"""People who act for several organisations, over the API and on the command line.

Proves: W17-09 (sessions and tokens act for one), W17-12 (on one case for one), W17-10.
"""

import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import hub as h  # noqa: E402

PASSWORD = "a password of two units"
SWITCH = "/api/v1/session/organization"


def finding(name):
    return {"title": name, "subtype": "malicious-domain", "provinces": ["51"], "indicators": [name],
            "evidence": [{"title": "note", "content": "seen by the test"}]}


class Memberships(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.hub = h.Hub(more=["--sign-ins", "1000"])
        cls.addClassCleanup(cls.hub.end)
        cls.hub.start().add_cast()

    def person(self, login, first, roles, *further):
        """A person of `first` who also acts for each (organisation, roles) of `further`."""
        self.hub.add_person(login, first, roles, PASSWORD)
        for organization, held in further:
            self.hub["admin"].post(f"/api/v1/users/{login}/join",
                                   {"organization": organization, "roles": held})
        return login

    def sign_in(self, login):
        made = self.hub.api().post("/api/v1/session", {"login": login, "password": PASSWORD})
        return self.hub.api(made["secret"])

    def journal(self):
        return self.hub["shen"].get("/api/v1/journal?limit=1000")["items"]

    def test_a_session_switches_and_every_entry_says_for_whom(self):
        session = self.sign_in(self.person(
            "two", "op-a", ["executor"], ("op-b", ["executor", "finder"])))
        me = session.get("/api/v1/me")
        self.assertEqual([(s["code"], s["current"]) for s in me["sides"]],
                         [("op-a", True), ("op-b", False)])
        first = me["organization"]["id"]
        refused = session.refused("POST", "/api/v1/threats", finding("two.example"))
        self.assertEqual((refused.status, refused.json["rule"]), (403, "W17-05"))
        me = session.post(SWITCH, {"organization": "op-b"})
        self.assertEqual(me["organization"]["code"], "op-b")
        self.assertEqual(me["user"]["roles"], ["executor", "finder"])
        self.assertEqual(session.get("/api/v1/me"), me)
        made = session.post("/api/v1/threats", finding("two.example"))
        second = me["organization"]["id"]
        by_me = [e for e in self.journal() if e["actor"] == me["user"]["id"]]
        self.assertEqual({e["org"] for e in by_me if e["threat"] == made["id"]}, {second})
        switched = [e for e in by_me if e["action"] == "session.organization"]
        self.assertEqual([(e["before"]["organization"], e["org"]) for e in switched],
                         [(first, second)])

    def test_what_is_not_ones_own_is_refused_by_its_rule(self):
        login = self.person("half", "op-a", ["executor"], ("op-b", ["executor"]))
        session = self.sign_in(login)
        for wrong in ("miit", "nowhere"):
            refused = session.refused("POST", SWITCH, {"organization": wrong})
            self.assertEqual((refused.status, refused.json["rule"]), (403, "W17-09"))
            self.assertTrue(refused.json["detail_zh"])
        self.assertEqual(session.refused("POST", SWITCH, {}).status, 400)
        token = session.post("/api/v1/tokens", {"organization": "op-b"})
        api = self.hub.api(token["secret"])
        self.assertEqual(api.get("/api/v1/me")["organization"]["code"], "op-b")
        refused = api.refused("POST", SWITCH, {"organization": "op-a"})
        self.assertEqual(refused.json["rule"], "W17-09")
        session.post(SWITCH, {"organization": "op-b"})
        self.hub["admin"].post(f"/api/v1/users/{login}/leave", {"organization": "op-b"})
        self.assertEqual(session.call("GET", "/api/v1/me").status, 401)
        self.assertEqual(api.call("GET", "/api/v1/me").status, 401)
        self.assertEqual(len(self.sign_in(login).get("/api/v1/me")["sides"]), 1)

    def test_on_one_case_a_person_is_one_hand(self):
        session = self.sign_in(self.person("both", "op-b", ["finder"], ("miit", ["reviewer"])))
        made = session.post("/api/v1/threats", finding("both.example"))
        session.post(SWITCH, {"organization": "miit"})
        path = f"/api/v1/threats/{made['number']}/delegation"
        refused = session.refused("POST", path, {"body": "cncert"})
        self.assertEqual(refused.json["rule"], "W17-12", refused.body)
        self.hub["zhao"].post(path, {"body": "cncert"})

    def test_the_same_key_is_not_the_same_request_for_another(self):
        session = self.sign_in(self.person("keys", "op-a", ["finder"], ("op-b", ["finder"])))
        body = finding("keys.example")
        session.post("/api/v1/threats", body, key="k1")
        session.post(SWITCH, {"organization": "op-b"})
        refused = session.refused("POST", "/api/v1/threats", body,
                                  headers={"Idempotency-Key": "k1"})
        self.assertEqual(refused.status, 409, refused.body)

    def test_a_role_that_is_taken_away_ends_the_session_that_had_it(self):
        login = self.person("mistaken", "op-a", ["finder"], ("op-b", ["finder"]))
        session, there = self.sign_in(login), self.sign_in(login)
        there.post(SWITCH, {"organization": "op-b"})
        path = f"/api/v1/users/{login}/roles"
        refused = self.hub["admin"].refused("POST", path, {"roles": ["reviewer"]})
        self.assertEqual((refused.status, refused.json["rule"]), (422, "W17-03"), refused.body)
        self.assertEqual(self.hub["zhao"].refused("POST", path, {"roles": ["executor"]}).status, 403)
        changed = self.hub.cli("admin", "user", "roles", login, "--role", "executor")
        self.assertEqual(changed["roles"], ["executor"])
        self.assertEqual(session.refused("GET", "/api/v1/me").status, 401)
        self.assertEqual(there.get("/api/v1/me")["organization"]["code"], "op-b")
        self.assertEqual(self.sign_in(login).get("/api/v1/me")["user"]["roles"], ["executor"])
        entry = [e for e in self.journal() if e["action"] == "user.roles"][-1]
        self.assertEqual((entry["before"]["roles"], entry["data"]["roles"]),
                         (["finder"], ["executor"]))
        again = self.hub.cli("admin", "user", "roles", login, "--organization", "op-b",
                             "--role", "finder", "--role", "executor")
        self.assertEqual(again["memberships"][0]["roles"], ["finder", "executor"])
        self.assertEqual(there.get("/api/v1/me")["organization"]["code"], "op-b")

    def test_on_the_command_line(self):
        self.person("line", "op-a", ["executor"])
        joined = self.hub.cli("admin", "user", "join", "line", "--organization", "op-b",
                              "--role", "finder")
        self.assertEqual(joined["memberships"][0]["roles"], ["finder"])
        listed = {u["login"]: u for u in self.hub.cli("admin", "user", "list")["items"]}
        self.assertEqual(listed["line"]["organization_codes"], ["op-a", "op-b"])
        token = self.hub.cli("line", "token", "issue", "--organization", "op-b")
        self.assertEqual(self.hub.api(token["secret"]).get("/api/v1/me")["organization"]["code"],
                         "op-b")
        session = self.hub.api().post("/api/v1/session", {"login": "line", "password": PASSWORD})
        self.hub.tokens["line"] = session["secret"]
        switched = self.hub.run("act-for", "op-b", "--lang", "zh", login="line")
        self.assertEqual(switched.returncode, 0, switched.stderr)
        self.assertIn("也可代表 op-a", switched.stdout)
        said = json.loads(self.hub.run("whoami", "--json", login="line").stdout)
        self.assertEqual(said["organization"]["code"], "op-b")
        left = self.hub.cli("admin", "user", "leave", "line", "--organization", "op-b")
        self.assertTrue(left["memberships"][0]["left"])
        refused = self.hub.run("user", "leave", "line", "--organization", "op-a", login="admin")
        self.assertEqual(refused.returncode, 4)
        self.assertIn("[W17-05]", refused.stderr)


if __name__ == "__main__":
    unittest.main()
