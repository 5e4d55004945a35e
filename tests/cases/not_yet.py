"""Runs of cases.yaml that need a part of the product still to come, each with the title of the issue that brings it. The list only shrinks."""

from __future__ import annotations

MATCHING = "Matching, complete: better than exact names, and never a guess with money"
HOME = "The app's home tab: no issue yet"

NOT_YET: dict[str, str] = {
    "tra-b096": MATCHING,  # suggestions from a contact's default tracking
    "sla-aba1": HOME,
}
