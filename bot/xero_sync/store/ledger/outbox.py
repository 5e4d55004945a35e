"""What plugins remember, and the outcomes that wait to be delivered to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.outcomes import Outcome
from xero_sync.store.rows import fetch, upsert
from xero_sync.store.tables import deliveries, remembered


@dataclass(frozen=True)
class Delivery:
    """One outcome for one plugin. failures: how often delivering it has failed."""

    delivery_id: int
    plugin: str
    outcome: Outcome
    failures: int
    problem: str


class Outbox:
    """The part of the ledger that plugins have a hand in."""

    connection_id: str

    async def remember(self, db: AsyncConnection, plugin: str, name: str, value: str) -> None:
        """Keep a value for the plugin's next passes."""
        await upsert(db, remembered, [{"connection_id": self.connection_id, "plugin": plugin, "name": name, "value": value}])

    async def remembered(self, db: AsyncConnection, plugin: str) -> dict[str, str]:
        """What the plugin keeps, by name."""
        rows = await fetch(db, select(remembered).where(remembered.c.connection_id == self.connection_id, remembered.c.plugin == plugin))
        return {row.name: row.value for row in rows}

    async def queue_delivery(self, db: AsyncConnection, outcome: Outcome, plugins: Iterable[str], at: datetime) -> None:
        """Have the outcome delivered to each of these plugins."""
        text = outcome.model_dump_json()
        base = {"connection_id": self.connection_id, "outcome": text, "due_at": at, "failures": 0, "problem": ""}
        if rows := [{**base, "plugin": plugin} for plugin in plugins]:
            await db.execute(insert(deliveries), rows)

    async def due_deliveries(self, db: AsyncConnection, at: datetime) -> list[Delivery]:
        """What is to be delivered by now, oldest first."""
        is_due = (deliveries.c.connection_id == self.connection_id, deliveries.c.due_at <= at)
        rows = await fetch(db, select(deliveries).where(*is_due).order_by(deliveries.c.delivery_id))
        return [Delivery(row.delivery_id, row.plugin, Outcome.model_validate_json(row.outcome), row.failures, row.problem) for row in rows]

    async def delivered(self, db: AsyncConnection, delivery_id: int) -> None:
        """It has arrived and waits no more."""
        await db.execute(
            delete(deliveries).where(deliveries.c.connection_id == self.connection_id, deliveries.c.delivery_id == delivery_id)
        )

    async def delivery_failed(self, db: AsyncConnection, delivery_id: int, problem: str = "", *, next_at: datetime) -> None:
        """It did not arrive and is due again then."""
        is_it = (deliveries.c.connection_id == self.connection_id, deliveries.c.delivery_id == delivery_id)
        failed = {"due_at": next_at, "failures": deliveries.c.failures + 1, "problem": problem}
        await db.execute(update(deliveries).where(*is_it).values(failed))
