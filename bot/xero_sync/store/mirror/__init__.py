"""The mirror: what Xero and Scoro said last, and which of it has to be looked at."""

from __future__ import annotations

from xero_sync.store.mirror.copies import Candidate, Copies
from xero_sync.store.mirror.documents import PARTS, DocumentRow, Documents, StoredDocument
from xero_sync.store.mirror.lists import Changes, ListState, Record
from xero_sync.store.mirror.models import Models, company_names_of, projects_of


class Mirror(Models, Documents, Copies):
    """One connection's mirror. Every method takes the open transaction first, so that callers compose one."""

    def __init__(self, connection_id: str) -> None:
        self.connection_id = connection_id


__all__ = [
    "PARTS",
    "Candidate",
    "Changes",
    "DocumentRow",
    "ListState",
    "Mirror",
    "Record",
    "StoredDocument",
    "company_names_of",
    "projects_of",
]
