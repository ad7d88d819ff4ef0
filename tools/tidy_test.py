"""House rules as a test. Every exception stands here, with its reason. Run: ./dev test --quick"""

import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Heavy or dangerous libraries stay behind one file each: a business unit that includes none of them
# compiles in a quarter of the time, and a library can be exchanged in one place.
HEADERS = {
    r"sqlite3\.h": ["src/store/sqlite/"],
    r"boost/json": ["src/base/json.cc"],
    r"boost/asio": ["src/http/server.cc"],
    r"boost/beast": ["src/http/parser.cc"],
    r"boost/": ["src/base/json.cc", "src/http/"],
    r"openssl/": ["src/base/crypto/", "src/enforce/dns/tsig.cc", "src/http/tls.cc", "src/http/tls_test.cc"],
    r"CLI/": ["apps/tocsin/cli.cc"],
    r"curl/": ["src/http/client.cc", "src/delivery/smtp.cc"],
    r"simdjson\.h": ["src/intake/"],
    r"(zlib|zstd)\.h": ["src/intake/decode.cc", "src/intake/decode_test.cc"],
    r"expat\.h": ["src/base/xml.cc"],
    r"zip\.h": ["src/intake/zip_file.cc"],
    r"xlsxwriter\.h": ["src/intake/write/workbook.cc", "src/situation/report_xlsx.cc"],
    r"gmime/": ["src/intake/mail_parts.cc"],
    r"ctemplate/": ["src/public_site/renderer.cc"],
    r"argon2\.h": ["src/base/crypto/password.cc"],
    r"libpsl\.h": ["src/match/suffix.cc"],
    r"maxminddb\.h": ["src/attribution/mmdb.cc"],
    r"re2/": ["src/match/"],
    r"unicode/": ["src/match/domain.cc", "src/intake/decode.cc", "src/search/words.cc",
                  "apps/tocsin/help.cc"],
}

# What must not be called, and what to use instead.
BANNED = {
    # With an argument: PublicSuffixes::system() is another thing.
    r"(?<![\w.>])(?:std::|::)?(?:system|popen)\s*\(\s*[^)\s]": "a library, or fork and exec with an argument list",
    r"(?<![\w.:>])s?rand\s*\(|std::rand\b": "base/random.h",
    r"(?<![\w.>])(?:std::|::)?(?:localtime|gmtime|mktime)(?:_r)?\s*\(": "base/time.h; the zone is Asia/Shanghai, not the machine's",
    r"(?<![\w.>])(?:std::|::)?(?:strcpy|strcat|sprintf|vsprintf|gets|strtok|alloca)\s*\(": "std::string, fmt::format",
    r"(?<![\w.>])(?:std::|::)?(?:atoi|atol|atof)\s*\(|std::sto[iul]": "parse_int in base/text.h or std::from_chars; these take garbage for 0 or throw",
    r"std::endl": "'\\n'; endl flushes",
    r"std::chrono::system_clock::now|std::time\s*\(": "the Clock that is passed in (base/time.h)",
    r"\bco_await\b|\bco_return\b|\bco_yield\b": "callbacks and a bounded pool (docs/decisions/0001)",
    r"std::async\b|\.detach\(\)": "a thread with an owner that joins it",
    r"std::this_thread::sleep|(?<![\w.])(?:::)?u?sleep\s*\(": "a wait that can be woken",
}

ALLOWED_CALLS = {
    ("src/base/time.cc", "system_clock"): "the one real Clock",
    ("src/base/time.h", "system_clock"): "the one real Clock",
    ("src/base/clock_wait.h", "sleep"): "polls what nobody announces, bounded, with a stated step",
    ("src/http/server.cc", "sleep"): "the lame-duck wait of stop(), bounded by its deadline",
    ("src/hub/hub.cc", "sleep"): "a follower that failed waits before it tries again",
}

# Looks like a step of the journal and is none: names in the log, of files, of fields, of jobs.
NO_ACTIONS = set("""
    delivery.carry delivery.dispatch delivery.search exchange.project list.csv list.json list.ndjson
    list.txt notice.example reference.unreadable search.db search.export search.index session.sweep
    source.account source.fqdn source.ip source.network source.port source.url task.indicators
""".split())

ALLOWED_NEW = {
    "src/attribution/service.cc": "private constructor, owned by unique_ptr in the same expression",
    "src/base/crypto/hash.cc": "pimpl of an incomplete type",
    "src/enforce/dns/notifier.cc": "private constructor, owned by unique_ptr in the same expression",
    "src/hub/dns_service.cc": "private constructor, owned by unique_ptr in the same expression",
    "src/hub/hub.cc": "aggregate of references, owned by unique_ptr in the same expression",
    "src/law/library.cc": "private constructor, owned by shared_ptr in the same expression",
    "src/store/sqlite/connection.cc": "private constructor, owned by unique_ptr in the same expression",
}

LONGEST_FILE = 700
# Rooms of the river meet in the model, the store and the journal; they never call each other.
RIVER = {"intake", "desk", "lists", "enforce", "evidence"}


def tracked():
    out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT,
                         check=True, capture_output=True).stdout
    return [name for name in out.decode().split("\0") if name and (ROOT / name).is_file()]


FILES = tracked()
CODE = [f for f in FILES if f.endswith((".cc", ".h"))]
# Bytes of others: foreign data is kept as it came.
FOREIGN = ("fuzz/corpus/", "tests/golden/", "bench/results/", "docs/images/", "LICENSE")
TEXT = [f for f in FILES if not f.startswith(FOREIGN)]


def lines(name):
    return (ROOT / name).read_text(encoding="utf-8").split("\n")


def is_test(name):
    """Test code: beside the code by name, fixtures that only tests include, and benchmarks."""
    return (name.startswith(("tests/", "bench/", "fuzz/"))
            or re.search(r"(_test|_bench|_fuzz)\.(cc|h)$|_fixture\.h$|/contract_\w+\.h$|/raw_client\.h$", name)
            is not None)


def without_noise(line, block):
    """The line without comments and literals, and whether a block comment goes on."""
    line = re.sub(r'"(?:\\.|[^"\\])*"', '""', line)
    line = re.sub(r"'(?:\\.|[^'\\])'", "''", line)
    if block:
        if "*/" not in line:
            return "", True
        line = line.split("*/", 1)[1]
    line = re.sub(r"/\*.*?\*/", "", line)
    if "/*" in line:
        return line.split("/*", 1)[0], True
    return line.split("//", 1)[0], False


def code_lines(name):
    block = False
    for number, line in enumerate(lines(name), 1):
        clean, block = without_noise(line, block)
        yield number, clean


def room_order():
    text = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
    return re.search(r"set\(TOCSIN_ROOMS ([^)]*)\)", text).group(1).split()


def room_deps(keyword_wanted="DEPS"):
    """Rooms that a room links: by DEPS, or only in its tests by TEST_LIBS."""
    deps = {}
    for room in room_order():
        path = ROOT / "src" / room / "CMakeLists.txt"
        if not path.exists():
            continue
        call = re.search(r"tocsin_room\(\s*" + room + r"\b([^)]*)\)", path.read_text(encoding="utf-8"))
        words, keyword, deps[room] = call.group(1).split(), None, []
        for word in words:
            if word in ("DEPS", "LIBS", "TEST_LIBS"):
                keyword = word
            elif keyword == keyword_wanted == "DEPS":
                deps[room].append(word)
            elif keyword == keyword_wanted and word.startswith("tocsin_"):
                deps[room].append(word[len("tocsin_"):])
    return deps


class Tidy(unittest.TestCase):
    def fail_with(self, found):
        if found:
            self.fail(f"{len(found)} found:\n  " + "\n  ".join(found))

    def test_rooms_link_only_rooms_above_them(self):
        order, deps = room_order(), room_deps()
        self.fail_with([f"src/{room} links {dep}, which comes later in TOCSIN_ROOMS"
                        for room, list_ in deps.items() for dep in list_
                        if order.index(dep) >= order.index(room)])

    def test_rooms_of_the_river_do_not_know_each_other(self):
        self.fail_with([f"src/{room} links src/{dep}" for room, list_ in room_deps().items()
                        for dep in list_ if room in RIVER and dep in RIVER])

    def test_every_folder_of_src_is_a_room(self):
        folders = {f.split("/")[1] for f in FILES if f.startswith("src/") and f.count("/") > 1}
        self.fail_with([f"src/{name} is not in TOCSIN_ROOMS" for name in sorted(folders - set(room_order()))])

    def test_includes_stay_within_the_rooms_that_are_linked(self):
        deps, in_tests, found = room_deps(), room_deps("TEST_LIBS"), []

        def reach(room):
            out = {room}
            for dep in deps.get(room, []):
                out |= reach(dep)
            return out

        for name in CODE:
            if not name.startswith("src/"):
                continue
            room = name.split("/")[1]
            allowed = reach(room)
            if is_test(name):
                for dep in in_tests.get(room, []):
                    allowed |= reach(dep)
            for number, line in enumerate(lines(name), 1):
                match = re.match(r'#include "([a-z_]+)/', line)
                if match and match.group(1) in deps and match.group(1) not in allowed:
                    found.append(f"{name}:{number}: room {room} does not link {match.group(1)}")
        self.fail_with(found)

    def test_third_party_headers_stay_in_their_files(self):
        found = []
        for name in CODE:
            if name.startswith("bench/"):
                continue  # a benchmark may set a library beside what we made of it
            for number, line in enumerate(lines(name), 1):
                match = re.match(r"#include <([^>]+)>", line)
                if not match:
                    continue
                for header, allowed in HEADERS.items():
                    if re.match(header, match.group(1)):
                        if not any(name == a or (a.endswith("/") and name.startswith(a)) for a in allowed):
                            found.append(f"{name}:{number}: <{match.group(1)}> belongs to {', '.join(allowed)}")
                        break
        self.fail_with(found)

    def test_heavy_headers_are_not_included_by_headers(self):
        # openssl.h is the crypto folder's own; result.h defines Result by tl::expected.
        allowed = {"src/base/crypto/openssl.h", "src/base/result.h", "src/store/sqlite/connection.h"}
        heavy = r"#include <(" + "|".join(HEADERS) + ")"
        self.fail_with([f"{name}:{number}: {line}" for name in CODE if name.endswith(".h")
                        and name not in allowed and not is_test(name)
                        for number, line in enumerate(lines(name), 1) if re.match(heavy, line)])

    def test_banned_calls(self):
        found = []
        for name in CODE:
            if is_test(name):
                continue
            for number, line in code_lines(name):
                for pattern, instead in BANNED.items():
                    match = re.search(pattern, line)
                    if match and not any(name.startswith(file) and word in match.group(0)
                                         for file, word in ALLOWED_CALLS):
                        found.append(f"{name}:{number}: {match.group(0).strip()}: use {instead}")
        self.fail_with(found)

    def test_every_step_of_the_journal_has_a_name(self):
        """What an auditor reads has a text in both languages (T05-22)."""
        table = "src/model/actions.cc"
        names = set(re.findall(r'\{"([a-z-]+\.[a-z-]+)",', (ROOT / table).read_text(encoding="utf-8")))
        subjects = "|".join(sorted({name.split(".")[0] for name in names}))
        step = re.compile(rf'"((?:{subjects})\.[a-z-]+)"|\bjournal\([^";]*"([a-z-]+\.[a-z-]+)"')
        self.fail_with([f"{name}:{number}: {said} has no name in {table}"
                        for name in CODE
                        if name.startswith("src/") and not is_test(name) and name != table
                        for number, line in enumerate(lines(name), 1)
                        for said in ("".join(found) for found in step.findall(line))
                        if said not in names and said not in NO_ACTIONS])

    def test_no_raw_new_or_delete(self):
        found = []
        for name in CODE:
            if is_test(name) or name in ALLOWED_NEW:
                continue
            for number, line in code_lines(name):
                if re.search(r"(?<![\w.])new\s+[A-Za-z_:]|(?<![\w.=] )\bdelete\s+[a-z_]|\bmalloc\s*\(|std::free\s*\(", line):
                    found.append(f"{name}:{number}: {line.strip()}")
        self.fail_with(found)

    def test_allow_list_is_not_stale(self):
        self.fail_with([f"{name} does not exist" for name in ALLOWED_NEW if name not in FILES]
                       + [f"{name} holds no raw new any more" for name in ALLOWED_NEW if name in FILES
                          and not any(re.search(r"\bnew\s+[A-Za-z_:]", line) for _, line in code_lines(name))])

    def test_no_leftovers(self):
        # Taken apart, so that this file does not find itself.
        words = r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]) + r")\b"
        self.fail_with([f"{name}:{number}: {line.strip()[:80]}" for name in TEXT
                        for number, line in enumerate(lines(name), 1) if re.search(words, line)])

    def test_files_are_short(self):
        self.fail_with([f"{name}: {count} lines, at most {LONGEST_FILE}" for name in CODE
                        if (count := len(lines(name))) > LONGEST_FILE])

    def test_no_tabs_no_trailing_blanks_and_a_last_newline(self):
        found = []
        for name in TEXT:
            content = lines(name)
            if content[-1] != "":
                found.append(f"{name}: no newline at the end")
            for number, line in enumerate(content, 1):
                if "\t" in line:
                    found.append(f"{name}:{number}: tab")
                if line != line.rstrip():
                    found.append(f"{name}:{number}: blank at the end")
        self.fail_with(found)

    def test_no_paths_of_a_workplace(self):
        path = r"(?<![\w./~])/(?:home|root|Users|work|mnt)/|/tmp/wt\b|[A-Z]:\\\\Users"
        self.fail_with([f"{name}:{number}: {line.strip()[:80]}" for name in TEXT
                        if name != "tools/tidy_test.py"
                        for number, line in enumerate(lines(name), 1) if re.search(path, line)])

    def test_headers_are_guarded(self):
        self.fail_with([name for name in CODE if name.endswith(".h") and "#pragma once" not in lines(name)])

    def test_every_fuzz_target_has_seeds(self):
        self.fail_with([f"{name}: no fuzz/corpus/{stem}/" for name in CODE if name.endswith("_fuzz.cc")
                        for stem in [pathlib.Path(name).name[:-len("_fuzz.cc")]]
                        if not any(f.startswith(f"fuzz/corpus/{stem}/") for f in FILES)])

    def test_no_stray_results(self):
        stray = r"(^|/)(crash|leak|oom|timeout|slow-unit)-[0-9a-f]{40}$|(^|/)core(\.\d+)?$|\.(o|a|orig|rej|swp)$"
        empty = [f"{name}: empty" for name in FILES
                 if (ROOT / name).stat().st_size == 0 and not name.startswith(("fuzz/corpus/", "tests/"))
                 and not name.endswith("__init__.py")]
        self.fail_with([name for name in FILES if re.search(stray, name)] + empty)


if __name__ == "__main__":
    unittest.main()
