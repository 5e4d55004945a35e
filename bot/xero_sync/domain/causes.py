"""Causes: the stable names of questions. A cause says what the answer would be about, and its first word which kind of question it is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from xero_sync.domain import xero
from xero_sync.domain.fold import fold
from xero_sync.domain.match import LineFacts

HOLD_CAUSE = "hold:"
UNTRACKED = "untracked:"
"""Of lines without option: by account and supplier, or of one document."""


def stuck_cause(document_id: str) -> str:
    """Of a document that could not be done, whatever the reason."""
    return f"stuck:{document_id}"


def change_cause(document_id: str) -> str:
    """Of a document that changed after its month was closed."""
    return f"changed:{document_id}"


def hold_cause(document_id: str) -> str:
    """Of a document on hold: it waits for somebody to resume it."""
    return f"{HOLD_CAUSE}{document_id}"


def _option_ref(facts: LineFacts) -> str:
    return facts.option_id or f"name={fold(facts.option_name)}"


def no_match_cause(facts: LineFacts) -> str:
    return f"no match:{_option_ref(facts)}"


def closed_cause(facts: LineFacts) -> str:
    return f"closed:{_option_ref(facts)}"


def renamed_cause(facts: LineFacts) -> str:
    return f"renamed:{_option_ref(facts)}"


def internal_cause(facts: LineFacts) -> str:
    return f"internal:{_option_ref(facts)}"


def twin_cause(document: xero.Document, facts: LineFacts) -> str:
    """money.md 6: on a sale the contact is the client, so the answer is kept for both; on a bill it holds for that bill."""
    return (
        f"twins:{_option_ref(facts)}:contact:{facts.contact_id}"
        if document.is_sale
        else f"twins:{_option_ref(facts)}:document:{facts.document_id}"
    )


def moved_cause(document_id: str, lines: Iterable[LineFacts]) -> str:
    """Of lines that a person put on another project in Scoro. An answer holds while a line carries the option it had then."""
    return f"moved:{document_id}:{'+'.join(sorted({_option_mark(facts) for facts in lines}))}"


def _option_mark(facts: LineFacts) -> str:
    return hashlib.sha256(_option_ref(facts).encode()).hexdigest()[:8]


def account_cause(facts: LineFacts) -> str:
    return f"account:{facts.account_code}"


def untracked_cause(facts: LineFacts) -> str:
    return f"{UNTRACKED}{facts.account_code}:contact:{facts.contact_id}"


def rest_cause(document_id: str) -> str:
    """Of the lines without option of one document that has others on projects, or is a credit note: where they go is its own matter."""
    return f"{UNTRACKED}document:{document_id}"


def is_about(cause: str, document: xero.Document, facts: LineFacts) -> bool:
    """True where an answer to this question holds for the line, as it is now."""
    if cause.startswith(moved_cause(document.document_id, ())):
        return _option_mark(facts) in cause.rpartition(":")[2].split("+")
    return cause in causes_of(document, facts)


def causes_of(document: xero.Document, facts: LineFacts) -> frozenset[str]:
    """Every question this line could ever have waited for by itself: an answer to one of them holds for it."""
    if not (facts.option_id or facts.option_name):
        return frozenset({untracked_cause(facts), rest_cause(document.document_id)})
    of_option = (no_match_cause, renamed_cause, closed_cause, internal_cause)
    return frozenset({*(cause(facts) for cause in of_option), twin_cause(document, facts), account_cause(facts)})
