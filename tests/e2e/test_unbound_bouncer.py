"""Real unbound and Debian's unmodified crowdsec-custom-bouncer beside one hub.

Proves: W17-15 (the list reaches the addressee), W17-24, W17-25, W17-27 (lift after an upheld
appeal), and that a restart of the hub loses no block and never turns a serial back.
"""

import os
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import hub as h  # noqa: E402

BOUNCER = """bin_path: {script}
feed_via_stdin: false
total_retries: 0
scenarios_containing: []
scenarios_not_containing: []
origins: []
piddir: {folder}/
update_frequency: 1s
cache_retention_duration: 10s
daemonize: false
log_mode: stdout
log_dir: {folder}/
log_level: info
log_compression: true
log_max_size: 100
log_max_backups: 3
log_max_age: 30
api_url: {url}/
api_key: {key}
prometheus:
  enabled: false
  listen_addr: 127.0.0.1
  listen_port: {metrics}
"""


def start_bouncer(hub, key):
    """The bouncer, whose script appends its arguments to a file."""
    program = h.program("crowdsec-custom-bouncer")
    folder = os.path.join(hub.folder, "bouncer")
    os.makedirs(folder)
    calls = os.path.join(folder, "calls")
    open(calls, "w").close()
    script = os.path.join(folder, "act.sh")
    with open(script, "w") as f:
        f.write(f'#!/bin/sh\necho "$@" >> {calls}\n')
    os.chmod(script, 0o755)
    with open(os.path.join(folder, "cb.yaml"), "w") as f:
        f.write(BOUNCER.format(script=script, folder=folder, url=hub.url, key=key,
                               metrics=h.free_port()))
    child = h.Child([program, "-c", os.path.join(folder, "cb.yaml")], os.path.join(folder, "log"))
    hub.children.append(child)

    def read():
        with open(calls) as f:
            return [line.split() for line in f]

    return child, read


class UnboundAndBouncer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        h.program("unbound")
        h.program("crowdsec-custom-bouncer")
        hub = cls.hub = h.Hub()
        cls.addClassCleanup(hub.end)
        hub.start().add_cast()
        upstream = hub.add_internet()
        cls.dns = h.free_port()
        hub["sun"].post("/api/v1/points", {"code": "res", "organization": "op-a",
                                           "kind": "dns-rpz", "address": "127.0.0.1",
                                           "port": cls.dns})
        cls.unbound = hub.start_unbound("res", cls.dns, upstream)
        key = hub.point_token("sun", "cs", kind="decisions")
        cls.bouncer, calls = start_bouncer(hub, key)
        cls.calls = staticmethod(calls)
        cls.text_token = hub.point_token("sun", "fw", kind="text-list")

    def called(self, verb, value):
        return any(c[:2] == [verb, value] for c in self.calls())

    def point(self, code):
        for item in self.hub["sun"].get("/api/v1/points")["items"]:
            if item["point"]["code"] == code:
                return item
        raise AssertionError(code)

    def in_step(self, code):
        p = self.point(code)
        return p["behind"] == 0 and p["point"]["acknowledged"] >= p["wanted"] > 0 and p

    def serial(self):
        return h.soa_serial(self.hub.dns_port, "hot.op-a.tocsin")

    def test_whole_loop_with_a_restart(self):
        hub = self.hub
        name, ip = "blocked-by-both.example", "11.22.33.77"
        number = hub.submit([name, ip, "http://bad.example/drop.exe"])["number"]
        hub.determine(number)
        self.assertEqual(h.answer_of(self.dns, name), "resolves")
        start = time.monotonic()
        task = hub.approve(number)["tasks"][0]
        h.wait_for(lambda: h.answer_of(self.dns, name) == "blocked", 5, "the resolver to refuse")
        self.assertLess(time.monotonic() - start, 2 * h.SLOWER)
        self.assertEqual(h.answer_of(self.dns, "any.sub." + name), "blocked")
        h.wait_for(lambda: self.called("add", name) and self.called("add", ip), 15,
                   "the bouncer's script to be called")

        fw = hub.api(self.text_token)
        self.addCleanup(fw.close)
        listed = self.check_texts(fw, {name, ip, "http://bad.example/drop.exe"})
        for code in ("res", "cs", "fw"):
            self.assertEqual(h.wait_for(lambda: self.in_step(code), 10, code)["entries"], 3)
        entry_task = hub["sun"].get(f"/api/v1/tasks/{task}")
        self.assertTrue(entry_task["ladder"]["loaded"])

        hub.acknowledge(task)
        hub.dispose(task)
        verified = hub["zhou"].post(f"/api/v1/tasks/{task}/probe")
        self.assertEqual(verified["state"], "verified")

        name2, task2 = self.restart(name)

        hub.acknowledge(task2)
        hub.dispose(task2)
        self.assertEqual(hub["zhou"].post(f"/api/v1/tasks/{task2}/probe")["state"], "verified")

        start = time.monotonic()
        hub.uphold_appeal(task)
        h.wait_for(lambda: h.answer_of(self.dns, name) == "resolves", 5, "the resolver to answer")
        self.assertLess(time.monotonic() - start, 3 * h.SLOWER)
        h.wait_for(lambda: self.called("del", name) and self.called("del", ip), 15,
                   "the bouncer's script to be called with del")
        self.assertFalse(self.called("del", name2))
        hub.dispose(task, what="let go")
        self.assertEqual(hub["zhou"].post(f"/api/v1/tasks/{task}/probe")["state"],
                         "lift-verified")
        self.check_texts(fw, {name2}, than=listed)
        kinds = {}
        for change in hub["sun"].get("/api/v1/list/changes")["items"]:
            kinds.setdefault(change["op"], set()).add(change["entry"]["indicator"]["value"])
        self.assertEqual(kinds["new"], {name, ip, "http://bad.example/drop.exe", name2})
        self.assertEqual(kinds["delist"], {name, ip, "http://bad.example/drop.exe"})
        for code in ("res", "cs", "fw"):
            h.wait_for(lambda: self.in_step(code), 10, code + " to be in step")
        self.check_quiet()

    def check_texts(self, fw, wanted, than=None):
        """list.txt and list.csv agree, and say 304 to who has it; the ETag."""
        text = fw.ask("GET", "/api/v1/list.txt")
        lines = [line for line in text.text.splitlines() if not line.startswith("#")]
        self.assertEqual(set(lines), wanted)
        tag = text.headers["etag"]
        self.assertNotEqual(tag, than)
        same = fw.call("GET", "/api/v1/list.txt", headers={"If-None-Match": tag})
        self.assertEqual((same.status, same.body), (304, b""))
        rows = fw.ask("GET", "/api/v1/list.csv").text.splitlines()
        self.assertEqual(rows[0], "kind,value,case,task,since")
        self.assertEqual({r.split(",")[1].strip('"') for r in rows[1:]}, wanted)
        return tag

    def restart(self, name):
        """SIGTERM and a new hub on the same ports; then one more block."""
        hub = self.hub
        before = self.serial()
        self.assertTrue(before)
        self.assertEqual(hub.stop(), 0)
        self.assertEqual(h.answer_of(self.dns, name), "blocked")
        hub.start()
        self.assertEqual(h.answer_of(self.dns, name), "blocked")
        self.assertGreaterEqual(self.serial(), before)
        adds = len([c for c in self.calls() if c[0] == "add"])
        name2 = "after-the-restart.example"
        _, task2 = hub.block(name2)
        h.wait_for(lambda: h.answer_of(self.dns, name2) == "blocked", 5, "the block after restart")
        self.assertEqual(h.answer_of(self.dns, name), "blocked")
        self.assertGreater(self.serial(), before)
        h.wait_for(lambda: self.called("add", name2), 15, "the bouncer after the restart")
        self.assertEqual(len([c for c in self.calls() if c[0] == "add"]), adds + 1)
        return name2, task2

    def check_quiet(self):
        """Polling for news writes nothing: the journal stands still while nothing happens."""
        def length():
            return self.hub["shen"].get("/health")["journal"]

        h.wait_for(lambda: self.in_step("cs"), 10)
        polled = len(self.bouncer.text())
        cs = self.hub["sun"]
        end = time.monotonic() + 1.5
        while time.monotonic() < end:  # let the last acknowledgements arrive
            time.sleep(0.1)
        before = length()
        end = time.monotonic() + 3.2  # three polls of the bouncer
        while time.monotonic() < end:
            cs.get("/v1/decisions?scope=Domain&value=nothing.example")
            time.sleep(0.1)
        self.assertEqual(length(), before, "asking for news made the journal longer")
        self.assertTrue(self.bouncer.running(), self.bouncer.text()[polled:])


if __name__ == "__main__":
    unittest.main()
