"""The console on a telephone: no page scrolls sideways, and the menu lies over it only when it is asked for."""

import unittest

import browser
import hub

WIDTH = 390
BOSS = ["/start", "/admin/organizations", "/admin/organizations/op-a", "/admin/people",
        "/admin/sources", "/admin/exchange", "/admin/subscriptions", "/admin/data", "/law",
        "/law/miit-202", "/admin/journal", "/admin/health", "/account"]
# What sticks out of the page or of its main part, by name: what lies in a part of its own that scrolls
# does not.
SIDEWAYS = """() => {
  const main = document.querySelector("main");
  const whole = [document.documentElement, main];
  if (whole.every((e) => e.scrollWidth <= Math.min(e.clientWidth, innerWidth))) return [];
  const scrolls = (e) => e && e !== main && (getComputedStyle(e).overflowX !== "visible" ||
                                             scrolls(e.parentElement));
  return [...main.querySelectorAll("*")]
      .filter((e) => e.getBoundingClientRect().right > innerWidth && !scrolls(e.parentElement))
      .map((e) => `${e.tagName}.${e.className}`).concat("it scrolls sideways");
}"""

# How far the shadows at the left and the right side of a part come in.
SHADOWS = """(e) => getComputedStyle(e).boxShadow.split(/,(?![^(]*[)])/)
    .map((s) => Number(/(-?[0-9.]+)px/.exec(s)?.[1] ?? 0)).concat(0, 0)"""


class Small(browser.ConsoleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person("boss", "platform", ["admin"])
        cls.person("duty-miit", "miit", ["reviewer"])
        cls.person("duty-find", "sec-co", ["finder"])
        cls.number, cls.task = cls.hub.block(
            "http://a-rather-long-name-of-a-host.phishing.example/with/a/path?and=a&query=string")
        cls.waiting = cls.hub.submit(["waiting.example"])["number"]
        cls.hub.determine(cls.waiting)
        notice = cls.hub["sun"].get("/api/v1/notices?task=" + cls.task)["items"][0]["number"]
        cls.pages = {
            "boss": BOSS,
            "duty-find": ["/", "/desks/intake"],
            "duty-miit": ["/", "/threats", "/lookup", "/graph?from=waiting.example", "/relapses",
                          "/lists?organization=op-a", "/points", "/guard?value=8.8.8.8", "/situation",
                          f"/rows?in=cases&q={cls.number}", "/desks/review",
                          f"/desks/review?open={cls.waiting}", f"/threats/{cls.number}",
                          f"/tasks/{cls.number}-1", f"/notices/{notice}"]}

    def small(self, login, **how):
        visitor = self.visitor(**{"language": "en", **how})
        page = visitor.page
        page.set_viewport_size({"width": WIDTH, "height": 844})
        visitor.sign_in(login)
        return visitor, page

    def test_no_page_scrolls_sideways(self):
        for login, paths in self.pages.items():
            for language, theme in (("en", "light"), ("zh", "dark")):
                visitor, page = self.small(login, language=language, theme=theme)
                for path in paths:
                    with self.subTest(path=path, language=language):
                        visitor.open(path)
                        page.wait_for_selector("main h1")
                        page.wait_for_load_state("networkidle") if "law" in path else None
                        page.wait_for_selector("main .ant-skeleton", state="detached")
                        self.assertEqual(page.evaluate(SIDEWAYS), [])
                        name = path.split("?")[0].replace("/", "-")
                        visitor.picture(f"small{name}-{language}-{theme}")

    def test_what_goes_on_aside_has_a_shadow_there(self):
        visitor, page = self.small("duty-miit")
        for path, part in (("/threats", ".grid"),
                           (f"/threats/{self.number}", "#river .few-scroll")):
            visitor.open(path)
            wide = page.locator(part).first
            wide.wait_for()
            with self.subTest(path=path):
                self.assertGreater(wide.evaluate("(e) => e.scrollWidth - e.clientWidth"), 0)
                hub.wait_for(lambda w=wide: w.evaluate(SHADOWS)[1] < -11, what="the shadow to the right")
                wide.evaluate("(e) => e.scrollTo({left: e.scrollWidth})")
                hub.wait_for(lambda w=wide: w.evaluate(SHADOWS)[0] > 11, what="the shadow to the left")

    def test_a_duty_is_a_card_with_its_step(self):
        visitor, page = self.small("duty-miit")
        card = page.locator(".duties tbody tr", has_text=self.waiting)
        card.wait_for()
        for part in (card.get_by_role("link", name=self.waiting), card.get_by_role("button").first):
            box = part.bounding_box()
            self.assertGreaterEqual(box["x"], 0)
            self.assertLessEqual(box["x"] + box["width"], WIDTH)
        self.assertEqual(visitor.axe(), [])
        visitor.picture("small-duties-en-light")

    def test_the_menu_lies_over_the_page_and_goes_with_it(self):
        visitor, page = self.small("duty-miit")
        menu = page.get_by_role("navigation", name="Main navigation")
        self.assertEqual(menu.count(), 0)
        button = page.get_by_role("button", name="Navigation menu")
        button.click()
        menu.wait_for()
        self.assertEqual(visitor.axe(), [])
        visitor.picture("small-menu-en-light")
        page.keyboard.press("Escape")
        menu.wait_for(state="detached")
        button.click()
        menu.get_by_role("link", name="Threats").click()
        page.wait_for_selector("h1:text-is('Threats')")
        menu.wait_for(state="detached")
        # How the console is shown is chosen in the menu.
        button.click()
        menu.get_by_role("combobox", name="Language").click(force=True)
        page.click(".ant-select-item-option:has-text('中文')")
        page.wait_for_selector("h1:text-is('威胁')")
        page.click(".shell-veil", position={"x": 380, "y": 400})
        hub.wait_for(lambda: page.locator("nav.shell-nav").count() == 0, what="the menu to close")


if __name__ == "__main__":
    unittest.main()
