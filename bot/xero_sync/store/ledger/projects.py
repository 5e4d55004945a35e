"""What was put on which project, and which option belongs to which project."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import and_, bindparam, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.lines import Share
from xero_sync.store.rows import CONNECTION, EACH, execute, execute_for, fetch, fetch_for, upsert
from xero_sync.store.tables import bindings, documents, shares


@dataclass(frozen=True)
class ProjectShare:
    """So much of one document is on the project."""

    document_id: str
    share: Share
    currency: str


@dataclass(frozen=True)
class Binding:
    """What an option belongs to. is_by_name: because of equal names, and not made for its project by a person's click."""

    project_id: int
    is_by_name: bool


_is_share = shares.c.connection_id == CONNECTION
_REMOVE_SHARES = delete(shares).where(_is_share, shares.c.document_id == bindparam("document"))
_SHARES = select(shares).where(_is_share, shares.c.document_id.in_(EACH))
_OF_PROJECT = select(shares).where(_is_share, shares.c.project_id == bindparam("project"))
_SUMS = (
    select(shares.c.project_id, shares.c.currency, func.sum(shares.c.net).label("net"))
    .where(_is_share, shares.c.project_id.in_(EACH))
    .group_by(shares.c.project_id, shares.c.currency)
)

_placed = (
    select(
        documents.c.contact_id,
        shares.c.project_id,
        func.dense_rank()
        .over(partition_by=documents.c.contact_id, order_by=(documents.c.day.desc(), documents.c.document_id.desc()))
        .label("place"),
    )
    .join_from(
        documents, shares, and_(shares.c.connection_id == documents.c.connection_id, shares.c.document_id == documents.c.document_id)
    )
    # Said a second way, so that the few shares are looked up and not all of them walked through.
    .where(
        _is_share,
        shares.c.document_id.in_(
            select(documents.c.document_id).where(documents.c.connection_id == CONNECTION, documents.c.contact_id.in_(EACH))
        ),
    )
    .subquery()
)
_LAST = select(_placed).distinct().where(_placed.c.place <= bindparam("limit")).order_by(_placed.c.place, _placed.c.project_id)

_is_binding = bindings.c.connection_id == CONNECTION
_UNBIND = delete(bindings).where(_is_binding, bindings.c.tracking_option_id.in_(EACH))
_BINDINGS = select(bindings).where(_is_binding)


class Projects:
    """The part of the ledger that says what is on which project."""

    connection_id: str

    async def put_shares(self, db: AsyncConnection, document_id: str, given: Iterable[Share], currency: str, entry_id: int) -> None:
        """Replace what the document has on projects by what was read back."""
        await execute(db, _REMOVE_SHARES, connection=self.connection_id, document=document_id)
        base = {"connection_id": self.connection_id, "document_id": document_id, "currency": currency, "entry_id": entry_id}
        if rows := [{**base, **vars(share)} for share in given]:
            await db.execute(insert(shares), rows)

    async def shares(self, db: AsyncConnection, document_ids: Iterable[str]) -> dict[str, tuple[Share, ...]]:
        """The sorted shares of each document that has any."""
        found: dict[str, list[Share]] = {}
        for row in await fetch_for(db, _SHARES, document_ids, connection=self.connection_id):
            found.setdefault(row.document_id, []).append(Share(row.line_id, row.project_id, row.net))
        return {document_id: tuple(sorted(of_document)) for document_id, of_document in found.items()}

    async def shares_of_project(self, db: AsyncConnection, project_id: int) -> list[ProjectShare]:
        """Everything on the project, by document and line."""
        rows = await fetch(db, _OF_PROJECT, connection=self.connection_id, project=project_id)
        found = [ProjectShare(row.document_id, Share(row.line_id, row.project_id, row.net), row.currency) for row in rows]
        return sorted(found, key=lambda entry: (entry.document_id, entry.share))

    async def nets_on(self, db: AsyncConnection, project_ids: Iterable[int]) -> dict[tuple[int, str], Decimal]:
        """The net that our documents have on each of these projects, by project and currency."""
        rows = await fetch_for(db, _SUMS, project_ids, connection=self.connection_id)
        return {(row.project_id, row.currency): row.net for row in rows}

    async def last_projects(self, db: AsyncConnection, contact_ids: Iterable[str], limit: int = 5) -> dict[str, tuple[int, ...]]:
        """The projects of each contact's newest `limit` documents that are on any, newest first; a project once per document."""
        found: dict[str, list[int]] = {}
        for row in await fetch_for(db, _LAST, contact_ids, connection=self.connection_id, limit=limit):
            found.setdefault(row.contact_id, []).append(row.project_id)
        return {contact_id: tuple(project_ids) for contact_id, project_ids in found.items()}

    async def bind(self, db: AsyncConnection, pairs: Iterable[tuple[str, int]], at: datetime, entry_id: int) -> None:
        """Let each option belong to its project, whatever it belonged to before. entry_id: of the journal, 0 where nothing but names said so."""
        base = {"connection_id": self.connection_id, "bound_at": at, "entry_id": entry_id}
        rows = [{**base, "tracking_option_id": option_id, "project_id": project_id} for option_id, project_id in dict(pairs).items()]
        await upsert(db, bindings, rows)

    async def unbind(self, db: AsyncConnection, tracking_option_ids: Iterable[str]) -> None:
        """Let these options belong to no project."""
        await execute_for(db, _UNBIND, tracking_option_ids, connection=self.connection_id)

    async def bindings(self, db: AsyncConnection) -> dict[str, Binding]:
        """What each option belongs to, by its id."""
        rows = await fetch(db, _BINDINGS, connection=self.connection_id)
        return {row.tracking_option_id: Binding(row.project_id, is_by_name=row.entry_id == 0) for row in rows}
