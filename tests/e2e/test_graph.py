"""Relations, the graph over them, chains to beneficiaries, relapses; through API and command line.

Proves W17-08 (a closed case that is sighted again, analysis across cases), A13-05 (beneficiaries of
the underground market), A13-08 (tracing back, leads with their sources).
"""

import json
import os
import unittest
import xml.etree.ElementTree as xml

import hub as h

FAN_OUT = 20
MD5 = "a" * 32


def misp(*objects, attributes=()):
    return json.dumps({"Event": {"info": "e2e", "Attribute": list(attributes), "Object": [
        {"name": "url", "Attribute": [
            {"type": kind, "value": value, "to_ids": True} for kind, value in one]} for one in objects]}})


class Graph(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.hub = h.Hub(more=["--fan-out", str(FAN_OUT)]).start()
        cls.addClassCleanup(cls.hub.end)
        cls.hub.add_cast()
        cls.hub.add_person("wu", "cncert", ["finder", "identifier"])
        crowd = [[("domain", f"n{i}.example"), ("ip-dst", "192.0.2.1")] for i in range(FAN_OUT + 5)]
        cls.bring("event.json", misp(
            *crowd, [("url", "http://shop.example/pay"), ("ip-dst", "192.0.2.9"), ("md5", MD5)],
            [("domain", "shop.example"), ("ip-dst", "192.0.2.9")]), "misp")

    @classmethod
    def bring(cls, name, text, kind, source="partner-a"):
        path = os.path.join(cls.hub.folder, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return cls.hub.cli("wang", "import", path, "--source", source, "--format", kind)

    def graph(self, login, value, **query):
        rest = "".join(f"&{k}={v}" for k, v in query.items())
        return self.hub[login].get(f"/api/v1/graph?from={h.urllib.parse.quote(value)}{rest}")

    @staticmethod
    def names(picture):
        return {n["node"] for n in picture["nodes"]}

    def test_an_import_brings_relations_and_a_walk_finds_them(self):
        picture = self.graph("li", "hxxp://shop[.]example/pay")
        self.assertEqual(self.names(picture), {
            "url:http://shop.example/pay", "domain:shop.example", "ipv4:192.0.2.9", f"md5:{MD5}"})
        kinds = {(e["from"], e["kind"], e["to"]) for e in picture["edges"]}
        self.assertIn(("url:http://shop.example/pay", "downloads", f"md5:{MD5}"), kinds)
        self.assertIn(("domain:shop.example", "resolves-to", "ipv4:192.0.2.9"), kinds)
        said = next(e for e in picture["edges"] if e["kind"] == "downloads")["sources"]
        self.assertEqual([s["source"] for s in said], ["partner-a"])
        self.assertEqual(picture["cuts"], [])

    def test_a_crowd_is_named_and_not_expanded(self):
        picture = self.graph("li", "n3.example", hops=4)
        self.assertEqual(self.names(picture), {"domain:n3.example", "ipv4:192.0.2.1"})
        cut, = picture["cuts"]
        self.assertEqual((cut["why"], cut["node"], cut["count"]), ("crowd", "ipv4:192.0.2.1", FAN_OUT + 5))
        text = self.hub.run("graph", "show", "n3.example", "--lang", "zh", login="li").stdout
        self.assertIn("192[.]0[.]2[.]1", text.replace("192.0.2[.]1", "192[.]0[.]2[.]1"))
        self.assertIn("不予展开", text)
        # Page by page it can still be read whole.
        seen, after = set(), ""
        while True:
            page = self.hub["li"].get(
                f"/api/v1/graph/relations?of=192.0.2.1&direction=in&limit=7&after={after}")
            seen |= {r["from"] for r in page["items"]}
            after = page.get("next", "")
            if not after:
                break
        self.assertEqual(len(seen), FAN_OUT + 5)
        more = self.hub["li"].refused("GET", "/api/v1/graph?from=n3.example&fan_out=1000")
        self.assertEqual(more.status, 400, "the hub's border is the widest")

    def test_by_hand_and_to_the_beneficiary(self):
        def relate(login, a, kind, b, *more):
            return self.hub.cli(login, "graph", "relate", a, kind, b, "--reason", "转账记录", *more)

        relate("wang", "company:Ads Ltd", "advertises", "bank.example")
        relate("wang", "person:Li Si", "controls", "company:Ads Ltd")
        relate("li", "person:Li Si", "profits-from", "bank.example", "--tlp", "red")
        found = self.hub.cli("li", "graph", "beneficiaries", "http://bank.example/login")
        first = found["items"][0]
        self.assertEqual((first["node"], first["beneficiary"]), ("person:Li Si", True))
        self.assertIn("profits-from", first["roles"])
        self.assertEqual([e["kind"] for e in first["way"]], ["at-host", "profits-from"])
        self.assertIn("获利", self.hub.run("graph", "beneficiaries", "bank.example", "--lang", "zh",
                                         login="li").stdout)
        # Another unit does not see the expert body's strict word, the public sees none.
        other = self.hub.cli("sun", "graph", "beneficiaries", "bank.example")
        self.assertFalse(any(p["beneficiary"] for p in other["items"]))
        self.assertEqual(len(other["items"]), 2)
        self.assertEqual(self.graph("gao", "bank.example")["edges"], [])
        refused = self.hub.run("graph", "relate", "bank.example", "makes", "person:Li Si", "--reason", "x",
                               login="wang")
        self.assertEqual(refused.returncode, 2, refused.stderr)
        nobody = self.hub.run("graph", "relate", "person:A", "makes", "bank.example", "--reason", "x",
                              login="gao")
        self.assertEqual(nobody.returncode, 4, nobody.stderr)
        # Only the unit's own word goes.
        gone = self.hub.run("graph", "unrelate", "person:Li Si", "profits-from", "bank.example",
                            "--reason", "x", login="wang")
        self.assertEqual(gone.returncode, 3, gone.stderr)
        self.hub.cli("li", "graph", "unrelate", "person:Li Si", "profits-from", "bank.example",
                     "--reason", "mistaken")
        again = self.hub.cli("li", "graph", "beneficiaries", "bank.example")
        self.assertFalse(any(p["beneficiary"] for p in again["items"]))

    def test_paths_and_forms_of_other_programs(self):
        self.hub.cli("wang", "graph", "relate", "person:Wang Wu", "controls", "shop.example",
                     "--reason", "registration papers")
        path = self.hub.cli("li", "graph", "path", f"md5:{MD5}", "person:Wang Wu")
        self.assertTrue(path["found"])
        self.assertEqual(path["nodes"][0]["node"], f"md5:{MD5}")
        self.assertEqual(path["nodes"][-1]["node"], "person:Wang Wu")
        none = self.hub.cli("li", "graph", "path", "n1.example", "n2.example")
        self.assertFalse(none["found"])
        self.assertEqual(none["cuts"][0]["node"], "ipv4:192.0.2.1")
        out = os.path.join(self.hub.folder, "g.graphml")
        done = self.hub.run("graph", "show", "shop.example", "--format", "graphml", "--out", out, login="li")
        self.assertEqual(done.returncode, 0, done.stderr)
        space = "{http://graphml.graphdrawing.org/xmlns}"
        self.assertGreaterEqual(len(xml.parse(out).getroot().findall(f".//{space}node")), 3)
        dot = self.hub.run("graph", "show", "shop.example", "--format", "dot", login="li").stdout
        self.assertTrue(dot.startswith("digraph") and "shop[.]example" in dot, dot)
        bundle = json.loads(self.hub.run("graph", "show", "shop.example", "--format", "stix",
                                         login="li").stdout)
        self.assertEqual(bundle["type"], "bundle")
        self.assertIn("relationship", {o["type"] for o in bundle["objects"]})

    def test_the_loop_is_shown_with_the_graph(self):
        number, _ = self.hub.block("looped.example")
        self.hub.cli("wang", "graph", "relate", "looped.example", "redirects-to", "next.example",
                     "--reason", "seen in the browser")

        def state():
            node = next(n for n in self.graph("zhao", "next.example")["nodes"]
                        if n["node"] == "domain:looped.example")
            return node if node["blocked"] else None

        node = h.wait_for(state, 10, "the list")
        self.assertEqual([c["number"] for c in node["cases"]], [number])

    def test_a_relapse_is_noticed_and_reopens_the_case(self):
        number, task = self.hub.block("again.example")
        self.hub.acknowledge(task)
        self.hub.dispose(task)
        self.hub["zhou"].post(f"/api/v1/tasks/{task}/verification", {
            "passed": True, "method": "document",
            "evidence": [{"title": "probe", "content": "NXDOMAIN"}]})
        self.bring("again.txt", "again.example\n", "plain", "partner-b")
        relapse = h.wait_for(
            lambda: next((r for r in self.hub["wu"].get("/api/v1/relapses?state=open")["items"]
                          if r["case_number"] == number), None), 20, "the relapse")
        self.assertEqual((relapse["occasion"], relapse["sources"]), ("closed", ["partner-b"]))
        self.assertEqual((relapse["basis"]["article"], relapse["basis"]["requirement"]), ("6", "W17-08"))
        duty = next(d for d in self.hub["wu"].get("/api/v1/duties")["items"] if d["number"] == number)
        self.assertEqual(duty["next"][0]["to"], "reopened")
        self.assertIn(number, self.hub.run("relapses", login="wu").stdout)
        hidden = self.hub.run("relapse", "reopen", number, "--reason", "x", login="sunb")
        self.assertEqual(hidden.returncode, 3, hidden.stderr)
        done = self.hub.cli("wu", "relapse", "reopen", number, "--reason", "再次上线")
        self.assertEqual((done["case"], done["state"], done["relapses"]), (number, "reopened", 1))
        self.assertEqual(self.hub["wu"].get("/api/v1/relapses?state=open")["items"], [])
        again = self.hub.run("relapse", "reopen", number, "--reason", "x", login="wu")
        self.assertIn(again.returncode, (3, 4), again.stderr)

    def test_hosts_behind_several_cases(self):
        for i in (1, 2):
            self.hub.submit([f"rep{i}.example"])
            self.hub.cli("wang", "graph", "relate", f"rep{i}.example", "hosted-on", "192.0.2.77",
                         "--reason", "resolved by us")
        found = self.hub.cli("zhao", "graph", "repeats", "--at-least", "2")
        item = next(i for i in found["items"] if i["node"] == "ipv4:192.0.2.77")
        self.assertEqual(item["count"], 2)
        self.assertEqual(len(item["cases"]), 2)

    def test_the_vocabulary_is_told(self):
        kinds = self.hub.cli("li", "graph", "kinds")["items"]
        self.assertTrue(all(k["label"]["zh"] and k["label"]["en"] for k in kinds))
        self.assertTrue({"makes", "sells", "distributes", "advertises", "pays", "profits-from"}
                        <= {k["kind"] for k in kinds if k["market"]})


if __name__ == "__main__":
    unittest.main()
