"""The situation, lists, look-ups and relations in a real browser, by those whose work they are."""

import os
import unittest

import browser
import hub as h

LOOKS = [("zh", "light"), ("en", "dark")]
PAGES = {
    "/situation?period=month": ".classes li",
    "/rows?in=entries&q=state:live": ".grid-row code",
    "/lists?organization=op-a": ".grid-row code",
    "/points": ".grid-row code",
    "/guard?value=8.8.8.8": ".few td",
    "/guard/public-resolvers": ".grid-row code",
    "/lookup": "textarea",
    "/graph?from=login.bank.example": ".graph rect, .ant-empty",
    "/relapses": ".grid-none strong",
}


class Situation(browser.ConsoleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person("duty-miit", "miit", ["reviewer"])
        cls.person("duty-op", "op-a", ["executor"])
        cls.hub.point_token("sun", "op-a-text", kind="text-list")
        cls.number, task = cls.hub.block("login.bank.example", subtype="phishing-site",
                                         imitates="finance", title="冒充银行的钓鱼网站")
        cls.hub.submit(["198.51.100.7"], subtype="c2-server")
        cls.hub.submit(["203.0.113.9"], subtype="malicious-ip", provinces=["44"])
        cls.hub.dispose(task)

        def indexed():
            found = cls.hub["zhao"].get("/api/v1/search?in=entries&q=state:live")["items"]
            return len(found) == 1
        h.wait_for(indexed, 60, "the index")

    def test_every_page_in_two_looks_and_widths(self):
        for language, theme in LOOKS:
            visitor = self.visitor(language=language, theme=theme)
            page = visitor.sign_in("duty-miit")
            for path, there in PAGES.items():
                with self.subTest(path=path, language=language, theme=theme):
                    visitor.open(path)
                    page.wait_for_selector(there)
                    self.assertEqual(visitor.axe(), [], path)
                    name = path.strip("/").split("?")[0]
                    for width in (1440, 1024):
                        page.set_viewport_size({"width": width, "height": 900})
                        visitor.picture(f"{name}-{language}-{theme}-{width}")

    def test_a_number_opens_exactly_its_rows(self):
        visitor = self.visitor(language="en")
        page = visitor.sign_in("duty-miit", "/situation?period=month")
        number = page.locator(".classes li > a.amount").first
        number.wait_for()
        count = number.inner_text()
        number.click()
        page.wait_for_selector(f"text={count} rows")
        visitor.open("/situation?period=month")
        page.click(".tiles a:has-text('Guangdong')")
        page.wait_for_selector("text=1 row")

    def test_the_list_begins_with_what_is_new_and_names_its_tasks(self):
        visitor = self.visitor(language="en")
        page = visitor.sign_in("duty-miit", "/lists?organization=op-a")
        first = page.locator(".grid-row[aria-rowindex='2']")
        newest = first.locator("[role=gridcell]").nth(1)
        self.hub.block("newer.example")
        first.filter(has_text="newer[.]example").wait_for()
        version = int(newest.inner_text())
        page.get_by_role("columnheader", name="Version").get_by_role("button").click()
        first.filter(has_text="login[.]bank[.]example").wait_for()
        self.assertLess(int(newest.inner_text()), version)
        first.get_by_role("link", name=self.number + "-1").click()
        page.wait_for_url(f"**/tasks/{self.number}-1")

    def test_reports_and_pictures(self):
        visitor = self.visitor(language="en")
        page = visitor.sign_in("duty-miit", "/situation")
        page.wait_for_selector(".classes li")
        with page.expect_download() as got:
            page.get_by_role("button", name="Page as picture").click()
        with open(got.value.path(), "rb") as f:
            self.assertEqual(f.read(8), b"\x89PNG\r\n\x1a\n")
        with page.expect_download() as got:
            page.get_by_role("link", name="Download XLSX").click()
        self.assertGreater(os.path.getsize(got.value.path()), 1000)
        with visitor.context.expect_page() as opened:
            page.get_by_role("link", name="Weekly report, to print").click()
        opened.value.wait_for_selector("table caption")

    def test_what_a_warning_list_stops_is_said_before(self):
        visitor = self.visitor(language="en")
        page = visitor.sign_in("duty-miit", "/guard")
        page.fill("input[aria-label=Indicator]", "8.8.8.8")
        page.get_by_role("button", name="Check").click()
        page.wait_for_selector("text=A block of exactly this is stopped")
        page.fill("input[aria-label=Indicator]", "login.bank.example")
        page.get_by_role("button", name="Check").click()
        page.wait_for_selector("text=It may be blocked")

    def test_a_warning_list_is_opened_filtered_and_copied(self):
        visitor = self.visitor(language="en")
        page = visitor.sign_in("duty-miit", "/guard?value=8.8.8.8")
        page.locator(".few").get_by_role("link", name="public-resolvers", exact=True).first.click()
        page.wait_for_url("**/guard/public-resolvers?q=8.8.8.8**")
        page.wait_for_selector("h1:text-is('public-resolvers')")
        page.wait_for_selector(".grid-row code:has-text('8.8.8.8')")
        page.fill("input[aria-label='Filter entries']", "")
        page.keyboard.press("Enter")
        page.wait_for_selector(".grid-row[aria-rowindex='8']")
        self.assertEqual(visitor.axe(), [])
        page.fill("input[aria-label='Filter entries']", "no such entry")
        page.keyboard.press("Enter")
        page.wait_for_selector(".grid-none strong")
        page.fill("input[aria-label='Filter entries']", "1.1.1.1")
        page.keyboard.press("Enter")
        page.wait_for_selector(".grid-row code:has-text('1.1.1.1')")
        page.locator(".grid-row input[type=checkbox]").first.click()
        page.get_by_role("button", name="Copy").click()
        self.assertIn("1.1.1.1", page.evaluate("navigator.clipboard.readText()"))

    def test_many_values_at_once(self):
        visitor = self.visitor(language="en")
        page = visitor.sign_in("duty-op", "/lookup")
        lines = ["login[.]bank[.]example", "not an indicator at all"]
        page.fill("textarea", "\n".join(lines + [f"n{i}.example" for i in range(300)]))
        page.get_by_role("button", name="Look 302 up").click()
        page.wait_for_selector("text=302 in all")
        self.assertIn("1 blocked", page.inner_text("main [role=status]"))
        self.assertIn("Blocked", page.inner_text(".grid-row:first-child"))

    def test_the_answers_of_a_look_up_fit_a_small_desk(self):
        for language, column in (("zh", "屏蔽单位"), ("en", "Blocked by")):
            visitor = self.visitor(language=language)
            visitor.page.set_viewport_size({"width": 1280, "height": 800})
            page = visitor.sign_in("duty-op", "/lookup")
            page.fill("textarea", "\n".join(f"n{i}.example" for i in range(40)))
            page.click("main button[type=submit]")
            page.wait_for_selector(".grid-row code")
            self.assertTrue(page.get_by_role("columnheader", name=column).is_visible())
            over = page.evaluate("(() => { const g = document.querySelector('.grid');"
                                 " return g.scrollWidth - g.clientWidth; })()")
            self.assertLessEqual(over, 0, language)

    def test_a_point_is_connected(self):
        visitor = self.visitor(language="en")
        page = visitor.sign_in("duty-op", "/points")
        page.get_by_role("button", name="Connect op-a-text").click()
        page.wait_for_selector(".ant-modal pre:has-text('/api/v1/list.txt')")
        self.assertIn("--point op-a-text", page.inner_text(".ant-modal"))


if __name__ == "__main__":
    unittest.main()
