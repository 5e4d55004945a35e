"""A first filling of the books, in two legs. `python benchmarks/backfill.py [--json] [read|attach]`; exit code 1 where a limit is missed.

Reading 24,000 documents of three lines. The stand-in is a process of its own and serves pages it has encoded already. Each reader is a process,
too, and says what it has used: its own user time, not the stand-in's. Medians of five, the readers by turns. Not equal work: xero-python builds
every field, tap-xero starts up, transforms and writes JSON, ours keeps some thirty fields; "mirror" is ours with the tables written as well.
`make judge` installs the others.

Putting 1,000 of them on projects, on the test clock: see attached.py. Scoro is asked three times a second at most, a seldomer pace than 300 ms a
call would allow one call after the other, so that it is the pacing that is measured. The CPU time is of all in that process, stand-ins included.
"""

from __future__ import annotations

import json
import math
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
ATTACHED, SIZES, CALLS_PER_SECOND = 1_000, (250, 500, 1_000, 2_000), 3
ALL_LIMITS: dict[str, dict[str, float]] = tomllib.loads((HERE / "limits.toml").read_text(encoding="utf-8"))
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


def read_leg() -> tuple[dict[str, float], dict[str, float]]:
    """Each reader's CPU seconds, and what has a limit."""
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
    return cpu, measured


def attach(documents: int) -> dict[str, float]:
    """What putting so many documents on their projects took, by a process of its own."""
    program = [sys.executable, str(HERE / "attached.py"), str(documents), str(CALLS_PER_SECOND)]
    ended = subprocess.run(program, capture_output=True, encoding="utf-8", timeout=900, check=False)
    if ended.returncode:
        raise SystemExit(f"Attaching failed:\n{ended.stderr[-2000:]}")
    found: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    if found["missing"]:
        raise SystemExit(f"{found['missing']} of the money did not reach its project.")
    return found


def attach_leg() -> tuple[dict[str, float], dict[str, float]]:
    """CPU seconds by number of documents, and what has a limit."""
    rounds = [{size: attach(size) for size in SIZES} for _ in range(ROUNDS)]
    cpu = {size: statistics.median(each[size]["cpu"] for each in rounds) for size in SIZES}
    slope = statistics.linear_regression([math.log(size) for size in SIZES], [math.log(seconds) for seconds in cpu.values()]).slope
    limited = ALL_LIMITS["attach"].keys() - {"cpu_slope"}
    measured = {name: statistics.median(each[ATTACHED][name] for each in rounds) for name in sorted(limited)}
    return {f"{size:,} documents": seconds for size, seconds in cpu.items()}, measured | {"cpu_slope": slope}


def main() -> int:
    legs = {"read": ("backfill", read_leg), "attach": ("attach", attach_leg)}
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    told: dict[str, Any] = {"machine": machine, "rounds": ROUNDS}
    is_missed = False
    for leg in [word for word in sys.argv[1:] if word in legs] or legs:
        name, measure = legs[leg]
        cpu, measured = measure()
        limits = ALL_LIMITS[name]
        missed = [each for each, limit in limits.items() if measured[each] > limit]
        told[leg] = {"cpu": cpu, "measured": measured, "limits": limits, "missed": missed}
        is_missed |= bool(missed)
        if "--json" not in sys.argv:
            print(f"{leg} leg, on {machine}, medians of {ROUNDS}; user seconds:")
            for who, seconds in cpu.items():
                print(f"  {who:<28}{seconds:>8.2f}")
            for each, value in measured.items():
                print(f"  {each:<28}{value:>8.3f}   at most {limits[each]}{'   MISSED' if each in missed else ''}")
    if "--json" in sys.argv:
        print(json.dumps(told, indent=2))
    return 1 if is_missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
