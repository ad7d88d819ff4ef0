"""The console in a real browser: what a person sees, does and must never meet.

Every page is looked at in both languages and both themes, by axe too (WCAG 2.1 AA).
"""

import json
import os
import unittest

import browser
import hub

PAGES = ["/", "/threats", "/nowhere"]
LOOKS = [("zh", "light"), ("zh", "dark"), ("en", "light"), ("en", "dark")]


class Console(browser.ConsoleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person("duty-miit", "miit", ["reviewer"])
        cls.person("duty-op", "op-a", ["executor"])
        cls.number, cls.task = cls.hub.block("evil.example")
        for i in range(230):
            cls.hub.submit([f"n{i}.example"])
        cls.waits = cls.hub.submit(["http://waits.example/a?b=c"])["number"]

    def test_every_page_in_both_languages_and_themes(self):
        for language, theme in LOOKS:
            with self.subTest(language=language, theme=theme):
                visitor = self.visitor(language=language, theme=theme)
                page = visitor.open()
                self.assertEqual(visitor.axe(), [])
                visitor.picture(f"sign-in-{language}-{theme}")
                visitor.sign_in("duty-miit")
                for path in PAGES:
                    visitor.open(path)
                    page.wait_for_load_state("domcontentloaded")
                    page.wait_for_selector("main h1")
                    if path == "/threats":
                        page.wait_for_selector(".grid-row code")
                        page.click(".overview summary")
                        page.wait_for_selector(".chart canvas")
                    self.assertEqual(visitor.axe(), [], path)
                    visitor.picture(f"page{path.replace('/', '-')}-{language}-{theme}")

    def test_who_signs_in_and_out(self):
        visitor = self.visitor(language="en")
        page = visitor.open()
        page.fill("input[autocomplete=username]", "duty-op")
        page.fill("input[autocomplete=current-password]", "not it")
        page.click("button[type=submit]")
        self.assertIn("Request", page.inner_text("[role=alert]"))
        visitor.sign_in("duty-op")
        # No script can read the session.
        self.assertEqual(page.evaluate("document.cookie"), "")
        self.assertNotIn("secret", page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})"))
        page.click("button[aria-label='Who I am duty-op']")
        page.click("text=Sign out")
        page.wait_for_selector("input[autocomplete=current-password]")
        self.assertEqual(page.evaluate("fetch('/api/v1/me').then(r => r.status)"), 401)

    def test_every_column_of_the_threats_is_in_view_and_a_marked_badge_too(self):
        page = self.visitor(language="en").sign_in("duty-miit", "/threats")
        page.wait_for_selector(".grid-row code")
        self.assertEqual(page.evaluate(
            "(() => { const g = document.querySelector('.grid'); return g.scrollWidth - g.clientWidth; })()"), 0)
        page.keyboard.press("j")
        row, badge = (page.locator(css).first.evaluate("(e) => getComputedStyle(e).backgroundColor")
                      for css in (".grid-row.at", ".grid-row.at .tone"))
        self.assertNotEqual(row, badge)

    def test_the_sign_in_speaks_the_language_of_the_browser(self):
        for locale, title in (("en-GB", "Sign in"), ("zh-CN", "登录"), ("de-DE", "Sign in")):
            context = self.browser.browser.new_context(locale=locale)
            self.addCleanup(context.close)
            page = context.new_page()
            page.goto(self.hub.url + "/console/")
            page.wait_for_selector("button[type=submit]")
            self.assertIn(title, page.inner_text("button[type=submit]"), locale)

    def test_the_keyboard_goes_on_after_a_choice_in_the_header(self):
        page = self.visitor(language="zh").sign_in("duty-miit")
        page.get_by_role("combobox", name="语言").click(force=True)
        page.click(".ant-select-item-option:has-text('English')")
        page.wait_for_selector("h1:text-is('My duties')")
        page.keyboard.press("g")
        page.keyboard.press("t")
        page.wait_for_selector("h1:text-is('Threats')")

    def test_a_duty_is_done_in_place_and_others_see_it(self):
        """The operator acknowledges; the screen follows the journal without a reload (W17-24)."""
        number = self.hub.block("inplace.example")[0] + "-1"
        visitor = self.visitor(language="en")
        page = visitor.sign_in("duty-op")
        row = page.locator(".duties tr", has=page.locator(f"code:text-is('{number}')"))
        self.assertIn("left", row.inner_text())
        self.assertIn("Art. 9", row.inner_text())
        row.get_by_role("button", name=f"Acknowledge {number}").click()
        browser.send(page)
        feed_back = row.get_by_role("button", name=f"Feed back the result {number}")
        feed_back.wait_for()
        # A refusal names the requirement: feedback without evidence cannot be sent by the form, so
        # somebody else is quicker, and the step is no longer there.
        feed_back.click()
        page.fill(".ant-modal textarea >> nth=0", "loaded into the resolver")
        page.fill("[id$=_title]", "log")
        page.fill("[id$=_content]", "loaded")
        self.hub["sun"].post(f"/api/v1/tasks/{number}/feedback", {
            "outcome": "done", "detail": "quicker", "evidence": [{"title": "l", "content": "l"}]})
        browser.send(page)
        alert = page.locator(".ant-modal [role=alert]")
        alert.wait_for()
        self.assertIn("W17-", alert.inner_text())
        page.keyboard.press("Escape")
        row.wait_for(state="detached")

    def test_an_article_is_read_where_it_is_cited(self):
        visitor = self.visitor()
        page = visitor.sign_in("duty-miit")
        page.click(".duties .article >> nth=0")
        gist = page.locator(".article-gist")
        gist.wait_for()
        self.assertIn("公共互联网网络安全威胁监测与处置办法", gist.inner_text())

    def test_the_table_by_keyboard(self):
        self.hub.submit(["http://copied.example/a?b=c"])
        visitor = self.visitor(language="en")
        page = visitor.sign_in("duty-miit", "/threats")
        page.wait_for_selector(".grid-row:first-child:has-text('copied[.]example')")
        for key in ("j", "x", "j", "x", "c"):
            page.keyboard.press(key)
        page.wait_for_selector("text=2 rows copied")
        lines = page.evaluate("navigator.clipboard.readText()").split("\n")
        self.assertEqual(len(lines), 3)
        self.assertIn("hxxp[://]copied[.]example/a?b=c", lines[1])
        page.keyboard.press("/")
        self.assertEqual(page.evaluate("document.activeElement.id"), "console-search")
        page.keyboard.type("waits")
        page.keyboard.press("Enter")
        page.wait_for_url("**/threats?q=waits")
        page.wait_for_selector("text=1 row")
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("?")
        self.assertIn("Go to Threats", page.inner_text(".keys"))
        page.keyboard.press("Escape")
        page.wait_for_selector(".keys", state="hidden")
        page.keyboard.press("g")
        page.keyboard.press("h")
        page.wait_for_selector("h1:text-is('My duties')")
        self.assertEqual(page.evaluate("document.activeElement.tagName"), "H1")

    def test_rows_in_the_order_of_a_header(self):
        """A number is the route's order, another column is sorted here once all rows are."""
        visitor = self.visitor(language="en")
        page = visitor.sign_in("duty-miit", "/threats")
        first = page.locator(".grid-row[aria-rowindex='2']")

        def order(column):
            return page.get_by_role("columnheader", name=column).get_attribute("aria-sort")

        def sorted_by(column, way, text):
            page.get_by_role("columnheader", name=column).get_by_role("button").click()
            first.filter(has_text=text).wait_for()
            self.assertEqual(order(column), way)

        newest = page.locator(".grid-row code").first.inner_text()
        sorted_by("Number", "ascending", self.number)
        page.reload()
        first.filter(has_text=self.number).wait_for()
        self.assertEqual(order("Number"), "ascending")
        page.keyboard.press("s")
        page.keyboard.press("Enter")
        first.filter(has_text=newest).wait_for()
        self.assertEqual(order("Number"), "descending")
        sorted_by("Number", "none", newest)
        # Two pages: both are there before one row is moved.
        sorted_by("Indicators", "ascending", "evil[.]example")
        self.assertEqual(order("Number"), "none")
        self.assertRegex(page.inner_text(".table-foot"), r"^\d+ rows$")
        sorted_by("Indicators", "descending", "n229[.]example")
        page.evaluate("const g = document.querySelector('.grid'); g.scrollTop = g.scrollHeight")
        page.locator(".grid-row", has_text="evil[.]example").wait_for()
        self.assertEqual(visitor.axe(), [])

    def test_a_view_keeps_its_order(self):
        visitor = self.visitor(language="en")
        page = visitor.sign_in("duty-miit", "/threats?q=evil.example&sort=-state")
        state = page.get_by_role("columnheader", name="State")
        page.wait_for_selector("[role=columnheader][aria-sort=descending]")
        page.get_by_role("button", name="Views").click()
        page.click("text=Save this view")
        page.fill(".ant-modal input[type=text]", "my order")
        page.get_by_role("button", name="Save", exact=True).click()
        page.wait_for_selector(".ant-modal", state="hidden")
        state.get_by_role("button").click()
        page.wait_for_selector("[role=columnheader][aria-sort=descending]", state="hidden")
        page.get_by_role("button", name="Views").click()
        page.click("text=my order")
        page.wait_for_selector("[role=columnheader][aria-sort=descending]")
        self.assertEqual(state.get_attribute("aria-sort"), "descending")

    def list_of(self, name, many):
        """The page of a source that brought so many names."""
        lines = "".join(f"{i}.{name}.example\n" for i in range(many)).encode()
        self.hub["wang"].ask("POST", f"/api/v1/imports?source={name}&file={name}.txt", lines)
        asked = f"in=indicators&q=source:{name}"
        hub.wait_for(lambda: self.hub["zhao"].get(
            f"/api/v1/search?{asked}%20indicator:{many - 1}.{name}.example")["items"], what="the index")
        return self.visitor(language="en").sign_in("duty-miit", f"/rows?{asked}")

    def test_a_long_list_is_not_sorted_in_part(self):
        page = self.list_of("long", 2300)
        page.wait_for_selector(".grid-row")
        header = page.get_by_role("columnheader", name="Confidence")
        header.get_by_role("button").click()
        page.wait_for_selector("text=Not sorted by Confidence: there are more than 2,000 rows")
        self.assertEqual(header.get_attribute("aria-sort"), "none")
        button = header.get_by_role("button")
        self.assertEqual(button.get_attribute("aria-disabled"), "true")
        self.assertIn("narrow the search", button.get_attribute("title"))
        page.fill(".table-query input", "source:long indicator:22*")
        page.keyboard.press("Enter")
        page.wait_for_selector("[role=columnheader][aria-sort=ascending]:has-text('Confidence')")

    def test_rows_beyond_a_page_and_back(self):
        visitor = self.visitor()
        page = visitor.sign_in("duty-miit", "/threats")
        page.wait_for_selector(".grid-row code")
        last = page.locator(f".grid code:text-is('{self.number}')")
        for _ in range(20):
            page.evaluate("const g = document.querySelector('.grid'); g.scrollTop = g.scrollHeight")
            page.wait_for_timeout(100)
            if last.count():
                break
        last.wait_for()
        page.evaluate("document.querySelector('.grid').scrollTop = 0")
        page.wait_for_selector(".grid-row code")
        self.assertLess(page.locator(".grid-row").count(), 80)

    def test_no_row_stays_empty(self):
        page = self.list_of("fast", 900)
        page.wait_for_selector(".grid-row code")
        whole = "[...document.querySelectorAll('.grid-row')].every((r) => !r.querySelector('.bone'))"
        rows = "document.querySelector('.grid-body').clientHeight / 32"
        for loaded in (200, 400, 600):
            hub.wait_for(lambda: page.evaluate(f"{rows} >= {loaded} && {whole}"), what="the rows")
            page.evaluate("const g = document.querySelector('.grid'); g.scrollTop = g.scrollHeight")
        hub.wait_for(lambda: page.evaluate(f"{rows} >= 800 && {whole}"), what="the rows")
        # Also those drawn ahead, beside the edge of a page.
        for above in range(0, 65, 8):
            page.evaluate("(above) => { const g = document.querySelector('.grid');"
                          " g.scrollTop = 400 * 32 - g.clientHeight + above; }", above)
            page.wait_for_timeout(50)
            hub.wait_for(lambda: page.evaluate(whole), what=f"the rows {above} px on")

    def test_indicators_are_never_links(self):
        visitor = self.visitor(language="en")
        page = visitor.sign_in("duty-miit", "/threats?q=" + "waits")
        cell = page.locator(".indicator").first
        cell.wait_for()
        self.assertIn("hxxp[://]waits[.]example", cell.inner_text())
        self.assertEqual(cell.locator("a").count(), 0)
        cell.get_by_role("button", name="Show as it is").click()
        self.assertIn("http://waits.example", cell.inner_text())
        cell.get_by_role("button", name="Copy").click()
        page.wait_for_selector("text=Copied as it is")

    def test_views_and_exports(self):
        visitor = self.visitor(language="en")
        page = visitor.sign_in("duty-miit", "/threats?q=waits")
        page.wait_for_selector("text=1 row")
        page.get_by_role("button", name="Views").click()
        page.click("text=Save this view")
        page.fill(".ant-modal input[type=text]", "mine")
        page.click("text=At the hub")
        page.press(".ant-modal input[type=text]", "Enter")
        hub.wait_for(lambda: self.hub_searches(page), 10, "the saved search")
        page.get_by_role("button", name="Export").click()
        with page.expect_download() as got:
            page.click("text=NDJSON")
        with open(got.value.path(), encoding="utf-8") as f:
            self.assertEqual([json.loads(line)["number"] for line in f], [self.waits])
        page.goto(visitor.url + "/console/threats?q=wait")
        page.locator(".grid-none", has_text="such as nc-bulk*").wait_for()

    def hub_searches(self, page):
        return page.evaluate("fetch('/api/v1/searches').then(r => r.json()).then(j => j.items.length)")

    def test_a_hub_that_goes_and_comes_back(self):
        visitor = self.visitor(language="en")
        page = visitor.sign_in("duty-op")
        self.hub.stop()
        page.wait_for_selector(".offline")
        self.hub.start()
        page.wait_for_selector(".offline", state="hidden")
        self.hub.block("later.example")
        page.wait_for_selector("text=e2e later.example")
        # What the browser says of the lost connection is no fault of the page.
        visitor.faults = [f for f in visitor.faults if "ERR_" not in f]


class Document(unittest.TestCase):
    """What the console knows of the hub is what the hub says."""

    def test_the_committed_document_is_the_served_one(self):
        the_hub = hub.Hub()
        self.addCleanup(the_hub.end)
        the_hub.start()
        with open(os.path.join(hub.REPO, "web/openapi.json"), encoding="utf-8") as f:
            kept = json.load(f)
        served = the_hub.api().get("/api/v1/openapi.json")
        for document in (kept, served):
            document["info"].pop("version")
        self.assertEqual(kept, served, "run `npm run api -- <hub>` in web/ and commit")


if __name__ == "__main__":
    unittest.main()
