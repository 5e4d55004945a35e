"""docs/settings.md, made of the settings' models: every setting, its variable, its default, what it is.

Write it anew with `.venv/bin/python -m tests.unit.settings_page`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from xero_sync.domain.connection import ConnectionSettings
from xero_sync.settings import FILE_NAME, PREFIX, Settings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "settings.md"
HEAD = f"""# Settings

They are read once, at the start. A value in the environment wins over one in the settings file, which wins over the default; a value of a
connection that was set in Slack wins over all. `xero-sync check` shows what is in force and where each value came from.

The settings file is TOML: the one that `{PREFIX}SETTINGS_FILE` names, else `{FILE_NAME}` in the working folder, else `{FILE_NAME}` in the
platform's folder for settings. A setting that is unknown or wrong is named in one sentence, and nothing starts.

In the environment a part and its setting have two underscores between them. Tables are written there as JSON:
`{PREFIX}CONNECTION__PEOPLE={{"U0123456789": "controller"}}`.

This page is made from the settings' models: a test compares the two, and `.venv/bin/python -m tests.unit.settings_page` writes it anew.
"""
PARTS = {
    "xero": "[xero]: how Xero is reached",
    "scoro": "[scoro]: how Scoro is reached",
    "slack": "[slack]: how Slack is reached",
}
# Said here, because a default that is a place on this machine is another one on yours.
DEFAULTS = {
    "database_url": "an SQLite file in the platform's data folder",
    "connection.start_from": "the first day of the month it was set up in",
}
BOOKS: Mapping[str, str] = {
    "bills": "`to_scoro` puts bills on their projects; `off` leaves them alone.",
    "invoices": "`to_scoro` puts invoices on their projects. `to_xero` says that they are born in Scoro and stay there. `off` leaves them alone.",
    "match_projects": "Whether tracking options are matched with projects.",
    "project_category": "The tracking category whose options are projects.",
    "sync_objects": "Whether a tracking category is compared with Scoro's accounting objects.",
    "object_category": "The tracking category whose options are accounting objects.",
    "copies_by": "Who copies documents from Xero to Scoro: `scoro`, its own Xero sync.",
    "create_options": "`ask` offers to create missing options in Xero; `off` does not.",
    "divide_lines": "Whether a line may be divided between projects. Scoro's copy then has more lines than the document in Xero.",
    "write_tracking": "Whether options may be written on lines of approved documents in Xero. The app then needs the scope `accounting.invoices`.",
    "card_threshold": "What waits for one answer gets a card at once from this amount on, net.",
    "cards_per_hour": "So many new question cards come in an hour at most; the rest stand in one summary until it is their turn.",
    "start_from": "Documents dated before this day are left alone.",
    "time_zone": "The time zone of days and months, like `Europe/London`.",
    "channel": "The id of the Slack channel the cards appear in, like `C0123456789`.",
    "people": "Who has which role: `{ U0123456789 = \"controller\" }`. Roles are viewer, project manager, bookkeeper, controller and admin. "
    "A project manager is named with their Scoro user: `{ role = \"project manager\", scoro_user_id = 31 }`. Everybody else is a viewer.",
    "manager_limit": "Up to this amount, net, a project manager decides for their own projects.",
    "account_needs": "What lines on an account need, by its code, where the rules would say otherwise: `{ 429 = \"asked\" }`. "
    "`asked`: a line without option is asked about. `none`: it needs no project. `balance sheet`: it counts once a person says so.",
    "plugins": "Each plugin's own settings, by its name: `{ my-plugin = { limit = 5 } }`.",
}  # fmt: skip


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_sections())


def _sections() -> Iterator[str]:
    yield _table("The process", "", {name: field for name, field in Settings.model_fields.items() if name not in {*PARTS, "connection"}})
    for part, title in PARTS.items():
        model = Settings.model_fields[part].annotation
        assert isinstance(model, type) and issubclass(model, BaseModel)
        yield _table(title, part, model.model_fields)
    yield _table("[connection]: what is done with the books", "connection", ConnectionSettings.model_fields)


def _table(title: str, part: str, fields: Mapping[str, FieldInfo]) -> str:
    rows = [f"| {' | '.join(_row(part, name, field))} |" for name, field in fields.items()]
    return "\n".join(["", f"## {title}", "", "| Setting | Variable | Default | |", "|---|---|---|---|", *rows, ""])


def _row(part: str, name: str, field: FieldInfo) -> Iterator[str]:
    dotted = f"{part}.{name}" if part else name
    yield f"`{name}`"
    yield f"`{PREFIX}{dotted.replace('.', '__').upper()}`"
    yield DEFAULTS.get(dotted) or _default(field)
    yield BOOKS[name] if part == "connection" else field.description or ""


def _default(field: FieldInfo) -> str:
    match field.get_default(call_default_factory=True, validated_data={}):
        case None | "" | [] | {}:
            return ""
        case bool() as value:
            return f"`{str(value).lower()}`"
        case Decimal() as value:
            return f"`{value:f}`"
        case value:
            return f"`{value}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
