"""Where every line stands, and the sums over it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import groupby
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Row, Select, Table, and_, bindparam, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.lines import DocumentResult, DocumentState, LineResult, LineState, Share
from xero_sync.store.rows import CONNECTION, EACH, chunks, execute_for, fetch, fetch_for, upsert
from xero_sync.store.tables import documents, is_waiting_line, lines, results

_SHARES = TypeAdapter(tuple[Share, ...])


@dataclass(frozen=True)
class WaitingLine:
    """One line that waits for an answer."""

    document_id: str
    line_id: str
    net: Decimal
    currency: str
    reason: str


@dataclass(frozen=True)
class Standing:
    """Where one document stands. day: its date in Xero, None for one the mirror does not hold."""

    document_id: str
    state: DocumentState
    currency: str
    net: Decimal
    checked_at: datetime
    day: date | None


@dataclass(frozen=True)
class Totals:
    """documents: how many by their state's name. money: net per currency by the state of their lines. A state nothing is in is missing."""

    documents: Mapping[DocumentState, int] = field(default_factory=dict)
    money: Mapping[LineState, Mapping[str, Decimal]] = field(default_factory=dict)


def _is_same(one: Table, other: Table) -> ColumnElement[bool]:
    return and_(one.c.connection_id == other.c.connection_id, one.c.document_id == other.c.document_id)


_is_result = results.c.connection_id == CONNECTION
_is_line = lines.c.connection_id == CONNECTION
_REMOVE_LINES = delete(lines).where(_is_line, lines.c.document_id.in_(EACH))
_REMOVE = delete(results).where(_is_result, results.c.document_id.in_(EACH))
_LINES = (
    select(lines, results.c.currency)
    .select_from(lines.join(results, _is_same(results, lines)))
    .where(_is_line, lines.c.document_id.in_(EACH))
    .order_by(lines.c.document_id, lines.c.position)
)
_WAITING = (
    select(lines, results.c.currency, documents.c.day)
    .select_from(lines.join(results, _is_same(results, lines)).outerjoin(documents, _is_same(documents, lines)))
    .where(_is_line, is_waiting_line)
)
_WAITING_FOR = _WAITING.where(lines.c.cause.in_(EACH))
_IN_STATES = (
    select(results, documents.c.day)
    .select_from(results.outerjoin(documents, _is_same(documents, results)))
    .where(_is_result, results.c.state.in_(EACH))
)


@cache
def _totals(*limits: str) -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    """The documents counted and the lines summed up, of all documents or of those within these limits."""
    counted = select(results.c.state, func.count().label("many")).select_from(results)
    summed = select(lines.c.state, results.c.currency, func.sum(lines.c.net).label("net"))
    summed = summed.select_from(results.join(lines, _is_same(lines, results)))
    if "month" in limits:
        is_of_month = and_(_is_same(documents, results), documents.c.day >= bindparam("month"), documents.c.day < bindparam("next_month"))
        counted, summed = counted.join(documents, is_of_month), summed.join(documents, is_of_month)
    wanted = [_is_result]
    wanted += [results.c.checked_day >= bindparam("since_day")] if "since_day" in limits else []
    wanted += [results.c.checked_day == bindparam("day")] if "day" in limits else []
    if len(wanted) > 1:
        # Said a second way, so that the day's lines are looked up and not all of them walked through.
        summed = summed.where(_is_line, lines.c.document_id.in_(select(results.c.document_id).where(*wanted)))
    return counted.where(*wanted).group_by(results.c.state), summed.where(*wanted).group_by(lines.c.state, results.c.currency)


class Results:
    """The part of the ledger that says where every line stands."""

    connection_id: str

    async def put_results(
        self, db: AsyncConnection, given: Iterable[DocumentResult], at: datetime, *, local_day: date
    ) -> dict[str, DocumentResult]:
        """What stood before for each document that stands differently now; only these count as checked at that instant and on local_day.

        A result without lines says that the document is not approved, or not any more: it stands nowhere, and is counted nowhere.
        """
        changed: dict[str, DocumentResult] = {}
        for chunk in chunks(given):
            newest = {result.document_id: _without_keys(result) for result in chunk}
            kept = await self.results(db, newest)
            before = {document_id: kept.get(document_id, _nowhere(result)) for document_id, result in newest.items()}
            new = [result for document_id, result in newest.items() if before[document_id] != result]
            ids = [result.document_id for result in new]
            await execute_for(db, _REMOVE_LINES, ids, connection=self.connection_id)
            rows = [self._line(result, position, line) for result in new for position, line in enumerate(result.lines)]
            if rows:
                await db.execute(insert(lines), rows)
            gone = [result.document_id for result in new if not result.lines]
            await execute_for(db, _REMOVE, gone, connection=self.connection_id)
            await upsert(db, results, [self._document(result, at, local_day) for result in new if result.lines])
            changed.update((document_id, before[document_id]) for document_id in ids)
        return changed

    def _line(self, result: DocumentResult, position: int, line: LineResult) -> dict[str, Any]:
        return {
            "connection_id": self.connection_id,
            "document_id": result.document_id,
            "line_id": line.line_id,
            "position": position,
            "net": line.net,
            "state": line.state,
            "rule": line.rule,
            "reason": line.reason,
            "cause": line.cause,
            "could_not_be_done": line.could_not_be_done,
            "shares": _SHARES.dump_json(line.shares).decode(),
        }

    def _document(self, result: DocumentResult, at: datetime, local_day: date) -> dict[str, Any]:
        return {
            "connection_id": self.connection_id,
            "document_id": result.document_id,
            "state": result.state,
            "currency": result.currency,
            "net": sum((line.net for line in result.lines), Decimal(0)),
            "checked_at": at,
            "checked_day": local_day,
        }

    async def results(self, db: AsyncConnection, document_ids: Iterable[str]) -> dict[str, DocumentResult]:
        """The stored results, lines in the document's order, without keys."""
        rows = await fetch_for(db, _LINES, document_ids, connection=self.connection_id)
        of_documents = [list(of_document) for _, of_document in groupby(rows, key=lambda row: row.document_id)]
        return {
            of_document[0].document_id: DocumentResult(
                of_document[0].document_id, of_document[0].currency, tuple(_line(row) for row in of_document)
            )
            for of_document in of_documents
        }

    async def waiting_by_cause(self, db: AsyncConnection, causes: Iterable[str] | None = None) -> dict[str, list[WaitingLine]]:
        """The lines that wait for these causes (None: for any), oldest document first."""
        of_all = {"connection": self.connection_id}
        rows = list(await fetch(db, _WAITING, **of_all)) if causes is None else await fetch_for(db, _WAITING_FOR, causes, **of_all)
        rows.sort(key=lambda row: (row.day or date.max, row.document_id, row.position))
        found: dict[str, list[WaitingLine]] = {}
        for row in rows:
            found.setdefault(row.cause, []).append(WaitingLine(row.document_id, row.line_id, row.net, row.currency, row.reason))
        return found

    async def totals(
        self, db: AsyncConnection, *, since_day: date | None = None, day: date | None = None, month: date | None = None
    ) -> Totals:
        """Counts and money of all documents, or of some.

        since_day, day: of those whose standing changed since or on that local day. month: of those dated in the month this day is in.
        """
        first = month and month.replace(day=1)
        given = {"since_day": since_day, "day": day, "month": first}
        counted, summed = _totals(*(name for name, value in given.items() if value))
        values = {**given, "next_month": first and (first + timedelta(days=31)).replace(day=1), "connection": self.connection_id}
        counts, sums = await fetch(db, counted, **values), await fetch(db, summed, **values)
        money: dict[LineState, dict[str, Decimal]] = {}
        for row in sums:
            money.setdefault(row.state, {})[row.currency] = row.net
        return Totals({row.state: row.many for row in counts}, money)

    async def documents_in(self, db: AsyncConnection, *states: DocumentState) -> list[Standing]:
        """The documents in these states, oldest first."""
        rows = await fetch_for(db, _IN_STATES, states, connection=self.connection_id)
        rows.sort(key=lambda row: (row.day or date.max, row.document_id))
        return [Standing(row.document_id, row.state, row.currency, row.net, row.checked_at, row.day) for row in rows]


def _line(row: Row[*tuple[Any, ...]]) -> LineResult:
    return LineResult(
        line_id=row.line_id,
        net=row.net,
        state=row.state,
        rule=row.rule,
        reason=row.reason,
        shares=_SHARES.validate_json(row.shares),
        cause=row.cause,
        could_not_be_done=row.could_not_be_done,
    )


def _nowhere(result: DocumentResult) -> DocumentResult:
    return DocumentResult(result.document_id, result.currency, ())


def _without_keys(result: DocumentResult) -> DocumentResult:
    return replace(result, lines=tuple(replace(line, keys=frozenset()) for line in result.lines))
