"""What the browser console needs of the hub: sessions in a cookie, proof that a change comes from our
page, the packed files and their headers."""

import base64
import hashlib
import hmac
import re
import struct
import time
import unittest

import hub as h

PASSWORD = "a password of the console 1"
OURS = {"X-Tocsin-Request": "1"}


def totp(secret, step):
    """RFC 6238 by hand: what an authenticator shows."""
    mac = hmac.new(base64.b32decode(secret), struct.pack("!Q", step), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(struct.unpack('!I', mac[at:at + 4])[0] & 0x7fffffff) % 10**6:06}"


class Browser:
    """Keeps the cookie as a browser does and sends what a page of ours sends."""

    def __init__(self, hub):
        self.api = hub.api()
        self.host = f"127.0.0.1:{hub.port}"
        self.cookie = ""

    def call(self, method, path, body=None, ours=True, **headers):
        send = {"Host": self.host, "User-Agent": "Console/1"}
        if ours:
            send.update(OURS, Origin=f"http://{self.host}", **{"Sec-Fetch-Site": "same-origin"})
        send.update({name.replace("_", "-"): value for name, value in headers.items()})
        if self.cookie:
            send["Cookie"] = f"theme=dark; {self.cookie}"
        got = self.api.call(method, path, body, headers=send)
        if "set-cookie" in got.headers:
            self.cookie = got.headers["set-cookie"].split(";")[0]
        return got

    def sign_in(self, login="zhao", password=PASSWORD, **more):
        return self.call("POST", "/api/v1/session",
                         {"login": login, "password": password, "cookie": True, **more})


class Console(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.hub = h.Hub(more=["--session-idle", "30", "--sign-ins", "1000"])
        cls.addClassCleanup(cls.hub.end)
        cls.hub.start()
        cls.hub.add_cast()
        cls.hub.add_person("pass", "miit", ["reviewer"], PASSWORD)

    def browser(self):
        made = Browser(self.hub)
        got = made.sign_in("pass")
        self.assertEqual(got.status, 201, got.body)
        return made

    # -- W17-09: sessions

    def test_a_cookie_is_a_session_and_the_answer_says_who(self):
        browser = Browser(self.hub)
        got = browser.sign_in("pass")
        self.assertEqual(got.status, 201)
        self.assertEqual(got.json["user"]["login"], "pass")
        self.assertEqual(got.json["organization"]["code"], "miit")
        self.assertNotIn(b"tcs_", got.body)
        cookie = got.headers["set-cookie"]
        for part in ("tocsin_session=tcs_", "; HttpOnly", "; SameSite=Strict", "; Path=/",
                     f"; Max-Age={12 * 3600}"):
            self.assertIn(part, cookie)
        self.assertNotIn("Secure", cookie, "without TLS the browser would not send it back")
        me = browser.call("GET", "/api/v1/me")
        self.assertEqual(me.json["user"]["login"], "pass")
        self.assertEqual(me.json, got.json)

    def test_signing_out_ends_the_session_at_once(self):
        browser = self.browser()
        kept = browser.cookie
        got = browser.call("DELETE", "/api/v1/session")
        self.assertEqual(got.status, 204)
        self.assertIn("Max-Age=0", got.headers["set-cookie"])
        browser.cookie = kept
        self.assertEqual(browser.call("GET", "/api/v1/me").status, 401)
        again = browser.call("DELETE", "/api/v1/session")
        self.assertEqual(again.status, 204, "whoever is signed out already is told the same")
        entries = self.hub["admin"].get("/api/v1/journal?limit=1000")["items"]
        told = [e["action"] for e in entries if e["action"].startswith("session.")]
        self.assertIn("session.opened", told)
        self.assertIn("session.ended", told)

    def test_a_change_by_cookie_must_come_from_our_page(self):
        browser = self.browser()
        body = {"label": "by cookie"}
        for sent in ({}, {"X_Tocsin_Request": "yes"},
                     {**{"X_Tocsin_Request": "1"}, "Origin": "https://evil.example"},
                     {**{"X_Tocsin_Request": "1"}, "Origin": "null"},
                     {**{"X_Tocsin_Request": "1"}, "Sec_Fetch_Site": "cross-site"}):
            with self.subTest(sent=sent):
                got = browser.call("POST", "/api/v1/tokens", body, ours=False, **sent)
                self.assertEqual(got.status, 403, got.body)
                self.assertEqual(got.json["rule"], "W17-09")
                self.assertTrue(got.json["detail_zh"])
        self.assertEqual(browser.call("DELETE", "/api/v1/session", ours=False).status, 403)
        self.assertEqual(browser.call("GET", "/api/v1/me", ours=False).status, 200)
        self.assertEqual(browser.call("POST", "/api/v1/tokens", body).status, 201)

    def test_nobody_is_signed_in_by_another_sites_form(self):
        browser = Browser(self.hub)
        got = browser.call("POST", "/api/v1/session", {
            "login": "pass", "password": PASSWORD, "cookie": True}, ours=False)
        self.assertEqual(got.status, 403)
        self.assertNotIn("set-cookie", got.headers)

    def test_a_token_of_a_program_needs_no_header(self):
        self.assertTrue(self.hub["zhao"].post("/api/v1/tokens", {"label": "x"})["secret"])

    def test_live_events_come_by_cookie(self):
        browser = self.browser()
        text = []
        import http.client
        connection = http.client.HTTPConnection("127.0.0.1", self.hub.port, timeout=20)
        self.addCleanup(connection.close)
        connection.request("GET", "/api/v1/events", headers={"Cookie": browser.cookie})
        got = connection.getresponse()
        self.assertEqual(got.status, 200)
        self.hub.submit(["by-cookie.example"])

        def seen():
            text.append(got.read1(65536).decode())
            return "threat.submitted" in "".join(text)

        h.wait_for(seen, 15, "an event")

    # -- W17-09: second factor, passwords, sessions of one's own

    def enrol(self, browser):
        """The secret and the recovery codes; the code of the present half minute is used up."""
        made = browser.call("POST", "/api/v1/me/second-factor", {}).json
        self.assertIn(f"secret={made['secret']}", made["uri"])
        got = browser.call("POST", "/api/v1/me/second-factor/confirmation",
                           {"code": totp(made["secret"], int(time.time()) // 30)})
        self.assertEqual(got.status, 201, got.body)
        return made["secret"], got.json["recovery_codes"]

    def test_the_second_factor(self):
        self.hub.add_person("two", "miit", [], PASSWORD)
        browser = Browser(self.hub)
        self.assertEqual(browser.sign_in("two").status, 201)
        secret, recovery = self.enrol(browser)
        self.assertEqual(browser.call("GET", "/api/v1/me/second-factor").json,
                         {"confirmed": True, "required": False, "recovery_left": 10})
        got = Browser(self.hub).sign_in("two")
        self.assertEqual(got.status, 401)
        self.assertEqual(got.json["type"], "urn:tocsin:problem:second-factor-required")
        used = totp(secret, int(time.time()) // 30)
        step = int(time.time()) // 30 + 1
        again = Browser(self.hub).sign_in("two", code=totp(secret, step - 1))
        self.assertEqual(again.status, 401, "the code that confirmed is used up: " + used)
        self.assertEqual(again.json["type"], "urn:tocsin:problem:unauthenticated")
        self.assertEqual(Browser(self.hub).sign_in("two", code=totp(secret, step)).status, 201)
        self.assertEqual(Browser(self.hub).sign_in("two", code=totp(secret, step)).status, 401)
        self.assertEqual(Browser(self.hub).sign_in("two", code=recovery[0]).status, 201)
        self.assertEqual(Browser(self.hub).sign_in("two", code=recovery[0]).status, 401)
        self.hub["admin"].post("/api/v1/users/two/second-factor-reset")
        self.assertEqual(Browser(self.hub).sign_in("two").status, 201)
        with open(self.hub.database, "rb") as f, open(self.hub.database + "-wal", "rb") as wal:
            self.assertNotIn(secret.encode(), f.read() + wal.read())

    def test_a_role_that_demands_it_can_only_set_it_up(self):
        hub = h.Hub(more=["--second-factor", "auditor", "--sign-ins", "1000"])
        self.addCleanup(hub.end)
        hub.start()
        hub["admin"].post("/api/v1/users", {"login": "aud", "organization": "platform",
                                            "roles": ["auditor"]})
        hub.accept("aud", PASSWORD, label="")
        browser = Browser(hub)
        self.assertEqual(browser.sign_in("aud").json["scopes"], ["enrol"])
        self.assertEqual(browser.call("GET", "/api/v1/journal").status, 403)
        secret, _ = self.enrol(browser)
        whole = Browser(hub)
        got = whole.sign_in("aud", code=totp(secret, int(time.time()) // 30 + 1))
        self.assertEqual(got.json["scopes"], ["*"])
        self.assertEqual(whole.call("GET", "/api/v1/journal").status, 200)

    def test_names_reach_those_who_answer_for_the_hands(self):
        """W17-12: authorities and experts know all hands of a case, others their own people's."""
        def names(login):
            return {one["name"] for one in self.hub[login].get("/api/v1/names")["items"]}
        self.assertLessEqual({"wang", "li", "sun", "gao", "zhao"}, names("zhao"))
        self.assertLessEqual({"wang", "sun"}, names("li"))
        self.assertEqual(names("sun"), {"sun"})
        self.assertEqual(names("gao"), {"gao"})
        self.assertEqual(self.hub["sun"].get("/api/v1/names?limit=1").get("items"), [])

    def test_a_new_password_ends_the_other_sessions(self):
        self.hub.add_person("changes", "miit", [], PASSWORD)
        mine, other = Browser(self.hub), Browser(self.hub)
        for browser in (mine, other):
            self.assertEqual(browser.sign_in("changes").status, 201)
        new = "a tidy heron counts boats"
        wrong = mine.call("POST", "/api/v1/me/password", {"old": "no", "password": new})
        self.assertEqual(wrong.status, 422)
        got = mine.call("POST", "/api/v1/me/password", {"old": PASSWORD, "password": new})
        self.assertEqual(got.status, 204, got.body)
        self.assertEqual(mine.call("GET", "/api/v1/me").status, 200)
        self.assertEqual(other.call("GET", "/api/v1/me").status, 401)

    def test_ones_sessions_are_listed_and_ended(self):
        self.hub.add_person("many", "miit", [], PASSWORD)
        mine, other = Browser(self.hub), Browser(self.hub)
        for browser in (mine, other):
            browser.sign_in("many")
        items = mine.call("GET", "/api/v1/sessions").json["items"]
        self.assertEqual(sorted(one["current"] for one in items), [False, True])
        for one in items:
            self.assertEqual((one["agent"], one["address"]), ("Console/1", "127.0.0.1"))
        foreign = next(one["id"] for one in items if not one["current"])
        stranger = self.browser()
        self.assertEqual(stranger.call("DELETE", f"/api/v1/sessions/{foreign}").status, 404)
        self.assertEqual(mine.call("DELETE", f"/api/v1/sessions/{foreign}").status, 204)
        self.assertEqual(other.call("GET", "/api/v1/me").status, 401)

    def test_who_runs_the_platform_sees_how_it_is(self):
        told = self.hub["admin"].get("/api/v1/health/details")
        self.assertGreater(told["journal"], 0)
        self.assertEqual([f["name"] for f in told["followers"]], ["lists", "delivery", "search"])
        self.assertTrue(told["store"])
        refused = self.hub["zhao"].refused("GET", "/api/v1/health/details")
        self.assertEqual(refused.status, 403)

    def test_guesses_are_counted(self):
        hub = h.Hub(more=["--sign-ins", "3"])
        self.addCleanup(hub.end)
        hub.start()
        tried = [hub.api().call("POST", "/api/v1/session", {
            "login": "admin", "password": f"guess number {i}"}) for i in range(4)]
        self.assertEqual([t.status for t in tried], [401, 401, 401, 429])
        self.assertTrue(tried[-1].json["detail_zh"])
        self.assertIn("retry-after", tried[-1].headers)

    # -- the packed console

    def test_the_page_its_policy_and_its_files(self):
        api = self.hub.api()
        page = api.ask("GET", "/console/")
        policy = page.headers["content-security-policy"]
        nonce = re.search(r"style-src 'self' 'nonce-([A-Za-z0-9_-]+)'", policy).group(1)
        self.assertIn(f'<meta name="csp-nonce" content="{nonce}">', page.text)
        self.assertNotEqual(api.ask("GET", "/console/").headers["content-security-policy"], policy)
        self.assertIn("script-src 'self';", policy)
        self.assertIn("default-src 'none'", policy)
        self.assertEqual(page.headers["cache-control"], "no-cache")
        self.assertEqual(page.headers["x-content-type-options"], "nosniff")
        self.assertEqual(page.headers["referrer-policy"], "no-referrer")
        self.assertEqual(page.headers["cross-origin-opener-policy"], "same-origin")
        self.assertEqual(page.headers["cross-origin-resource-policy"], "same-origin")
        self.assertIn("camera=()", page.headers["permissions-policy"])
        self.assertEqual(api.ask("GET", "/console/threats/1").status, 200)
        self.assertEqual(api.call("GET", "/console/assets/none.js").status, 404)
        self.assertEqual(api.call("GET", "/console/..%2f..%2fetc%2fpasswd").status, 400)
        bare = api.call("GET", "/console")
        self.assertEqual((bare.status, bare.headers["location"]), (308, "/console/"))
        for name in re.findall(r'(?:src|href)="(/console/assets/[^"]+)"', page.text):
            with self.subTest(file=name):
                got = api.ask("GET", name, headers={"Accept-Encoding": "gzip"})
                self.assertIn("immutable", got.headers["cache-control"])
                tag = {"If-None-Match": got.headers["etag"]}
                self.assertEqual(api.call("GET", name, headers=tag).status, 304)


if __name__ == "__main__":
    unittest.main()
