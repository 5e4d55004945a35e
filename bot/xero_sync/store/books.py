"""Our own books of one connection, together."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.months import Closing
from xero_sync.store.asked import Asked
from xero_sync.store.asked.inbox import FIRST_LANE
from xero_sync.store.database import Database
from xero_sync.store.ledger import Ledger
from xero_sync.store.mirror import Mirror
from xero_sync.store.mirror.documents import FIRST_DUE_LANE
from xero_sync.store.rows import fetch

_FIRST_LANES = select(FIRST_LANE.scalar_subquery().label("asked"), FIRST_DUE_LANE.scalar_subquery().label("due"))


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

    async def closing(self, db: AsyncConnection) -> Closing:
        """Which days are closed, by Xero's lock dates as read last and by what was signed off here."""
        organisation = await self.mirror.organisation(db)
        signed_off = {month: signed.at for month, signed in (await self.ledger.signed_off(db)).items()}
        return Closing(organisation.locked_until if organisation else None, signed_off)

    async def first_lane(self, db: AsyncConnection) -> int | None:
        """The rank of the first lane that something asked or a due document waits in, None where nothing waits."""
        found = (await fetch(db, _FIRST_LANES, connection=self.connection_id))[0]
        return min((int(lane) for lane in (found.asked, found.due) if lane is not None), default=None)
