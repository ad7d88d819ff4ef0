"""Formats of other platforms through the command line: schema, folders, and out and in again.

Proves: W17-01 (class of what others named), W17-08 (gather from many, hand on), A13-15 (library).
"""

import json
import os
import subprocess
import sys
import unittest
import xml.etree.ElementTree

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import hub as h  # noqa: E402
import index_packages  # noqa: E402

VALIDATE = """
import json, sys
from stix2validator import ValidationOptions, validate_file
found = validate_file(sys.argv[1], ValidationOptions(version="2.1"))
errors = [str(e) for r in found.object_results for e in r.errors or []]
print(json.dumps({"valid": found.is_valid, "errors": errors}))
"""
READ_EVENT = """
import json, sys
from pymisp import MISPEvent
event = MISPEvent()
event.load_file(sys.argv[1])
print(json.dumps([{"type": a.type, "to_ids": bool(a.to_ids), "tags": [t.name for t in a.tags]}
                  for a in event.attributes]))
"""
SCHEMA = {"lab_c2": {
    "file_name": "lab_c2",
    "constant_fields": {"classification.type": "c2-server"},
    "required_fields": [["time.source", "timestamp", "add_UTC_to_timestamp"],
                        ["source.ip", "addr", "validate_ip"], ["source.port", "door", "convert_int"]],
    "optional_fields": [["malware.name", "kin"]]}}


class Formats(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.hub = h.Hub()
        cls.addClassCleanup(cls.hub.end)
        cls.hub.start().add_cast()

    def write(self, name, text):
        path = os.path.join(self.hub.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text if isinstance(text, str) else json.dumps(text))
        return path

    def journal(self):
        return self.hub["wang"].get("/health")["journal"]

    def test_schema_is_kept_and_export_comes_back_as_it_was(self):
        hub = self.hub
        schema = self.write("schema.json", SCHEMA)
        report = self.write("2026-08-22-lab_c2-cn.csv",
                            "timestamp,addr,door,kin\n2026-08-22 01:02:03,192.0.2.1,443,zebra\n"
                            "2026-08-22 01:02:03,192.0.2.2,8443,zebra\n")
        made = hub.cli("wang", "import", report, "--format", "shadowserver", "--schema", schema,
                       "--source", "lab", "--submit", "--province", "11")
        self.assertEqual((made["import"]["imported"], made["submission"]["threats"]), (2, 2))
        case = hub["wang"].get("/api/v1/threats/" + made["submission"]["numbers"][0])
        self.assertEqual((case.get("threat_class", "malicious-resource"), case["subtype"]),
                         ("malicious-resource", "c2-server"))
        before = self.journal()
        hub.cli("wang", "import", report, "--format", "shadowserver", "--schema", schema,
                "--source", "lab")
        self.assertEqual(self.journal(), before, "the same schema and file changed something")
        for form in ("intelmq", "n6", "ndjson"):
            first, second = (os.path.join(hub.folder, form + n) for n in ("1", "2"))
            said = hub.cli("wang", "export", form, "--source", "lab", "--to", first)
            self.assertEqual((said["written"], said.get("left_out", 0)), (2, 0))
            again = hub.cli("wang", "import", first, "--format", form, "--source", "back-" + form)
            self.assertEqual((again.get("imported", 0), again["merged"]), (0, 2))
            hub.cli("wang", "export", form, "--source", "back-" + form, "--to", second)
            with open(first) as a, open(second) as b:
                self.assertEqual(a.read().replace("tocsin.lab", "").replace('"lab"', ""),
                                 b.read().replace("tocsin.back-" + form, "")
                                 .replace(f'"back-{form}"', ""), form)

    def test_every_form_comes_back_over_several_pages(self):
        hub = self.hub
        kinds = [("domain", "n{}.example"), ("url", "http://n{}.example/x"),
                 ("email", "u{}@mail.example")]
        path = self.write("many.ndjson", "".join(
            json.dumps({"kind": kinds[i % 3][0], "value": kinds[i % 3][1].format(i),
                        "confidence": 80, "tlp": "amber", "first_seen": "2026-01-02T03:04:05Z",
                        "labels": ["phishing:bank"], "valid_until": "2027-01-02T03:04:05Z"}) + "\n"
            for i in range(2500)))
        hub.cli("wang", "import", path, "--source", "many")
        for form in ("csv", "xlsx", "misp", "iodef", "gbt36643", "stix"):
            with self.subTest(form=form):
                out = os.path.join(hub.folder, "many." + form)
                if form == "stix":
                    done = hub.run("export", "stix", "--source", "many", login="wang")
                    self.assertEqual(done.returncode, 0, done.stderr)
                    with open(out, "w", encoding="utf-8") as f:
                        f.write(done.stdout)
                else:
                    said = hub.cli("wang", "export", form, "--source", "many", "--to", out)
                    self.assertEqual((said["written"], said.get("left_out", 0)), (2500, 0))
                again = hub.cli("wang", "import", out, "--source", "many")
                self.assertEqual((again["format"], again.get("imported", 0), again["merged"],
                                  again.get("refused", 0)), (form, 0, 2500, 0))
                twin = hub.cli("wang", "import", out, "--source", "twin-" + form)
                self.assertEqual((twin.get("imported", 0), twin["merged"]), (0, 2500))
                names = [os.path.join(hub.folder, n + form) for n in ("a.", "b.")]
                for name, source in zip(names, ("many", "twin-" + form)):
                    hub.cli("wang", "export", "ndjson", "--source", source, "--to", name)
                with open(names[0]) as a, open(names[1]) as b:
                    self.assertEqual(a.read(), b.read(), form)

    def peer(self, program, path):
        done = subprocess.run([index_packages.python(), "-c", program, path], text=True,
                              capture_output=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])
        return json.loads(done.stdout)

    def test_others_can_read_what_leaves(self):
        hub = self.hub
        values = {"ipv4": "192.0.2.1", "ipv6": "2001:db8::1", "endpoint": "192.0.2.2:443",
                  "domain": "a.example", "wildcard-domain": "*.b.example",
                  "url": "http://c.example/it's", "email": "u@d.example",
                  "md5": "d41d8cd98f00b204e9800998ecf8427e", "phone": "+8613800138000",
                  "pattern": "^e[0-9]+\\.example$", "account": "chat:evil"}
        path = self.write("peers.ndjson", "".join(
            json.dumps({"kind": kind, "value": value, "tlp": "amber", "labels": ["phishing:x"],
                        "first_seen": "2026-01-02T03:04:05Z",
                        "valid_until": "2027-01-02T03:04:05Z"}) + "\n"
            for kind, value in values.items()))
        hub.cli("wang", "import", path, "--source", "peers")
        bundle = self.write("peers.stix", hub.run("export", "stix", "--source", "peers",
                                                  login="wang").stdout)
        self.assertEqual(self.peer(VALIDATE, bundle), {"valid": True, "errors": []})
        event = os.path.join(hub.folder, "peers.misp")
        hub.cli("wang", "export", "misp", "--source", "peers", "--to", event)
        theirs = self.peer(READ_EVENT, event)
        self.assertEqual({t["type"] for t in theirs if t["to_ids"]} - {"text"},
                         {"ip-dst", "ip-dst|port", "domain", "url", "email-src", "md5",
                          "phone-number"})
        self.assertEqual(len(theirs), len(values))
        self.assertIn("tlp:amber", theirs[0]["tags"])
        iodef = os.path.join(hub.folder, "peers.iodef")
        hub.cli("wang", "export", "iodef", "--source", "peers", "--to", iodef)
        space = {"i": "urn:ietf:params:xml:ns:iodef-2.0",
                 "p": "urn:ietf:params:xml:ns:iodef-phish-1.0"}
        root = xml.etree.ElementTree.parse(iodef).getroot()
        self.assertEqual(len(root.findall(".//i:Indicator", space)), len(values))
        self.assertEqual(root.find(".//p:SiteURL", space).text, "http://c.example/it's")

    def test_misp_folder(self):
        event = {"Event": {"uuid": "a", "timestamp": "1780000000", "Attribute": [
            {"type": "domain|ip", "value": "feed.example|192.0.2.9", "to_ids": "1"}]}}
        self.write("feed/a.json", event)
        folder = os.path.dirname(self.write("feed/manifest.json",
                                            {"a": {"timestamp": "1780000000"}, "lost": {}}))
        record = self.hub.cli("wang", "import", folder + "/", "--format", "misp-feed")
        self.assertEqual((record["imported"], record["refused"]), (2, 1))
        self.assertEqual((record["refusals"][0]["original"], record["refusals"][0]["code"]),
                         ("lost", "missing-event"))
        before = self.journal()
        self.hub.cli("wang", "import", folder, "--format", "misp-feed")
        self.assertEqual(self.journal(), before, "importing the folder again changed something")

    def test_vulnerability_library(self):
        hub = self.hub
        kev = self.write("kev.json", {"catalogVersion": "1", "count": 1, "vulnerabilities": [
            {"cveID": "CVE-2024-0001", "vulnerabilityName": "One", "dateAdded": "2024-02-01"}]})
        cnvd = self.write("cnvd.xml", "<vulnerabilitys><vulnerability><number>CNVD-2024-00007"
                         "</number><serverity>高</serverity><cves><cve><cveNumber>CVE-2024-0001"
                         "</cveNumber></cve></cves></vulnerability></vulnerabilitys>")
        made = hub.cli("wang", "vuln", "import", kev, cnvd)["items"]
        self.assertEqual((made[0]["added"], made[1]["changed"]), (1, 1))
        seen = hub.cli("wang", "vuln", "show", "CNVD-2024-00007")
        self.assertEqual((seen["id"], seen["kev"]["added"]), ("CVE-2024-0001", "2024-02-01"))
        self.assertEqual([v["id"] for v in hub.cli("wang", "vuln", "list", "--kev")["items"]],
                         ["CVE-2024-0001"])
        bundle = json.loads(hub.run("export", "stix", "--vulnerabilities", "kev",
                                    login="wang").stdout)
        self.assertEqual([(o["type"], o["name"]) for o in bundle["objects"]],
                         [("vulnerability", "CVE-2024-0001")])
        before = self.journal()
        hub.cli("wang", "vuln", "import", kev, cnvd)
        self.assertEqual(self.journal(), before, "importing again changed something")
        self.assertEqual(hub.run("vuln", "show", "CVE-1999-0001", login="wang").returncode, 3)

    def test_tags_in_words(self):
        hub = self.hub
        path = self.write("machinetag.json", {"namespace": "PAP", "predicates": [
            {"value": "RED", "expanded": "(PAP:RED) Non-detectable actions only"}]})
        self.assertEqual(hub.cli("wang", "vocabulary", "import", path)["added"], 1)
        self.assertEqual(hub.cli("wang", "vocabulary", "show", "pap:red")["title"]["en"],
                         "(PAP:RED) Non-detectable actions only")
        before = self.journal()
        hub.cli("wang", "vocabulary", "import", path)
        self.assertEqual(self.journal(), before, "importing again changed something")
        self.assertEqual(hub.run("vocabulary", "show", "PAP:BLUE", login="wang").returncode, 3)
        tagged = self.write("tagged.txt", "tagged.example\n")
        hub.cli("wang", "import", tagged, "--source", "tags", "--label", "PAP:RED")
        said = hub.run("lookup", "tagged.example", login="wang").stdout
        self.assertIn("PAP:RED ((PAP:RED) Non-detectable actions only)", said)

    def test_what_another_unit_delivered_does_not_leave(self):
        path = self.write("own.txt", "own.example\n")
        self.hub.cli("wang", "import", path, "--source", "own")
        done = self.hub.run("export", "ndjson", "--source", "nobody", "--to", path + ".out",
                            login="wang")
        self.assertEqual(done.returncode, 3, done.stderr)


if __name__ == "__main__":
    unittest.main()
