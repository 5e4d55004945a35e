"""Forms that open over Slack: picking a project, and the sentence that stands there where that is not possible."""

from __future__ import annotations

from typing import Any, Final

from xero_sync.reports.card import QuestionCard
from xero_sync.slack.blocks import FormOrigin, context, escape, escape_but_people, plain, section

View = dict[str, Any]
PICK_PROJECT: Final = "pick.project"
"""Callback of the form and action of its menu."""
_TITLE: Final = "Choose a project"


def loading_view() -> View:
    """Stands there until the form is ready."""
    return {"type": "modal", "title": plain(_TITLE, 24), "close": plain("Close", 24), "blocks": [section("Loading…")]}


def sentence_view(text: str) -> View:
    """In place of the form: why not, and what to do."""
    return {"type": "modal", "title": plain(_TITLE, 24), "close": plain("Close", 24), "blocks": [section(escape_but_people(text))]}


def project_view(card: QuestionCard, origin: FormOrigin) -> View:
    """Searches Scoro's projects as one types."""
    blocks = [
        section(f"*{escape(card.question.title)}*"),
        {
            "type": "input",
            "block_id": f"{PICK_PROJECT}.{card.question_id}",
            "label": plain("Project in Scoro", 2000),
            "element": {
                "type": "external_select",
                "action_id": PICK_PROJECT,
                "placeholder": plain("Number, name or client", 150),
                "min_query_length": 0,
            },
        },
    ]
    if card.question.reach_text.strip():
        blocks.append(context(f"_{escape(card.question.reach_text)}_"))
    return {
        "type": "modal",
        "callback_id": PICK_PROJECT,
        "private_metadata": str(origin),
        "title": plain(_TITLE, 24),
        "submit": plain("Put on this project", 24),
        "close": plain("Cancel", 24),
        "blocks": blocks,
    }
