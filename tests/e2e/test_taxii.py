"""TAXII 2.1 and STIX with independent judges: taxii2-client, the OASIS validator, real documents."""

import base64
import glob
import json
import os
import re
import subprocess
import unittest

import index_packages
from hub import Api, Hub, client_tls, program, shared, wait_for

HERE = os.path.dirname(os.path.abspath(__file__))
MEDIA = "application/taxii+json;version=2.1"


def identity(number, name="Unit", modified="2026-01-02T00:00:00.000Z", **more):
    return {"type": "identity", "spec_version": "2.1",
            "id": f"identity--00000000-0000-4000-8000-{number:012d}",
            "created": "2026-01-01T00:00:00.000Z", "modified": modified, "name": name,
            "identity_class": "organization", **more}


def indicator(number, value, **more):
    return {"type": "indicator", "spec_version": "2.1",
            "id": f"indicator--00000000-0000-4000-8000-{number:012d}",
            "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z",
            "pattern": f"[domain-name:value = '{value}']", "pattern_type": "stix",
            "valid_from": "2026-01-01T00:00:00Z", **more}


class Stage(unittest.TestCase):
    """A hub with its cast, an inbox that sec-co may use, and one that only the ministry may."""

    @classmethod
    def setUpClass(cls):
        cls.python = index_packages.python()
        cls.hub = Hub().start().add_cast()
        cls.addClassCleanup(cls.hub.end)

    def collection(self, alias, read=(), write=(), **more):
        made = self.hub["admin"].post("/api/v1/collections", {"alias": alias, **more})
        for code in sorted({*read, *write}):
            self.hub["admin"].post(f"/api/v1/collections/{alias}/grants", {
                "organization": code, "read": code in read, "write": code in write})
        return made

    def address(self, collection):
        return f"{self.hub.url}/taxii2/hub/collections/{collection['id']}/"

    def peer(self, command, *words, login="wang", ok=True):
        words = [str(w) for w in words]
        if command != "validate":
            words[1:1] = [login, self.hub.tokens[login]]
        done = subprocess.run([self.python, os.path.join(HERE, "taxii_peer.py"), command, *words],
                              capture_output=True, text=True, timeout=120, cwd=self.hub.folder)
        if not ok:
            return done
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])
        return json.loads(done.stdout)

    def file(self, name, content):
        path = os.path.join(self.hub.folder, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(content if isinstance(content, str) else json.dumps(content))
        return path

    def add(self, collection, objects, **more):
        return self.peer("add", self.address(collection),
                         self.file("envelope.json", {"objects": objects}), **more)

    def raw(self, method, path, body=None, login="wang", **headers):
        api = self.hub.api()
        send = {"Accept": MEDIA, **{k.replace("_", "-"): v for k, v in headers.items()}}
        if login:
            secret = f"{login}:{self.hub.tokens[login]}".encode()
            send.setdefault("Authorization", "Basic " + base64.b64encode(secret).decode())
        answer = api.call(method, path, body, {k: v for k, v in send.items() if v is not None})
        api.close()
        return answer


class Client(Stage):
    def test_discovery_collections_and_grants(self):
        inbox = self.collection("inbox-a", read=["sec-co"], write=["sec-co"],
                                title={"en": "Inbox", "zh": "收件"})
        self.collection("ministry-a", read=["miit"])
        seen = self.peer("discover", self.hub.url + "/taxii2/")
        root, = seen["roots"]
        self.assertEqual(root["versions"], [MEDIA])
        self.assertGreaterEqual(root["most"], 1 << 20)
        mine = {c["alias"]: c for c in root["collections"]}
        self.assertNotIn("ministry-a", mine)
        self.assertTrue(mine["inbox-a"]["can_read"] and mine["inbox-a"]["can_write"])
        self.assertEqual(mine["inbox-a"]["id"], inbox["id"])

    def test_objects_pages_versions_and_erasing(self):
        c = self.collection("versions", read=["sec-co"], write=["sec-co"])
        url = self.address(c)
        status = self.add(c, [identity(n, f"Unit {n}") for n in range(25)])
        self.assertEqual((status["status"], status["success_count"]), ("complete", 25))
        status = self.add(c, [identity(3, "Unit 3, renamed", "2026-02-01T00:00:00.000Z"),
                              {"type": "identity", "id": "no-uuid"}])
        self.assertEqual((status["success_count"], status["failure_count"]), (1, 1))
        self.assertIn("byte", status["failures"][0]["message"])

        got = self.peer("pages", url, 10)
        self.assertEqual([len(page) for page in got], [10, 10, 5])
        flat = [o for page in got for o in page]
        self.assertEqual(len({o["id"] for o in flat}), 25)
        self.assertEqual(flat[-1]["name"], "Unit 3, renamed")  # it came last, its old version is not shown
        every = self.peer("pages", url, 10, "version=all")
        self.assertEqual(sum(map(len, every)), 26)
        which = identity(3)["id"]
        self.assertEqual(self.peer("versions", url, which)["versions"],
                         ["2026-01-02T00:00:00.000000Z", "2026-02-01T00:00:00.000000Z"])
        first = self.peer("object", url, which, "version=first")["objects"]
        self.assertEqual([o["name"] for o in first], ["Unit 3"])
        exact = self.peer("object", url, which, "version=2026-02-01T00:00:00.000Z")["objects"]
        self.assertEqual([o["name"] for o in exact], ["Unit 3, renamed"])

        listed = [m for page in self.peer("manifest", url, 7) for m in page]
        self.assertEqual(len(listed), 25)
        dates = [m["date_added"] for m in listed]
        self.assertEqual(dates, sorted(dates))
        self.assertEqual(len(set(dates)), 25)
        self.assertEqual(listed[0]["media_type"], "application/stix+json;version=2.1")
        later = self.peer("pages", url, 100, "added_after=" + dates[20])
        self.assertEqual(sum(map(len, later)), 4)

        self.peer("delete", url, which)  # the newest version: the one before shows again
        self.assertEqual(self.peer("object", url, which)["objects"][0]["name"], "Unit 3")
        self.peer("delete", url, which, "version=all")
        self.assertIn("404", self.peer("object", url, which, ok=False).stderr)

    def test_filters_by_type_id_and_specification(self):
        c = self.collection("filters", read=["sec-co"], write=["sec-co"])
        url = self.address(c)
        old = identity(900, "Old")
        del old["spec_version"]
        self.add(c, [indicator(n, f"e{n}.example") for n in range(5)]
                 + [identity(n) for n in range(100, 105)] + [old])
        count = lambda *match: sum(map(len, self.peer("pages", url, 2, *match)))
        self.assertEqual(count("type=indicator"), 5)
        self.assertEqual(count("type=indicator,identity"), 11)
        self.assertEqual(count("spec_version=2.0"), 1)
        self.assertEqual(count("spec_version=2.1", "type=identity"), 5)
        self.assertEqual(count("type=malware"), 0)
        self.assertEqual(count("id=" + old["id"] + "," + indicator(2, "")["id"]), 2)

    def test_indicators_become_sightings_of_that_unit(self):
        c = self.collection("sightings", read=["sec-co"], write=["sec-co"])
        self.add(c, [indicator(700, "seen-by-taxii.example")])
        found = self.hub["wang"].get("/api/v1/lookup?value=seen-by-taxii.example")
        self.assertEqual([s["source"] for s in found["sources"]], ["stix:sightings:sec-co"])

    def test_markings_above_the_ceiling_stay_out(self):
        c = self.collection("green-only", read=["sec-co"], write=["sec-co"], ceiling="green")
        red = identity(800, object_marking_refs=[
            "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"])
        status = self.add(c, [red, identity(801)])
        self.assertEqual((status["success_count"], status["failure_count"]), (1, 1))
        self.assertEqual(sum(map(len, self.peer("pages", self.address(c), 10))), 1)


class Protocol(Stage):
    """What a well-behaved client never sends."""

    def test_refusals(self):
        c = self.collection("refusals", read=["sec-co"], write=["sec-co"])
        self.collection("foreign", read=["miit"])
        base = f"/taxii2/hub/collections/{c['id']}/"
        foreign = "/taxii2/hub/collections/foreign/"
        body = json.dumps({"objects": [identity(1)]})
        for expected, method, path, sent, headers in [
            (200, "GET", "/taxii2/", None, {}),
            (401, "GET", "/taxii2/", None, {"login": None}),
            (401, "GET", "/taxii2/", None, {"Authorization": "Basic d2FuZzp3cm9uZw=="}),
            (406, "GET", "/taxii2/", None, {"Accept": "application/json"}),
            (406, "GET", "/taxii2/", None, {"Accept": "application/taxii+json;version=2.0"}),
            (200, "GET", "/taxii2/", None, {"Accept": "application/taxii+json"}),
            (404, "GET", "/taxii2/other/", None, {}),
            (404, "GET", "/taxii2/hub/collections/nowhere/", None, {}),
            (404, "GET", base + "nothing/", None, {}),
            (404, "GET", base + "objects/identity--00000000-0000-4000-8000-999999999999/", None, {}),
            (404, "GET", "/taxii2/hub/status/nowhere/", None, {}),
            (403, "GET", foreign + "objects/", None, {}),
            (403, "GET", foreign + "manifest/", None, {}),
            (403, "POST", foreign + "objects/", body, {"Content_Type": MEDIA}),
            (403, "DELETE", foreign + "objects/" + identity(1)["id"] + "/", None, {}),
            (415, "POST", base + "objects/", body, {"Content_Type": "application/json"}),
            (400, "POST", base + "objects/", body[:-1], {"Content_Type": MEDIA}),
            (400, "POST", base + "objects/", json.dumps([identity(1)]), {"Content_Type": MEDIA}),
            (413, "POST", base + "objects/", " " * (11 << 20), {"Content_Type": MEDIA}),
            (202, "POST", base + "objects/", body, {"Content_Type": MEDIA}),
            (400, "GET", base + "objects/?limit=0", None, {}),
            (400, "GET", base + "objects/?limit=x", None, {}),
            (400, "GET", base + "objects/?added_after=yesterday", None, {}),
            (400, "GET", base + "objects/?match[version]=newest", None, {}),
            (400, "GET", base + "objects/?match[spec_version]=3.0", None, {}),
            (400, "GET", base + "objects/?next=AAAA", None, {}),
            (200, "GET", base + "objects/?unknown=1", None, {}),
        ]:
            answer = self.raw(method, path, sent, **headers)
            self.assertEqual(answer.status, expected, f"{method} {path} {headers}: {answer.body!r}")
            self.assertEqual(answer.headers["content-type"], MEDIA)
            if expected >= 400:
                self.assertEqual(answer.json["http_status"], str(expected))
            if expected == 401:
                self.assertIn("Basic", answer.headers["www-authenticate"])

    def test_next_is_bound_and_survives_a_restart(self):
        c = self.collection("paged", read=["sec-co"], write=["sec-co"])
        other = self.collection("paged-too", read=["sec-co"], write=["sec-co"])
        self.add(c, [identity(n) for n in range(5)])
        self.add(other, [identity(n) for n in range(5)])
        path = f"/taxii2/hub/collections/{c['id']}/objects/?limit=2"
        first = self.raw("GET", path)
        self.assertRegex(first.headers["x-taxii-date-added-last"], r"\.\d{6}Z$")
        follow = first.json["next"]
        self.assertEqual(self.raw("GET", path + "&match[type]=identity&next=" + follow).status, 400)
        elsewhere = f"/taxii2/hub/collections/{other['id']}/objects/?limit=2&next={follow}"
        self.assertEqual(self.raw("GET", elsewhere).status, 400)
        changed = ("B" if follow[0] != "B" else "C") + follow[1:]
        self.assertEqual(self.raw("GET", path + "&next=" + changed).status, 400)
        self.hub.stop()
        self.hub.start()
        second = self.raw("GET", path + "&next=" + follow)
        self.assertEqual([o["id"] for o in second.json["objects"]],
                         [identity(2)["id"], identity(3)["id"]])

    def test_bearer_token_and_status_of_others(self):
        c = self.collection("bearer", read=["sec-co"], write=["sec-co"])
        status = self.add(c, [identity(1)])
        bearer = "Bearer " + self.hub.tokens["wang"]
        path = f"/taxii2/hub/status/{status['id']}/"
        self.assertEqual(self.raw("GET", path, login=None, Authorization=bearer).status, 200)
        self.assertEqual(self.raw("GET", path, login="zhao").status, 404)


class Certificate(unittest.TestCase):
    """A client certificate instead of a token (W17-09)."""

    def test_bound_certificates_speak_for_a_person(self):
        openssl = program("openssl")
        hub = Hub(scheme="https")
        self.addCleanup(hub.end)
        path = lambda name: os.path.join(hub.folder, name)
        for name in ("hub", "client", "stranger"):
            subprocess.run([openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt",
                            "ec_paramgen_curve:P-256", "-nodes", "-keyout", path(name + ".key"),
                            "-out", path(name + ".pem"), "-days", "2", "-subj", "/CN=" + name,
                            "-addext", "subjectAltName=IP:127.0.0.1"],
                           check=True, capture_output=True)
        with open(path("issuers.pem"), "w", encoding="utf-8") as f:
            for name in ("client", "stranger"):
                with open(path(name + ".pem"), encoding="utf-8") as one:
                    f.write(one.read())
        hub.more = ["--tls-certificate", path("hub.pem"), "--tls-key", path("hub.key"),
                    "--tls-client-ca", path("issuers.pem")]
        hub.tls = client_tls(path("hub.pem"))
        hub.start().add_cast()
        printed = subprocess.run([openssl, "x509", "-in", path("client.pem"), "-noout",
                                  "-fingerprint", "-sha256"], check=True, capture_output=True,
                                 text=True).stdout
        fingerprint = printed.strip().split("=")[1]

        def call(name, *words, **more):
            tls = client_tls(path("hub.pem"))
            tls.load_cert_chain(path(name + ".pem"), path(name + ".key"))
            api = Api(hub.port, tls=tls)
            self.addCleanup(api.close)
            return api.call(*words, **more)

        def status(name):
            return call(name, "GET", "/taxii2/", headers={"Accept": MEDIA}).status

        def sign_in(name):
            return call(name, "POST", "/api/v1/session", {"certificate": True, "cookie": True},
                        headers={"X-Tocsin-Request": "1"})

        self.assertEqual(status("client"), 401)
        taken = hub["admin"].refused("POST", "/api/v1/certificates", {
            "user": "zhao", "fingerprint": fingerprint, "scopes": ["decide"]})
        self.assertEqual((taken.status, taken.json["rule"]), (403, "W17-10"))
        bound = hub.cli("admin", "taxii", "certificate", "--user", "wang", "--fingerprint",
                        fingerprint, "--ca", path("hub.pem"))
        self.assertEqual((status("client"), status("stranger")), (200, 401))
        browser = sign_in("client")
        self.assertEqual((browser.status, sign_in("stranger").status), (201, 401))
        self.assertEqual(browser.json["user"]["login"], "wang")
        self.assertIn("; Secure", browser.headers["set-cookie"])
        cookie = {"Cookie": browser.headers["set-cookie"].split(";")[0]}
        self.assertEqual(hub.api().ask("GET", "/api/v1/me", headers=cookie).json, browser.json)
        # The fingerprint is public: it is no secret that could be sent instead.
        api = hub.api("x509:" + fingerprint)
        self.assertEqual(api.call("GET", "/taxii2/", headers={"Accept": MEDIA}).status, 401)
        hub["admin"].post(f"/api/v1/tokens/{bound['id']}/revocation")
        self.assertEqual(status("client"), 401)


class Projection(Stage):
    def test_a_case_is_shown_and_valid(self):
        every = self.collection("cases", read=["op-a"], projection=True)
        op_b = self.collection("for-op-b", projection=True, audience="op-b", ceiling="red")
        threat = self.hub.submit(["projected.example", "198.51.100.7", "http://projected.example/a"])
        self.hub["zhao"].post(f"/api/v1/threats/{threat['id']}/delegation", {"body": "cncert"})
        self.hub["li"].post(f"/api/v1/threats/{threat['id']}/determination", {
            "threat_name": "Test/Projected", "reason": "seen",
            "evidence": [{"title": "note", "content": "seen"}],
            "proposals": [{"measure": "block", "addressee": "op-a", "limit": "24h"}]})
        url = self.address(every)
        read = lambda: [o for page in self.peer("pages", url, 50, login="sun") for o in page]
        wait_for(lambda: len(read()) == 8, 10, "the case to be projected", every=0.2)
        kinds = sorted(o["type"] for o in read())
        self.assertEqual(kinds, ["identity"] + ["indicator"] * 3 + ["marking-definition"]
                         + ["sighting"] * 3)
        # op-b is not concerned, whatever the ceiling.
        self.assertEqual(self.peer("pages", self.address(op_b), 50, login="sunb"), [[]])
        # Nobody but the hub writes into a projection.
        self.assertEqual(self.raw("POST", f"/taxii2/hub/collections/{every['id']}/objects/", "{}",
                                  login="sun", Content_Type=MEDIA).status, 403)

        exported = self.hub.run("export", "stix", "--case", threat["number"], login="zhao")
        self.assertEqual(exported.returncode, 0, exported.stderr)
        again = self.hub.run("export", "stix", "--case", threat["number"], login="zhao")
        self.assertEqual(exported.stdout, again.stdout)  # rendering again changes nothing
        bundle = json.loads(exported.stdout)
        self.assertEqual({o["id"]: o for o in bundle["objects"]}, {o["id"]: o for o in read()})
        found = self.peer("validate", self.file("case.json", exported.stdout))
        self.assertEqual([e for e in found["errors"] if not documented(e)], [])
        # Import, export, import again: nothing new.
        self.collection("back", read=["sec-co"], write=["sec-co"])
        case = self.file("case.json", exported.stdout)
        one = self.hub.cli("wang", "collection", "import", "back", case)
        self.assertEqual(one["added"], 8)
        out = self.hub.run("export", "stix", "--collection", "back", login="wang")
        self.assertEqual(json.loads(out.stdout)["objects"], bundle["objects"])
        two = self.hub.cli("wang", "collection", "import", "back", self.file("b.json", out.stdout))
        self.assertEqual((two["added"], two["known"]), (0, 8))

    def test_every_kind_of_indicator_is_valid(self):
        values = ["kinds.example", "*.kinds.example", "198.51.100.9", "2001:db8::9",
                  "198.51.100.0/25", "2001:db8:1::/64", "198.51.100.9:8443",
                  "https://kinds.example/x?q=it's", "kinds.example/path", "mail@kinds.example",
                  "d41d8cd98f00b204e9800998ecf8427e", "a" * 40, "b" * 64,
                  "sm3:" + "c" * 64, "phone:+8613800138000", "sms-port:10690000",
                  "broadband-account:cd0001", "app:com.example.bad", "account:qq:10001",
                  "pattern:^/gate\\.php$"]
        threat = self.hub.submit(values)
        self.hub["zhao"].post(f"/api/v1/threats/{threat['id']}/delegation", {"body": "cncert"})
        self.hub["li"].post(f"/api/v1/threats/{threat['id']}/determination", {
            "threat_name": "Test/Kinds", "reason": "seen",
            "evidence": [{"title": "note", "content": "seen"}],
            "proposals": [{"measure": "block", "addressee": "op-a", "limit": "24h"}]})
        out = self.hub.run("export", "stix", "--case", threat["number"], login="zhao")
        bundle = json.loads(out.stdout)
        self.assertEqual(sum(o["type"] == "indicator" for o in bundle["objects"]), len(values))
        found = self.peer("validate", self.file("kinds.json", out.stdout))
        self.assertEqual([e for e in found["errors"] if not documented(e)], [])


def documented(error):
    """Complaints of the strict validator that docs/taxii.md lists, each with its reason."""
    return bool(re.search(r"-5[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12} is not a valid UUIDv4 ID", error)
                or re.search(r"'x-tocsin-(phone|sms-port|app|literal)' is not a valid stix observable", error))


class Command(Stage):
    def test_pull_resumes_and_push_delivers(self):
        source = self.collection("remote", read=["sec-co"], write=["sec-co"])
        self.collection("local", read=["sec-co"], write=["sec-co"])
        target = self.collection("target", read=["sec-co"], write=["sec-co"])
        self.add(source, [identity(n) for n in range(250)])
        root = f"{self.hub.url}/taxii2/hub/"
        secret = self.file("secret", self.hub.tokens["wang"] + "\n")
        who = ["--login", "wang", "--secret-file", secret]
        seen = self.hub.cli("wang", "taxii", "discover", self.hub.url + "/taxii2/", *who)
        self.assertIn(source["id"], [c["id"] for c in seen["roots"][0]["collections"]])
        pull = ["taxii", "pull", root, "--collection", source["id"], "--into", "local", *who,
                "--limit", "100"]
        self.assertEqual(self.hub.cli("wang", *pull, "--pages", "1")["added"], 100)
        rest = self.hub.cli("wang", *pull)
        self.assertEqual((rest["objects"], rest["added"]), (150, 150))  # it went on, not again
        self.assertEqual(self.hub.cli("wang", *pull).get("objects", 0), 0)
        self.add(source, [identity(3, "Later", "2026-03-01T00:00:00.000Z")])
        self.assertEqual(self.hub.cli("wang", *pull)["added"], 1)
        sent = self.hub.cli("wang", "taxii", "push", root, "--collection", target["id"],
                            "--from", "local", *who)
        self.assertEqual((sent["success_count"], sent["failure_count"]), (250, 0))
        there = [o for p in self.peer("pages", self.address(target), 100) for o in p]
        self.assertEqual(len(there), 250)
        wrong = self.file("wrong", "tcs_" + "A" * 43 + "\n")
        refused = self.hub.run("taxii", "discover", self.hub.url + "/taxii2/", "--login", "wang",
                               "--secret-file", wrong)
        self.assertEqual(refused.returncode, 4, refused.stderr)


class RealDocuments(Stage):
    """Documents of others as they are published; counts from their own description."""

    def setUp(self):
        self.folder = os.path.join(shared(), "data", "stix")

    def bring(self, alias, path, ok=True):
        done = self.hub.run("collection", "import", alias, path, "--json", login="wang")
        if not ok:
            return done
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_counts_and_importing_again(self):
        self.collection("real", read=["sec-co"], write=["sec-co"], ceiling="red")
        for name, objects in [("ics-attack-18.1.json", 1826), ("mobile-attack-17.1.json", 2148),
                              ("cytrox.stix2", 687), ("novispy.stix2", 37),
                              ("pegasus.stix2", 3099), ("opencti-sectors.json", 121),
                              ("sco-examples-bundle.json", None)]:
            first = self.bring("real", os.path.join(self.folder, name))
            if objects is not None:
                self.assertEqual(first["objects"], objects, name)
            self.assertEqual(first["refused"], 0, (name, first["refusals"][:3]))
            again = self.bring("real", os.path.join(self.folder, name))
            self.assertEqual((again["added"], again["objects"]), (0, first["objects"]), name)

    def test_bytes_come_back_as_they_were_given(self):
        self.collection("faithful", read=["sec-co"], write=["sec-co"], ceiling="red")
        path = os.path.join(self.folder, "ics-attack-18.1.json")
        self.bring("faithful", path)
        out = self.hub.run("export", "stix", "--collection", "faithful", login="wang")
        with open(path, encoding="utf-8") as f:
            text = f.read()
        mine = json.loads(out.stdout)["objects"]
        theirs = {o["id"]: o for o in json.loads(text)["objects"]}
        self.assertEqual({o["id"]: o for o in mine}, theirs)
        self.assertEqual(sum(bool(o.get("revoked")) for o in mine), 2)
        self.assertEqual(sum(bool(o.get("x_mitre_deprecated")) for o in mine), 37)

    def test_old_after_new_changes_nothing(self):
        self.collection("order", read=["sec-co"], write=["sec-co"], ceiling="red")
        new = os.path.join(self.folder, "mobile-attack-17.1.json")
        with open(new, encoding="utf-8") as f:
            bundle = json.load(f)
        before = []  # the release before: the same objects, older, and some not yet there
        for at, o in enumerate(bundle["objects"]):
            if at % 10 == 0 or "modified" not in o:
                continue
            before.append({**o, "modified": o["created"], "x_tocsin_old": True})
        old = self.file("old.json", {"type": "bundle", "id": bundle["id"], "objects": before})
        self.bring("order", old)
        self.bring("order", new)
        out = self.hub.run("export", "stix", "--collection", "order", login="wang").stdout
        self.assertEqual(self.bring("order", old)["added"], 0)
        self.assertEqual(
            self.hub.run("export", "stix", "--collection", "order", login="wang").stdout, out)
        newest = {o["id"]: o for o in json.loads(out)["objects"]}
        for o in bundle["objects"]:
            if o.get("modified") != o.get("created"):
                self.assertEqual(newest[o["id"]], o)

    def test_versions_of_the_store_and_broken_documents(self):
        c = self.collection("store", read=["sec-co"], write=["sec-co"], ceiling="red")
        files = sorted(glob.glob(os.path.join(self.folder, "stix21-store", "**", "*.json"),
                                 recursive=True))
        self.assertEqual(len(files), 31)
        added = sum(self.bring("store", f)["added"] for f in files)
        every = [o for p in self.peer("pages", self.address(c), 50, "version=all") for o in p]
        self.assertEqual(len(every), added)
        self.assertGreater(added, len({o["id"] for o in every}))
        for path in glob.glob(os.path.join(self.folder, "oasis-examples", "*.json")):
            self.assertEqual(self.bring("store", path)["refused"], 0, path)
        examples = os.path.join(self.folder, "validator-examples", "stix2validator", "test", "v21",
                                "test_examples")
        for name in ("invalid_braces.json", "invalid_comma.json"):
            done = self.bring("store", os.path.join(examples, name), ok=False)
            self.assertEqual(done.returncode, 2)
            self.assertRegex(done.stderr + done.stdout, r"byte \d+, line \d+")
        late = self.bring("store", os.path.join(examples, "invalid_timestamp.json"))
        self.assertEqual((late["refused"], late["added"]), (1, 0))
        self.assertIn("byte 0, line 1", late["refusals"][0]["reason"]["en"])


if __name__ == "__main__":
    unittest.main()
