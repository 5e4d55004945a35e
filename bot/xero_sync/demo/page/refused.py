"""What a person of the demo cannot do."""

from __future__ import annotations


class NotDone(Exception):
    """It was not done. The text says why, in one sentence, to the person who tried."""
