"""What an admin has to know: one card for each trouble, gone by itself when it is over."""

from __future__ import annotations

import json
from dataclasses import asdict

from xero_sync.domain.snapshot import Snapshot
from xero_sync.errors import PluginError
from xero_sync.loop.connection import Connection
from xero_sync.loop.schedule import FAILURES_BEFORE_A_CARD, RHYTHMS
from xero_sync.reports.card import ProblemCard

STORED = "problems"
SERVICE = "service:"
_NAMES = {"xero": "Xero", "scoro": "Scoro"}


async def keep_problems(connection: Connection, snapshot: Snapshot | None, failure: PluginError | None = None) -> None:
    """Note which troubles there are now. snapshot None: nothing was looked at, so what only a Snapshot or a plugin can tell is left as it was."""
    books = connection.books
    async with books.database.write() as db:
        states = await books.mirror.lists(db)
        before = read_problems((await books.ledger.remembered(db, "")).get(STORED, ""))
        found: dict[str, ProblemCard] = {}
        for service, name in _NAMES.items():
            failing = [
                state for key, state in states.items() if RHYTHMS[key].service == service and state.failures >= FAILURES_BEFORE_A_CARD
            ]
            if failing:
                found[f"{SERVICE}{service}"] = ProblemCard(
                    subject=f"{SERVICE}{service}",
                    title=f"{name} cannot be read",
                    text=failing[0].problem,
                    fix="Nothing is changed and nothing is lost. It is tried again by itself.",
                )
        if failure is not None:
            found[f"plugin:{failure.plugin}"] = _plugin_card(failure)
        if snapshot is not None and "categories" not in snapshot.unknown and snapshot.settings.match_projects and snapshot.category is None:
            found["category"] = _category_card(snapshot)
        if snapshot is None:
            found |= {key: card for key, card in before.items() if not card.is_over and not key.startswith(SERVICE)}
        over = {
            key: ProblemCard(card.subject, card.title, card.text, card.fix, is_over=True)
            for key, card in before.items()
            if key not in found
        }
        now_known = {**over, **found}
        if now_known != before:
            await books.ledger.remember(db, "", STORED, json.dumps([asdict(card) for card in now_known.values()]))


def read_problems(stored: str) -> dict[str, ProblemCard]:
    """The troubles as stored, those that are over included."""
    return {entry["subject"]: ProblemCard(**entry) for entry in json.loads(stored or "[]")}


def _plugin_card(failure: PluginError) -> ProblemCard:
    return ProblemCard(
        subject=f"plugin:{failure.plugin}",
        title=f"The plugin {failure.plugin} failed",
        text=f"{failure.message} Nothing is put on projects or asked until it works again.",
        fix=f"Mend the plugin, or set XERO_SYNC_DISABLED_PLUGINS={failure.plugin} and restart.",
    )


def _category_card(snapshot: Snapshot) -> ProblemCard:
    return ProblemCard(
        subject="category",
        title=f'The tracking category "{snapshot.settings.project_category}" is no longer active in Xero',
        text="Nothing is written for it until it is back.",
        fix="Make it active in Xero, or choose another in the settings.",
    )
