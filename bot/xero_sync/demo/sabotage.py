"""Break one thing in the services on purpose, to show that the checker notices."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal

from xero_sync.demo.agency import Agency
from xero_sync.errors import ConfigError
from xero_sync.testing.standins.slack import Message
from xero_sync.testing.standins.traffic import Call

BILL = "10442"
"""The bill of Delft Signs that is spoilt."""


def break_something(agency: Agency, word: str) -> None:
    """Have this go wrong when it comes to it. Raises ConfigError for a word that names nothing."""
    if word not in SABOTAGES:
        raise ConfigError(f'"{word}" is nothing that can be broken. Choose one of: {", ".join(SABOTAGES)}.')
    SABOTAGES[word](agency)


def _forget_the_project(agency: Agency) -> None:
    """Scoro puts the bill on its project, shows it there when the bot reads it back, and then forgets it."""
    copy_id = _copy_id(agency)
    written: list[Call] = []

    def forget(call: Call) -> None:
        if call.path.endswith(f"/bills/modify/{copy_id}"):
            written.append(call)
        elif written and call.path.endswith(f"/bills/view/{copy_id}"):
            row = agency.scoro.bills[copy_id]
            row |= {"project_id": 0, "lines": [{**line, "project_id": 0} for line in row["lines"]]}
            agency.scoro.changed("bills", copy_id)

    agency.scoro.traffic.on_call.append(forget)


def _say_another_amount(agency: Agency) -> None:
    """The card about the bill says £80.00 more than it should."""

    def change(call: Call) -> None:
        if call.path not in ("/api/chat.postMessage", "/api/chat.update"):
            return
        for message in agency.slack.cards("Harbor Refit", "£800.00"):
            agency.slack.workspace.edit(message, _with(message, "£800.00", "£880.00"))

    agency.slack.traffic.on_call.append(change)


def _with(message: Message, old: str, new: str) -> dict[str, object]:
    blocks = json.loads(json.dumps(message.blocks, ensure_ascii=False).replace(old, new))
    return {"text": message.text.replace(old, new), "blocks": blocks}


def _lose_the_option(agency: Agency) -> None:
    """Xero creates the option, shows it when the bot reads it back, and then it is gone."""
    created: list[Call] = []

    def vanish(call: Call) -> None:
        if call.method == "PUT" and call.path.endswith("/Options"):
            created.append(call)
        elif created and call.path.endswith("/TrackingCategories"):
            for option in agency.xero.options("Project"):
                if option.name == "Tidewater Launch":
                    option.status = "DELETED"

    agency.xero.traffic.on_call.append(vanish)


def _write_twice(agency: Agency) -> None:
    """The bill is put on its project, and so is a second one just like it."""
    copy_id = _copy_id(agency)

    def repeat(call: Call) -> None:
        row = agency.scoro.bills[copy_id]
        if call.path.endswith(f"/bills/modify/{copy_id}") and row["project_id"]:
            nets: list[Decimal] = [line["sum"] for line in row["lines"]]
            header = {key: row[key] for key in ("date", "currency", "project_id")}
            agency.scoro.has_document("bills", row["no"], row["company_id"], nets, **header)

    agency.scoro.traffic.on_call.append(repeat)


def _copy_id(agency: Agency) -> int:
    copy = agency.scoro.copy_of(agency.bill(BILL)) or {}
    return int(copy["id"])


SABOTAGES: Mapping[str, Callable[[Agency], None]] = {
    "attach": _forget_the_project,
    "card": _say_another_amount,
    "option": _lose_the_option,
    "double-write": _write_twice,
}
"""By the word of `--sabotage`."""
