"""Administration in the console: first steps, registry, memberships, sources, law, proofs, my account.

Proves: W17-05 (contacts), W17-09 (second factor, sessions), W17-10 (who runs the platform).
"""

import base64
import hashlib
import hmac
import json
import os
import struct
import time
import unittest

import browser
import hub as h

PAGES = ["/start", "/admin/organizations", "/admin/organizations/op-a", "/admin/people",
         "/admin/sources", "/admin/exchange", "/admin/subscriptions", "/admin/data", "/law",
         "/law/miit-202", "/admin/journal", "/admin/health", "/account"]
LOOKS = [("zh", "light"), ("en", "dark")]


def totp(secret):
    """The code of now, RFC 6238."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


# How much wider than its frame the widest grid is.
ASIDE = """Math.max(0, ...[...document.querySelectorAll('.grid')].map((g) => g.scrollWidth - g.clientWidth))"""


class Administration(browser.ConsoleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person("boss", "platform", ["admin"])
        cls.person("duty-op", "op-a", ["executor"])

    def test_every_page_in_both_languages_and_themes(self):
        for language, theme in LOOKS:
            visitor = self.visitor(language=language, theme=theme)
            page = visitor.sign_in("boss")
            for path in PAGES:
                with self.subTest(path=path, language=language):
                    visitor.open(path)
                    page.wait_for_selector("main h1")
                    page.wait_for_load_state("networkidle") if path == "/law/miit-202" else None
                    page.wait_for_selector("main .ant-skeleton", state="detached")
                    self.assertEqual(visitor.axe(), [])
                    self.assertLessEqual(page.evaluate(ASIDE), 0, "the columns fit the window")
                    visitor.picture(f"admin{path.replace('/', '-')}-{language}-{theme}")

    def test_the_journal_says_who_and_of_which_case(self):
        number = self.hub.block("journaled.example")[0]
        visitor = self.visitor(language="en")
        page = visitor.sign_in("boss", "/admin/journal")
        page.locator(".grid-row:has([title='task.approved'])").first.get_by_role(
            "link", name=number + "-1").wait_for()
        row = page.locator(".grid-row:has([title='evidence.kept'])").first
        self.assertIn("evidence kept", row.inner_text())
        row.get_by_role("link", name=number).wait_for()
        page.goto(page.url + "?action=task.approved")
        page.wait_for_selector(".grid-row:has-text('task approved')")
        actions = page.locator(".grid-row [role=gridcell]:nth-child(4)")
        self.assertEqual(set(actions.all_inner_texts()), {"task approved"})
        self.assertEqual(page.evaluate(
            "(() => { const g = document.querySelector('.grid'); return g.scrollWidth - g.clientWidth; })()"), 0)
        page.goto(page.url.split("?")[0])
        self.assertIn("the hub (lists)", page.locator(".grid-row:has([title='list.new'])").first.inner_text())
        cut = page.evaluate("""() => [...document.querySelectorAll(".grid-row > span")]
            .filter((s) => s.scrollWidth > s.clientWidth).map((s) => s.innerText)""")
        self.assertEqual(cut, [])

    def test_the_journal_is_searched_and_sign_ins_are_hidden(self):
        number = self.hub.block("searched.example")[0]
        page = self.visitor(language="en").sign_in("boss", "/admin/journal")
        page.wait_for_selector(".grid-row [title='session.opened']")
        browser.tick(page.get_by_role("checkbox", name="Hide sign-ins"))
        page.wait_for_selector(".grid-row [title='session.opened']", state="detached")
        page.wait_for_selector(".grid-row [title='task.approved']")
        page.fill("input[aria-label='Find by subject']", number + "-1")
        page.keyboard.press("Enter")
        page.wait_for_url("**without=session.**")
        cells = page.locator(".grid-row [role=gridcell]:nth-child(4) [title]")

        def only_tasks():
            actions = cells.evaluate_all("(all) => all.map((one) => one.title)")
            return actions and all(a.startswith("task.") for a in actions)
        h.wait_for(only_tasks, 20, "the entries of the task alone")

    def test_a_rule_file_is_looked_at_and_then_imported(self):
        year = {"kind": "calendar-year", "year": 2091, "papers": [],
                "source": {"zh": "示例安排", "en": "an invented notice"},
                "holidays": [{"name": {"zh": "元旦", "en": "New Year"},
                              "off": ["2091-01-01/2091-01-03"], "work": []}]}

        def choose(document):
            page.set_input_files("input[type=file]", {
                "name": "2091.json", "mimeType": "application/json",
                "buffer": json.dumps(document).encode()})
        visitor = self.visitor(language="en")
        page = visitor.sign_in("boss", "/law")
        page.wait_for_selector("h2:text-is('Import a rule file')")
        choose({**year, "holidays": [{"name": {"zh": "a", "en": "b"}, "off": ["never"], "work": []}]})
        alert = page.locator("[role=alert]")
        alert.wait_for()
        self.assertIn("calendar-2091", alert.inner_text())
        choose(year)
        page.wait_for_selector("dd:text-is('an invented notice')")
        self.assertEqual(alert.count(), 0)
        self.assertEqual(visitor.axe(), [])
        self.assertEqual(self.hub["admin"].get("/api/v1/law/files")["items"], [])
        page.get_by_role("button", name="Import", exact=True).click()
        page.wait_for_selector("text=calendar-2091 is imported and in force")
        names = [f["id"] for f in self.hub["admin"].get("/api/v1/law/files")["items"]]
        self.assertEqual(names, ["calendar-2091"])
        page = self.visitor(language="zh").sign_in("duty-op", "/law")
        page.wait_for_selector("h1")
        page.wait_for_selector(".few td")
        self.assertEqual(page.locator("input[type=file]").count(), 0)

    def test_a_unit_is_registered_and_its_contacts_change(self):
        page = self.visitor(language="en").sign_in("boss", "/admin/organizations")
        page.get_by_role("button", name="Register a unit").click()
        page.fill("[id$=code]", "telecom-x")
        page.fill("[id$=title_zh]", "某电信")
        page.fill("[id$=title_en]", "Telecom X")
        page.click(".ant-form-item:has(label:text-is('Kind of unit')) .ant-select")
        page.click(".ant-select-item-option:has-text('expert')")
        page.click(".ant-form-item:has(label:text-is('Provinces')) .ant-select")
        page.fill("[id$=provinces]", "Sichuan")
        page.click(".ant-select-item-option[title='Sichuan 51']")
        page.click(".ant-modal-title")
        browser.send(page)
        page.click("a:has-text('telecom-x')")
        page.wait_for_selector("h1:text-is('Telecom X')")
        page.get_by_text("Sichuan 51").wait_for()
        page.get_by_role("button", name="Change contacts").click()
        page.get_by_role("button", name="Add one").click() if not page.locator(
            "[id$=contacts_0_name]").count() else None
        page.fill("[id$=contacts_0_name]", "Contact One")
        page.fill("[id$=contacts_0_phone]", "010-0000")
        browser.send(page)
        page.wait_for_selector(".few td:text-is('Contact One')")

    def test_a_row_is_seen_before_it_is_stored(self):
        self.hub["admin"].post("/api/v1/sources", {
            "name": "handed", "terms": {"kind": "push", "format": "plain"}})
        page = self.visitor(language="en").sign_in("boss", "/admin/sources/handed")
        with page.expect_file_chooser() as chosen:
            page.get_by_role("button", name="Preview a file").click()
        path = os.path.join(self.hub.folder, "rows.txt")
        with open(path, "w", encoding="utf-8") as out:
            out.write("seen.example\nnot an indicator at all\n")
        chosen.value.set_files(path)
        page.wait_for_selector(".few .indicator:has-text('seen[.]example')")
        self.assertEqual(self.hub["admin"].get("/api/v1/sources/handed").get("last_run", ""), "")

    def test_a_deadline_is_computed_with_its_article(self):
        page = self.visitor(language="en").sign_in("duty-op", "/law")
        page.click(".law-clock")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Compute").click()
        page.wait_for_selector(".law-answer strong, [role=alert]")

    def test_the_browser_proves_the_journal(self):
        page = self.visitor(language="en").sign_in("boss", "/admin/journal")
        page.get_by_role("button", name="Check the head").click()
        page.wait_for_selector(".checks li")
        self.assertIn("right", page.inner_text(".checks li >> nth=0"))
        page.locator(".grid-row .ant-btn-link").first.click()
        page.get_by_role("button", name="Check this entry").click()
        page.wait_for_selector(".checks li:has-text('path of')")
        self.assertNotIn("wrong", " ".join(page.locator(".checks").all_inner_texts()))
        # The journal that this browser saw was another one: it says so.
        page.evaluate("""() => { const k = 'tocsin.journal.heads', h = JSON.parse(localStorage[k]);
                                 h.root = 'ab'.repeat(32); h.size -= 1; localStorage[k] = JSON.stringify(h); }""")
        page.get_by_role("button", name="Check the head").click()
        page.wait_for_selector(".checks li:has-text('wrong')")

    def test_my_second_factor_and_my_sessions(self):
        self.person("own", "op-a", ["executor"])
        other = self.visitor(language="en").sign_in("own")
        visitor = self.visitor(language="en")
        page = visitor.sign_in("own", "/account")
        page.get_by_role("button", name="Turn it on").click()
        page.wait_for_selector(".qr-paper svg")
        visitor.picture("account-qr")
        page.fill("input[autocomplete=one-time-code]", totp(page.inner_text(".totp-secret")))
        page.get_by_role("button", name="Confirm").click()
        codes = page.locator("textarea[aria-label='Recovery codes']")
        codes.wait_for()
        self.assertGreater(len(codes.input_value().split()), 4)
        page.get_by_role("button", name="I kept them").click()
        page.wait_for_selector("text=recovery codes are left")
        page.get_by_role("button", name="End", exact=True).first.click()
        page.wait_for_selector("td:has-text('this one')")
        # The token that the tests use stands there; the session of this browser does not.
        h.wait_for(lambda: page.get_by_label("Tokens", exact=True).locator("tbody tr").count() == 1,
                   10, "sessions to be no tokens")
        other.reload()
        other.wait_for_selector("input[autocomplete=current-password]")

    def test_an_organisation_is_added_to_a_person_and_taken_again(self):
        self.person("several", "op-a", ["executor"])
        page = self.visitor(language="zh").sign_in("boss", "/admin/people")
        page.get_by_role("button", name="several", exact=True).click()
        page.get_by_role("button", name="新增兼任").click()
        page.click(".ant-modal .ant-form-item:has(label:text-is('单位')) .ant-select")
        page.click(".ant-select-item-option:has-text('op-b')")
        page.click(".ant-modal .ant-form-item:has(label:text-is('在该单位的角色')) .ant-select")
        page.click(".ant-select-item-option:has-text('处置人')")
        page.keyboard.press("Escape")
        browser.send(page)
        page.wait_for_selector("table[aria-label='兼任'] td:has-text('op-b')")
        page.locator("table[aria-label='兼任']").get_by_role("button", name="解除").click()
        page.locator(".ant-modal-confirm").get_by_role("button", name="解除").click()
        page.wait_for_selector("table[aria-label='兼任'] button", state="detached")
        self.assertEqual(self.sides("several"), ["op-a"])

    def test_a_wrong_role_is_corrected(self):
        self.person("misnamed", "op-a", ["finder"])
        page = self.visitor(language="en").sign_in("boss", "/admin/people")
        page.get_by_role("button", name="misnamed", exact=True).click()
        page.get_by_role("button", name="Change the roles").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_text("Finder").wait_for()
        dialog.locator(".ant-select-selection-item-remove").click()
        dialog.locator(".ant-select").click()
        page.click(".ant-select-item-option:has-text('Executor')")
        page.keyboard.press("Escape")
        browser.send(page)
        dialog.wait_for(state="detached")
        people = self.hub["admin"].get("/api/v1/users?limit=1000")["items"]
        self.assertEqual(next(u["roles"] for u in people if u["login"] == "misnamed"),
                         ["executor"])

    def sides(self, login):
        people = self.hub["admin"].get("/api/v1/users?limit=1000")["items"]
        return next(u["organization_codes"] for u in people if u["login"] == login)

    def test_who_is_invited_chooses_the_password_alone(self):
        """W17-10: who runs the platform knows nobody's password and issues nobody's tokens."""
        self.hub["admin"].post("/api/v1/users", {"login": "fresh", "organization": "op-a",
                                                 "roles": ["executor"]})
        page = self.visitor(language="zh").sign_in("boss", "/admin/people")
        page.get_by_role("button", name="fresh", exact=True).click()
        page.get_by_role("button", name="邀请", exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name="邀请").click()
        invitation = page.locator(".secret").input_value()
        visitor = self.visitor(language="en")
        page = visitor.open()
        page.get_by_role("button", name="I have an invitation").click()
        page.get_by_label("Invitation").fill(invitation)
        page.get_by_label("New password", exact=True).fill("my own good password")
        page.get_by_label("New password again").fill("another good password")
        page.get_by_role("button", name="Set the password").click()
        page.get_by_text("The two are different").wait_for()
        self.assertEqual(visitor.axe(), [])
        page.get_by_label("New password again").fill("my own good password")
        page.get_by_role("button", name="Set the password").click()
        page.wait_for_selector("h1:has-text('My duties')")
        told = self.hub.api(invitation).refused("POST", "/api/v1/me/invitation", {"label": "x"})
        self.assertEqual(told.status, 401, "it is good once")

    def test_an_invitation_that_is_not_good_is_said_as_one(self):
        for language, words in (("en", "This invitation is not good"), ("zh", "邀请无效")):
            with self.subTest(language=language):
                page = self.visitor(language=language).open()
                zh = language == "zh"
                page.get_by_role("button", name="我有邀请" if zh else "I have an invitation").click()
                page.locator("#invitation").fill("nonsense")
                for field in ("password", "again"):
                    page.locator(f"#{field}").fill("my own good password")
                page.locator("button[type=submit]").click()
                alert = page.get_by_role("alert")
                alert.get_by_text(words).wait_for()
                self.assertNotIn("Authorization", alert.inner_text())
                page.locator("#invitation").fill("nonsense again")
                alert.wait_for(state="detached")

    def test_a_source_that_imports_fill_says_so(self):
        self.hub["wang"].call("POST", "/api/v1/imports?source=by-hand", b"by-hand-source.example\n")
        page = self.visitor(language="en").sign_in("boss", "/admin/sources")
        row = page.locator(".grid-row", has_text="by-hand")
        row.wait_for()
        self.assertIn("filled by import", row.inner_text())
        self.assertNotIn("never run", row.inner_text())
        row.get_by_role("link", name="by-hand").click()
        page.get_by_text("filled by import, last at").wait_for()

    def test_a_run_of_a_source_is_followed_to_its_end(self):
        self.hub["admin"].post("/api/v1/sources", {"name": "nobody-there", "terms": {
            "kind": "url", "location": "http://127.0.0.1:1/list.txt", "private_addresses": True}})
        page = self.visitor(language="en").sign_in("boss", "/admin/sources/nobody-there")
        page.get_by_role("button", name="Run now").click()
        work = page.get_by_role("article", name="Run of the source nobody-there")
        work.get_by_text("done in part").wait_for()
        page.get_by_role("button", name="1 ended", exact=True).wait_for()

    def test_the_first_step_of_a_point_is_its_first_word(self):
        self.hub["sunb"].post("/api/v1/points", {"code": "fetches", "organization": "op-b",
                                                 "kind": "text-list"})
        visitor = self.visitor(language="en")
        page = visitor.sign_in("boss", "/start")
        step = page.locator(".first-steps li", has_text="Connect an enforcement point")
        step.get_by_text("none has acknowledged a version").wait_for()
        visitor.open("/points")
        row = page.locator(".grid-row", has_text="fetches")
        row.get_by_text("that it blocks is proved by a probe").wait_for()

    def test_a_list_that_exists_is_shown_to_who_has_none(self):
        self.hub.block("somebodys-list.example")
        self.person("lists-miit", "miit", ["reviewer"])
        page = self.visitor(language="en").sign_in("lists-miit", "/lists")
        page.locator(".grid-row", has_text="somebodys-list[.]example").wait_for()
        self.assertIn("(op-a)", page.locator(".situation-region").inner_text())
        page.locator(".situation-region").click()
        page.locator(".ant-select-item-option", has_text="My own unit").click()
        page.get_by_text("Your own unit carries no list").wait_for()

    def test_a_certificate_is_bound_to_a_person_and_unbound(self):
        self.person("carded", "op-a", ["executor"])
        page = self.visitor(language="zh").sign_in("boss", "/admin/people")
        page.get_by_role("button", name="carded", exact=True).click()
        page.get_by_role("button", name="登记证书").click()
        page.fill("[id$=fingerprint]", "AB:" * 31 + "AB")
        browser.send(page)
        bound = page.locator("table[aria-label='客户端证书']")
        bound.locator(f"td:has-text('{'ab' * 32}')").wait_for()
        bound.get_by_role("button", name="解除登记").click()
        page.locator(".ant-modal-confirm").get_by_role("button", name="解除登记").click()
        bound.wait_for(state="detached")
        tokens = self.hub["admin"].get("/api/v1/tokens?limit=1000")["items"]
        self.assertEqual([bool(t.get("revoked")) for t in tokens
                          if t["login"] == "carded" and t.get("certificate")], [True])

    def test_who_acts_for_several_switches_by_the_keyboard(self):
        admin = self.hub["admin"]
        for code, kind, zh in [("net-o", "operator", "甲电信"), ("net-i", "internet-company", "乙网络")]:
            admin.post("/api/v1/organizations", {"code": code, "type": kind, "provinces": [],
                                                 "title": {"zh": zh, "en": code}})
        self.person("switcher", "net-o", ["executor"])
        admin.post("/api/v1/users/switcher/join", {"organization": "net-i", "roles": ["finder"]})
        self.hub.block("switch.example", proposals=[
            {"measure": "block", "addressee": "net-o", "limit": "24h"}])
        visitor = self.visitor(language="zh")
        page = visitor.sign_in("switcher")
        second = visitor.context.new_page()
        second.goto(page.url)
        page.wait_for_selector(".duties td:has-text('switch.example')")
        self.assertEqual(visitor.axe(), [])
        chooser = page.get_by_role("combobox", name="代表单位")
        chooser.focus()
        page.keyboard.press("Enter")
        page.locator(".ant-select-dropdown").get_by_title("乙网络").wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_selector(".shell-side .ant-select-selection-item:text-is('乙网络')")
        page.wait_for_selector(".duties td:has-text('switch.example')", state="detached")
        self.assertEqual(page.evaluate("document.activeElement.tagName"), "H1", "as after every way")
        second.wait_for_selector(".shell-side .ant-select-selection-item:text-is('乙网络')")
        page.reload()
        page.wait_for_selector(".shell-side .ant-select-selection-item:text-is('乙网络')")
        entries = self.hub["shen"].get("/api/v1/journal?limit=1000")["items"]
        self.assertIn("session.organization", [e["action"] for e in entries])
        visitor.picture("switcher-zh")
        # Switched where no window hears of it: what this one sends is meant for the other unit.
        page.goto(self.hub.url + "/console/account")
        page.get_by_role("button", name="签发令牌").click()
        visitor.context.request.post(self.hub.url + "/api/v1/session/organization",
                                     headers={"X-Tocsin-Request": "1"},
                                     data={"organization": "net-o"})
        page.fill("[id$=label]", "meant for net-i")
        page.get_by_role("dialog").get_by_role("button", name="签发令牌").click()
        page.get_by_text("本窗口代表 net-i，而本次登录已在别处切换为 net-o").wait_for()

    def test_who_acts_for_one_has_nothing_to_switch(self):
        page = self.visitor(language="zh").sign_in("duty-op")
        page.wait_for_selector(".shell-unit:text-is('op-a')")
        self.assertEqual(page.get_by_role("combobox", name="代表单位").count(), 0)


if __name__ == "__main__":
    unittest.main()
