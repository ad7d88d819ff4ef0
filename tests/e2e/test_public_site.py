"""The public site as somebody without an account uses it, with a real hub and without a browser.

Forms are read out of the pages and sent as a browser sends them. Proves W17-05 and W17-07 (a report
of the public goes the way of every submission), W17-08 (what is published can be read by everybody),
W17-26 and W17-27 (an appeal of whoever is affected, followed to the lift).
"""

import html.parser
import re
import unittest
import urllib.parse

import hub as h

LEAST_AGE = ("so soon after opening", "打开后随即提交")


class Page(html.parser.HTMLParser):
    """Forms with their fields, texts, links and problems of a page."""

    def __init__(self, text):
        super().__init__()
        self.forms, self.links, self.words, self.scripts = [], [], [], 0
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if tag == "form":
            self.forms.append({"action": a["action"], "method": a["method"],
                               "type": a.get("enctype"), "fields": {}})
        elif tag == "a":
            self.links.append(a.get("href", ""))
        elif tag in ("script", "style") or "style" in a or any(k.startswith("on") for k in a):
            self.scripts += 1
        elif self.forms and tag in ("input", "textarea", "select") and "name" in a:
            kept = a.get("type") not in ("radio", "checkbox", "file") or "checked" in a
            if kept:
                self.forms[-1]["fields"][a["name"]] = a.get("value") or ""

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", "".join(self.words))


class Visitor:
    def __init__(self, hub, lang=""):
        self.api, self.lang = hub.api(), lang

    def get(self, path, status=200):
        answer = self.api.call("GET", self.lang + path)
        assert answer.status == status, (path, answer.status, answer.body[:500])
        return Page(answer.body.decode())

    def send(self, form, fields, files=()):
        values = {**form["fields"], **fields}
        if form["type"] == "multipart/form-data":
            boundary = "----e2e-boundary-71"
            body = b""
            for name, value in values.items():
                body += (f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
                         f"{value}\r\n").encode()
            for name, file, content in files:
                body += (f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; '
                         f'filename="{file}"\r\nContent-Type: text/html\r\n\r\n').encode()
                body += content + b"\r\n"
            body += f"--{boundary}--\r\n".encode()
            kind = f"multipart/form-data; boundary={boundary}"
        else:
            body = urllib.parse.urlencode(values).encode()
            kind = "application/x-www-form-urlencoded"
        answer = self.api.call("POST", form["action"], body, {"Content-Type": kind})
        return answer.status, Page(answer.body.decode())

    def fill(self, path, fields, files=()):
        """As a person: the form is opened, filled in, and sent when the site takes it."""
        form = self.get(path).forms[0]

        def sent():
            status, page = self.send(form, fields, files)
            return None if status == 422 and any(w in page.text for w in LEAST_AGE) else (status, page)

        return h.wait_for(sent, 20, "the form to be old enough", every=0.5)

    def follow(self, receipt):
        form = self.get("/follow").forms[0]
        status, page = self.send(form, {"number": receipt[0], "code": receipt[1]})
        assert status == 200, page.text
        return page.text


def receipts(page):
    return re.findall(r"Number\s*([TA]-\d{4}-\d{6})\s*Follow code\s*([0-9A-Z-]{19})", page.text)


class PublicSite(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.hub = h.Hub(more=["--public-checks", "100000", "--public-forms", "1000"]).start()
        cls.addClassCleanup(cls.hub.end)
        cls.hub.add_cast()
        cls.zh, cls.en = Visitor(cls.hub), Visitor(cls.hub, "/en")

    def look_up(self, value):
        form = self.en.get("/check").forms[0]
        status, page = self.en.send(form, {"value": value})
        self.assertEqual(status, 200)
        return page.text

    def test_a_report_is_followed_until_it_is_blocked_and_published(self):
        attack = "<script>alert(1)</script>\"'"
        status, page = self.en.fill(
            "/report",
            {"class": "phishing-site", "indicators": "evil-report[.]example",
             "what": "It asked for my card. " + attack, "contact": "Secret Gao 138"},
            [("files", "shot<b>.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)))])
        self.assertEqual(status, 200, page.text)
        mine, = receipts(page)
        self.assertIn("Received", self.en.follow(mine))
        number = mine[0]

        status, page = self.zh_again()
        self.assertEqual(status, 200)

        self.hub.determine(number)
        self.assertIn("Confirmed; the authority decides", self.en.follow(mine))
        task = self.hub.approve(number)["tasks"][0]
        self.assertIn("being dealt with", self.en.follow(mine))
        h.wait_for(lambda: "Published: lawfully blocked" in self.look_up("www.evil-report.example"),
                   what="the block to be published")
        self.hub.acknowledge(task)
        self.hub.dispose(task)
        self.hub["zhou"].post(f"/api/v1/tasks/{task}/verification", {
            "passed": True, "method": "document", "detail": "seen",
            "evidence": [{"title": "log", "content": "NXDOMAIN"}]})
        self.assertIn("Confirmed and blocked", self.en.follow(mine))

        self.assertIn("evil-report[.]example", self.en.get("/lists?begins=evil-rep").text)
        self.assertIn("evil-report[.]example", self.en.get(f"/bulletins/{number}").text)
        for form in ("/lists.txt", "/lists.csv"):
            self.assertIn("evil-report.example", self.hub.api().call("GET", form).body.decode())

        # What the reporter wrote is for those who handle the case, the contact for the authority.
        pieces = self.hub["zhao"].get(f"/api/v1/threats/{number}")["evidence"]
        contents = [self.hub["zhao"].get(f"/api/v1/evidence/{p}") for p in pieces]
        secret, = [p["id"] for p in contents if p["kind"] == "confidential"]
        self.assertEqual(self.hub["sun"].refused("GET", f"/api/v1/evidence/{secret}").status, 404)
        public = self.en.get(f"/bulletins/{number}").text + self.en.get("/lists").text
        for private in ("Secret Gao", "asked for my card"):
            self.assertNotIn(private, public)

    def zh_again(self):
        return self.zh.fill("/report", {"class": "phishing-site",
                                        "indicators": "ｅｖｉｌ－report。example", "what": "仿冒银行"})

    def test_an_appeal_is_followed_until_the_lift(self):
        _, task = self.hub.block("shop-e2e.example", tlp="clear")
        h.wait_for(lambda: "Published" in self.look_up("shop-e2e.example"), what="the list")
        status, page = self.en.fill(
            "/appeal",
            {"target": "shop-e2e.example", "as": "organization", "name": "Shop",
             "identity": "9151-SECRET", "contact": "shop@owner.example", "interest": "owner",
             "grounds": "cleaned"},
            [("papers", "licence.pdf", b"%PDF-1.4 licence")])
        self.assertEqual(status, 200, page.text)
        mine, = receipts(page)
        self.assertIn("To be answered by", page.text)
        self.assertIn("waits to be admitted", self.en.follow(mine))
        chen = self.hub["chen"]
        appeal = next(a["id"] for a in chen.get("/api/v1/appeals")["items"]
                      if a["number"] == mine[0])
        self.assertEqual(chen.get(f"/api/v1/appeals/{appeal}")["task"], task)
        chen.post(f"/api/v1/appeals/{appeal}/admission", {"admit": True})
        chen.post(f"/api/v1/appeals/{appeal}/check", {"reason": "another person"})
        chen.post(f"/api/v1/appeals/{appeal}/ruling",
                  {"ruling": "upheld", "reason": "verified clean", "lifted": []})
        told = self.en.follow(mine)
        self.assertIn("Upheld", told)
        self.assertIn("verified clean", told)
        h.wait_for(lambda: "has been lifted" in self.look_up("shop-e2e.example"), what="the lift")

    def test_pages_are_whole_without_scripts_and_lead_somewhere(self):
        seen, waiting = set(), ["/", "/en/"]
        while waiting:
            path = waiting.pop()
            if path in seen or path.startswith(("/console", "/feeds", "/api", "/lists.")):
                continue
            seen.add(path)
            answer = self.hub.api().call("GET", path)
            self.assertEqual(answer.status, 200, path)
            self.assertIn("default-src 'none'", answer.headers["content-security-policy"])
            page = Page(answer.body.decode())
            self.assertEqual(page.scripts, 0, path)
            for link in page.links:
                self.assertTrue(link.startswith(("/", "#")), (path, link))
                if link.startswith("/"):
                    waiting.append(link.split("#")[0])
        self.assertGreater(len(seen), 15)

    def test_the_journal_stays_whole_and_the_site_can_be_switched_off(self):
        verified = self.hub.run("journal", "verify", login="shen")
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)
        other = h.Hub(more=["--public-site", "off"]).start()
        self.addCleanup(other.end)
        self.assertEqual(other.api().call("GET", "/").status, 404)


if __name__ == "__main__":
    unittest.main()
