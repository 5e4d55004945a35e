"""A check without its writes: read, settle and decide as a pass does, and say what it would put where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from xero_sync.domain.actions import CreateOption, PutOnProject
from xero_sync.domain.lines import Share, net_by_project
from xero_sync.domain.money import Money
from xero_sync.domain.people import Person
from xero_sync.domain.scoro import tell_apart
from xero_sync.domain.snapshot import Snapshot
from xero_sync.errors import PluginError, RemoteError
from xero_sync.loop.carry import IN_REHEARSAL
from xero_sync.loop.connection import Connection
from xero_sync.loop.decide import PlannedWrite, decide, settled
from xero_sync.loop.first_ten import ASKS_FIRST
from xero_sync.loop.gather import WORK_SET, gather
from xero_sync.loop.reading import read_due_lists
from xero_sync.loop.schedule import RHYTHMS
from xero_sync.loop.settle import NEEDED_LISTS
from xero_sync.reports.preview import Preview, PreviewedDocument, PreviewedProject, preview_json, preview_of, preview_text
from xero_sync.reports.words import kind_of
from xero_sync.store import connections
from xero_sync.store.rows import chunks

_MOST: Final = 5_000
"""So many due documents are looked at; beyond that a list helps nobody."""


async def preview(connection: Connection) -> Preview:
    """What the next check would write. Reads both services into the mirror, and writes to neither.

    Raises PluginError where a plugin fails: what it would have held is then unknown.
    """
    rules = await connection.plugins.match_rules()
    async with connection.books.database.write() as db:
        await connection.books.mirror.pull_forward(db, RHYTHMS, connection.clock.now())
    await read_due_lists(connection, rules, limit=None)
    documents: dict[str, PreviewedDocument] = {}
    moves: dict[str, PutOnProject] = {}
    options: dict[str, str] = {}
    others: dict[str, str] = {}
    is_rehearsal, problem = False, ""
    for ids in list(chunks(await _concerned(connection), WORK_SET)) or [[]]:
        snapshot = await settled(connection, (await gather(connection, "backfill", document_ids=ids)).snapshot, rules)
        is_rehearsal = not snapshot.is_writing
        problem = problem or await _problem(connection, snapshot)
        plan = await decide(connection, snapshot)
        if plan.failure is not None:
            raise plan.failure
        for entry in plan.writes:
            match entry.action:
                case PutOnProject(document_id=document_id) as action:
                    documents[document_id] = _previewed(snapshot, action)
                    moves[document_id] = action
                case CreateOption(name=name):
                    options[entry.action.key] = name
                case _:
                    others[entry.action.key] = _said(entry)
    return preview_of(
        tuple(documents.values()),
        projects=await _projects(connection, moves.values()),
        options=tuple(options.values()),
        others=tuple(others.values()),
        is_rehearsal=is_rehearsal,
        problem="" if documents else problem,
    )


async def preview_answer(connection: Connection, person: Person, *, as_json: bool = False) -> str:
    """What a person who asked for a preview is told; suppliers and amounts only where their role sees them."""
    try:
        found = await preview(connection)
    except (RemoteError, PluginError) as error:
        found = preview_of((), problem=error.message)
    shown = found if person.sees_amounts else found.counts_only()
    return preview_json(shown) if as_json else preview_text(shown)


async def _concerned(connection: Connection) -> list[str]:
    """The documents a check would look at, and in rehearsal those that it looked at and did not write, each once."""
    books = connection.books
    async with books.database.read() as db:
        due = [row.document_id for row in await books.mirror.work_set(db, _MOST)]
        stored = await connections.get(db, books.connection_id)
        if stored is None or stored.is_writing:
            return due
        waiting = [standing.document_id for standing in await books.ledger.documents_in(db, "waiting", "partly attached")]
        results = await books.ledger.results(db, waiting)
    rehearsed = [
        document_id for document_id in waiting if any(line.reason in (IN_REHEARSAL, ASKS_FIRST) for line in results[document_id].lines)
    ]
    return list(dict.fromkeys([*due, *rehearsed]))


async def _projects(connection: Connection, moves: Iterable[PutOnProject]) -> tuple[PreviewedProject, ...]:
    """What of our documents is on each project that these moves touch, now and after them. What somebody took off is not there now."""
    now: dict[tuple[int, str], Decimal] = defaultdict(lambda: Decimal("0.00"))
    then: dict[tuple[int, str], Decimal] = defaultdict(lambda: Decimal("0.00"))
    for move in moves:
        for key, net in _nets(move.shares, move.currency):
            then[key] += net
        for key, net in _nets(move.expects, move.currency):
            then[key] -= net
            # Where it is only put back, our books have it there, and Scoro's have not.
            now[key] -= net if move.is_repair else 0
    async with connection.books.database.read() as db:
        kept = await connection.books.ledger.nets_on(db, {project_id for project_id, _ in {*now, *then}})
        names = tell_apart((await connection.books.mirror.projects(db)).values())
    return tuple(
        PreviewedProject(
            key[0],
            names.get(key[0]) or f"project {key[0]}",
            before=Money(kept.get(key, Decimal("0.00")) + now[key], key[1]),
            after=Money(kept.get(key, Decimal("0.00")) + then[key], key[1]),
            moved=Money(then[key] - now[key], key[1]),
        )
        for key in dict.fromkeys([*then, *now])
        if now[key] != then[key]
    )


def _nets(shares: Iterable[Share], currency: str) -> Iterator[tuple[tuple[int, str], Decimal]]:
    for project_id, net in net_by_project(shares).items():
        yield (project_id, currency), net


async def _problem(connection: Connection, snapshot: Snapshot) -> str:
    """Why nothing can be said about any document, "" where something can."""
    if unknown := snapshot.unknown & NEEDED_LISTS:
        async with connection.books.database.read() as db:
            states = await connection.books.mirror.lists(db)
        told = next((states[name].problem for name in sorted(unknown) if name in states and states[name].problem), "")
        return told or "Xero and Scoro have not been read to the end yet. Ask again in a few minutes."
    if snapshot.category is None:
        return f'Xero has no active tracking category "{snapshot.settings.project_category}". Make it active, or choose another.'
    return ""


def _previewed(snapshot: Snapshot, action: PutOnProject) -> PreviewedDocument:
    booked = next(document.xero for document in snapshot.documents if document.document_id == action.document_id)
    before = {action.expects_header, *(project_id for _, project_id in action.expects_lines)}
    before |= {share.project_id for share in action.expects}
    net = sum((share.net for share in action.shares or action.expects), Decimal(0))
    return PreviewedDocument(
        document_id=action.document_id,
        kind=kind_of(booked),
        number=booked.number,
        contact=booked.contact.name,
        day=booked.day,
        net=Money(net, action.currency),
        from_projects=tuple(_project(snapshot, project_id) for project_id in sorted(before) if project_id > 0),
        to_projects=_by_project(snapshot, action),
        reason=action.reason,
    )


def _by_project(snapshot: Snapshot, action: PutOnProject) -> tuple[tuple[str, Money], ...]:
    """What goes to each project, the largest amount first."""
    sums = net_by_project(action.shares).items()
    named = [(_project(snapshot, project_id), Money(net, action.currency)) for project_id, net in sums]
    return tuple(sorted(named, key=lambda entry: (-abs(entry[1].amount), entry[0])))


def _project(snapshot: Snapshot, project_id: int) -> str:
    return snapshot.project_name(project_id)


def _said(entry: PlannedWrite) -> str:
    return f"{entry.action.kind.capitalize()}: {entry.action.reason}"
