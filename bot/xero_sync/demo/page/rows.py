"""What the page shows, as rows by key: whatever differs from the last look is sent, and lights up there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from xero_sync.demo.agency import PEOPLE, Agency
from xero_sync.demo.page.faults import FAULTS
from xero_sync.demo.page.show import Show
from xero_sync.domain.money import Money
from xero_sync.testing.standins.slack import Message, View
from xero_sync.testing.standins.slack.payloads import message_blocks, view_content

Row = dict[str, Any]

_KINDS = {"ACCPAY": "Bill", "ACCREC": "Invoice", "ACCPAYCREDIT": "Credit note", "ACCRECCREDIT": "Sales credit note"}
_STATUSES = {
    "DRAFT": "Draft",
    "SUBMITTED": "Submitted",
    "AUTHORISED": "Approved",
    "PAID": "Paid",
    "VOIDED": "Voided",
    "DELETED": "Deleted",
}


def rows(show: Show) -> dict[str, Row]:
    """Every row of the page, in the order in which they stand."""
    return dict([*_slack(show.agency), *_xero(show.agency), *_scoro(show.agency), *_around(show)])


def _around(show: Show) -> Iterator[tuple[str, Row]]:
    tour = show.tour
    stops = [{"title": stop.title, "sentence": stop.sentence} for stop in tour.stops]
    done = tour.done if show.is_open else 0
    yield "tour", {"stops": stops, "done": done, "where": tour.stops[done].where() if done < len(stops) else ""}
    yield "show", {"is_open": show.is_open, "problem": show.problem, "is_bot_running": show.bot.is_running}
    for word, text in FAULTS.items():
        yield f"fault/{word}", {"text": text, "is_on": show.faults.is_on(word)}
    for step in show.happened.steps:
        calls = [
            {"number": one.number, "who": one.who, "words": one.words, "is_well": one.is_well, "status": one.status} for one in step.calls
        ]
        yield f"step/{step.number}", {"title": step.title, "calls": calls, "left_out": step.left_out}


# Slack.


def _slack(agency: Agency) -> Iterator[tuple[str, Row]]:
    slack = agency.slack
    for user in slack.workspace.users.values():
        if user.id in PEOPLE:
            yield f"slack/person/{user.id}", {"name": user.name, "role": PEOPLE[user.id]}
    for channel in slack.workspace.channels.values():
        if not channel.is_im:
            yield f"slack/channel/{channel.id}", {"name": channel.name}
        for message in channel.messages:
            yield _message(agency, message)
    for person in PEOPLE:
        for message in slack.ephemerals(person):
            yield _message(agency, message)
        views = slack.views(person)
        if views:
            yield f"slack/view/{person}", _view(agency, views[-1])
        if person in slack.workspace.homes:
            yield f"slack/home/{person}", _view(agency, slack.home(person))


def _message(agency: Agency, message: Message) -> tuple[str, Row]:
    app = agency.slack.workspace.installation
    row = {
        "channel": message.channel_id,
        "ts": message.ts,
        "by": app.bot_name if message.author_id == app.bot_user_id else agency.slack.workspace.name_of(message.author_id),
        "text": message.text,
        "blocks": message_blocks(message),
        "thread": message.thread_ts if message.thread_ts != message.ts else None,
        "edited": message.edited,
        "only_for": message.only_for,
    }
    return f"slack/message/{message.channel_id}/{message.ts}", row


def _view(agency: Agency, view: View) -> Row:
    content = view_content(view, agency.slack.workspace)
    return {key: content[key] for key in ("id", "hash", "title", "submit", "close", "blocks", "state")} | {"errors": view.errors}


# Xero.


def _xero(agency: Agency) -> Iterator[tuple[str, Row]]:
    for category in agency.xero.categories:
        yield f"xero/category/{category.category_id}", {"name": category.name, "status": category.status}
        for option in agency.xero.options(category.category_id):
            row = {"category": category.name, "name": option.name, "status": option.status}
            yield f"xero/option/{option.option_id}", row
    for account in agency.xero.accounts.values():
        yield f"xero/account/{account['Code']}", {"code": account["Code"], "name": account["Name"]}
    for document_id, fields in sorted(agency.xero.documents.items(), key=lambda found: _place(found[1])):
        yield f"xero/document/{document_id}", _document(fields)


def _place(fields: Mapping[str, Any]) -> tuple[bool, bool, int]:
    """Drafts first, for they are to be approved; then the newest."""
    is_draft = fields["Status"] in ("DRAFT", "SUBMITTED")
    return not is_draft, is_draft and "CreditNoteID" in fields, -_day_of(fields).toordinal()


def _day_of(fields: Mapping[str, Any]) -> date:
    return datetime.fromisoformat(str(fields["DateString"])).date()


def _document(fields: Mapping[str, Any]) -> Row:
    currency = str(fields["CurrencyCode"])
    return {
        "kind": _KINDS[str(fields["Type"])],
        "type": fields["Type"],
        "number": str(fields.get("InvoiceNumber") or fields.get("CreditNoteNumber") or ""),
        "contact": fields["Contact"]["Name"],
        "day": f"{_day_of(fields):%-d %b}",
        "status": _STATUSES[str(fields["Status"])],
        "net": str(Money(Decimal(fields["SubTotal"]), currency)),
        "lines": [_line(item, currency) for item in fields["LineItems"]],
    }


def _line(item: Mapping[str, Any], currency: str) -> Row:
    options = {entry["Name"]: entry["Option"] for entry in item["Tracking"]}
    return {
        "id": item["LineItemID"],
        "description": item["Description"],
        "net": f"{item['LineAmount']:.2f}",
        "money": str(Money(Decimal(item["LineAmount"]), currency)),
        "account": str(item["AccountCode"]),
        "option": options.get("Project", ""),
    }


# Scoro.


def _scoro(agency: Agency) -> Iterator[tuple[str, Row]]:
    scoro = agency.scoro
    for project_id, project in scoro.projects.items():
        if not project["is_deleted"]:
            yield f"scoro/project/{project_id}", _project(agency, project_id, project)
    for object_id, row in scoro.objects.items():
        yield f"scoro/object/{object_id}", {"name": row["name"], "group": row["parent_group_name"]}


def _project(agency: Agency, project_id: int, project: Mapping[str, Any]) -> Row:
    scoro = agency.scoro
    finances: dict[tuple[str, int], Decimal] = {}
    for found in scoro.finances(project_id):
        at = (found.module, found.document_id)
        finances[at] = finances.get(at, Decimal(0)) + found.net
    documents = []
    for (module, document_id), net in finances.items():
        copy = scoro.table(module)[document_id]
        client = scoro.contacts[copy["company_id"]]["name"]
        documents.append(
            {"number": str(copy["no"]), "contact": client, "kind": module.removesuffix("s"), "net": str(Money(net, copy["currency"]))}
        )
    totals = [
        Money(sum((net for (kind, _), net in finances.items() if kind == module), Decimal(0)), scoro.base_currency)
        for module in ("bills", "invoices")
    ]
    return {
        "number": project["no"],
        "name": project["project_name"],
        "client": scoro.contacts[project["company_id"]]["name"] if project["company_id"] else "",
        "status": next(
            row["status_name"] for row in scoro.statuses if (row["module"], row["status_id"]) == ("projects", project["status"])
        ),
        "is_completed": project["status"] == "completed",
        "costs": str(totals[0]),
        "income": str(totals[1]) if totals[1].amount else "",
        "finances": documents,
    }
