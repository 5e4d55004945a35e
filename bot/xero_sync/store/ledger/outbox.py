"""What plugins remember, and the outcomes that wait to be delivered to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.outcomes import Outcome


@dataclass(frozen=True)
class Delivery:
    """One outcome for one plugin. failures: how often delivering it has failed."""

    delivery_id: int
    plugin: str
    outcome: Outcome
    failures: int
    problem: str


class Outbox:
    connection_id: str

    async def remember(self, db: AsyncConnection, plugin: str, name: str, value: str) -> None:
        raise NotImplementedError

    async def remembered(self, db: AsyncConnection, plugin: str) -> dict[str, str]:
        raise NotImplementedError

    async def queue_delivery(self, db: AsyncConnection, outcome: Outcome, plugins: Iterable[str], at: datetime) -> None:
        raise NotImplementedError

    async def due_deliveries(self, db: AsyncConnection, at: datetime) -> list[Delivery]:
        """What is to be delivered by now, oldest first."""
        raise NotImplementedError

    async def delivered(self, db: AsyncConnection, delivery_id: int) -> None:
        raise NotImplementedError

    async def delivery_failed(self, db: AsyncConnection, delivery_id: int, problem: str = "", *, next_at: datetime) -> None:
        raise NotImplementedError
