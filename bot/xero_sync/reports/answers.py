"""What came of an answer, in words: looked up from where its documents stand now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, assert_never

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain import scoro, xero
from xero_sync.domain.actions import WriteTracking
from xero_sync.domain.causes import causes_of
from xero_sync.domain.connection import ConnectionSettings
from xero_sync.domain.decisions import (
    BothAreReal,
    CountAccount,
    Decided,
    Decision,
    FollowBills,
    FollowChange,
    FollowXero,
    KeepAsClosed,
    LeaveOut,
    MakeOption,
    NoOptionNeeded,
    NoProjectNeeded,
    PutOn,
    Spread,
    TheseDocuments,
    ThisAccount,
    ThisOption,
    ThisProject,
    ThisSupplier,
    TryAgain,
    UseOption,
)
from xero_sync.domain.fold import fold_scoro
from xero_sync.domain.lines import LineResult, LineState
from xero_sync.domain.money import Money, add_up
from xero_sync.domain.snapshot import Snapshot
from xero_sync.reports.words import amounts, counted_kinds, kind_of, short_day
from xero_sync.store.asked import AskedQuestion
from xero_sync.store.books import Books
from xero_sync.store.mirror import Record, StoredDocument

_NO_MOMENT: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Came:
    """text: what came of it, one line for each thing to say. is_working: something is still to be done."""

    text: str = ""
    is_working: bool = False


@dataclass(frozen=True)
class _Line:
    document: xero.Document
    result: LineResult


def reach_in_words(decision: Decision, documents: int) -> str:
    """How far an answer goes, and whether Xero is touched (money.md 16)."""
    match decision.reach:
        case TheseDocuments():
            how_far = "For the document on this card only." if documents == 1 else f"For the {documents:,} documents on this card only."
        case ThisOption(contact_id=""):
            how_far = "For every document with this option, later ones too."
        case ThisOption():
            how_far = "For every document of this contact with this option, later ones too."
        case ThisAccount(account_code=code):
            how_far = f"For every line on account {code} that carries an option, later ones too."
        case ThisSupplier(until=until):
            how_far = f"For this supplier's documents dated until {short_day(until)} {until.year}."
        case ThisProject():
            how_far = "For this project only."
        case _:
            assert_never(decision.reach)
    return f"{how_far} {xero_touched(decision)}"


def xero_touched(decision: Decision) -> str:
    """Whether Xero is touched."""
    if isinstance(decision, UseOption):
        return "The line gets that option in Xero."
    return "One tracking option is created in Xero." if isinstance(decision, MakeOption) else "Nothing is changed in Xero."


async def what_came_of(
    db: AsyncConnection, books: Books, answered: Sequence[AskedQuestion], *, settings: ConnectionSettings
) -> dict[str, Came]:
    """What came of the answers to these questions, by question id."""
    if not answered:
        return {}
    decided = {entry.decision_id: entry for entry in await books.asked.decisions(db)}
    records = await books.mirror.records(db, "categories")
    categories = tuple(xero.TrackingCategory.model_validate_json(record.text) for record in records.values())
    # A Snapshot with the categories alone knows how to tell which question a line could have waited for.
    seen = Snapshot(taken_at=_NO_MOMENT, settings=settings, mode="live", categories=categories)
    projects = await books.mirror.records(db, "projects")
    came = {}
    for question in answered:
        entry = decided.get(question.decision_id)
        if entry is None:
            came[question.question_id] = Came("This answer does not hold any more.")
            continue
        reach = entry.decision.reach
        project_id = reach.project_id if isinstance(reach, ThisProject) else getattr(entry.decision, "project_id", 0)
        told = in_words(entry, await _lines_about(db, books, seen, entry), _project_name(project_id, projects))
        refused = await _refused_in_xero(db, books, entry) if settings.write_tracking else ""
        came[question.question_id] = replace(told, text=f"{told.text}\n{refused}") if refused else told
    return came


async def _refused_in_xero(db: AsyncConnection, books: Books, entry: Decided) -> str:
    """What Xero said where the lines an answer put on a project could not get their option there, too; "" where they could."""
    reach = entry.decision.reach
    if not isinstance(entry.decision, PutOn) or not isinstance(reach, TheseDocuments):
        return ""
    said = []
    for document_id in reach.document_ids:
        written = [each for each in await books.ledger.entries_of(db, document_id) if isinstance(each.action, WriteTracking)]
        if written and written[-1].state == "failed" and (outcome := written[-1].outcome):
            said.append(outcome.message)
    return f"In Xero the lines stay as they were. {said[0]}" if said else ""


def _project_name(project_id: int, records: Mapping[str, Record]) -> str:
    """The project as people tell it from others. Of these the names alone are read: there may be thousands."""
    if (record := records.get(str(project_id))) is None:
        return f"project {project_id}"
    project = scoro.Project.model_validate_json(record.text)
    key = fold_scoro(project.name)
    namesakes = (each for each in records.values() if fold_scoro(json.loads(each.text)["name"]) == key)
    return scoro.tell_apart(scoro.Project.model_validate_json(each.text) for each in namesakes)[project_id]


async def _lines_about(db: AsyncConnection, books: Books, seen: Snapshot, entry: Decided) -> list[_Line]:
    """The lines the decision was about, where they stand now."""
    decision = entry.decision
    match decision.reach:
        case TheseDocuments(document_ids=document_ids):
            ids = set(document_ids)
        case ThisOption() if isinstance(decision, PutOn):
            on_project = await books.ledger.shares_of_project(db, decision.project_id)
            # What is not there yet waits for no question any more, only for the next check, the rehearsal's end or Scoro's copy.
            waiting = await books.ledger.documents_in(db, "waiting", "partly attached", "could not be done")
            ids = {share.document_id for share in on_project} | {standing.document_id for standing in waiting}
        case _:
            return []
    stored = await books.mirror.documents(db, ids)
    results = await books.ledger.results(db, ids)
    lines = [
        _Line(stored[document_id].document, line)
        for document_id, result in results.items()
        if document_id in stored
        for line in result.lines
        if line.net != 0
    ]
    about = [line for line in lines if _is_about(entry, seen, stored[line.document.document_id], line.result)]
    # A plugin's own cause is not one a line can be told by: then what was decided for these documents is all there is.
    return about or [line for line in lines if isinstance(decision.reach, TheseDocuments) and line.result.rule == "decision"]


def _is_about(entry: Decided, seen: Snapshot, stored: StoredDocument, result: LineResult) -> bool:
    line = next((line for line in stored.document.lines if line.line_item_id == result.line_id), None)
    if line is None:
        return False
    facts = seen.facts_of(stored.document, line)
    reach = entry.decision.reach
    if isinstance(reach, TheseDocuments) and reach.line_ids:
        return reach.is_about(result.line_id)
    if isinstance(reach, ThisOption):
        return facts.option_id == reach.tracking_option_id and reach.contact_id in ("", facts.contact_id)
    return entry.cause == result.cause or entry.cause in causes_of(stored.document, facts)


def in_words(entry: Decided, lines: Sequence[_Line], project_name: str) -> Came:
    """What came of one decision. lines: those it was about."""
    if isinstance(entry.decision, MakeOption) and entry.status == "open":
        return Came("The option is being created in Xero.", is_working=True)
    done = " ".join(filter(None, _what_is_done(entry.decision, lines, project_name)))
    if isinstance(entry.decision, BothAreReal):
        # What they wait for from now on is another matter.
        return Came(done)
    unfinished = _in_state(lines, "waiting")
    stuck = [line for line in unfinished if line.result.could_not_be_done]
    waiting = [line for line in unfinished if not line.result.could_not_be_done]
    reasons = [*_reasons(waiting, "waits", "wait"), *_reasons(stuck, "could not be done", "could not be done")]
    return Came("\n".join(filter(None, [done, *reasons])), is_working=entry.status == "open" or bool(unfinished))


def _what_is_done(decision: Decision, lines: Sequence[_Line], project_name: str) -> list[str]:
    match decision:
        case MakeOption(reach=ThisProject()):
            return [f"Xero has the option for {project_name}."]
        case PutOn(project_id=project_id) | MakeOption(project_id=project_id):
            there = [line for line in _in_state(lines, "attached") if any(share.project_id == project_id for share in line.result.shares)]
            made = ["Xero has the option."] if isinstance(decision, MakeOption) else []
            return [*made, _says(there, "is", "are", f"on {project_name}") if lines else f"What it is about goes on {project_name}."]
        case LeaveOut(reach=ThisAccount(account_code=code)):
            return [f"Lines on account {code} are left out, later ones too."]
        case CountAccount(reach=ThisAccount(account_code=code)):
            return [f"Lines on account {code} count as project money, later ones too."]
        case NoOptionNeeded():
            return [f"No option is made for {project_name}."]
        case BothAreReal():
            return ["All of them count."]
        case TryAgain():
            return ["It was looked at again."]
        case _:
            return [_where_they_are(decision, lines, project_name)]


def _where_they_are(decision: Decision, lines: Sequence[_Line], project_name: str) -> str:
    """What is told by the lines alone."""
    match decision:
        case UseOption():
            return _says(_in_state(lines, "attached"), "is", "are", f"on {project_name}, with its option in Xero")
        case Spread() | FollowBills():
            return _says(_in_state(lines, "attached"), "is", "are", f"on {_places(lines)}")
        case NoProjectNeeded():
            return _says(_in_state(lines, "no project needed"), "needs", "need", "no project")
        case LeaveOut():
            return _says(_in_state(lines, "left out"), "is", "are", "left out")
        case FollowXero() | FollowChange():
            return _says(_in_state(lines, "attached"), "is", "are", "where Xero and earlier answers say")
        case KeepAsClosed():
            return _says(_in_state(lines, "attached"), "is", "are", "left as they were when the month was closed")
        case _:
            return "The answer is kept."


def _places(lines: Iterable[_Line]) -> str:
    count = len({share.project_id for line in _in_state(lines, "attached") for share in line.result.shares})
    return "1 project" if count == 1 else f"{count:,} projects"


def _in_state(lines: Iterable[_Line], state: LineState) -> list[_Line]:
    return [line for line in lines if line.result.state == state]


def _says(lines: Sequence[_Line], one: str, many: str, what: str) -> str:
    """2 bills, £800.00 net, are on Harbour Refit."""
    return f"{_subject(lines)} {one if _count(lines) == 1 else many} {what}." if lines else ""


def _reasons(lines: Sequence[_Line], one: str, many: str) -> list[str]:
    """1 bill, £60.00 net, waits. Scoro's copy has not come yet."""
    by_reason: dict[str, list[_Line]] = {}
    for line in lines:
        by_reason.setdefault(line.result.reason, []).append(line)
    return [f"{_subject(about)} {one if _count(about) == 1 else many}. {reason}" for reason, about in by_reason.items()]


def _subject(lines: Sequence[_Line]) -> str:
    documents = {line.document.document_id: line.document for line in lines}
    net = add_up(Money(line.result.net, line.document.currency) for line in lines)
    return f"{counted_kinds([kind_of(document) for document in documents.values()])}, {amounts(net)} net,"


def _count(lines: Iterable[_Line]) -> int:
    return len({line.document.document_id for line in lines})
