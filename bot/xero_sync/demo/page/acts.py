"""What the page can ask for, by name: the body of a POST, read strictly, becomes one thing a person does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from xero_sync.demo.agency import PEOPLE
from xero_sync.demo.page.faults import FAULTS
from xero_sync.demo.page.show import Show

Body = Mapping[str, Any]
Act = Callable[[Show, Body], Awaitable[dict[str, Any] | None]]


class NotUnderstood(Exception):
    """The page asks for nothing that can be done here."""


def _text(body: Body, name: str, *, longest: int = 3000) -> str:
    value = body.get(name, "")
    if not isinstance(value, str) or len(value) > longest:
        raise NotUnderstood
    return value


def _whole(body: Body, name: str) -> int:
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise NotUnderstood
    return value


def _person(body: Body) -> str:
    if (person := _text(body, "person")) not in PEOPLE:
        raise NotUnderstood
    return person


def _ids(body: Body) -> tuple[str, str]:
    return _text(body, "block_id"), _text(body, "action_id")


async def command(show: Show, body: Body) -> None:
    await show.command(_person(body), _text(body, "text").strip())


async def use(show: Show, body: Body) -> None:
    query = _text(body, "query") if "query" in body else None
    await show.use(_person(body), _text(body, "where"), _ids(body), body.get("choice"), query=query, label=_text(body, "label"))


async def search(show: Show, body: Body) -> dict[str, Any]:
    return {"options": await show.search(_person(body), _text(body, "where"), _ids(body), _text(body, "query", longest=200))}


async def submit(show: Show, body: Body) -> None:
    await show.submit(_person(body), _text(body, "where"))


async def close(show: Show, body: Body) -> None:
    await show.close(_person(body), _text(body, "where"))


async def home(show: Show, body: Body) -> None:
    await show.open_home(_person(body))


async def approve(show: Show, body: Body) -> None:
    document_id = _text(body, "document_id")
    await show.in_books(f"Somebody approves {_called(show, document_id)} in Xero", show.clerk.set_status(document_id, "AUTHORISED"))


async def void(show: Show, body: Body) -> None:
    document_id = _text(body, "document_id")
    await show.in_books(f"Somebody voids {_called(show, document_id)} in Xero", show.clerk.set_status(document_id, "VOIDED"))


async def edit(show: Show, body: Body) -> None:
    document_id = _text(body, "document_id")
    await show.in_books(f"Somebody edits {_called(show, document_id)} in Xero", show.clerk.edit_document(document_id, body.get("lines")))


async def enter(show: Show, body: Body) -> None:
    await show.in_books(f"Somebody enters {_text(body, 'number')} in Xero", show.clerk.enter_document(body))


async def add_option(show: Show, body: Body) -> None:
    name = _text(body, "name")
    await show.in_books(f"Somebody adds the option “{name}” in Xero", show.clerk.add_option(name))


async def rename_option(show: Show, body: Body) -> None:
    name = _text(body, "name")
    await show.in_books(
        f"Somebody renames an option to “{name}” in Xero", show.clerk.change_option(_text(body, "option_id"), {"Name": name})
    )


async def archive_option(show: Show, body: Body) -> None:
    status = "ARCHIVED" if body.get("is_archived") is True else "ACTIVE"
    verb = "archives" if status == "ARCHIVED" else "brings back"
    await show.in_books(f"Somebody {verb} an option in Xero", show.clerk.change_option(_text(body, "option_id"), {"Status": status}))


async def add_project(show: Show, body: Body) -> None:
    name = _text(body, "name")
    await show.in_books(f"Somebody opens the project “{name}” in Scoro", show.clerk.add_project(name, _text(body, "client")))


async def rename_project(show: Show, body: Body) -> None:
    name = _text(body, "name")
    act = show.clerk.change_project(_whole(body, "project_id"), {"project_name": name})
    await show.in_books(f"Somebody renames a project to “{name}” in Scoro", act)


async def complete_project(show: Show, body: Body) -> None:
    status = "completed" if body.get("is_completed") is True else "inprogress"
    verb = "completes" if status == "completed" else "takes up"
    act = show.clerk.change_project(_whole(body, "project_id"), {"status": status})
    await show.in_books(f"Somebody {verb} a project in Scoro", act)


async def fault(show: Show, body: Body) -> None:
    if (word := _text(body, "word")) not in FAULTS:
        raise NotUnderstood
    show.faults.switch(word, is_on=body.get("is_on") is True)


def _called(show: Show, document_id: str) -> str:
    fields = show.agency.xero.documents.get(document_id, {})
    return str(fields.get("InvoiceNumber") or fields.get("CreditNoteNumber") or "a document")


ACTS: Final[Mapping[str, Act]] = {
    act.__name__: act
    for act in (
        *(command, use, search, submit, close, home),
        *(approve, void, edit, enter, add_option, rename_option, archive_option),
        *(add_project, rename_project, complete_project),
        fault,
    )
}
"""By the word in the address."""
