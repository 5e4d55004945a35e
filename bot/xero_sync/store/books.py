"""Our own books of one connection, together."""

from __future__ import annotations

from dataclasses import dataclass, field

from xero_sync.store.asked import Asked
from xero_sync.store.database import Database
from xero_sync.store.ledger import Ledger
from xero_sync.store.mirror import Mirror


@dataclass(frozen=True)
class Books:
    """What we hold of one connection: the mirror of both systems, the ledger of what we did, and what was asked and answered."""

    database: Database
    connection_id: str
    mirror: Mirror = field(init=False)
    ledger: Ledger = field(init=False)
    asked: Asked = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "mirror", Mirror(self.connection_id))
        object.__setattr__(self, "ledger", Ledger(self.connection_id))
        object.__setattr__(self, "asked", Asked(self.connection_id))
