"""A real browser for the tests of the console, over tests/e2e/hub.py.

Whatever a page does that it must not (an error in the console of the browser, something that the
content security policy refuses, a request to another origin) fails the test at its end. Pictures of
failures are below build/screenshots.
"""

import os
import sys
import unittest

import hub
import index_packages

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--no-first-run"]
AXE = os.path.join(hub.REPO, "web/node_modules/axe-core/axe.min.js")
PICTURES = os.path.join(hub.REPO, "build/screenshots")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
PASSWORD = "a password of the tests"
WAIT_MS = 15_000 * hub.SLOWER


def playwright():
    """The driver's module, or a loud skip."""
    if not os.access(CHROMIUM, os.X_OK):
        raise unittest.SkipTest("SKIPPED: chromium is not installed (see tools/deps.txt)")
    index_packages.python()
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = os.path.join(index_packages.FOLDER, "lib", version, "site-packages")
    if packages not in sys.path:
        sys.path.append(packages)
    from playwright import sync_api
    return sync_api


def tick(box):
    """Checks a box. Not Locator.check(): that reads the state at once, and a box that React controls is
    set back for a moment before the page takes the click."""
    box.click()
    hub.wait_for(box.is_checked, what="the box to be checked")


def send(page):
    """Sends the form that is open; its button says what is done."""
    page.locator(".ant-modal:visible button[type=submit]").click()


def axe(page, tags=WCAG):
    """What axe finds against WCAG 2.1 AA, one line each."""
    with open(AXE, encoding="utf-8") as f:
        page.evaluate(f.read())
    found = page.evaluate("(tags) => axe.run(document, {runOnly: tags})", tags)
    return [f"{v['id']}: {v['help']} at {v['nodes'][0]['target']}: "
            f"{v['nodes'][0]['failureSummary']}" for v in found["violations"]]


def picture(page, name):
    os.makedirs(PICTURES, exist_ok=True)
    path = os.path.join(PICTURES, name + ".png")
    page.screenshot(path=path)
    return path


class Browser:
    """One browser for a class of tests."""

    def __init__(self):
        self.driver = playwright().sync_playwright().start()
        self.browser = self.driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)

    def end(self):
        self.browser.close()
        self.driver.stop()

    def visitor(self, the_hub, language="zh", theme="light", zone="Asia/Shanghai", certificate=None):
        return Visitor(self.browser, the_hub, language, theme, zone, certificate)


class Visitor:
    """A person's window: a context of its own, with what must not happen written down."""

    def __init__(self, browser, the_hub, language, theme, zone, certificate):
        """certificate: the files of a client certificate and of its key, shown when the hub asks."""
        self.url = the_hub.url
        shown = [{"origin": self.url, "certPath": certificate[0], "keyPath": certificate[1]}] \
            if certificate else None
        self.context = browser.new_context(viewport={"width": 1360, "height": 800},
                                           locale="zh-CN" if language == "zh" else "en-GB",
                                           ignore_https_errors=the_hub.scheme == "https",
                                           client_certificates=shown)
        self.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=self.url)
        self.context.set_default_timeout(WAIT_MS)
        self.context.add_init_script(
            "if (!localStorage.getItem('tocsin.settings')) localStorage.setItem('tocsin.settings',"
            f"JSON.stringify({{language: '{language}', theme: '{theme}', zone: '{zone}'}}));"
            "addEventListener('securitypolicyviolation', (e) => console.error('policy: '"
            " + e.violatedDirective + ' ' + e.blockedURI));")
        self.page = self.context.new_page()
        self.faults = []
        self.expected = 0
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda e: self.faults.append(f"exception: {e}"))
        self.page.on("request", self._asked)

    def _said(self, message):
        # The browser reports each answer of 400 and more; which are right the test says.
        refused = "Failed to load resource" in message.text and "status of 4" in message.text
        if message.type == "error" and not refused:
            self.faults.append(f"console: {message.text}")

    def _asked(self, request):
        if not request.url.startswith((self.url + "/", "data:", "blob:")):
            self.faults.append(f"request to another origin: {request.url}")

    def open(self, path="/"):
        self.page.goto(self.url + "/console" + path)
        self.page.wait_for_selector("h1")
        return self.page

    def sign_in(self, login, path="/"):
        page = self.open(path)
        page.fill("input[autocomplete=username]", login)
        page.fill("input[autocomplete=current-password]", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_selector(".shell h1")
        return page

    def axe(self):
        return axe(self.page)

    def picture(self, name):
        return picture(self.page, name)

    def end(self):
        self.context.close()


class ConsoleTest(unittest.TestCase):
    """A class of tests with one hub and one browser."""

    @classmethod
    def setUpClass(cls):
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.end)
        cls.hub = cls.new_hub()
        cls.addClassCleanup(cls.hub.end)
        cls.hub.start()
        cls.hub.add_cast()
        if not os.path.exists(AXE):
            raise unittest.SkipTest("SKIPPED: web/node_modules is missing; run `npm ci` in web/")
        served = cls.hub.api().call("GET", "/console/")
        if served.status != 200 or 'id="root"' not in served.text:
            raise unittest.SkipTest("SKIPPED: the hub was built without the console")

    @classmethod
    def new_hub(cls):
        """The hub of the class, not yet started."""
        return hub.Hub(more=["--sign-ins", "1000"])

    @classmethod
    def person(cls, login, organization, roles):
        """A person who signs in with a password."""
        cls.hub.add_person(login, organization, roles, PASSWORD)

    def setUp(self):
        # The hub ends connections that were idle; a browser test before this one takes its time.
        for api in [*self.hub.people.values(), *self.hub.clients]:
            api.close()

    def visitor(self, **how):
        visitor = self.browser.visitor(self.hub, **how)
        self.addCleanup(self._leave, visitor)
        return visitor

    def _leave(self, visitor):
        outcome = self._outcome
        failed = any(test is self and error for test, error in getattr(outcome, "errors", []) or [])
        failed = failed or not getattr(outcome, "success", True)
        if failed or visitor.faults:
            path = visitor.picture(self.id().replace("/", "_"))
            print(f"picture: {path}")
        visitor.end()
        self.assertEqual(visitor.faults, [])
