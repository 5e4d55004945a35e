"""Ask every plugin what to write or ask, and make one plan of it: a Hold beats a write, a failed write is not repeated by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from xero_sync.domain.actions import Action, BookWrite, Hold, PutOnProject
from xero_sync.domain.decisions import FollowXero, TryAgain
from xero_sync.domain.match import MatchRule
from xero_sync.domain.outcomes import Outcome
from xero_sync.domain.snapshot import Snapshot
from xero_sync.errors import PluginError
from xero_sync.loop.connection import Connection
from xero_sync.loop.settle import matcher_of, settle

TAKEN_OFF_AGAIN = "It was put back on its project once, and Scoro took it off again. Find out in Scoro what does that, then try again."
"""Scoro's own sync may reset a document: that is repaired once, then asked."""
_ORDER = {"create option": 0, "write tracking": 1, "put on project": 2, "set custom field": 3, "note": 4}


@dataclass(frozen=True)
class Planned:
    plugin: str
    action: Action


@dataclass(frozen=True)
class PlannedWrite:
    """A write on the books; `action` is one of the kinds that `apply` performs."""

    plugin: str
    action: BookWrite


@dataclass(frozen=True)
class Plan:
    """What is to be done. holds: by document id.

    failed_before: documents that could not be put on their projects before, and nobody has asked to try again.
    failure: a plugin that failed; then nothing is written or asked, because it might have held it.
    """

    writes: tuple[PlannedWrite, ...] = ()
    ours: tuple[Planned, ...] = ()
    holds: Mapping[str, Hold] = field(default_factory=dict)
    failed_before: Mapping[str, Outcome] = field(default_factory=dict)
    failure: PluginError | None = None


async def settled(connection: Connection, snapshot: Snapshot, rules: Iterable[MatchRule]) -> Snapshot:
    """The Snapshot with where every line belongs. Raises PluginError where a match rule raises, or all of them take too long."""
    return replace(snapshot, results=await connection.plugins.judge(lambda: settle(snapshot, matcher_of(snapshot, rules))))


async def decide(connection: Connection, snapshot: Snapshot) -> Plan:
    """One plan from all plugins. Where one fails, its answer is unknown, and so is what it would have held: the plan is empty."""
    planned: list[Planned] = []
    async with connection.books.database.read() as db:
        remembered = await connection.books.ledger.remembered_of(db, connection.plugins.names)
    for name in connection.plugins.names:
        try:
            own = replace(snapshot, remembered=remembered[name])
            actions = await connection.plugins.decide(name, own, connection.plugin_settings[name])
        except PluginError as error:
            return Plan(failure=error)
        planned.extend(Planned(name, action) for action in actions)
    holds = {entry.action.document_id: entry.action for entry in planned if isinstance(entry.action, Hold)}
    writes = [
        PlannedWrite(entry.plugin, entry.action)
        for entry in planned
        if isinstance(entry.action, BookWrite) and document_of(entry.action) not in holds
    ]
    failed = await _failed_before(connection, snapshot, writes)
    return Plan(
        writes=tuple(sorted((entry for entry in writes if entry.action.key not in failed), key=_order)),
        ours=tuple(entry for entry in planned if not isinstance(entry.action, BookWrite | Hold)),
        holds=holds,
        failed_before={
            entry.action.document_id: failed[entry.action.key]
            for entry in writes
            if isinstance(entry.action, PutOnProject) and entry.action.key in failed
        },
    )


def _order(entry: PlannedWrite) -> int:
    # Options first: a document's own write may wait for one. Within a kind the order of the work set stays: by lane, then the largest amount.
    return _ORDER[entry.action.kind]


def document_of(action: Action) -> str:
    """The Xero document an Action is about, "" where it is about none."""
    return getattr(action, "document_id", "")


async def _failed_before(connection: Connection, snapshot: Snapshot, writes: Sequence[PlannedWrite]) -> dict[str, Outcome]:
    """Writes that failed for good, or that were undone again in Scoro, and nobody asked to try again since."""
    if not writes:
        return {}
    async with connection.books.database.read() as db:
        last = await connection.books.ledger.last_outcomes(db, [entry.action.key for entry in writes])
    failed = {}
    for entry in writes:
        outcome = last.get(entry.action.key)
        if outcome and outcome.state == "applied" and isinstance(entry.action, PutOnProject) and entry.action.is_repair:
            outcome = outcome.model_copy(update={"state": "failed", "message": TAKEN_OFF_AGAIN})
        if outcome is None or outcome.state != "failed":
            continue
        again = [
            decided.decided_at
            for decided in snapshot.decisions.of_document(document_of(entry.action))
            if isinstance(decided.decision, TryAgain | FollowXero)
        ]
        if not any(at > outcome.at for at in again):
            failed[entry.action.key] = outcome
    return failed
