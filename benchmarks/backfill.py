"""Reading 24,000 documents of three lines for the first time. `python benchmarks/backfill.py [--json]`; exit code 1 where a limit is missed.

The stand-in is a process of its own and serves pages it has encoded already. Each reader is a process, too, and says what it has used: its
own user time, not the stand-in's. Medians of five, the readers by turns. Not equal work: xero-python builds every field, tap-xero starts up,
transforms and writes JSON, ours keeps some thirty fields; "mirror" is ours with the tables written as well. `make judge` installs the others.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tomllib
import urllib.request
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROUNDS = 5
CALL_SECONDS = 0.25
DOCUMENTS = 24_000
LIMITS = tomllib.loads((HERE / "limits.toml").read_text(encoding="utf-8"))["backfill"]
READERS = {
    "ours": (Path(sys.executable), "ours.py"),
    "mirror": (Path(sys.executable), "ours.py"),
    "xero-python": (Path(sys.prefix) / "foreign" / "bin" / "python", "by_xero_python.py"),
    "tap-xero": (Path(sys.prefix) / "tap" / "bin" / "python", "by_tap_xero.py"),
}


def read(name: str, told: str) -> dict[str, Any]:
    """What one reader used for all documents: cpu and wall in seconds, its calls, and its largest size."""
    python, program = READERS[name]
    if not python.exists():
        raise SystemExit(f"{python} is not there. Run make judge once: it installs the clients of others.")
    ended = subprocess.run(
        [python, HERE / "readers" / program, told, name], capture_output=True, encoding="utf-8", timeout=300, check=False
    )
    if ended.returncode:
        raise SystemExit(f"{name} failed:\n{ended.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    if found["documents"] != DOCUMENTS:
        raise SystemExit(f"{name} has read {found['documents']:,} documents of {DOCUMENTS:,}.")
    return found


def main() -> int:
    server = subprocess.Popen([sys.executable, HERE / "served_books.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
    try:
        assert server.stdout is not None
        told = server.stdout.readline()
        read("ours", told)  # now every page of a thousand has been encoded once
        rounds = [{name: read(name, told) for name in READERS} for _ in range(ROUNDS)]
        delay = urllib.request.Request(f"{json.loads(told)['url']}/_delay/{CALL_SECONDS}", method="PUT")  # noqa: S310 the stand-in, on loopback
        urllib.request.urlopen(delay, timeout=10).close()  # noqa: S310
        waits = [read("ours", told) for _ in range(ROUNDS)]
    finally:
        server.communicate(timeout=30)
    cpu = {name: statistics.median(each[name]["cpu"] for each in rounds) for name in READERS}
    calls = waits[0]["calls"]
    measured = {
        "document_calls": calls,
        "wall_to_waiting": statistics.median(each["wall"] for each in waits) / (calls * CALL_SECONDS),
        "cpu_to_xero_python": cpu["ours"] / cpu["xero-python"],
        "cpu_to_tap_xero": cpu["ours"] / cpu["tap-xero"],
        "megabytes": max(each[name]["megabytes"] for each in rounds for name in ("ours", "mirror")),
    }
    missed = [name for name, limit in LIMITS.items() if measured[name] > limit]
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    if "--json" in sys.argv:
        print(
            json.dumps(
                {"machine": machine, "rounds": ROUNDS, "cpu": cpu, "measured": measured, "limits": LIMITS, "missed": missed}, indent=2
            )
        )
        return 1 if missed else 0
    print(f"On {machine}, medians of {ROUNDS}; user seconds for {DOCUMENTS:,} documents of three lines:")
    for name, seconds in cpu.items():
        print(f"  {name:<24}{seconds:>8.2f}   in {rounds[0][name]['calls']} calls")
    for name, value in measured.items():
        print(f"  {name:<24}{value:>8.3f}   at most {LIMITS[name]}{'   MISSED' if name in missed else ''}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
