"""The console over a large base: server time of its pages, first useful paint, table pages and filters
in a real Chromium, layout shift, and the memory of hub and tab under live events.

Usage: python3 bench/console_bench.py [--cases N] [--open N] [--indicators N] [--live MINUTES] [--keep DIR]
  --cases N        closed ones written into the store by fill_cases (1,000,000)
  --open N         submitted through the interface, waiting for determination (500)
  --indicators N   imported through the interface (10,000,000)
  --live MINUTES   one case a second while the duties and the table stay open (10)
  --keep DIR       fill DIR once and use it again
Needs ./dev build release; TOCSIN_BIN names another program. Prints one JSON document a line.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
os.environ.setdefault("TOCSIN_BIN", str(ROOT / "build/release/apps/tocsin/tocsin"))
sys.path.insert(0, str(ROOT / "tests/e2e"))
import browser  # noqa: E402
import hub as h  # noqa: E402

FILL = ROOT / "build/release/bench/stage/fill_cases"
PER_FEED = 1_000_000
PEOPLE = [("b-miit", "miit", ["reviewer"]), ("b-li", "cncert", ["identifier"]),
          ("b-op", "op-a", ["executor"])]
FILTERS = ("state:closed", "state:submitted", "class:malicious-domain", "province:51",
           "state:closed province:51 class:malicious-domain", "h777777.bench.example", "bench", "kind:domain",
           "from:2026-06-01", "T-2024-0500000")
SHIFTS = """new PerformanceObserver((l) => { for (const e of l.getEntries())
    if (!e.hadRecentInput) window.__shift = (window.__shift || 0) + e.value; })
  .observe({type: 'layout-shift', buffered: true});"""


def say(document):
    print(json.dumps(document, ensure_ascii=False), flush=True)


def spread(times):
    times = sorted(times)
    return {"n": len(times), "p50_ms": round(statistics.median(times), 1),
            "p95_ms": round(times[int(len(times) * 0.95)], 1), "worst_ms": round(times[-1], 1)}


def row(i):
    if i % 5 == 4:
        return f"{11 + (i >> 24)}.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}\n"
    return f"host{i}.s{i % 100000}.big.example\n"


def bring(hub, name, lines):
    path = os.path.join(hub.folder, name)
    with open(path, "w", encoding="utf-8") as f:
        f.writelines(lines)
    hub.cli("wang", "import", path, "--source", name, timeout=3600)
    os.unlink(path)


def behind(hub):
    index = hub["zhao"].get("/api/v1/search?limit=1")["index"]
    return index["journal"] - index["indexed"] + index["indicators_behind"]


def stage(options):
    """A hub over the base that was asked for."""
    hub = h.Hub(more=["--sign-ins", "1000", "--match-delay", "3600000"])
    kept = pathlib.Path(options.keep) if options.keep else None
    if kept and (kept / "tokens.json").exists():
        shutil.rmtree(hub.data)
        shutil.copytree(kept / "data", hub.data)
        hub.tokens = json.loads((kept / "tokens.json").read_text())
        return hub.start()
    hub.start()
    hub.add_cast()
    for login, unit, roles in PEOPLE:
        hub.add_person(login, unit, roles, browser.PASSWORD)
    hub["zhao"].post("/api/v1/trainings", {"user": "b-li", "topic": "identification"})
    hub.stop()
    begin = time.monotonic()
    subprocess.run([FILL, hub.database, str(options.cases), str(options.cases)], check=True)
    for file in pathlib.Path(hub.data).glob("search.db*"):
        file.unlink()  # what was filled in is not in the journal: the index begins anew
    hub.start()
    for i in range(options.open):
        hub.submit([f"open{i}.example"])
    say({"cases": options.cases, "open": options.open,
         "filled_s": round(time.monotonic() - begin, 1)})
    begin = time.monotonic()
    for n in range(0, options.indicators, PER_FEED):
        bring(hub, f"feed{n}", (row(i) for i in range(n, min(n + PER_FEED, options.indicators))))
    say({"indicators": options.indicators, "imported_s": round(time.monotonic() - begin, 1)})
    begin = time.monotonic()
    h.wait_for(lambda: behind(hub) == 0, 7200, "the search index", every=2)
    size = {name: os.path.getsize(os.path.join(hub.data, name)) >> 20
            for name in sorted(os.listdir(hub.data)) if ".db" in name}
    say({"index_caught_up_after_s": round(time.monotonic() - begin, 1), "mib": size})
    if kept:
        hub.stop()
        kept.mkdir(parents=True, exist_ok=True)
        shutil.copytree(hub.data, kept / "data")
        (kept / "tokens.json").write_text(json.dumps(hub.tokens))
        hub.start()
    return hub


def server(hub):
    """Time until an answer is read completely, over one kept connection."""
    def ask(login, path, rounds=40):
        times = []
        for _ in range(rounds):
            begin = time.perf_counter()
            size = len(hub[login].ask("GET", path).body)
            times.append((time.perf_counter() - begin) * 1000)
        say({"route": path, "who": login, "bytes": size, **spread(times)})
    for login in ("zhao", "li", "sun"):
        ask(login, "/api/v1/duties")
    for query in FILTERS:
        ask("zhao", "/api/v1/search?in=cases&limit=200&q=" + h.percent(query))
    ask("zhao", "/api/v1/threats?limit=200")
    ask("zhao", "/api/v1/situation?period=week")
    ask("zhao", "/api/v1/situation?period=quarter", 10)
    ask("zhao", "/api/v1/search?in=indicators&limit=200&q=" + h.percent("below:s7.big.example"))
    times, after = [], ""
    for _ in range(200):
        begin = time.perf_counter()
        page = hub["zhao"].get("/api/v1/search?in=cases&limit=200&after=" + h.percent(after))
        times.append((time.perf_counter() - begin) * 1000)
        after = page.get("next", "")
    say({"route": "200 pages of 200 cases, one after another", **spread(times)})


def paint(the_browser, hub, login, path, ready, rounds=7):
    """A person with a session opens a page in a new window, with nothing in the browser's cache."""
    useful, first, shifts, sent = [], [], [], 0
    for _ in range(rounds):
        visitor = the_browser.visitor(hub, language="zh")
        visitor.sign_in(login, "/account")
        state = visitor.context.storage_state()
        visitor.end()
        visitor = the_browser.visitor(hub, language="zh")
        visitor.context.add_cookies(state["cookies"])
        visitor.context.add_init_script(SHIFTS)
        visitor.context.add_init_script(
            "new MutationObserver(() => { if (!window.__useful && document.querySelector("
            f"{json.dumps(ready)})) window.__useful = performance.now(); }})"
            ".observe(document, {childList: true, subtree: true});")
        page = visitor.page
        page.goto(hub.url + "/console" + path)
        h.wait_for(lambda: page.evaluate("window.__useful"), 30, "the rows")
        page.wait_for_timeout(400)
        useful.append(page.evaluate("window.__useful"))
        first.append(page.evaluate(
            "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"))
        shifts.append(page.evaluate("window.__shift || 0"))
        sent = page.evaluate("performance.getEntriesByType('resource')"
                             ".reduce((n, e) => n + e.transferSize, 0)")
        visitor.end()
    say({"page": path, "useful": spread(useful), "first_contentful_paint": spread(first),
         "layout_shift": round(max(shifts), 4), "sent_kb": round(sent / 1000)})


def table(the_browser, hub):
    """Enter in the filter until the first row of the answer stands there; and scrolling a page on."""
    visitor = the_browser.visitor(hub, language="zh")
    page = visitor.sign_in("b-miit", "/threats")
    page.wait_for_selector(".grid-row code")
    # Another question is another grid (DataTable): the old one may stand there for some frames more.
    page.evaluate("""() => { window.__watch = (query) => { window.__seen = 0;
      const begin = performance.now(); const before = document.querySelector('.grid');
      const look = () => { const grid = document.querySelector('.grid');
        if (grid && grid !== before && grid.getAttribute('aria-busy') === 'false'
            && document.querySelector('.grid-row code, .grid-none strong'))
          { window.__seen = performance.now() - begin; return; }
        requestAnimationFrame(look); };
      window.__go(query); requestAnimationFrame(() => requestAnimationFrame(look)); };
      window.__go = (query) => { history.pushState(null, '', '/console/threats?q=' + encodeURIComponent(query));
        dispatchEvent(new PopStateEvent('popstate')); }; }""")
    times = []
    for turn in range(4):
        for query in FILTERS:
            page.evaluate("(q) => window.__watch(q)", f"{query} -never{turn}")
            h.wait_for(lambda: page.evaluate("window.__seen"), 30, "the rows")
            times.append(page.evaluate("window.__seen"))
    say({"browser": "filter until rows", **spread(times)})
    page.evaluate("() => window.__watch('')")
    h.wait_for(lambda: page.evaluate("window.__seen"), 30, "the rows")
    times = []
    for _ in range(40):
        times.append(page.evaluate("""() => new Promise((done, failed) => {
          setTimeout(() => failed(new Error('the rows did not come in half a minute')), 30000);
          const shown = () => document.querySelector('.grid'); const begin = performance.now();
          shown().scrollTop = shown().scrollHeight;
          const look = () => { const grid = shown();
            const last = [...document.querySelectorAll('.grid-row')].pop();
            if (last && !last.querySelector('.bone') && grid.getAttribute('aria-busy') === 'false')
              done(performance.now() - begin); else requestAnimationFrame(look); };
          requestAnimationFrame(() => requestAnimationFrame(look)); })"""))
    rows = page.evaluate("document.querySelector('.grid-body').clientHeight / 32")
    say({"browser": "to the end of what is loaded, rows there", "rows": round(rows), **spread(times)})
    visitor.end()


def resident_mib(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as f:
        return next(int(line.split()[1]) >> 10 for line in f if line.startswith("VmRSS"))


def live(the_browser, hub, minutes):
    """One case a second; the tab is asked for its heap after a collection, the hub for what it holds."""
    visitors = [the_browser.visitor(hub, language="zh") for _ in range(2)]
    pages = [visitors[0].sign_in("b-miit", "/"), visitors[1].sign_in("b-miit", "/threats")]
    over = threading.Event()

    hub["wang"].close()  # the hub ended what was idle since the filling

    def submit():
        number = 0
        while not over.wait(1):
            hub.submit([f"live{number}.example"])
            number += 1

    feeder = threading.Thread(target=submit)
    feeder.start()
    debuggers = [v.context.new_cdp_session(p) for v, p in zip(visitors, pages)]
    try:
        for minute in range(minutes + 1):
            heap = []
            for debugger in debuggers:
                debugger.send("HeapProfiler.collectGarbage")
                heap.append(round(debugger.send("Runtime.getHeapUsage")["usedSize"] / 1e6, 1))
            say({"minute": minute, "hub_mib": resident_mib(hub.child.process.pid),
                 "heap_duties_mb": heap[0], "heap_threats_mb": heap[1]})
            if minute < minutes:
                pages[0].wait_for_timeout(60_000)
    finally:
        over.set()
        feeder.join()
        for visitor in visitors:
            visitor.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--indicators", type=int, default=10_000_000)
    parser.add_argument("--open", type=int, default=500)
    parser.add_argument("--live", type=int, default=10)
    parser.add_argument("--keep")
    options = parser.parse_args()
    hub = stage(options)
    the_browser = browser.Browser()
    try:
        say({"load": os.getloadavg(), "hub_mib": resident_mib(hub.child.process.pid)})
        server(hub)
        paint(the_browser, hub, "b-miit", "/", ".duties tbody tr")
        paint(the_browser, hub, "b-miit", "/threats", ".grid-row code")
        paint(the_browser, hub, "b-miit", "/situation", ".classes li")
        table(the_browser, hub)
        live(the_browser, hub, options.live)
        say({"load": os.getloadavg()})
    finally:
        the_browser.end()
        hub.end()


if __name__ == "__main__":
    main()
