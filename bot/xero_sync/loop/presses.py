"""Whether a press may be carried out. The listener asks, to answer at once, and the writer asks again, because time has passed in between."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain import scoro
from xero_sync.domain.connection import ConnectionSettings
from xero_sync.domain.decisions import Decision, MakeOption, PutOn, TheseDocuments
from xero_sync.domain.people import Person, may
from xero_sync.domain.questions import Choice
from xero_sync.store.books import Books


@dataclass(frozen=True)
class Judged:
    """What a press comes to. refusal: "" where it may be carried out, else one sentence.

    decision: about exactly the documents that wait for the question now. net: what they wait with, absolute amounts added up.
    project_name: of the project chosen in the form, "" where there was none.
    """

    refusal: str
    decision: Decision
    net: Decimal = Decimal(0)
    project_name: str = ""


async def judge_press(
    books: Books,
    db: AsyncConnection,
    *,
    cause: str,
    choice: Choice,
    picked: int | None,
    person: Person,
    settings: ConnectionSettings,
    entity: str,
) -> Judged:
    """Look at the books as they are now. picked: the project chosen in the form, None while the form is not sent yet."""
    decision = choice.decision
    projects = await books.mirror.projects(db) if isinstance(decision, PutOn | MakeOption) else {}
    waiting = (await books.ledger.waiting_by_cause(db, [cause])).get(cause, [])
    document_ids = tuple(dict.fromkeys(line.document_id for line in waiting))
    documents = [stored.document for stored in (await books.mirror.documents(db, document_ids)).values()]
    if isinstance(decision.reach, TheseDocuments):
        reach = TheseDocuments(
            document_ids=document_ids,
            line_ids=decision.reach.line_ids or tuple(sorted({line.line_id for line in waiting} - {""})),
            cause=decision.reach.cause or cause,
        )
        decision = decision.model_copy(update={"reach": reach})
    if isinstance(decision, PutOn) and choice.form == "project":
        # Which project it will be is not known before the form is sent: that it can be one of theirs has to do.
        decision = decision.model_copy(update={"project_id": _own_project(person, projects) if picked is None else picked})
    project = projects.get(decision.project_id) if isinstance(decision, PutOn | MakeOption) else None
    if isinstance(decision, PutOn | MakeOption) and not (choice.form and picked is None):
        is_sale = any(document.is_sale for document in documents)
        if refusal := _refusal_of(project, decision.project_id, entity, is_sale=is_sale, is_picked=bool(choice.form)):
            return Judged(refusal, decision)
    closing = await books.closing(db)
    net = sum((abs(line.net) for line in waiting), Decimal(0))
    refusal = may(
        person,
        decision,
        net,
        documents=len(document_ids),
        is_month_closed=any(closing.is_closed(document.day) for document in documents),
        projects=projects,
        manager_limit=settings.manager_limit,
    )
    is_picked = bool(picked) and choice.form == "project"
    return Judged(refusal, decision, net, scoro.tell_apart(projects.values()).get(picked or 0, "") if is_picked else "")


def _refusal_of(project: scoro.Project | None, project_id: int, entity: str, *, is_sale: bool, is_picked: bool) -> str:
    """A button may be about a closed project, a search offers open ones only."""
    if is_picked and not project_id:
        return "No project was chosen. Press again and choose one."
    if project is None or project.is_deleted or not project.is_open_to(entity) or (is_picked and not project.is_live):
        return "This project is not open to this connection in Scoro any more. Choose another."
    if is_sale and project.is_internal:
        return f"{project.plain_name} is an internal project; sales are not put on it. Choose another."
    return ""


def _own_project(person: Person, projects: dict[int, scoro.Project]) -> int:
    own = (project.project_id for project in projects.values() if project.is_live and project.manager_id == person.scoro_user_id)
    return next(own, 0)
