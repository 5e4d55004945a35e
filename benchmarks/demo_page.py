"""How soon the demo page is there, and how heavy it is. `python benchmarks/demo_page.py [--json]`; exit code 1 where a limit is missed.

Measured from the start of the process `xero-sync demo`, medians of five: until the page answers, and until it is one's turn, when the bot
has read all books, people have ended the rehearsal and a first question is answered. The limits stand in limits.toml.
"""

from __future__ import annotations

import json
import os
import platform
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.request
from pathlib import Path

from xero_sync.demo.page.server import assets

ROUNDS = 5
LIMITS = tomllib.loads((Path(__file__).parent / "limits.toml").read_text(encoding="utf-8"))["demo_page"]


def one_start() -> tuple[float, float]:
    """Seconds until the page answers, and until it is one's turn."""
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "xero_sync", "demo", "--no-browser", "--port", "0", "--new"]
        environment = {**os.environ, "XDG_DATA_HOME": home}
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, encoding="utf-8", env=environment)
        try:
            assert process.stdout is not None
            url = next(found[0] for line in process.stdout if (found := re.search(r"http://\S+", line)))
            with urllib.request.urlopen(url, timeout=10) as page:  # noqa: S310 our own page, on loopback
                page.read()
            answers = time.perf_counter() - begun
            with urllib.request.urlopen(f"{url}/events", timeout=10) as events:  # noqa: S310
                next(line for line in events if b'"is_open": true' in line)
            return answers, time.perf_counter() - begun
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=20)


def main() -> int:
    starts = [one_start() for _ in range(ROUNDS)]
    measured = {
        "seconds_until_page": round(statistics.median(page for page, _ in starts), 2),
        "seconds_until_ones_turn": round(statistics.median(turn for _, turn in starts), 2),
        "kilobytes": round(sum(map(len, assets().values())) / 1000, 1),
    }
    missed = [name for name, limit in LIMITS.items() if measured[name] > limit]
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    if "--json" in sys.argv:
        print(json.dumps({"machine": machine, "rounds": ROUNDS, "measured": measured, "limits": LIMITS, "missed": missed}, indent=2))
    else:
        print(f"On {machine}, medians of {ROUNDS}:")
        for name, value in measured.items():
            print(f"  {name:<26}{value:>8}   at most {LIMITS[name]}{'   MISSED' if name in missed else ''}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
