"""Keep what a pass found: where every line stands, what it rests on, our own small actions, and the questions. One transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.actions import AskPerson, BindOptions, Post, PutOnProject, Remember
from xero_sync.domain.decisions import FollowBills, FollowXero, MakeOption, PutOn
from xero_sync.domain.lanes import rank
from xero_sync.domain.lines import DocumentResult
from xero_sync.domain.match import copy_keys, credited_key, look_key, project_key
from xero_sync.domain.outcomes import Outcome
from xero_sync.domain.snapshot import BookedDocument, Snapshot
from xero_sync.loop.asking import keep_questions
from xero_sync.loop.carry import standing, stuck_questions
from xero_sync.loop.connection import Connection
from xero_sync.loop.decide import Plan, document_of
from xero_sync.loop.gather import Gathered
from xero_sync.loop.schedule import LIST_OF_COPIES, next_look_for_copy
from xero_sync.store.mirror import ListState

POST = "post:"


async def keep(connection: Connection, gathered: Gathered, snapshot: Snapshot, plan: Plan, outcomes: Mapping[str, Outcome]) -> int:
    """How many documents were looked at or stand differently now. Where a plugin failed nothing is kept: its answer is unknown, all stay due."""
    if plan.failure is not None:
        return 0
    books, now = connection.books, connection.clock.now()
    put = {entry.action.document_id: outcomes.get(entry.action.key) for entry in plan.writes if isinstance(entry.action, PutOnProject)}
    results = {
        document.document_id: standing(document, snapshot.results[document.document_id], plan, put.get(document.document_id), snapshot)
        for document in snapshot.documents
        if document.document_id in snapshot.results
    }
    # What does not go to Scoro under the settings stands nowhere; decisions about it are kept.
    results |= {
        document.document_id: DocumentResult(document.document_id, document.xero.currency, ())
        for document in snapshot.documents
        if not connection.settings.concerns(document.xero)
    }
    asks = [(entry.plugin, entry.action) for entry in plan.ours if isinstance(entry.action, AskPerson)]
    asks += [("", ask) for ask in stuck_questions(snapshot.documents, results, plan.holds)]
    async with books.database.write() as db:
        local_day = now.astimezone(connection.settings.zone).date()
        changed = await books.ledger.put_results(db, results.values(), now, local_day=local_day)
        suggested = _suggested(asks)
        looks = {
            document.document_id: [look_key(document.module)]
            for document in snapshot.documents
            if document.may_lag(now) and _waits_for_copy(document, results.get(document.document_id))
        }
        await books.mirror.put_keys(
            db,
            {
                document_id: result.keys.union(looks.get(document_id, ()), *(suggested.get(cause, ()) for cause in result.causes))
                for document_id, result in results.items()
            },
        )
        done = _done(connection, snapshot, plan, outcomes)
        await books.mirror.clear_due(db, done, seen=gathered.due_marks)
        await look_at_credit_notes(connection, db, [key for key, outcome in put.items() if outcome and outcome.state == "applied"])
        await _finish_moves(connection, db, snapshot, results)
        await _read_sooner(connection, db, snapshot, results)
        await _keep_ours(connection, db, plan)
        touched = {cause for result in (*changed.values(), *results.values()) for cause in result.causes}
        await keep_questions(connection, db, snapshot, asks, touched)
    return len({*changed, *done})


async def look_at_credit_notes(connection: Connection, db: AsyncConnection, put_on_projects: Collection[str]) -> None:
    """Where a bill is says where the credit notes may go that were allocated to it."""
    if put_on_projects:
        keys = [credited_key(document_id) for document_id in put_on_projects]
        await connection.books.mirror.mark_due_by_keys(db, keys, rank("changed"), connection.clock.now())


def _suggested(asks: Iterable[tuple[str, AskPerson]]) -> dict[str, set[str]]:
    """The keys of the projects that each question offers: when one of them changes, the card has to."""
    decisions = {ask.cause: [choice.decision for choice in ask.question.choices] for _, ask in asks}
    return {
        cause: {project_key(each.project_id) for each in given if isinstance(each, PutOn | MakeOption) and each.project_id}
        | {project_key(project_id) for each in given if isinstance(each, FollowBills) for project_id, _ in each.weights}
        for cause, given in decisions.items()
    }


def _done(connection: Connection, snapshot: Snapshot, plan: Plan, outcomes: Mapping[str, Outcome]) -> list[str]:
    """The documents that need not be looked at again until something changes."""
    still_open = {
        document_of(entry.action)
        for entry in plan.writes
        if (outcome := outcomes.get(entry.action.key)) is None or outcome.state in ("refused", "unknown")
    }
    done = []
    for document in snapshot.documents:
        document_id = document.document_id
        if document_id not in snapshot.results:
            # Unknown waits; a direction that is off does not.
            if not connection.settings.concerns(document.xero):
                done.append(document_id)
            continue
        waits_for_word = not snapshot.is_writing and not snapshot.decisions.held_by(document_id)
        if waits_for_word or document_id not in still_open:
            done.append(document_id)
    return done


async def _finish_moves(connection: Connection, db: AsyncConnection, snapshot: Snapshot, results: Mapping[str, DocumentResult]) -> None:
    """An answer that lets something be taken off a project people chose in Scoro is used up once everything stands where it belongs."""
    for entry in snapshot.decisions.all:
        if isinstance(entry.decision, FollowXero) and entry.status == "open":
            about = [each for each in entry.decision.reach.document_ids if each in results and each in snapshot.results]
            if about and all(results[each].shares == snapshot.results[each].shares for each in about):
                await connection.books.asked.set_decision(db, entry.decision_id, "done")


async def _read_sooner(connection: Connection, db: AsyncConnection, snapshot: Snapshot, results: Mapping[str, DocumentResult]) -> None:
    """A document that waits for its Scoro copy, or for an account made today, pulls the list that will bring it forward.

    A copy's list is read at once, then at growing distances; the accounts once, as the account was there before the document.
    """
    mirror, now = connection.books.mirror, connection.clock.now()
    for_copy = [document for document in snapshot.documents if _waits_for_copy(document, results.get(document.document_id))]
    for_account = [document for document in snapshot.documents if _waits_for_account(document, results.get(document.document_id), snapshot)]
    states = await mirror.lists(db) if for_copy or for_account else {}
    for document in for_copy:
        name, changed_at = LIST_OF_COPIES[document.module], document.xero.updated_at
        due_at = next_look_for_copy(changed_at, now) if _was_read_since(states.get(name), changed_at) else now
        await mirror.pull_forward(db, [name], due_at)
    if any(not _was_read_since(states.get("accounts"), document.xero.updated_at) for document in for_account):
        await mirror.pull_forward(db, ["accounts"], now)


def _was_read_since(state: ListState | None, at: datetime) -> bool:
    return state is not None and state.last_read_at is not None and state.last_read_at >= at


def _waits_for_account(document: BookedDocument, result: DocumentResult | None, snapshot: Snapshot) -> bool:
    codes = {line.account_code for line in document.xero.lines} - {""}
    return result is not None and not codes <= snapshot.accounts.keys() and any(line.state == "waiting" for line in result.lines)


def _waits_for_copy(document: BookedDocument, result: DocumentResult | None) -> bool:
    booked = document.xero
    keys = copy_keys(document.module, booked.number, booked.day, booked.currency)
    return result is not None and any(line.keys & keys and line.state == "waiting" for line in result.lines)


async def _keep_ours(connection: Connection, db: AsyncConnection, plan: Plan) -> None:
    books, now = connection.books, connection.clock.now()
    for entry in plan.ours:
        match entry.action:
            case BindOptions(pairs=pairs):
                await books.ledger.bind(db, pairs, now, 0)
            case Remember(name=name, value=value):
                await books.ledger.remember(db, entry.plugin, name, value)
            case Post():
                await books.ledger.remember(db, "", f"{POST}{entry.action.key}", entry.action.model_dump_json())
            case _:
                pass
