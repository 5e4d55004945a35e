"""What people decided."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.decisions import DECISION, Decided, DecisionStatus
from xero_sync.store import audit
from xero_sync.store.rows import fetch, insert
from xero_sync.store.tables import decisions, is_in_force


class Decisions:
    """The part of what was asked that holds the answers."""

    connection_id: str

    async def decide(self, db: AsyncConnection, decided: Decided) -> None:
        """Keep a decision, and a line of audit with it. The same decision_id a second time changes nothing."""
        row = insert(db, decisions).values(
            connection_id=self.connection_id,
            decision_id=decided.decision_id,
            decision=decided.decision.model_dump_json(),
            person_id=decided.person_id,
            decided_at=decided.decided_at,
            cause=decided.cause,
            label=decided.label,
            status=decided.status,
            problem=decided.problem,
            net=decided.net,
        )
        made = (await db.execute(row.on_conflict_do_nothing().returning(decisions.c.decision_id))).first()
        if made:
            await audit.note(db, self.connection_id, "decided", decided.model_dump_json(), decided.decided_at)

    async def decisions(self, db: AsyncConnection) -> list[Decided]:
        """Those in force, oldest first: neither failed nor withdrawn."""
        in_force = select(decisions).where(decisions.c.connection_id == self.connection_id, is_in_force)
        return [
            Decided(
                decision_id=row.decision_id,
                decision=DECISION.validate_json(row.decision),
                person_id=row.person_id,
                decided_at=row.decided_at,
                cause=row.cause,
                label=row.label,
                status=row.status,
                problem=row.problem,
                net=row.net,
            )
            for row in await fetch(db, in_force.order_by(decisions.c.decided_at, decisions.c.decision_id))
        ]

    async def set_decision(
        self, db: AsyncConnection, decision_id: str, status: DecisionStatus | Literal["withdrawn"], problem: str = ""
    ) -> None:
        """What became of the write it asked for; withdrawn: somebody took it back."""
        is_it = (decisions.c.connection_id == self.connection_id, decisions.c.decision_id == decision_id)
        await db.execute(update(decisions).where(*is_it).values(status=status, problem=problem))
