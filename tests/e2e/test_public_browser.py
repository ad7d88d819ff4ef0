"""The public site in a real browser: on a phone, by keyboard, without scripts, and against WCAG 2.2 AA.

Proves on the screen: W17-05 and W17-07 (somebody without an account reports), W17-08 (what is published
is read by everybody).
"""

import re
import unittest

import browser
import hub as h

PAGES = ["/", "/check", "/report", "/appeal", "/follow", "/lists", "/bulletins",
         "/law", "/nothing-is-here"]
LEAST_AGE_MS = 3000  # a form that is sent sooner is taken for a machine's
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}


class PublicSite(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.browser = browser.Browser()
        cls.addClassCleanup(cls.browser.end)
        cls.hub = h.Hub(more=["--public-checks", "100000", "--public-forms", "1000"])
        cls.addClassCleanup(cls.hub.end)
        cls.hub.start()
        cls.hub.add_cast()
        cls.number, _ = cls.hub.block("evil-public.example")

    def page(self, **how):
        context = self.browser.browser.new_context(**how)
        self.addCleanup(context.close)
        context.set_default_timeout(browser.WAIT_MS)
        page = context.new_page()
        self.faults = []
        page.on("console", lambda m: self.faults.append(m.text) if m.type == "error"
                and "status of 4" not in m.text else None)
        page.on("request", lambda r: None if r.url.startswith(self.hub.url + "/")
                else self.faults.append("request to " + r.url))
        return page

    def test_every_page_on_a_phone_and_a_desk(self):
        for lang in ("", "/en"):
            for scheme, size in (("light", PHONE), ("dark", PHONE), ("light", DESK), ("dark", DESK)):
                page = self.page(viewport=size, color_scheme=scheme, locale="en-GB" if lang else "zh-CN")
                for path in [*PAGES, f"/bulletins/{self.number}"]:
                    with self.subTest(lang=lang, scheme=scheme, width=size["width"], path=path):
                        page.goto(self.hub.url + lang + path)
                        self.assertEqual(browser.axe(page, browser.WCAG + ["wcag22aa"]), [])
                        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                        self.assertLessEqual(wide, 0, "it scrolls sideways")
                name = re.sub(r"\W+", "-", f"public{lang}-{scheme}-{size['width']}")
                page.goto(self.hub.url + lang + "/")
                browser.picture(page, name)
                self.assertEqual(self.faults, [])

    def test_a_report_by_keyboard_without_scripts(self):
        page = self.page(viewport=PHONE, java_script_enabled=False)
        page.goto(self.hub.url + "/en/report")
        page.locator("[name=class]").first.focus()
        page.keyboard.press("Space")
        page.locator("[name=indicators]").focus()
        page.keyboard.type("by-keyboard.example")
        page.locator("[name=what]").focus()
        page.keyboard.type("A copy of my bank")
        page.wait_for_timeout(LEAST_AGE_MS)
        page.locator("main form button").focus()
        page.keyboard.press("Enter")
        page.get_by_text("Received").first.wait_for()
        self.assertEqual(len(self.hub["zhao"].get("/api/v1/search?in=cases&q=by-keyboard")["items"]), 1)


if __name__ == "__main__":
    unittest.main()
