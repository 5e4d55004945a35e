"""What came of an Action."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from xero_sync.domain.decisions import Frozen
from xero_sync.domain.lines import Share

OutcomeState = Literal["applied", "refused", "failed", "unknown"]
"""applied: done and read back. refused: a check said no before writing. failed: the service said no. unknown: no reply, read back later."""


class Outcome(Frozen):
    """One journal entry's end. `message` is one sentence in finance words; error_code is errors.py's."""

    action_key: str
    state: OutcomeState
    message: str = ""
    error_code: str = ""
    at: datetime
    shares: tuple[Share, ...] = ()
    tracking_option_id: str = ""
