"""What was done, day by day. A run is one local day of the connection: people speak of days, and `undo` takes one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, Literal, get_args
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain import scoro, xero
from xero_sync.domain.actions import CreateOption, PutOnProject, WriteTracking
from xero_sync.domain.connection import ConnectionSettings
from xero_sync.domain.decisions import Decided, PutOnHold, Resume
from xero_sync.domain.lines import Share, net_by_project
from xero_sync.domain.money import Money, add_up
from xero_sync.reports.words import DocumentKind, bounds_of, counted, kind_of, placed, with_people
from xero_sync.store.books import Books
from xero_sync.store.ledger import Entry

DAYS: Final = 14
Did = Literal[
    "put on projects",
    "moved",
    "changed",
    "put back",
    "taken off",
    "undone",
    "option created",
    "option written",
    "comment or field",
    "could not be done",
    "open",
]
"""changed: other amounts on the same projects. put back: somebody had taken off what we had put there. open: not read back yet."""


@dataclass(frozen=True)
class Done:
    """One thing that was done on a day, to so many documents (or options). money: net, one sum per currency."""

    did: Did
    count: int
    money: tuple[Money, ...] = ()


@dataclass(frozen=True)
class HistoryDay:
    """What was done on one local day. answers: how many each person gave, by their id, most first. resumed: how many holds were lifted."""

    day: date
    done: tuple[Done, ...]
    answers: tuple[tuple[str, int], ...] = ()
    resumed: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.done or self.answers or self.resumed)

    def count(self, did: Did) -> int:
        return next((done.count for done in self.done if done.did == did), 0)

    def counts_only(self) -> HistoryDay:
        """The same without amounts."""
        return replace(self, done=tuple(replace(done, money=()) for done in self.done))


@dataclass(frozen=True)
class HistoryReport:
    """The days on which anything was done, newest first."""

    days: tuple[HistoryDay, ...]
    sees_amounts: bool = True


@dataclass(frozen=True)
class HistoryWrite:
    """One write. from_projects, to_projects: where the document was and is, with the net on each. net: of what was moved by it.

    document_id, number and contact are "" where it is about no document: `what` then says what it was about. Without projects `what` says
    what the document was given.
    """

    at: datetime
    did: Did
    what: str
    document_id: str = ""
    kind: DocumentKind | None = None
    number: str = ""
    contact: str = ""
    from_projects: tuple[tuple[str, Money], ...] = ()
    to_projects: tuple[tuple[str, Money], ...] = ()
    net: Money | None = None
    reason: str = ""
    problem: str = ""


@dataclass(frozen=True)
class DayReport:
    """One day's writes, oldest first. A person who sees counts only gets the sums of the day without amounts, and no writes."""

    summary: HistoryDay
    writes: tuple[HistoryWrite, ...]
    zone: ZoneInfo
    sees_amounts: bool = True


async def history_report(
    db: AsyncConnection, books: Books, *, settings: ConnectionSettings, now: datetime, sees_amounts: bool = True
) -> HistoryReport:
    """The last 14 days, today among them."""
    today = now.astimezone(settings.zone).date()
    since, _ = bounds_of(today - timedelta(days=DAYS - 1), settings.zone)
    entries, holds = await _read(db, books, since, None)
    by_day: dict[date, list[Entry]] = {}
    for entry in entries:
        by_day.setdefault(entry.planned_at.astimezone(settings.zone).date(), []).append(entry)
    days = [_summary(day, by_day.get(day, ()), holds, settings.zone) for day in (today - timedelta(days=before) for before in range(DAYS))]
    shown = [day if sees_amounts else day.counts_only() for day in days if not day.is_empty]
    return HistoryReport(tuple(shown), sees_amounts=sees_amounts)


async def day_report(db: AsyncConnection, books: Books, day: date, *, settings: ConnectionSettings, sees_amounts: bool = True) -> DayReport:
    """The writes of one local day."""
    entries, holds = await _read(db, books, *bounds_of(day, settings.zone))
    summary = _summary(day, entries, holds, settings.zone)
    if not sees_amounts:
        return DayReport(summary.counts_only(), (), settings.zone, sees_amounts=False)
    names = scoro.tell_apart((await books.mirror.projects(db)).values())
    ids = {entry.action.document_id for entry in entries if isinstance(entry.action, PutOnProject | WriteTracking)}
    documents = {document_id: stored.document for document_id, stored in (await books.mirror.documents(db, ids)).items()}
    writes = [_write(entry, did, documents, names) for entry in entries if (did := did_of(entry, holds))]
    return DayReport(summary, tuple(writes), settings.zone)


class Holds:
    """Which documents were on hold when, from everything people decided."""

    def __init__(self, decided: Iterable[Decided]) -> None:
        self.all = sorted(decided, key=lambda entry: (entry.decided_at, entry.decision_id))
        self._by_document: dict[str, list[Decided]] = {}
        for entry in self.all:
            if isinstance(entry.decision, PutOnHold | Resume):
                for document_id in entry.decision.reach.document_ids:
                    self._by_document.setdefault(document_id, []).append(entry)

    def is_held(self, document_id: str, at: datetime) -> bool:
        before = [entry for entry in self._by_document.get(document_id, ()) if entry.decided_at <= at]
        return bool(before) and isinstance(before[-1].decision, PutOnHold)


def did_of(entry: Entry, holds: Holds) -> Did | None:
    """What the entry came to, None for one that was refused before anything was written: it comes again by itself."""
    if entry.is_open:
        return "open"
    if entry.state != "applied":
        return "could not be done" if entry.state == "failed" else None
    match entry.action:
        case PutOnProject() as action:
            # While a document is on hold nothing is written but what puts it back to where it was.
            return "undone" if holds.is_held(action.document_id, entry.planned_at) else _moved(action)
        case CreateOption():
            return "option created"
        case WriteTracking():
            return "option written"
        case _:
            return "comment or field"


def net_moved(action: PutOnProject) -> Decimal:
    """The net that came to other projects, else what was taken off, else by how much the amounts changed."""
    new, gone = _new(action), _gone(action)
    if action.is_repair:
        return _net(action.shares)
    return _net(new) or _net(gone) if new or gone else _net(action.shares) - _net(action.expects)


def _moved(action: PutOnProject) -> Did:
    if action.is_repair:
        return "put back"
    if _new(action):
        return "moved" if _gone(action) else "put on projects"
    return "taken off" if _gone(action) or not action.shares else "changed"


def _new(action: PutOnProject) -> list[Share]:
    before = {(share.line_id, share.project_id) for share in action.expects}
    return [share for share in action.shares if (share.line_id, share.project_id) not in before]


def _gone(action: PutOnProject) -> list[Share]:
    after = {(share.line_id, share.project_id) for share in action.shares}
    return [share for share in action.expects if (share.line_id, share.project_id) not in after]


def _net(shares: Iterable[Share]) -> Decimal:
    return sum((share.net for share in shares), Decimal("0.00"))


def options_stay(many: int) -> str:
    """What an undo says of the options that were made: nothing of ours takes one away."""
    if not many:
        return "Options stay in Xero."
    return "1 option created in Xero stays." if many == 1 else f"{many:,} options created in Xero stay."


async def _read(db: AsyncConnection, books: Books, since: datetime, until: datetime | None) -> tuple[list[Entry], Holds]:
    bounds = {"until": until} if until else {}
    entries = [
        *await books.ledger.entries_since(db, since, **bounds),
        *await books.ledger.other_entries_since(db, since, **bounds),
    ]
    return sorted(entries, key=lambda entry: entry.entry_id), Holds(await books.asked.decisions(db))


def _summary(day: date, entries: Iterable[Entry], holds: Holds, zone: ZoneInfo) -> HistoryDay:
    """Each document counts once for what was done to it, however often, with the net of the last time."""
    found: dict[Did, dict[str, Money | None]] = {}
    for entry in entries:
        if did := did_of(entry, holds):
            action = entry.action
            about = action.document_id if isinstance(action, PutOnProject | WriteTracking) else str(entry.entry_id)
            net = Money(net_moved(action), action.currency) if isinstance(action, PutOnProject) else None
            found.setdefault(did, {})[about] = net
    decided = [each for each in holds.all if each.decided_at.astimezone(zone).date() == day]
    answers = Counter(each.person_id for each in decided if not isinstance(each.decision, PutOnHold | Resume))
    return HistoryDay(
        day,
        tuple(_done(did, found[did]) for did in get_args(Did) if did in found),
        answers=tuple(sorted(answers.items(), key=lambda entry: (-entry[1], entry[0]))),
        resumed=sum(isinstance(each.decision, Resume) for each in decided),
    )


def _done(did: Did, nets: Mapping[str, Money | None]) -> Done:
    sums = add_up(net for net in nets.values() if net is not None and net.amount)
    return Done(did, len(nets), () if did in ("could not be done", "open") else tuple(sums))


def _write(entry: Entry, did: Did, documents: Mapping[str, xero.Document], names: Mapping[int, str]) -> HistoryWrite:
    outcome, action = entry.outcome, entry.action
    at = outcome.at if outcome else entry.planned_at
    problem = outcome.message if outcome and did == "could not be done" else ""
    if not isinstance(action, PutOnProject | WriteTracking):
        what = action.name if isinstance(action, CreateOption) else action.kind
        return HistoryWrite(at, did, what, reason=with_people(action.reason), problem=problem)
    document = documents.get(action.document_id)
    write = HistoryWrite(
        at=at,
        did=did,
        what=action.kind,
        document_id=action.document_id,
        kind=kind_of(document) if document else None,
        number=document.number if document else "",
        contact=document.contact.name if document else "",
        reason=with_people(action.reason),
        problem=problem,
    )
    if isinstance(action, WriteTracking):
        return replace(write, what=f'option "{action.option_name}" on {counted(len(action.expects), "line")} in Xero')
    return replace(
        write,
        from_projects=tuple(places(action.expects, action.currency, names)),
        to_projects=tuple(places(action.shares, action.currency, names)),
        net=Money(net_moved(action), action.currency),
    )


def places(shares: Sequence[Share], currency: str, names: Mapping[int, str]) -> Iterator[tuple[str, Money]]:
    """The projects by name, with the net on each."""
    for project_id, net in net_by_project(shares).items():
        yield names.get(project_id) or f"project {project_id}", Money(net, currency)


# As a table.


def history_rows(report: HistoryReport) -> Iterator[tuple[str, ...]]:
    """A row for each thing done on a day and each currency of it; the first row names the columns."""
    yield ("day", "done", "count", "net", "currency")
    for day in report.days:
        for done in day.done:
            for money in done.money or (None,):
                yield (str(day.day), done.did, str(done.count), f"{money.amount:f}" if money else "", money.currency if money else "")
        if day.resumed:
            yield (str(day.day), "resumed", str(day.resumed), "", "")
        for person_id, many in day.answers:
            yield (str(day.day), f"answers of {person_id}", str(many), "", "")


def day_rows(report: DayReport) -> Iterator[tuple[str, ...]]:
    """A row for each write; the first row names the columns."""
    yield ("at", "done", "contact", "kind", "number", "from", "to", "net", "currency", "why", "document_id")
    for write in report.writes:
        yield (
            write.at.astimezone(report.zone).isoformat(timespec="seconds"),
            write.did,
            write.contact,
            write.kind or "",
            write.number or ("" if write.document_id else write.what),
            placed(write.from_projects, ""),
            placed(write.to_projects, ""),
            f"{write.net.amount:f}" if write.net else "",
            write.net.currency if write.net else "",
            write.problem or write.reason,
            write.document_id,
        )
