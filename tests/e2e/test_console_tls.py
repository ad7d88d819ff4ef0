"""The console over TLS: who shows a certificate signs in without a password, for the unit that it is bound to.

Proves: W17-09 (a certificate instead of a password), W17-10 (one binds one's own).
"""

import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import browser  # noqa: E402
import hub as h  # noqa: E402

OPENSSL = "/usr/bin/openssl"


def certificate(folder, name):
    """Files of a new certificate and of its key."""
    files = [os.path.join(folder, f"{name}.{end}") for end in ("pem", "key")]
    subprocess.run([OPENSSL, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                    "-nodes", "-keyout", files[1], "-out", files[0], "-days", "2",
                    "-subj", "/CN=" + name, "-addext", "subjectAltName=IP:127.0.0.1"],
                   check=True, capture_output=True)
    return files


def fingerprint(file):
    said = subprocess.run([OPENSSL, "x509", "-in", file, "-noout", "-fingerprint", "-sha256"],
                          check=True, capture_output=True, text=True).stdout
    return said.strip().split("=")[1]


class ConsoleOverTls(browser.ConsoleTest):
    @classmethod
    def new_hub(cls):
        the_hub = h.Hub(more=["--sign-ins", "1000"], scheme="https")
        cls.cards = {name: certificate(the_hub.folder, name)
                     for name in ("hub", "first", "second", "stranger")}
        issuers = os.path.join(the_hub.folder, "issuers.pem")
        with open(issuers, "w", encoding="utf-8") as out:
            for name in ("first", "second", "stranger"):
                with open(cls.cards[name][0], encoding="utf-8") as one:
                    out.write(one.read())
        own, key = cls.cards["hub"]
        the_hub.more += ["--tls-certificate", own, "--tls-key", key, "--tls-client-ca", issuers]
        the_hub.tls = h.client_tls(own)
        return the_hub

    def bind(self, page, card, unit=None):
        page.get_by_role("button", name="登记证书").click()
        page.fill("[id$=fingerprint]", fingerprint(self.cards[card][0]))
        if unit:
            page.get_by_role("dialog").locator(".ant-select[id$=organization], .ant-select:has([id$=organization])").click()
            page.locator(f".ant-select-item-option:has-text('{unit}')").click()
        browser.send(page)
        page.get_by_role("dialog").wait_for(state="hidden")

    def with_card(self, card, language="zh"):
        """A window that shows this certificate, after the press of the button."""
        page = self.visitor(language=language, certificate=self.cards[card]).open()
        page.get_by_role("button", name="用证书登录" if language == "zh" else "Sign in with a certificate").click()
        return page

    def test_a_certificate_for_each_of_two_units(self):
        self.person("carded", "op-a", ["executor"])
        self.hub["admin"].post("/api/v1/users/carded/join",
                               {"organization": "op-b", "roles": ["executor"]})
        page = self.visitor().sign_in("carded", "/account")
        self.bind(page, "first", "op-a")
        self.bind(page, "second", "op-b")
        for card, unit in (("first", "op-a"), ("second", "op-b")):
            page = self.with_card(card)
            page.wait_for_selector(".shell h1")
            said = page.evaluate("fetch('/api/v1/me', {headers: {'X-Tocsin-Request': '1'}})"
                                 ".then((r) => r.json())")
            self.assertEqual((said["user"]["login"], said["organization"]["code"]), ("carded", unit))

    def test_who_has_none_is_told(self):
        page = self.with_card("stranger", "en")
        page.wait_for_selector("text=is bound to nobody; its fingerprint is "
                               + fingerprint(self.cards["stranger"][0]).replace(":", "").lower())
        page = self.visitor(language="zh").open()
        page.get_by_role("button", name="用证书登录").click()
        page.wait_for_selector("text=没有出示平台接受的客户端证书")


if __name__ == "__main__":
    unittest.main()
