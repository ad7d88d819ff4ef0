"""Reference data and responsibility through the program: import, ask, propose, deny, restart.

Proves: W17-03, W17-07, W17-23, W17-24; nothing here is resolved or dialled.
"""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import hub as h  # noqa: E402

NETWORKS = '192.0.2.0,192.0.2.255,64500,"Example, Ltd."\nnonsense\n'
PROVINCES = "start,end,province,city,isp\n192.0.2.0,192.0.2.255,四川省,成都市,电信\n"


class Attribution(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        hub = cls.hub = h.Hub()
        cls.addClassCleanup(hub.end)
        hub.start().add_cast()
        cls.load("ip-asn", "networks.csv", NETWORKS)
        cls.load("ip-province", "provinces.csv", PROVINCES)
        cls.load("phone-carrier", "carrier.txt", "86138|中国移动\n")

    @classmethod
    def load(cls, kind, name, text):
        path = os.path.join(cls.hub.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return cls.hub.cli("admin", "reference", "import", kind, path, "--date", "2026-01-02")

    def suggested(self, value, login="zhao"):
        return self.hub[login].get("/api/v1/responsible?value=" + h.percent(value)).get("suggested")

    def test_refused_rows_are_told_and_an_empty_file_changes_nothing(self):
        shown = self.hub.cli("admin", "reference", "show", "ip-asn:networks")
        self.assertEqual((shown["rows"], shown["refused"]), (1, 1))
        self.assertEqual(shown["refusals"][0]["line"], 2)
        path = os.path.join(self.hub.folder, "networks.csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write("# nothing\n")
        done = self.hub.run("reference", "import", "ip-asn", path, "--date", "2026-01-02",
                            login="admin")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(self.hub.cli("admin", "reference", "show", "ip-asn:networks")["rows"], 1)
        refused = self.hub["wang"].refused(
            "POST", "/api/v1/reference?kind=ip-asn&name=x&date=2026-01-02")
        self.assertEqual(refused.status, 403)

    def test_facts_carry_their_date_and_their_caveat(self):
        e = self.hub.cli("zhao", "enrich", "hxxp://192[.]0[.]2[.]7/x")["items"][0]
        facts = {f["what"]: f for f in e["facts"]}
        self.assertEqual(facts["asn"]["value"], "64500")
        self.assertEqual(facts["province"]["value"], "51")
        self.assertEqual(facts["province"]["certainty"], "hint")
        self.assertEqual(facts["asn"]["data_date"], "2026-01-02")
        words = self.hub.run("--lang", "zh", "enrich", "phone:13800138000", login="zhao").stdout
        self.assertIn("携号转网", words)
        self.assertEqual(self.hub["gao"].refused("GET", "/api/v1/enrich?value=192.0.2.7").status, 403)

    def test_a_submission_without_provinces_goes_where_the_data_say(self):
        t = self.hub.submit(["192.0.2.9"], provinces=[], subtype="malicious-ip")
        self.assertEqual(t["provinces"], ["51"])
        self.assertEqual(len(t["evidence"]), 2)
        tca = next(o for o in self.hub["zhao"].get("/api/v1/organizations")["items"]
                   if o["code"] == "tca-51")
        self.assertIn(tca["id"], t["recipients"])

    def test_whoever_denies_is_not_asked_again_and_the_next_is_proposed(self):
        hub = self.hub
        for domain, unit in (("denied.example", "op-a"), ("x.denied.example", "op-b")):
            hub.cli("zhao", "responsibility", "add", "domain", domain, "--org", unit,
                    "--reason", "their customer")
        name = "host.x.denied.example"
        number = hub.submit([name])["number"]
        hub["zhao"].post(f"/api/v1/threats/{number}/delegation", {"body": "cncert"})
        found = hub.cli("li", "determine", number, "--reason", "confirmed",
                        "--propose", "block:auto:24h")
        units = {o["id"]: o["code"] for o in hub["zhao"].get("/api/v1/organizations")["items"]}
        proposal = found["identification"]["proposals"][0]
        self.assertEqual(units[proposal["addressee"]], "op-b", "the most specific entry")
        task = hub.approve(number)["tasks"][0]
        hub.cli("sunb", "feedback", task, "--not-ours", "--detail", "left us last year")
        answer = hub["zhao"].get("/api/v1/responsible?value=" + name)
        self.assertEqual(answer["suggested"], "op-a")
        self.assertEqual(answer["denied"][0]["code"], "op-b")
        self.assertEqual(self.suggested("other.x.denied.example"), "op-b")
        # An authority that does not believe it sets the denial aside.
        denial = next(e for e in hub["zhao"].get("/api/v1/responsibilities")["items"]
                      if e["effect"] == "not-ours")
        hub.cli("zhao", "responsibility", "suppress", denial["id"], "--reason", "still theirs")
        self.assertEqual(self.suggested(name), "op-b")

    def test_without_anybody_the_command_says_so(self):
        number = self.hub.submit(["nobody.example"])["number"]
        self.hub["zhao"].post(f"/api/v1/threats/{number}/delegation", {"body": "cncert"})
        done = self.hub.run("determine", number, "--reason", "x", "--propose", "block:auto",
                            login="li")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("nobody[.]example", done.stderr)

    def test_a_query_with_its_purpose_is_in_the_journal(self):
        self.hub.cli("zhao", "responsible", "192.0.2.7", "--purpose", "case 7")
        entries = self.hub["shen"].get("/api/v1/journal?limit=1000")["items"]
        queries = [e for e in entries if e["action"] == "attribution.queried"]
        self.assertIn("case 7", [e["data"]["purpose"] for e in queries])

    def test_what_was_imported_survives_a_restart(self):
        self.hub.cli("admin", "responsibility", "add", "asn", "AS64500", "--org", "op-a",
                     "--reason", "registered")
        self.assertEqual(self.suggested("192.0.2.200"), "op-a")
        self.hub.stop()
        self.hub.start()
        self.assertEqual(self.suggested("192.0.2.200"), "op-a")


if __name__ == "__main__":
    unittest.main()
