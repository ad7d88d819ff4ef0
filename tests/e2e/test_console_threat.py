"""The pages of a case, its task, its notice and its appeal, by the people who work on them."""

import base64
import json
import os
import unittest

import browser
import hub

LOOKS = [("zh", "light"), ("zh", "dark"), ("en", "light"), ("en", "dark")]
PIXEL = ("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5Erk"
         "Jggg==")
TRAP = "<img src='https://trap.example/x' onerror='document.title=1'><script>document.title=2</script>"


class ThreatPages(browser.ConsoleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person("duty-miit", "miit", ["reviewer"])
        cls.person("duty-op", "op-a", ["executor"])
        cls.person("duty-check", "miit", ["checker"])
        cls.person("duty-find", "sec-co", ["finder"])
        pieces = [{"title": "note", "content": "seen at http://evil.example/"},
                  {"title": "page.html", "media_type": "text/html", "content": TRAP},
                  {"title": "capture", "media_type": "application/json",
                   "content": json.dumps({"host": "evil.example"})},
                  {"title": "screen", "media_type": "image/png", "content": PIXEL,
                   "binary": True}]
        cls.number, task = cls.hub.block("http://evil.example/login", "evil.example",
                                         evidence=pieces)
        cls.task = cls.number + "-1"
        for target in ("203.0.113.80", "203.0.113.81"):
            cls.hub["wang"].post("/api/v1/graph/relations", {
                "from": "domain:evil.example", "to": "ipv4:" + target, "kind": "resolves-to",
                "reason": "passive DNS"})
        cls.appealed = cls.hub.block("appealed.example")[1]
        cls.appeal = cls.hub["gao"].post("/api/v1/appeals", {
            "task": cls.appealed, "grounds": "cleaned",
            "appellant": {"name": "Gao", "contact": "gao@owner.example", "interest": "holder",
                          "identity": "ID-5101-SECRET"}})["number"]
        cls.notice = cls.hub["sun"].get("/api/v1/notices?task=" + task)["items"][0]["number"]

    def test_every_page_in_both_languages_and_themes(self):
        pages = {"/threats/" + self.number: ".river li", "/tasks/" + self.task: ".ladder",
                 "/notices/" + self.notice: ".paper", "/appeals/" + self.appeal: ".case-facts"}
        for language, theme in LOOKS:
            visitor = self.visitor(language=language, theme=theme)
            page = visitor.sign_in("duty-miit")
            for path, sign in pages.items():
                with self.subTest(language=language, theme=theme, path=path):
                    visitor.open(path)
                    page.wait_for_selector(sign)
                    page.wait_for_function("!document.querySelector('.ant-skeleton')")
                    self.assertEqual(visitor.axe(), [])
                    for width in (1440, 1024):
                        page.set_viewport_size({"width": width, "height": 900})
                        visitor.picture(f"{path[1:].replace('/', '-')}-{language}-{theme}-{width}")
                        overflow = page.evaluate(
                            "(() => { const m = document.querySelector('main');"
                            " return m.scrollWidth - m.clientWidth; })()")
                        self.assertLessEqual(overflow, 1, path)

    def test_the_one_step_of_each(self):
        """The operator gets the step as the only primary button; the ministry reads whom it waits
        for, on which article (W17-24)."""
        number, _ = self.hub.block("onestep.example")
        operator = self.visitor(language="en")
        page = operator.sign_in("duty-op", "/tasks/" + number + "-1")
        primary = page.locator("main .ant-btn-primary")
        primary.wait_for()
        self.assertEqual(primary.count(), 1)
        self.assertEqual(primary.inner_text(), "Acknowledge")
        reader = self.visitor(language="en")
        other = reader.sign_in("duty-miit", "/threats/" + number)
        other.wait_for_selector(".waits")
        self.assertIn("executor", other.inner_text(".waits"))
        self.assertIn("Art. 9", other.inner_text(".waits"))
        self.assertEqual(other.locator("main .ant-btn-primary").count(), 0)
        # Taken by key; both pages follow the journal.
        page.keyboard.press("a")
        browser.send(page)
        page.wait_for_selector("main .ant-btn-primary:has-text('Feed back the result')")
        other.wait_for_selector(".river li:has-text('task acknowledged')")

    def test_a_returned_case_is_corrected_and_submitted_again(self):
        """The finder begins with what was said before (W17-07)."""
        number = self.hub.submit(["returned.example"], title="too short")["number"]
        self.hub["zhao"].post(f"/api/v1/threats/{number}/return", {"defects": ["which bank?"]})
        page = self.visitor(language="en").sign_in("duty-find")
        page.locator("tr", has_text=number).get_by_role("link").last.click()
        page.get_by_text("which bank?").wait_for()
        page.get_by_role("button", name="Submit again, corrected", exact=True).click()
        form = page.locator(".ant-modal")
        self.assertEqual(form.locator("#indicators").input_value(), "domain:returned.example")
        self.assertEqual(form.locator("#title").input_value(), "too short")
        form.locator("#title").fill("A copy of the Example Bank")
        form.locator("button[type=submit]").click()
        page.wait_for_selector(".ant-modal-wrap", state="hidden")
        case = self.hub["zhao"].get(f"/api/v1/threats/{number}")
        self.assertEqual((case["state"], case["title"], case["provinces"]),
                         ("submitted", "A copy of the Example Bank", ["51"]))

    def test_a_file_becomes_evidence(self):
        number, task = self.hub.block("upload.example")
        self.hub.acknowledge(task)
        visitor = self.visitor(language="en")
        page = visitor.sign_in("duty-op", "/tasks/" + number + "-1")
        page.click("main .ant-btn-primary")
        page.fill(".ant-modal textarea >> nth=0", "loaded into the resolver")
        page.fill("[id$=_title]", "log")
        page.fill("[id$=_content]", "loaded")
        page.set_input_files(".form-files input", {
            "name": "screen.png", "mimeType": "image/png", "buffer": base64.b64decode(PIXEL)})
        page.wait_for_selector("text=File (image/png")
        browser.send(page)
        piece = page.locator(".piece", has_text="screen.png")
        piece.wait_for()
        self.assertIn("checked: as registered", piece.inner_text())
        piece.get_by_role("button", name="Preview").click()
        piece.locator("img").wait_for()
        kept = self.hub["sun"].get(f"/api/v1/tasks/{number}-1")["feedback"][0]["evidence"]
        stored = [self.hub["sun"].get("/api/v1/evidence/" + e) for e in kept]
        self.assertIn(PIXEL, [e["content"] for e in stored])

    def test_evidence_is_shown_and_runs_nothing(self):
        visitor = self.visitor(language="en")
        page = visitor.sign_in("duty-miit", "/threats/" + self.number)
        title = page.title()
        for name in ("note", "page.html", "capture", "screen"):
            piece = page.locator("#evidence .piece", has=page.locator(f"strong:text-is('{name}')"))
            piece.get_by_role("button", name="Preview").click()
            self.assertEqual(piece.locator("a").count(), 0)
            if name == "screen":
                piece.locator("img[src^='blob:']").wait_for()
            else:
                piece.locator("pre").wait_for()
        self.assertIn("<script>", page.inner_text("#evidence .piece:has-text('page.html') pre"))
        # The trap is text: no request left (the visitor checks), no title changed.
        self.assertEqual(page.title(), title)
        self.assertEqual(page.locator("#evidence a").count(), 0)

    def test_the_graph_and_its_table(self):
        visitor = self.visitor(language="en")
        page = visitor.sign_in("duty-miit", "/threats/" + self.number)
        page.click("#related .ant-select")
        page.click(".ant-select-item-option:has-text('evil[.]example') >> nth=-1")
        page.wait_for_selector("#related .graph rect")
        page.click("#related summary")
        table = page.locator("#related table")
        self.assertIn("203[.]0[.]113[.]80", table.inner_text())
        expand = table.get_by_role("button", name="Expand the neighbours of 203[.]0[.]113[.]80")
        expand.click()
        hub.wait_for(expand.is_disabled, 10, "the hop")
        self.assertEqual(page.locator("#related a").count(), 0)
        # Each line ends in an arrow, and lies behind the words on it.
        lines = page.locator("#related .graph-line")
        self.assertGreaterEqual(lines.count(), 2)
        self.assertTrue(all(line.get_attribute("marker-end") for line in lines.all()))
        # Larger around the middle, moved by pulling, and back to the width of the frame.
        frame = page.locator("#related .graph")
        at = lambda: frame.evaluate("(g) => [g.scrollLeft, g.querySelector('svg').clientWidth]")
        width = at()[1]
        for _ in range(4):
            page.locator("#related").get_by_role("button", name="Larger").click()
        hub.wait_for(lambda: at()[1] > 2 * width, what="the larger picture")
        left = at()[0]
        self.assertGreater(left, 0)
        box = frame.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        nodes = page.locator("#related table tbody tr").count()
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 120, y, steps=4)
        page.mouse.up()
        self.assertEqual(at()[0], max(0, left - 120))
        self.assertEqual(page.locator("#related table tbody tr").count(), nodes, "it was no click")
        page.locator("#related").get_by_role("button", name="Fit the width").click()
        hub.wait_for(lambda: at()[1] <= box["width"], what="the fitting picture")

    def test_the_journal_of_a_case_is_sorted_and_copied_as_a_table(self):
        visitor = self.visitor(language="en")
        page = visitor.sign_in("duty-miit", "/threats/" + self.number)
        page.locator("#river summary").click()
        table = page.locator("#river details table")
        entry = table.locator("tbody tr:first-child td:first-child")
        first = int(entry.inner_text())
        head = table.get_by_role("columnheader", name="Entry")
        for _ in ("ascending", "descending"):
            head.get_by_role("button").click()
        self.assertEqual(head.get_attribute("aria-sort"), "descending")
        self.assertGreater(int(entry.inner_text()), first)
        page.locator("#river details").get_by_role("button", name="Copy the table").click()
        page.wait_for_selector("text=rows copied, indicators defanged")
        rows = page.evaluate("navigator.clipboard.readText()").split("\n")
        self.assertEqual(len(rows), 1 + table.locator("tbody tr").count())
        self.assertEqual(rows[0].split("\t")[0], table.locator("thead th").first.inner_text())
        self.assertEqual(rows[1].split("\t")[0], entry.inner_text())

    def test_the_notice_is_a_document_and_proves_itself(self):
        visitor = self.visitor(language="zh")
        page = visitor.sign_in("duty-op", "/notices/" + self.notice)
        paper = page.locator(".paper")
        paper.wait_for()
        text = paper.inner_text()
        self.assertIn("网络安全威胁处置通知书", text)
        self.assertIn(self.notice, text)
        self.assertIn("evil[.]example", text)
        self.assertEqual(paper.locator("a").count(), 0)
        page.wait_for_selector("text=已核对：与登记的摘要一致")
        page.emulate_media(media="print")
        self.assertFalse(page.locator(".shell-head").is_visible())
        self.assertTrue(paper.is_visible())
        page.emulate_media(media="screen")
        page.get_by_role("button", name="签收", exact=True).click()
        browser.send(page)
        page.wait_for_selector("text=签收 >> nth=0")
        hub.wait_for(lambda: self.hub["sun"].get("/api/v1/notices/" + self.notice)["receipt"].get(
            "person"), 10, "the receipt")

    def test_the_bundle_is_kept_and_checks_offline(self):
        visitor = self.visitor(language="en")
        page = visitor.sign_in("duty-miit", "/threats/" + self.number)
        with page.expect_download() as got:
            page.get_by_role("button", name="Export the evidence bundle").click()
        got.value.save_as(os.path.join(self.hub.folder, self.number + ".tocsin-evidence"))
        page.click("text=How to check it offline")
        commands = page.locator(".bundle .command code").all_inner_texts()
        self.assertEqual(len(commands), 2)
        for words in (command.split()[1:] for command in commands):
            done = self.hub.run(*words, login="zhao")
            self.assertEqual(done.returncode, 0, done.stderr + done.stdout)

    def test_desired_against_actual_and_the_probe_as_recorded(self):
        """A real resolver: the ladder to its top, and the transcript of the probe (W17-25)."""
        port = hub.free_port()
        self.hub.cli("sun", "point", "add", "--code", "res", "--org", "op-a", "--kind", "dns-rpz",
                     "--address", "127.0.0.1", "--port", str(port))
        self.hub.start_unbound("res", port, self.hub.add_internet())
        number, task = self.hub.block("probed.example")
        self.hub.acknowledge(task)
        hub.wait_for(lambda: hub.answer_of(port, "probed.example") == "blocked", 15, "the block")
        self.hub.dispose(task)
        self.hub["zhou"].post(f"/api/v1/tasks/{number}-1/probe")
        visitor = self.visitor(language="en")
        page = visitor.sign_in("duty-op", "/tasks/" + number + "-1")
        page.wait_for_selector(".ladder li:last-child.reached")
        row = page.locator("#effect tbody tr", has=page.locator("code:text-is('res')"))
        row.wait_for()
        page.locator(".outcome .piece", has_text="DNS probe").get_by_role(
            "button", name="Preview").click()
        page.wait_for_selector(".probe tbody tr")
        self.assertIn("probed[.]example", page.inner_text(".probe"))
        self.assertEqual(visitor.axe(), [])
        visitor.picture("probe-en-light")

    def test_a_stop_is_said_and_let_through_by_two(self):
        number = self.hub.submit(["203.0.113.7"])["number"]
        self.hub.determine(number)
        visitor = self.visitor(language="en")
        page = visitor.sign_in("duty-miit", "/threats/" + number)
        page.click("main .ant-btn-primary")
        page.fill(".ant-modal textarea", "agreed")
        browser.send(page)
        alert = page.locator(".ant-modal [role=alert]")
        alert.wait_for()
        self.assertIn("guard", alert.inner_text())
        page.keyboard.press("Escape")
        page.reload()
        page.wait_for_selector("text=by nobody yet")
        page.get_by_role("button", name="Let through, with a reason 203[.]0[.]113[.]7").click()
        page.fill(".ant-modal textarea", "our own laboratory")
        browser.send(page)
        page.wait_for_selector("text=by one person; another is needed")

    def test_the_checker_admits_from_the_appeal(self):
        visitor = self.visitor(language="en")
        page = visitor.sign_in("duty-check", "/appeals/" + self.appeal)
        page.click("main .ant-btn-primary:has-text('Admit')")
        browser.send(page)
        page.wait_for_selector(".task-marks:has-text('accepted')")


if __name__ == "__main__":
    unittest.main()
