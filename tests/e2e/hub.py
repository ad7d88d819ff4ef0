"""Harness of the end-to-end tests: a hub with its cast, resolvers beside it, and polling.

Everything listens on loopback and writes below one temporary folder a test class; what was started
is ended by its own process handle, never by name. TOCSIN_BIN names the program under test.
"""

import atexit
import ctypes
import http.client
import json
import os
import random
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import tempfile
import time
import unittest
import urllib.parse

REPO = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get("TOCSIN_BIN", os.path.join(REPO, "build/dev/apps/tocsin/tocsin"))
PROGRAM_FOLDERS = ("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin")
SLOWER = float(os.environ.get("TOCSIN_E2E_PATIENCE", "1"))  # for sanitizer builds


# --- programs, ports, time ---------------------------------------------------------------------


def program(name):
    """Path of a peer program, or a loud skip."""
    for folder in PROGRAM_FOLDERS:
        path = os.path.join(folder, name)
        if os.access(path, os.X_OK):
            return path
    raise unittest.SkipTest(f"SKIPPED: {name} is not installed (see tools/deps.txt)")


def shared():
    """Folder of the optional real data, or a loud skip."""
    path = os.environ.get("TOCSIN_SHARED")
    if not path:
        raise unittest.SkipTest("SKIPPED: TOCSIN_SHARED is not set, there is no real data to read")
    return path


def wait_for(condition, seconds=10, what="the condition", every=0.02):
    """Polls until condition() is true and returns its value; fails with `what` otherwise."""
    end = time.monotonic() + seconds * SLOWER
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(every)


def free_port():
    """A loopback port that is free for TCP and UDP, below the range the kernel hands out."""
    for _ in range(200):
        port = random.randint(20000, 32000)
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp, socket.socket(
                socket.AF_INET, socket.SOCK_DGRAM
            ) as udp:
                tcp.bind(("127.0.0.1", port))
                udp.bind(("127.0.0.1", port))
                return port
        except OSError:
            continue
    raise AssertionError("no free port on loopback")


_LIBC = ctypes.CDLL(None)


def _die_with_parent():
    _LIBC.prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


class Child:
    """A process of ours with its output in a file."""

    def __init__(self, command, log, env=None, cwd=None):
        self.log = log
        with open(log, "ab") as out:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=env,
                cwd=cwd,
                preexec_fn=_die_with_parent,
            )
        atexit.register(self.stop)

    def running(self):
        return self.process.poll() is None

    def stop(self, sig=signal.SIGTERM, seconds=15):
        """Ends it and returns its exit code."""
        if self.running():
            self.process.send_signal(sig)
            try:
                self.process.wait(seconds * SLOWER)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        atexit.unregister(self.stop)
        return self.process.returncode

    def text(self):
        with open(self.log, encoding="utf-8", errors="replace") as f:
            return f.read()


# --- DNS ---------------------------------------------------------------------------------------

A, SOA, AXFR = 1, 6, 252


def dns_query(port, name, qtype=A, timeout=1.0):
    """(rcode, answer count, raw bytes) from 127.0.0.1, or None when nothing came."""
    ident = random.randrange(65536)
    question = b"".join(
        bytes([len(label)]) + label.encode() for label in name.rstrip(".").split(".") if label
    )
    packet = struct.pack("!6H", ident, 0x0100, 1, 0, 0, 0)
    packet += question + b"\0" + struct.pack("!2H", qtype, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(timeout)
        try:
            s.connect(("127.0.0.1", port))
            s.send(packet)
            while True:
                answer = s.recv(4096)
                if len(answer) >= 12 and answer[:2] == packet[:2]:
                    break
        except OSError:
            return None
    flags, _, count = struct.unpack("!3H", answer[2:8])
    return flags & 15, count, answer


def answer_of(port, name):
    """`blocked` (NXDOMAIN), `resolves`, `silent`, or `rcode N`."""
    got = dns_query(port, name)
    if got is None:
        return "silent"
    rcode, count, _ = got
    if rcode == 3:
        return "blocked"
    if rcode != 0:
        return f"rcode {rcode}"
    return "resolves" if count else "empty"


def soa_serial(port, zone):
    """Serial that a server states for a zone, or None."""
    got = dns_query(port, zone, SOA)
    if got is None or got[0] != 0 or got[1] == 0:
        return None
    answer = got[2]

    def skip_name(at):
        while answer[at]:
            if answer[at] >= 0xC0:
                return at + 2
            at += 1 + answer[at]
        return at + 1

    at = skip_name(12) + 4
    at = skip_name(at) + 10
    at = skip_name(skip_name(at))
    return struct.unpack("!I", answer[at : at + 4])[0]


EVERYTHING = '  local-zone: "." redirect\n  local-data: ". 5 A 192.0.2.66"\n'


def start_internet(folder, zone=EVERYTHING):
    """An upstream that answers every name with one address: our whole internet."""
    unbound = program("unbound")
    os.makedirs(folder, exist_ok=True)
    port = free_port()
    with open(os.path.join(folder, "unbound.conf"), "w") as f:
        f.write(
            f"server:\n  interface: 127.0.0.1@{port}\n  access-control: 127.0.0.0/8 allow\n"
            f'  username: ""\n  chroot: ""\n  directory: "{folder}"\n  pidfile: ""\n'
            '  use-syslog: no\n  logfile: ""\n  module-config: "iterator"\n  num-threads: 1\n'
            f"{zone}remote-control:\n  control-enable: no\n"
        )
    child = Child(
        [unbound, "-d", "-p", "-c", os.path.join(folder, "unbound.conf")],
        os.path.join(folder, "log"),
    )
    wait_for(lambda: answer_of(port, "any.example") != "silent", what="the upstream resolver")
    return child, port


# --- the hub -----------------------------------------------------------------------------------


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)


class Refused(AssertionError):
    """An answer other than success; `.answer` has it."""

    def __init__(self, what, answer):
        super().__init__(f"{what}: {answer.status} {answer.body[:600]!r}")
        self.answer = answer


class Api:
    """One person's keep-alive connection to a hub. Not for several threads at once."""

    def __init__(self, port, token="", tls=None):
        self.port = port
        self.token = token
        self.tls = tls
        self.connection = None

    def close(self):
        if self.connection:
            self.connection.close()
            self.connection = None

    def call(self, method, path, body=None, headers=None, timeout=60):
        send = dict(headers or {})
        if self.token and "Authorization" not in send:
            send["Authorization"] = "Bearer " + self.token
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
            send.setdefault("Content-Type", "application/json")
        fresh = self.connection is None
        while True:
            if self.connection is None:
                self.connection = (
                    http.client.HTTPSConnection(
                        "127.0.0.1", self.port, timeout=timeout, context=self.tls
                    )
                    if self.tls
                    else http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
                )
            try:
                self.connection.request(method, path, body, send)
                got = self.connection.getresponse()
                data = got.read()
            except (OSError, http.client.HTTPException):
                self.close()
                if fresh or method != "GET":
                    raise
                fresh = True  # the kept connection had ended: once more on a new one
                continue
            if got.will_close:
                self.close()
            return Answer(got.status, {k.lower(): v for k, v in got.getheaders()}, data)

    def ask(self, method, path, body=None, **more):
        answer = self.call(method, path, body, **more)
        if not 200 <= answer.status < 300:
            raise Refused(f"{method} {path}", answer)
        return answer

    def get(self, path, **more):
        return self.ask("GET", path, **more).json

    def post(self, path, body=None, key=None):
        headers = {"Idempotency-Key": key} if key else None
        return self.ask("POST", path, {} if body is None else body, headers=headers).json

    def refused(self, method, path, body=None, **more):
        """The answer of a request that must not succeed."""
        answer = self.call(method, path, body, **more)
        assert answer.status >= 400, f"{method} {path} succeeded: {answer.status} {answer.body!r}"
        return answer


UNITS = [
    ("miit", "miit", []),
    ("tca-51", "tca", ["51"]),
    ("cncert", "expert-body", []),
    ("cac", "cyberspace-authority", []),
    ("op-a", "operator", ["51"]),
    ("op-b", "operator", ["51"]),
    ("sec-co", "security-company", []),
    ("public", "public", []),
]
PEOPLE = [
    ("wang", "sec-co", ["finder"]),
    ("li", "cncert", ["identifier"]),
    ("zhou", "cncert", ["verifier"]),
    ("zhao", "miit", ["reviewer"]),
    ("qian", "miit", ["reviewer"]),
    ("chen", "miit", ["checker"]),
    ("sun", "op-a", ["executor"]),
    ("sunb", "op-b", ["executor"]),
    ("gao", "public", ["finder"]),
    ("shen", "platform", ["auditor"]),
]


class Hub:
    """A hub process with its data folder, and clients for its people."""

    def __init__(self, guard=None, more=(), log_level="info", scheme="http"):
        self.folder = tempfile.mkdtemp(prefix="tocsin-e2e-")
        self.data = os.path.join(self.folder, "data")
        self.database = os.path.join(self.data, "tocsin.db")
        self.log = os.path.join(self.folder, "hub.log")
        self.port = free_port()
        self.dns_port = free_port()
        self.guard = guard
        self.more = list(more)
        self.log_level = log_level
        self.scheme = scheme
        self.child = None
        self.tokens = {}
        self.people = {}
        self.clients = []
        self.children = []
        self.tls = None
        first = self.run("hub", "init", "--data", self.data, "--json")
        assert first.returncode == 0, first.stderr
        self.tokens["admin"] = json.loads(first.stdout)["secret"]

    @property
    def url(self):
        return f"{self.scheme}://127.0.0.1:{self.port}"

    # -- life

    def start(self):
        command = [BIN, "hub", "--data", self.data, "--port", str(self.port)]
        command += ["--dns-port", str(self.dns_port), "--log-level", self.log_level]
        if self.guard:
            command += ["--guard", self.guard]
        self.child = Child(command + self.more, self.log)
        for api in [*self.people.values(), *self.clients]:
            api.close()
        wait_for(self.healthy, 20, f"the hub to answer; its log:\n{self.log}", every=0.005)
        return self

    def healthy(self):
        if not self.child.running():
            raise AssertionError(f"the hub ended with {self.child.process.returncode}:\n"
                                 + self.child.text()[-2000:])
        api = Api(self.port, tls=self.tls)
        try:
            return api.call("GET", "/health", timeout=5).status == 200
        except OSError:
            return False
        finally:
            api.close()

    def stop(self, sig=signal.SIGTERM):
        code = self.child.stop(sig) if self.child else 0
        for api in [*self.people.values(), *self.clients]:
            api.close()
        return code

    def end(self):
        """Ends everything that was started here and removes the folder."""
        for child in reversed(self.children):
            child.stop()
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- people

    def api(self, token=None):
        made = Api(self.port, token or "", self.tls)
        self.clients.append(made)
        return made

    def __getitem__(self, login):
        if login not in self.people:
            self.people[login] = Api(self.port, self.tokens[login], self.tls)
        return self.people[login]

    def add_person(self, login, organization, roles, password="", name=""):
        """A person who accepted the invitation: with a token, and a password if one is given."""
        self["admin"].post("/api/v1/users", {
            "login": login, "name": name or login, "organization": organization, "roles": roles})
        self.tokens[login] = self.accept(login, password)

    def accept(self, login, password="", label="e2e"):
        """What the person exchanges a new invitation for: a token, a password, or both."""
        made = self["admin"].post(f"/api/v1/users/{login}/invitation")
        invited = self.api(made["secret"])
        return invited.post("/api/v1/me/invitation", {
            "label": label, "password": password}).get("secret")

    def add_cast(self):
        for code, kind, provinces in UNITS:
            self["admin"].post("/api/v1/organizations", {
                "code": code, "type": kind, "provinces": provinces,
                "title": {"zh": code, "en": code}})
        for login, organization, roles in PEOPLE:
            self.add_person(login, organization, roles)
        self["zhao"].post("/api/v1/delegations", {"body": "cncert", "document": "e2e"})
        self["zhao"].post("/api/v1/trainings", {"user": "li", "topic": "identification"})
        return self

    def point_token(self, login, point, **more):
        """Registers an enforcement point of the person's unit; the secret of a token for it."""
        code = {"sun": "op-a", "sunb": "op-b"}[login]
        self[login].post("/api/v1/points", {"code": point, "organization": code, **more})
        return self[login].post("/api/v1/tokens", {
            "label": point, "scopes": ["list"], "point": point})["secret"]

    # -- the command line

    def run(self, *words, login=None, stdin=None, timeout=120, env=None):
        """The program with these words, as this person."""
        around = {k: v for k, v in os.environ.items() if not k.startswith(("TOCSIN_", "LC_"))}
        around.update(LANG="C.UTF-8", XDG_CONFIG_HOME=os.path.join(self.folder, "config"))
        around["TOCSIN_HUB"] = self.url
        if login:
            around["TOCSIN_TOKEN"] = self.tokens[login]
        around.update(env or {})
        return subprocess.run([BIN, *words], input=stdin, capture_output=True, text=True,
                              env=around, timeout=timeout, cwd=self.folder)

    def cli(self, login, *words, exits=0, **more):
        """As run(), must end with that code, success unless told; its JSON."""
        done = self.run(*words, "--json", login=login, **more)
        if done.returncode != exits:
            raise AssertionError(f"tocsin {' '.join(words)}: exit {done.returncode}\n{done.stderr}")
        return json.loads(done.stdout)

    def fails(self, code, words, *command, **more):
        """The command ends with that code and says these words; all that it said."""
        done = self.run(*command, **more)
        if done.returncode != code or words not in done.stderr:
            raise AssertionError(f"tocsin {' '.join(command)}: exit {done.returncode}, not {code} with"
                                 f" {words!r}\n{done.stdout}{done.stderr}")
        return done.stderr

    def write(self, name, text):
        """A file of the test in the hub's folder; its path."""
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    # -- the loop by the API

    def submit(self, indicators, login="wang", key=None, **more):
        body = {"title": "e2e " + str(indicators[0]) if indicators else "e2e",
                "subtype": "malicious-domain", "provinces": ["51"], "indicators": indicators,
                "evidence": [{"title": "note", "content": "seen by the test"}]}
        body.update(more)
        return self[login].post("/api/v1/threats", body, key)

    def determine(self, number, proposals=None):
        self["zhao"].post(f"/api/v1/threats/{number}/delegation", {"body": "cncert"})
        return self["li"].post(f"/api/v1/threats/{number}/determination", {
            "reason": "confirmed", "threat_name": "e2e",
            "proposals": proposals or [{"measure": "block", "addressee": "op-a", "limit": "24h"}],
            "evidence": [{"title": "analysis", "content": "what the analyst saw"}]})

    def approve(self, number, notify=True):
        return self["zhao"].post(f"/api/v1/threats/{number}/review",
                                 {"reason": "agreed", "notify": notify})

    def block(self, *indicators, proposals=None, **more):
        """Submission to signed notice; (threat number, task id)."""
        number = self.submit(list(indicators), **more)["number"]
        self.determine(number, proposals)
        return number, self.approve(number)["tasks"][0]

    def dispose(self, task, login="sun", what="loaded"):
        return self[login].post(f"/api/v1/tasks/{task}/feedback", {
            "outcome": "done", "detail": what,
            "evidence": [{"title": "resolver log", "content": what}]})

    def acknowledge(self, task, login="sun"):
        return self[login].post(f"/api/v1/tasks/{task}/acknowledgement")

    def uphold_appeal(self, task, ruling="upheld", lifted=()):
        """An appeal from filing to ruling; its id."""
        appeal = self["gao"].post("/api/v1/appeals", {
            "task": task, "grounds": "cleaned",
            "appellant": {"name": "Gao", "contact": "gao@owner.example", "interest": "holder",
                          "identity": "ID-5101-SECRET"}})["id"]
        self["chen"].post(f"/api/v1/appeals/{appeal}/admission", {"admit": True})
        self["chen"].post(f"/api/v1/appeals/{appeal}/check", {"reason": "another person"})
        self["chen"].post(f"/api/v1/appeals/{appeal}/ruling",
                          {"ruling": ruling, "reason": "verified clean", "lifted": list(lifted)})
        return appeal

    # -- resolvers

    def configuration(self, point, login="sun", **query):
        """What `tocsin point config` prints, once the hub serves the zones."""
        words = [w for k, v in query.items() for w in ("--" + k, str(v))]

        def ask():
            done = self.run("point", "config", point, *words, login=login)
            return done.stdout if done.returncode == 0 and "hot." in done.stdout else None

        return wait_for(ask, 10, f"the configuration of {point}")

    def start_unbound(self, point, port, upstream, folder=None, login="sun", change=None):
        """Real unbound with exactly the printed configuration; waits for canary and control."""
        unbound = program("unbound")
        folder = folder or os.path.join(self.folder, point)
        os.makedirs(folder, exist_ok=True)
        text = self.configuration(point, login, resolver="unbound", directory=folder,
                                  forwarder=f"127.0.0.1:{upstream}")
        if change:
            text = change(text)
        path = os.path.join(folder, "unbound.conf")
        with open(path, "w") as f:
            f.write(text)
        child = Child([unbound, "-d", "-p", "-c", path], os.path.join(folder, "log"))
        self.children.append(child)
        if not change:
            wait_for(lambda: answer_of(port, "control.tocsin.example") == "resolves"
                     and answer_of(port, "canary.tocsin.example") == "blocked",
                     15, f"unbound to apply the policy zone; see {folder}/log")
        return child

    def add_internet(self, **more):
        child, port = start_internet(os.path.join(self.folder, f"internet{len(self.children)}"),
                                     **more)
        self.children.append(child)
        return port


def percent(text):
    return urllib.parse.quote(text, safe="")


def client_tls(ca_file):
    return ssl.create_default_context(cafile=ca_file)
