"""Who goes first. After every Action the writer looks whether a higher lane waits."""

from __future__ import annotations

from typing import Final, Literal

Lane = Literal["press", "webhook", "changed", "backfill"]

LANES: Final[tuple[Lane, ...]] = ("press", "webhook", "changed", "backfill")
"""From first to last: a press or command, a webhook, changed documents, backfill."""


def rank(lane: Lane) -> int:
    """0 for the lane that goes first."""
    return LANES.index(lane)


def is_reserved(lane: Lane) -> bool:
    """True for the two lanes a part of every call budget is kept for."""
    return lane in ("press", "webhook")
