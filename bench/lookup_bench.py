"""Look-ups a second through the hub's API: a thousand values a request, one connection.

Usage: python3 bench/lookup_bench.py [indicators] [requests]; TOCSIN_BIN names the program.
"""

import json
import os
import pathlib
import random
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests/e2e"))
import hub as h  # noqa: E402

VALUES = 1000


def measure(api, requests, known, size, fresh):
    values = [[f"host{random.randrange(size)}.example" if random.random() < known
               else f"stranger{random.randrange(10**9)}.example" for _ in range(VALUES)]
              for _ in range(requests)]
    bodies = [json.dumps({"values": v, "fresh": fresh}).encode() for v in values]
    times = []
    for body in bodies:
        before = time.perf_counter()
        api.ask("POST", "/api/v1/lookup", body, headers={"Content-Type": "application/json"})
        times.append(time.perf_counter() - before)
    times.sort()
    return {"known_share": known, "fresh": fresh, "per_second": round(VALUES * requests / sum(times)),
            "median_ms": round(times[len(times) // 2] * 1000, 2),
            "p95_ms": round(times[int(len(times) * 0.95)] * 1000, 2)}


def main():
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 120_000
    requests = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    hub = h.Hub(more=["--match-delay", "100"]).start()
    try:
        hub.add_cast()
        feed = os.path.join(hub.folder, "feed.txt")
        with open(feed, "w", encoding="utf-8") as f:
            f.writelines(f"host{i}.example\n" for i in range(size))
        hub.cli("wang", "import", feed, "--source", "bench")
        h.wait_for(lambda: hub["sun"].call("GET", "/api/v1/match").json.get("indicators") == size, 120,
                   "the snapshot")
        time.sleep(1)
        for known, fresh in ((0.0, False), (0.01, False), (0.5, False), (0.0, True), (0.5, True)):
            print(json.dumps(measure(hub["zhao"], requests, known, size, fresh)), flush=True)
        metrics = hub.api().ask("GET", "/metrics").text
        print("\n".join(l for l in metrics.splitlines() if l.startswith("tocsin_match_build_seconds_")
                        and "bucket" not in l or l.startswith("tocsin_match_bytes")))
        print("load", os.getloadavg())
    finally:
        hub.end()


if __name__ == "__main__":
    main()
