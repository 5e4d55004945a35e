"""Put so many bills on their projects with the whole bot, on stand-ins in this process and a clock that moves only while somebody waits.

Prints one line of JSON: CPU seconds of this process, and what the calls to Scoro were, each of which takes 300 ms of that clock.
`python benchmarks/attached.py DOCUMENTS CALLS_PER_SECOND`. Every tenth bill is divided: its lines belong to two projects.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from xero_sync import log
from xero_sync.domain.lanes import rank
from xero_sync.testing.builders import CLIENT_PROJECTS, has_client_projects
from xero_sync.testing.standins.traffic import Call
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import World

CALL_SECONDS = 0.3
NAMES = tuple(CLIENT_PROJECTS.values())
DIVIDED = 10


def fill(world: World, documents: int) -> set[str]:
    """Approved bills of three lines with their copies in Scoro; the ids of those copies that have to be divided."""
    has_client_projects(world)
    divided = set()
    for number in range(documents):
        first, other = NAMES[number % 12], NAMES[(number + number % DIVIDED // (DIVIDED - 1)) % 12]
        lines = [line(f"{100 + place}.{number % 100:02}", option=option) for place, option in enumerate((first, first, other))]
        document_id = world.xero.approves_bill(f"B-{number}", f"Supplier {number % 40}", lines, date="2026-11-20")
        if first != other:
            divided.add(document_id)
    world.scoro_copies()
    world.copies = False
    copies = [world.scoro.copy_of(document_id) for document_id in divided]
    return {str(copy["id"]) for copy in copies if copy}


def of_one_document(calls: list[Call]) -> list[Call]:
    """Without the lists, which cost the same however many documents are in hand."""
    return [call for call in calls if "/view/" in call.path or "/modify/" in call.path]


def most_in(calls: list[Call], seconds: float) -> int:
    """The most calls that began within so many seconds of each other."""
    starts, first, most = [call.at for call in calls], 0, 0
    for place, start in enumerate(starts):
        while start - starts[first] >= timedelta(seconds=seconds):
            first += 1
        most = max(most, place - first + 1)
    return most


async def attach(database_url: str, documents: int, per_second: int) -> dict[str, float]:
    async with World.open(database_url) as world:
        world.settings["scoro"] |= {"calls_per_second": per_second}
        await world.restart()
        divided = fill(world, documents)
        limits = world.house.connection.scoro.budget.limits
        may = limits.per_window - limits.kept_per_window
        world.scoro.traffic.delay_per_call_seconds = CALL_SECONDS
        began = time.process_time()
        await world.sync()
        cpu = time.process_time() - began
        calls = list(world.scoro.traffic.calls)
        attaching = of_one_document(calls)
        of_divided = [call for call in attaching if call.path.rpartition("/")[2] in divided]
        missing = sum((document["SubTotal"] for document in world.xero.documents.values()), Decimal(0)) - world.put_on_projects()
        seconds = (attaching[-1].at - attaching[0].at).total_seconds() + CALL_SECONDS
        between = [call for call in calls if attaching[0].at <= call.at <= attaching[-1].at]
        async with world.house.database.write() as db:
            await world.house.connection.books.mirror.mark_all_due(db, rank("backfill"), world.clock.now())
        await world.work()
        return {
            "documents": documents,
            "missing": float(missing),
            "cpu": cpu,
            "calls_a_document": (len(attaching) - len(of_divided)) / (documents - len(divided)),
            "calls_a_divided_document": len(of_divided) / max(1, len(divided)),
            "calls_an_unchanged_document": len(of_one_document(world.scoro.traffic.calls[len(calls) :])) / documents,
            "calls_a_second": len(between) / seconds,
            "pace_unused": 1 - len(between) / seconds / (may / limits.window_seconds),
            "calls_above_pace": max(0, most_in(between, limits.window_seconds) - may),
        }


def main() -> None:
    log.configure(level="WARNING")
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(attach(f"sqlite:///{Path(folder) / 'books.db'}", int(sys.argv[1]), int(sys.argv[2])))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
