"""The connections of this installation: which Xero organisation goes with which Scoro entity."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.connection import Mode
from xero_sync.errors import ConfigError
from xero_sync.store.database import one_at_a_time
from xero_sync.store.rows import fetch, fetch_one
from xero_sync.store.tables import connections


@dataclass(frozen=True)
class Connection:
    """One organisation with one Scoro entity. first_read_at: when both had been read to the end. live_at: when it first went live."""

    connection_id: str
    tenant_id: str
    tenant_name: str
    category: str
    scoro_site: str
    entity: str
    mode: Mode
    created_at: datetime
    first_read_at: datetime | None = None
    live_at: datetime | None = None
    paused_until: datetime | None = None


async def ensure(
    db: AsyncConnection,
    connection_id: str,
    *,
    tenant_id: str,
    tenant_name: str,
    category: str,
    scoro_site: str,
    entity: str,
    at: datetime,
) -> Connection:
    """The connection as stored, made in rehearsal where it is new; name, category and entity follow what is given.

    Raises ConfigError where another connection has the same organisation with the same category, or the same Scoro entity,
    and where this one was made for another organisation or Scoro site.
    """
    await one_at_a_time(db, "connections")
    await _refuse_twins(db, connection_id, tenant_id=tenant_id, category=category, scoro_site=scoro_site, entity=entity)
    present = await get(db, connection_id)
    if present is None:
        made = Connection(connection_id, tenant_id, tenant_name, category, scoro_site, entity, "rehearsal", created_at=at)
        await db.execute(insert(connections).values(**vars(made)))
        return made
    if (present.tenant_id, present.scoro_site) != (tenant_id, scoro_site):
        raise ConfigError(
            f'The connection "{connection_id}" belongs to {present.tenant_name} and Scoro {present.scoro_site}. '
            "Give another organisation or Scoro site its own database."
        )
    await db.execute(
        update(connections)
        .where(connections.c.connection_id == connection_id)
        .values(tenant_name=tenant_name, category=category, entity=entity)
    )
    return replace(present, tenant_name=tenant_name, category=category, entity=entity)


async def _refuse_twins(db: AsyncConnection, connection_id: str, *, tenant_id: str, category: str, scoro_site: str, entity: str) -> None:
    has_same_category = and_(connections.c.tenant_id == tenant_id, connections.c.category == category)
    has_same_entity = and_(connections.c.scoro_site == scoro_site, connections.c.entity == entity)
    twin = await fetch_one(
        db, select(connections).where(connections.c.connection_id != connection_id, or_(has_same_category, has_same_entity))
    )
    if twin is None:
        return
    if (twin.tenant_id, twin.category) == (tenant_id, category):
        raise ConfigError(
            f'The connection "{twin.connection_id}" already syncs {twin.tenant_name} with the category "{category}". '
            "Choose another category, or remove one of the two."
        )
    raise ConfigError(
        f'The connection "{twin.connection_id}" already syncs this entity of Scoro {scoro_site}. '
        "Choose another entity, or remove one of the two."
    )


async def get(db: AsyncConnection, connection_id: str) -> Connection | None:
    row = await fetch_one(db, select(connections).where(connections.c.connection_id == connection_id))
    return Connection(**row._mapping) if row else None


async def all(db: AsyncConnection) -> list[Connection]:  # noqa: A001 - read as connections.all(db)
    """Every connection, oldest first."""
    rows = await fetch(db, select(connections).order_by(connections.c.created_at, connections.c.connection_id))
    return [Connection(**row._mapping) for row in rows]


async def set_mode(db: AsyncConnection, connection_id: str, mode: Mode, at: datetime) -> None:
    """Change the mode; `live_at` keeps the first time it went live."""
    live_at = func.coalesce(connections.c.live_at, at) if mode == "live" else connections.c.live_at
    await db.execute(update(connections).where(connections.c.connection_id == connection_id).values(mode=mode, live_at=live_at))


async def set_first_read(db: AsyncConnection, connection_id: str, at: datetime) -> None:
    """Note when both systems had been read to the end for the first time; a second call changes nothing."""
    first = func.coalesce(connections.c.first_read_at, at)
    await db.execute(update(connections).where(connections.c.connection_id == connection_id).values(first_read_at=first))


async def set_paused(db: AsyncConnection, connection_id: str, until: datetime | None) -> None:
    """Let nothing be done before then; None lets it go on."""
    await db.execute(update(connections).where(connections.c.connection_id == connection_id).values(paused_until=until))
