"""One pass: compare what both systems hold with what should be, and close the distance. A pass that dies is run again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xero_sync.domain.lanes import Lane
from xero_sync.domain.match import MatchRule
from xero_sync.domain.outcomes import Outcome
from xero_sync.domain.snapshot import Snapshot
from xero_sync.errors import NotAllowed, PluginError, RateLimited, Unavailable, UnexpectedReply
from xero_sync.loop.announce import announce
from xero_sync.loop.apply import apply
from xero_sync.loop.connection import Connection
from xero_sync.loop.decide import Plan, decide, document_of, settled
from xero_sync.loop.deliver import deliver
from xero_sync.loop.gather import gather
from xero_sync.loop.inbox import take_inbox
from xero_sync.loop.keep import keep
from xero_sync.loop.preview import preview_answer
from xero_sync.loop.problems import keep_problems
from xero_sync.loop.reading import Reading, read_due_lists
from xero_sync.loop.recover import recover
from xero_sync.store import connections

_SERVICE_IS_DOWN = frozenset({RateLimited.code, Unavailable.code, NotAllowed.code, UnexpectedReply.code})


@dataclass(frozen=True)
class PassReport:
    """What a pass did. did_work: it changed something or looked at a document, so the next pass may find more to do, in a lower lane too."""

    did_work: bool
    written: int = 0


async def run_pass(connection: Connection, lane: Lane, *, lists_per_service: int | None = None) -> PassReport:
    """Take what people asked, read what changed, and bring both systems and Slack to where they should be."""
    connection.work_in(lane)
    taken = await take_inbox(connection, preview_answer)
    if not await recover(connection):
        await keep_problems(connection, None)
        await announce(connection)
        return PassReport(did_work=bool(taken))
    rules, reading, failure = await _read(connection, lane, lists_per_service)
    if failure is None and connection.has_looked and not (taken or reading.has_changed or await _is_anything_due(connection)):
        # An empty work set costs nothing, but for the time of the last check.
        await keep_problems(connection, None)
        await announce(connection)
        return PassReport(did_work=False)
    gathered = await gather(connection, lane, rules_are_known=failure is None)
    snapshot, failure = await _settled(connection, gathered.snapshot, rules, failure)
    plan = Plan(failure=failure) if failure else await decide(connection, snapshot)
    outcomes = await _carry_out(connection, snapshot, plan)
    kept = await keep(connection, gathered, snapshot, plan, outcomes)
    connection.has_looked = plan.failure is None and _is_done(snapshot, plan, outcomes)
    await keep_problems(connection, snapshot, plan.failure)
    if not await connection.is_overtaken():
        await announce(connection)
        await deliver(connection)
    written = sum(outcome.state == "applied" for outcome in outcomes.values())
    return PassReport(did_work=bool(taken or reading.names or written or kept), written=written)


def _is_done(snapshot: Snapshot, plan: Plan, outcomes: Mapping[str, Outcome]) -> bool:
    """True where nothing planned is left to do; what was refused, or failed, changes what is planned next."""
    if not snapshot.is_writing:
        return True
    return len(outcomes) == len(plan.writes) and all(outcome.state == "applied" for outcome in outcomes.values())


async def _is_anything_due(connection: Connection) -> bool:
    async with connection.books.database.read() as db:
        return await connection.books.mirror.highest_due_lane(db) is not None


async def _read(connection: Connection, lane: Lane, lists_per_service: int | None) -> tuple[list[MatchRule], Reading, PluginError | None]:
    """The rules, what was read by them, and the plugin that failed in either, whose answer is unknown then."""
    try:
        rules = await connection.plugins.match_rules()
        if lane == "press":
            # A press needs no list, and the person waits.
            return rules, Reading(), None
        limit = None if connection.reads_all_lists else lists_per_service
        reading = await read_due_lists(connection, rules, limit=limit)
    except PluginError as error:
        return [], Reading(), error
    connection.reads_all_lists = False
    return rules, reading, None


async def _settled(
    connection: Connection, snapshot: Snapshot, rules: list[MatchRule], failure: PluginError | None
) -> tuple[Snapshot, PluginError | None]:
    """The Snapshot with where every line belongs; nothing of it where a rule raised or took too long."""
    try:
        return await settled(connection, snapshot, rules), failure
    except PluginError as error:
        return snapshot, error


async def _carry_out(connection: Connection, snapshot: Snapshot, plan: Plan) -> dict[str, Outcome]:
    """Perform the plan's writes one by one; what came of each by its key. Ends early where a higher lane waits or a service is down."""
    outcomes: dict[str, Outcome] = {}
    if connection.is_holding_off:
        return outcomes
    # Where nothing is written an undo still is: what stands in Scoro was written before, and a person takes it back.
    writes = [entry for entry in plan.writes if snapshot.is_writing or snapshot.decisions.held_by(document_of(entry.action))]
    if not writes:
        return outcomes
    async with connection.books.database.read() as db:
        stored = await connections.get(db, connection.connection_id)
    for entry in writes:
        if snapshot.is_writing and stored is not None and stored.writes_left is not None and len(outcomes) >= stored.writes_left:
            # What could not be done counts here, and not in the books: the next pass goes on.
            break
        outcome = await apply(connection, entry.plugin, entry.action)
        outcomes[entry.action.key] = outcome
        if outcome.error_code in _SERVICE_IS_DOWN:
            connection.hold_off()
            break
        if outcome.state == "applied":
            connection.write_on()
        if await connection.is_overtaken():
            break
    return outcomes
