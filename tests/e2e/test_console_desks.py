"""The desks of the console: whole stories in a real browser, by the roles concerned.

Proves on the screen: W17-05, W17-07, W17-14, W17-15, W17-21, W17-22, W17-24, W17-26, W17-27.
"""

import os
import re
import tempfile
import unittest

import browser
import hub

LOOKS = [("zh", "light"), ("zh", "dark"), ("en", "light"), ("en", "dark")]
PEOPLE = [("d-finder", "sec-co", "finder"), ("d-analyst", "cncert", "identifier"),
          ("d-verifier", "cncert", "verifier"), ("d-miit", "miit", "reviewer"),
          ("d-second", "miit", "reviewer"), ("d-checker", "miit", "checker"),
          ("d-op", "op-a", "executor")]


class Desks(browser.ConsoleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for login, unit, role in PEOPLE:
            cls.person(login, unit, [role])
        cls.hub["zhao"].post("/api/v1/trainings", {"user": "d-analyst", "topic": "identification"})

    def at(self, login, path, **how):
        visitor = self.visitor(**{"language": "en", **how})
        return visitor, visitor.sign_in(login, path)

    def row(self, page, number):
        found = page.locator(".grid-row", has=page.locator(f"code:text-is('{number}')"))
        found.wait_for()
        return found

    def open(self, page, number):
        self.row(page, number).dblclick()
        pane = page.locator(".desk-pane")
        pane.locator("h3").first.wait_for()
        return pane

    def send(self, page):
        browser.send(page)
        page.wait_for_selector(".ant-modal-wrap", state="hidden")

    def choose(self, page, field, typed, option):
        """In the list of a field of the open form, found by what is typed."""
        page.locator(f".ant-modal .ant-select:has(#{field})").click()
        if typed:
            page.fill(f".ant-modal #{field}", typed)
        page.locator(f".ant-select-item-option[title='{option}']").click()
        page.locator(".ant-modal-title").click()

    def case(self, name):
        number = self.hub.submit([name])["number"]
        self.hub.determine(number)
        return number

    def test_every_desk_in_both_languages_and_themes(self):
        waiting = self.case("look.example")
        ordered = self.hub.block("look-ordered.example")[0] + "-1"
        for language, theme in LOOKS:
            with self.subTest(language=language, theme=theme):
                for login, desk, number in [("d-miit", "review", waiting), ("d-op", "feedback", ordered),
                                            ("d-finder", "intake", None), ("d-checker", "appeals", None)]:
                    visitor, page = self.at(login, f"/desks/{desk}", language=language, theme=theme)
                    if number:
                        self.open(page, number)
                        page.wait_for_selector(".desk-note")
                    else:
                        page.wait_for_selector(".grid-none strong, .grid-row code, .grid-row .tone")
                    self.assertEqual(visitor.axe(), [], desk)
                    for width in (1440, 1024):
                        page.set_viewport_size({"width": width, "height": 860})
                        visitor.picture(f"desk-{desk}-{language}-{theme}-{width}")

    def test_a_file_is_previewed_imported_and_submitted(self):
        """What each line would become is seen before anything is stored (W17-05)."""
        with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as f:
            f.write("one.feed.example\ntwo-feed.example\nnot an indicator at all\n")
        self.addCleanup(os.unlink, f.name)
        _, page = self.at("d-finder", "/desks/intake")
        page.set_input_files("input[type=file]", f.name)
        imports = page.get_by_role("button", name="Import", exact=True)
        self.assertTrue(imports.is_disabled(), "nothing is imported unseen")
        page.get_by_text("Preview it before the import.").wait_for()
        page.get_by_role("button", name="Preview").click()
        seen = page.get_by_role("table", name="Preview")
        seen.wait_for()
        page.get_by_text("Name the source before the import.").wait_for()
        self.assertTrue(imports.is_disabled())
        page.get_by_label("Name of the source").fill("desk-feed")
        self.assertIn("one[.]feed[.]example", seen.inner_text())
        self.assertIn("not an indicator", page.get_by_role("table", name="Refused lines").inner_text())
        self.assertEqual(self.hub["admin"].get("/api/v1/imports")["items"], [])
        imports.click()
        submit = page.locator(".desk-pane").get_by_role("button", name="Merge and submit as threats")
        submit.click()
        self.choose(page, "provinces", "Sichuan", "Sichuan 51")
        self.send(page)
        result = page.locator(".desk-pane [role=status]")
        result.get_by_text("2 new threats").wait_for()
        self.assertNotIn("ant-btn-primary", submit.get_attribute("class"), "it is done")
        self.assertEqual(result.get_by_role("link").count(), 2)
        number = result.get_by_role("link").first.inner_text()
        self.assertEqual(self.hub["zhao"].get(f"/api/v1/threats/{number}")["provinces"], ["51"])
        result.get_by_role("link").first.click()
        page.wait_for_url(f"**/threats/{number}")

    def test_a_threat_by_hand_with_a_file_as_evidence(self):
        _, page = self.at("d-finder", "/desks/intake")
        page.get_by_role("button", name="Submit a threat by hand").click()
        form = page.locator(".ant-modal")
        form.locator("#title").fill("By hand")
        form.locator("#indicators").fill("by-hand.example\nwww.by-hand.example")
        self.choose(page, "provinces", "51", "Sichuan 51")
        form.locator("input[type=file]").set_input_files(
            {"name": "capture.pcap", "mimeType": "application/octet-stream", "buffer": b"\x00\xffpcap"})
        form.get_by_text("capture.pcap").wait_for()
        browser.send(page)
        form.locator(".ant-form-item:has(#certainty) .ant-form-item-explain-error").wait_for()
        self.choose(page, "certainty", "", "possible harm")
        self.send(page)
        said = page.locator(".ant-message").get_by_role("link")
        self.assertRegex(said.inner_text(), r"^T-\d{4}-\d{6}$")
        said.click()
        page.wait_for_url("**/threats/T-*")
        found = self.hub["zhao"].get("/api/v1/search?in=cases&q=by-hand")["items"]
        self.assertEqual(len(found), 1)
        self.assertEqual(len(found[0]["indicators"]), 2)
        self.assertEqual(len(found[0]["evidence"]), 1)
        self.assertEqual((found[0]["certainty"], found[0]["tlp"], found[0]["provinces"]),
                         ("possible", "amber", ["51"]))
        piece = self.hub["zhao"].get("/api/v1/evidence/" + found[0]["evidence"][0])
        self.assertEqual((piece["title"], piece["binary"], piece["content"]),
                         ("capture.pcap", True, "AP9wY2Fw"))

    def test_only_expert_bodies_are_delegated_to(self):
        """A unit of another kind would be refused (W17-11), so it is not offered."""
        number = self.hub.submit(["delegated.example"])["number"]
        _, page = self.at("d-miit", "/desks/triage")
        self.open(page, number).get_by_role("button", name="Delegate identification").click()
        page.locator(".ant-modal .ant-select").click()
        offered = page.locator(".ant-select-item-option")
        offered.first.wait_for()
        self.assertEqual(offered.all_inner_texts(), ["cncert (cncert)"])

    def test_only_who_can_dispose_is_proposed_and_a_refusal_is_seen(self):
        """Neither authorities nor expert bodies dispose (W17-15); what is refused is not out of sight."""
        number = self.hub.submit(["proposed.example"])["number"]
        self.hub["zhao"].post(f"/api/v1/threats/{number}/delegation", {"body": "cncert"})
        visitor, page = self.at("d-analyst", "/desks/determination")
        pane = self.open(page, number)
        acts = pane.locator(".desk-acts button.ant-btn:not(.ant-btn-link)")

        def names():
            return [name for name in acts.all_inner_texts() if re.match(r"\d ", name)]
        hub.wait_for(lambda: names() == ["1 Determine and propose", "2 Not confirmed"], what="the steps")
        page.keyboard.press("1")
        form = page.locator(".ant-modal")
        form.locator("#reason").fill("seen")
        form.locator("[id$=_title]").fill("log")
        form.locator("[id$=_content]").fill("seen at noon")
        form.locator(".ant-select:has(#proposals_0_addressee)").click()
        offered = page.locator(".ant-select-item-option:has-text('op-a')")
        offered.wait_for()
        texts = " ".join(page.locator(".ant-select-item-option").all_inner_texts())
        self.assertNotIn("miit", texts)
        self.assertNotIn("cncert", texts)
        offered.click()
        form.locator("#proposals_0_limit").fill("soon")
        page.set_viewport_size({"width": 1360, "height": 500})
        browser.send(page)
        refusal = form.get_by_role("alert").filter(has_text="Proposals 1 Time limit")
        refusal.wait_for()
        hub.wait_for(lambda: page.evaluate("document.activeElement.innerText").find("Time limit") >= 0,
                     10, "the refusal to have the focus")
        hub.wait_for(lambda: 0 <= refusal.bounding_box()["y"] < 500, 10, "the refusal to be in view")
        self.assertEqual(visitor.axe(), [])
        visitor.picture("refused-en-light")

    def test_nobody_approves_unseen(self):
        """The form opened from the duties has before it what the decision is about (W17-14)."""
        for name in ("unseen.example", "203.0.113.9"):
            number = self.case(name)
            visitor, page = self.at("d-miit", "/")
            page.get_by_role("button", name=f"Approve {number}").click()
            about = page.get_by_role("region", name=f"What is known of {number}")
            about.get_by_text("what the analyst saw").wait_for()
            about.get_by_text("seen by the test").wait_for()
            proposal = about.get_by_role("table", name="Proposals").locator("tbody tr")
            for said in ("block", name.replace(".", "[.]"), "24 hours", "op-a"):
                self.assertIn(said, proposal.inner_text())
            guard = 'stopped by the list' if name[0] == "2" else "No list of what must not be blocked"
            self.assertIn(guard, about.inner_text())
            self.assertEqual(about.get_by_role("button", name="Ask to let it through").count(), 0)
            self.assertEqual(page.locator(".ant-modal button[type=submit]").inner_text(), "Approve")
            self.assertEqual(visitor.axe(), [])
            visitor.picture(f"approve-{number}-en-light")
            page.set_viewport_size({"width": 390, "height": 844})
            value = proposal.locator("code")
            value.scroll_into_view_if_needed()
            self.assertGreater(value.bounding_box()["width"], 80, "not letter by letter")
            visitor.picture(f"approve-{number}-en-light-390")

    def test_a_decision_in_bulk_needs_its_sample_and_names_each_refusal(self):
        """Each is asked for by itself; one that another person was quicker with is refused (W17-14)."""
        numbers = [self.case(f"bulk{i}.example") for i in range(3)]
        _, page = self.at("d-miit", "/desks/review")
        for number in numbers:
            browser.tick(self.row(page, number).locator("input"))
        page.get_by_role("button", name="Approve (3)").click()
        run = page.get_by_role("button", name="Do it, one by one")
        self.assertTrue(run.is_disabled())
        boxes = page.locator(".ant-modal .ant-checkbox-group input")
        self.assertEqual(boxes.count(), 2)
        self.assertTrue(boxes.first.is_disabled(), "what was not opened was not read")
        for i in range(2):
            page.locator(".ant-modal .ant-btn-link:has-text('Read')").nth(i).click()
            page.locator(".desk-pane h3").first.wait_for()
            page.get_by_role("button", name="Approve: 3 documents").click()
            browser.tick(boxes.nth(i))
        self.hub["qian"].post(f"/api/v1/threats/{numbers[1]}/review",
                              {"approve": False, "reason": "quicker"})
        page.locator(".ant-modal #reason").fill("agreed")
        run.click()
        status = page.locator(".ant-modal [role=status]")
        status.get_by_text("2 of 3 done; 1 refused and unchanged").wait_for()
        refused = status.locator("tbody tr")
        self.assertEqual(refused.count(), 1)
        self.assertIn(numbers[1], refused.inner_text())
        self.assertIn("W17-", refused.inner_text())
        states = [self.hub["zhao"].get(f"/api/v1/threats/{n}")["state"] for n in numbers]
        self.assertEqual(states, ["approved", "rejected", "approved"])

    def found_in_the_list(self, page, sign, title):
        """The work of this title in the list behind the sign in the header."""
        page.get_by_role("button", name=sign, exact=True).click()
        one = page.get_by_role("dialog", name="Work in progress").get_by_role("article", name=title)
        one.wait_for()
        return one

    def test_a_decision_in_bulk_is_left_and_found_again(self):
        """The dialog can be closed while it goes on; the outcome stays until it is dismissed."""
        numbers = [self.case(f"left{i}.example") for i in range(2)]
        visitor, page = self.at("d-miit", "/desks/review")
        for number in numbers:
            browser.tick(self.row(page, number).locator("input"))
        page.get_by_role("button", name="Approve (2)").click()
        boxes = page.locator(".ant-modal .ant-checkbox-group input")
        for i in range(2):
            page.locator(".ant-modal .ant-btn-link:has-text('Read')").nth(i).click()
            page.locator(".desk-pane h3").first.wait_for()
            page.get_by_role("button", name="Approve: 2 documents").click()
            browser.tick(boxes.nth(i))
        page.locator(".ant-modal #reason").fill("agreed")
        held = []
        page.route("**/api/v1/threats/*/review", lambda route: held.append(route))
        page.get_by_role("button", name="Do it, one by one").click()
        hub.wait_for(lambda: page.evaluate("1") and held, 10, "the first to be asked for")
        page.get_by_role("button", name="Leave it going").click()
        page.get_by_role("link", name="My duties").click()
        page.wait_for_selector("h1:has-text('My duties')")
        one = self.found_in_the_list(page, "1 in progress", "Approve: 2 documents")
        one.get_by_text("0 of 2 done").wait_for()
        self.assertEqual(visitor.axe(), [])
        page.set_viewport_size({"width": 390, "height": 844})
        self.assertLessEqual(one.bounding_box()["width"], 390)
        visitor.picture("work-en-light-390")
        page.set_viewport_size({"width": 1360, "height": 800})
        one.get_by_role("link", name="Go there").click()
        page.get_by_role("dialog", name="Approve: 2 documents").get_by_text("0 of 2 done").wait_for()
        held[0].continue_()
        page.unroute("**/api/v1/threats/*/review")
        page.locator(".ant-modal [role=status]").get_by_text("2 of 2 done").wait_for()
        page.locator(".ant-modal-footer").get_by_role("button", name="Close").click()
        one = self.found_in_the_list(page, "1 ended", "Approve: 2 documents")
        one.get_by_text("2 of 2 done").wait_for()
        one.get_by_role("button", name="Dismiss").click()
        page.get_by_text("No work is in progress.").wait_for()
        states = [self.hub["zhao"].get(f"/api/v1/threats/{n}")["state"] for n in numbers]
        self.assertEqual(states, ["approved", "approved"])

    def test_an_import_is_left_found_again_and_stopped(self):
        """A big file goes on under another page; leaving the window would break it off, so it asks."""
        visitor, page = self.at("d-finder", "/desks/intake")
        lines = "".join(f"big{i}.example\n" for i in range(30_000))
        held = []
        page.route("**/api/v1/imports?*", lambda route: held.append(route))

        def bring():
            page.locator("input[type=file]").set_input_files(
                {"name": "big.txt", "mimeType": "text/plain", "buffer": lines.encode()})
            page.get_by_label("Name of the source").fill("big")
            page.get_by_role("button", name="Preview").click()
            page.get_by_text("30,000").first.wait_for()
            page.get_by_role("button", name="Import", exact=True).click()
            page.get_by_role("link", name="My duties").click()
            page.wait_for_selector("h1:has-text('My duties')")

        bring()
        one = self.found_in_the_list(page, "1 in progress", "Import of big.txt")
        asked = []
        page.on("dialog", lambda d: (asked.append(d.type), d.dismiss()))
        page.close(run_before_unload=True)
        hub.wait_for(lambda: page.evaluate("1") and asked == ["beforeunload"], 10, "the browser to ask")
        one.get_by_role("button", name="Stop").click()
        one.get_by_text("stopped").wait_for()
        one.get_by_role("link", name="Go there").click()
        page.get_by_role("article", name="Import of big.txt").get_by_role(
            "button", name="Dismiss").click()
        held[0].abort()
        page.unroute("**/api/v1/imports?*")
        bring()
        one = self.found_in_the_list(page, "1 ended", "Import of big.txt")
        one.get_by_text("30,000 stored, 0 merged, 0 refused").wait_for()

    def test_an_order_by_phone_then_paper_feedback_and_appeal(self):
        """Notices, feedback, appeals: each on the desk of its role, by keyboard where it can be."""
        number = self.case("story.example")
        self.hub.approve(number, notify=False)
        task = number + "-1"
        _, page = self.at("d-miit", "/desks/notices")
        pane = self.open(page, task)
        pane.get_by_role("button", name="Notify by phone first").click()
        for field, text in [("callee", "Sun"), ("number", "010-1234"), ("content", "block it"),
                            ("reason", "spreads fast")]:
            page.locator(f".ant-modal #{field}").fill(text)
        self.send(page)
        pane.get_by_text("Told by phone").wait_for()
        pane.get_by_role("button", name="Sign the notice").wait_for()
        page.keyboard.press("1")
        self.send(page)
        pane.get_by_text("The notice itself").wait_for()

        _, page = self.at("d-op", "/desks/feedback")
        pane = self.open(page, task)
        pane.get_by_role("button", name="Sign for it").click()
        self.send(page)
        pane.get_by_text("Signed for").first.wait_for()
        pane.get_by_role("button", name="Acknowledge").click()
        self.send(page)
        pane.get_by_role("button", name="Feed back the result").click()
        page.locator(".ant-modal #detail").fill("loaded")
        page.locator(".ant-modal [id$=_title]").fill("log")
        page.locator(".ant-modal [id$=_content]").fill("loaded at noon")
        self.send(page)
        pane.get_by_text("loaded at noon").wait_for()

        self.hub["gao"].post("/api/v1/appeals", {
            "task": task, "grounds": "cleaned since",
            "appellant": {"name": "Gao", "contact": "gao@owner.example", "interest": "holder",
                          "identity": "ID-5101-SECRET"}})
        _, page = self.at("d-checker", "/desks/appeals")
        row = page.locator(".grid-row", has_text="cleaned since")
        row.wait_for()
        row.dblclick()
        pane = page.locator(".desk-pane")
        for step in ("Admit", "Start the check", "Uphold"):
            pane.get_by_role("button", name=re.compile(rf"^(\d )?{step}$")).click()
            if page.locator(".ant-modal #reason").count():
                page.locator(".ant-modal #reason").fill("checked by another person")
            self.send(page)
        hub.wait_for(lambda: self.hub["zhao"].get(f"/api/v1/tasks/{task}")["state"] == "lift-ordered",
                     10, "the lift to be ordered (W17-27)")


if __name__ == "__main__":
    unittest.main()
