"""What an admin has to know: one card for each trouble, gone by itself when it is over."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from xero_sync.domain.snapshot import Snapshot
from xero_sync.errors import PluginError
from xero_sync.loop.connection import Connection
from xero_sync.loop.schedule import FAILURES_BEFORE_A_CARD, RHYTHMS
from xero_sync.loop.sweep import STORED as SWEEP
from xero_sync.loop.sweep import read_sweep
from xero_sync.reports.card import ProblemCard
from xero_sync.reports.words import counted, in_a_row

STORED = "problems"
SERVICE = "service:"
_NAMED = 5
_NAMES = {"xero": "Xero", "scoro": "Scoro"}


async def keep_problems(connection: Connection, snapshot: Snapshot | None, failure: PluginError | None = None) -> None:
    """Note which troubles there are now. snapshot None: nothing was looked at, so what only a Snapshot or a plugin can tell is left as it was."""
    books = connection.books
    async with books.database.write() as db:
        states = await books.mirror.lists(db)
        remembered = await books.ledger.remembered(db, "")
        before = read_problems(remembered.get(STORED, ""))
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
        if (sweep := read_sweep(remembered.get(SWEEP, ""))) and (missed := sweep.found or sweep.found_before):
            found[SWEEP] = _sweep_card(missed)
        if failure is not None:
            found[f"plugin:{failure.plugin}"] = _plugin_card(failure)
        if snapshot is not None and "categories" not in snapshot.unknown and snapshot.settings.match_projects and snapshot.category is None:
            found["category"] = _category_card(snapshot)
        if snapshot is None:
            found |= {key: card for key, card in before.items() if not card.is_over and key != SWEEP and not key.startswith(SERVICE)}
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


def _sweep_card(missed: Sequence[str]) -> ProblemCard:
    """It is a fault of the loop, and it is over with the first night that finds nothing."""
    many = counted(len(missed), "document")
    named = in_a_row([*missed[:_NAMED], *([f"{len(missed) - _NAMED:,} more"] if len(missed) > _NAMED else [])])
    return ProblemCard(
        subject=SWEEP,
        title=f"The nightly check found {many} that had changed unnoticed",
        text=f"No list of changes in Xero or Scoro had shown it: {named}.",
        fix="Nothing now: what follows from it is done like any other change. If it comes night after night, tell us how it was changed.",
    )


def _category_card(snapshot: Snapshot) -> ProblemCard:
    return ProblemCard(
        subject="category",
        title=f'The tracking category "{snapshot.settings.project_category}" is no longer active in Xero',
        text="Nothing is written for it until it is back.",
        fix="Make it active in Xero, or choose another in the settings.",
    )
