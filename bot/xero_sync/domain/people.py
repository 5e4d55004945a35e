"""Who may decide what. Fail closed: an unknown person is a viewer, an unknown decision is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from xero_sync.domain import scoro
from xero_sync.domain.connection import ConnectionSettings, Member, Role
from xero_sync.domain.decisions import Decision, PutOn, TheseDocuments, TryAgain

MANY_DOCUMENTS = 10
TERMINAL = "terminal:"
"""A person at the command line is this and their login name."""


@dataclass(frozen=True)
class Person:
    """Somebody who pressed or typed. `person_id` is the Slack user id, or "terminal:NAME" for the command line."""

    person_id: str
    role: Role
    scoro_user_id: int = 0

    @property
    def sees_amounts(self) -> bool:
        return self.role in ("project manager", "bookkeeper", "controller")


def person_of(person_id: str, settings: ConnectionSettings) -> Person:
    member: Member = settings.people.get(person_id, Member())
    return Person(person_id, member.role, member.scoro_user_id)


def may(
    person: Person,
    decision: Decision,
    net: Decimal,
    *,
    documents: int,
    is_month_closed: bool,
    projects: Mapping[int, scoro.Project],
    manager_limit: Decimal,
) -> str:
    """ "" where the person may decide this, else one sentence that says who can.

    net: what the decision moves, absolute, in document currency. documents: how many wait for it now, however far it reaches.
    is_month_closed: a document lies in a signed-off or locked month.
    """
    document_ids = decision.reach.document_ids if isinstance(decision.reach, TheseDocuments) else ()
    if isinstance(decision, TryAgain):
        return "" if person.role in ("bookkeeper", "controller") else NEEDS_BOOKKEEPER
    if is_month_closed and person.role != "controller":
        return "This month is closed. A controller can decide it."
    if documents > MANY_DOCUMENTS and person.role != "controller":
        return f"This is about more than {MANY_DOCUMENTS} documents. A controller can decide it."
    if person.role in ("bookkeeper", "controller"):
        return ""
    if person.role != "project manager":
        return NEEDS_BOOKKEEPER
    if not isinstance(decision, PutOn) or not document_ids:
        return NEEDS_BOOKKEEPER
    project = projects.get(decision.project_id)
    if project is None or not person.scoro_user_id or project.manager_id != person.scoro_user_id:
        return "Project managers decide for their own projects. A bookkeeper can decide this one."
    if net > manager_limit:
        return f"Above {manager_limit:,.2f} net a bookkeeper decides."
    return ""


NEEDS_CONTROLLER = "Undoing a day is a controller's matter. One document can be undone by a bookkeeper: undo NUMBER."
NEEDS_BOOKKEEPER = "You can look, but not decide this. A bookkeeper or controller can; an admin sets roles."
