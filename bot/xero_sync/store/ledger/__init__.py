"""The ledger: the journal of Actions, where every line stands, what is on which project, and what plugins remember."""

from __future__ import annotations

from xero_sync.store.ledger.journal import Entry, EntryState, Journal
from xero_sync.store.ledger.months import Months
from xero_sync.store.ledger.outbox import Delivery, Outbox
from xero_sync.store.ledger.projects import Binding, Projects, ProjectShare
from xero_sync.store.ledger.results import Results, Standing, Totals, WaitingLine


class Ledger(Journal, Results, Projects, Months, Outbox):
    """One connection's ledger. Every method takes the open transaction first, so that callers compose one."""

    def __init__(self, connection_id: str) -> None:
        self.connection_id = connection_id


__all__ = ["Binding", "Delivery", "Entry", "EntryState", "Ledger", "ProjectShare", "Standing", "Totals", "WaitingLine"]
