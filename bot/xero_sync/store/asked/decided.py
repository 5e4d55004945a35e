"""What people decided."""

from __future__ import annotations

from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.decisions import Decided, DecisionStatus


class Decisions:
    connection_id: str

    async def decide(self, db: AsyncConnection, decided: Decided) -> None:
        """Keep a decision, and a line of audit with it. The same decision_id a second time changes nothing."""
        raise NotImplementedError

    async def decisions(self, db: AsyncConnection) -> list[Decided]:
        """Those in force, oldest first: neither failed nor withdrawn."""
        raise NotImplementedError

    async def set_decision(
        self, db: AsyncConnection, decision_id: str, status: DecisionStatus | Literal["withdrawn"], problem: str = ""
    ) -> None:
        raise NotImplementedError
