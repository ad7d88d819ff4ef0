"""Search at a hub with many indicators and cases: how long filling the index takes, and how long
typical queries do. One connection, answers read completely.

Usage: python3 bench/search_bench.py [indicators] [cases] [requests]; TOCSIN_BIN names the program.
Seeding stops after two minutes with what is there. Prints one JSON document a line.
"""

import json
import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests/e2e"))
import hub as h  # noqa: E402

SEEDING_S = 120
FAMILIES = ("Mirai", "Gafgyt", "Emotet", "Cobalt Strike", "钓鱼网站")
TITLES = ("冒充银行的钓鱼网站", "Mirai command server", "恶意程序传播服务器", "伪造政务服务平台",
          "Fake parcel notice")
QUERIES = (
    ("cases", "钓鱼"), ("cases", "行"), ("cases", "\"伪造政务服务平台\" province:51"),
    ("cases", "state:submitted class:malicious-domain"), ("cases", "host777.case777.example"), ("cases", "T-2026-000777"),
    ("cases", "state:open -mirai kind:domain from:2026-01-01"),
    ("cases", "below:nothing.example"),
    ("indicators", "indicator:host123456.s456.big.example"), ("indicators", "indicator:host1234*"),
    ("indicators", "below:s7.big.example label:mirai"), ("indicators", "inside:10.3.0.0/16"),
    ("indicators", "label:\"cobalt strike\" confidence:40"), ("indicators", "host99998"), ("indicators", "indicator:h*"),
    ("indicators", "confidence:99"), ("indicators", "h* kind:domain"),
    ("indicators", "from:2030-01-01"),
)


def row(i):
    if i % 5 == 4:
        return f"10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}\n"
    return f"host{i}.s{i % 1000}.big.example\n"


def bring(hub, name, lines, label):
    path = os.path.join(hub.folder, name)
    with open(path, "w", encoding="utf-8") as f:
        f.writelines(lines)
    return hub.cli("wang", "import", path, "--source", name, "--label", label, timeout=600)


def seed(hub, indicators, cases):
    """What was seeded, in seconds; the rest is left when time is over."""
    start = time.monotonic()
    over = lambda: time.monotonic() - start > SEEDING_S  # noqa: E731
    per = indicators // len(FAMILIES)
    brought = 0
    for n, family in enumerate(FAMILIES):
        if not over():
            brought += bring(hub, f"feed{n}", (row(i) for i in range(n * per, (n + 1) * per)),
                             family)["lines"]
    made, batch = 0, 2500
    while made < cases and not over():
        names = (f"host{i}.case{i}.example\n" for i in range(made, made + batch))
        run = bring(hub, f"cases{made}", names, FAMILIES[made // batch % 5])
        done = hub["wang"].ask("POST", f"/api/v1/imports/{run['id']}/submission", {
            "title": TITLES[made // batch % 5], "provinces": ["51"]}, timeout=600).json
        made += done["threats"]
        brought += run["lines"]
    return brought, made, time.monotonic() - start


def behind(hub):
    index = hub["zhao"].get("/api/v1/search?limit=1")["index"]
    return index["journal"] - index["indexed"] + index["indicators_behind"]


def measure(api, place, query, requests, login, more=""):
    path = f"/api/v1/search?in={place}&limit=20&q={h.percent(query)}{more}"
    times, found = [], 0
    for _ in range(requests):
        before = time.perf_counter()
        answer = api.ask("GET", path).json
        times.append((time.perf_counter() - before) * 1000)
        found = len(answer["items"])
    times.sort()
    return {"who": login, "in": place, "query": query, "first_page": found,
            "p50_ms": round(times[len(times) // 2], 1),
            "p95_ms": round(times[int(len(times) * 0.95)], 1)}


def say(document):
    print(json.dumps(document, ensure_ascii=False), flush=True)


def main():
    sizes = [int(word) for word in sys.argv[1:]]
    indicators, cases, requests = (sizes + [1_000_000, 100_000, 50][len(sizes):])[:3]
    hub = h.Hub(more=["--match-delay", "3600000"]).start()
    try:
        hub.add_cast()
        brought, made, seconds = seed(hub, indicators, cases)
        say({"indicators": brought, "cases": made, "seeding_s": round(seconds, 1),
             "behind_then": behind(hub), "load": os.getloadavg()})
        start = time.monotonic()
        h.wait_for(lambda: behind(hub) == 0, 1800, "the index", every=0.5)
        size = sum(os.path.getsize(os.path.join(hub.data, name))
                   for name in os.listdir(hub.data) if name.startswith("search.db"))
        say({"index_caught_up_after_s": round(time.monotonic() - start, 1),
             "index_mib": size >> 20, "load": os.getloadavg()})
        for place, query in QUERIES:
            say(measure(hub["zhao"], place, query, requests, "ministry"))
        for query in ("钓鱼", ""):
            say(measure(hub["sunb"], "cases", query, requests, "operator without cases"))
        say(measure(hub["zhao"], "cases", "钓鱼", 5, "ministry, with facets", "&facets=true"))
        say({"load": os.getloadavg()})
    finally:
        hub.end()


if __name__ == "__main__":
    main()
