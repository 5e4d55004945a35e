"""The months that were signed off."""

from __future__ import annotations

import json
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.months import Figures, SignedOff
from xero_sync.store import audit
from xero_sync.store.rows import CONNECTION, fetch, insert
from xero_sync.store.tables import months

_SIGNED_OFF = select(months).where(months.c.connection_id == CONNECTION).order_by(months.c.month)


class Months:
    """The part of the ledger that knows months."""

    connection_id: str

    async def sign_off(self, db: AsyncConnection, signed: SignedOff) -> bool:
        """Keep a month's sign-off, and a line of audit with it; False where it was signed off before, which stands."""
        row = insert(db, months).values(
            connection_id=self.connection_id,
            month=signed.month,
            person_id=signed.person_id,
            at=signed.at,
            figures=signed.figures.model_dump_json(),
        )
        made = (await db.execute(row.on_conflict_do_nothing().returning(months.c.month))).first()
        if made:
            said = {"month": f"{signed.month:%Y-%m}", "person_id": signed.person_id, "figures": signed.figures.model_dump(mode="json")}
            await audit.note(db, self.connection_id, "signed off", json.dumps(said), signed.at)
        return made is not None

    async def signed_off(self, db: AsyncConnection) -> dict[date, SignedOff]:
        """By the month's first day, oldest first."""
        return {
            row.month: SignedOff(row.month, row.person_id, row.at, Figures.model_validate_json(row.figures))
            for row in await fetch(db, _SIGNED_OFF, connection=self.connection_id)
        }
