"""What people decided."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.decisions import DECISION, Decided, DecisionStatus
from xero_sync.store import audit
from xero_sync.store.rows import CONNECTION, execute, fetch, insert
from xero_sync.store.tables import decisions, is_in_force

_is_ours = decisions.c.connection_id == CONNECTION
_IN_FORCE = select(decisions).where(_is_ours, is_in_force).order_by(decisions.c.decided_at, decisions.c.decision_id)
_SET = (
    update(decisions)
    .where(_is_ours, decisions.c.decision_id == bindparam("decided"))
    .values(status=bindparam("new_status"), problem=bindparam("new_problem"))
)


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
            for row in await fetch(db, _IN_FORCE, connection=self.connection_id)
        ]

    async def set_decision(
        self, db: AsyncConnection, decision_id: str, status: DecisionStatus | Literal["withdrawn"], problem: str = ""
    ) -> None:
        """What became of the write it asked for; withdrawn: somebody took it back."""
        await execute(db, _SET, connection=self.connection_id, decided=decision_id, new_status=status, new_problem=problem)
