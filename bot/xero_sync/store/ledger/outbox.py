"""What plugins remember, and the outcomes that wait to be delivered to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.outcomes import Outcome
from xero_sync.store.rows import CONNECTION, EACH, execute, fetch, fetch_for, upsert
from xero_sync.store.tables import deliveries, remembered


@dataclass(frozen=True)
class Delivery:
    """One outcome for one plugin. failures: how often delivering it has failed."""

    delivery_id: int
    plugin: str
    outcome: Outcome
    failures: int
    problem: str


_REMEMBERED = select(remembered).where(remembered.c.connection_id == CONNECTION, remembered.c.plugin.in_(EACH))
_is_ours = deliveries.c.connection_id == CONNECTION
_is_it = deliveries.c.delivery_id == bindparam("delivery")
_DUE = select(deliveries).where(_is_ours, deliveries.c.due_at <= bindparam("at")).order_by(deliveries.c.delivery_id)
_DELIVERED = delete(deliveries).where(_is_ours, _is_it)
_FAILED = (
    update(deliveries)
    .where(_is_ours, _is_it)
    .values(due_at=bindparam("next_at"), failures=deliveries.c.failures + 1, problem=bindparam("what"))
)


class Outbox:
    """The part of the ledger that plugins have a hand in."""

    connection_id: str

    async def remember(self, db: AsyncConnection, plugin: str, name: str, value: str) -> None:
        """Keep a value for the plugin's next passes."""
        await upsert(db, remembered, [{"connection_id": self.connection_id, "plugin": plugin, "name": name, "value": value}])

    async def remembered(self, db: AsyncConnection, plugin: str) -> dict[str, str]:
        """What the plugin keeps, by name."""
        return (await self.remembered_of(db, [plugin]))[plugin]

    async def remembered_of(self, db: AsyncConnection, plugins: Collection[str]) -> dict[str, dict[str, str]]:
        """What each of these plugins keeps, by name."""
        found: dict[str, dict[str, str]] = {plugin: {} for plugin in plugins}
        for row in await fetch_for(db, _REMEMBERED, plugins, connection=self.connection_id):
            found[row.plugin][row.name] = row.value
        return found

    async def queue_delivery(self, db: AsyncConnection, outcome: Outcome, plugins: Iterable[str], at: datetime) -> None:
        """Have the outcome delivered to each of these plugins."""
        text = outcome.model_dump_json()
        base = {"connection_id": self.connection_id, "outcome": text, "due_at": at, "failures": 0, "problem": ""}
        if rows := [{**base, "plugin": plugin} for plugin in plugins]:
            await db.execute(insert(deliveries), rows)

    async def due_deliveries(self, db: AsyncConnection, at: datetime) -> list[Delivery]:
        """What is to be delivered by now, oldest first."""
        rows = await fetch(db, _DUE, connection=self.connection_id, at=at)
        return [Delivery(row.delivery_id, row.plugin, Outcome.model_validate_json(row.outcome), row.failures, row.problem) for row in rows]

    async def delivered(self, db: AsyncConnection, delivery_id: int) -> None:
        """It has arrived and waits no more."""
        await execute(db, _DELIVERED, connection=self.connection_id, delivery=delivery_id)

    async def delivery_failed(self, db: AsyncConnection, delivery_id: int, problem: str = "", *, next_at: datetime) -> None:
        """It did not arrive and is due again then."""
        await execute(db, _FAILED, connection=self.connection_id, delivery=delivery_id, next_at=next_at, what=problem)
