"""The connections of this installation: which Xero organisation goes with which Scoro entity."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import and_, bindparam, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.connection import Mode
from xero_sync.errors import ConfigError
from xero_sync.store.database import one_at_a_time
from xero_sync.store.rows import CONNECTION, execute, fetch, fetch_one
from xero_sync.store.tables import connections


@dataclass(frozen=True)
class Connection:
    """One organisation with one Scoro entity. first_read_at: when both had been read to the end. live_at: when it first went live.

    writes_left: so many writes, then somebody is asked whether to go on; None for as many as there are.
    """

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
    writes_left: int | None = None

    @property
    def asks_first(self) -> bool:
        """True where so much was written as was allowed at first, and somebody has to say go on."""
        return self.mode == "live" and self.writes_left == 0

    @property
    def is_writing(self) -> bool:
        return self.mode == "live" and not self.asks_first


_ONE = select(connections).where(connections.c.connection_id == CONNECTION)
_ALL = select(connections).order_by(connections.c.created_at, connections.c.connection_id)
_TWIN = (
    select(connections)
    .where(
        connections.c.connection_id != CONNECTION,
        or_(
            and_(connections.c.tenant_id == bindparam("tenant"), connections.c.category == bindparam("of_category")),
            and_(connections.c.scoro_site == bindparam("site"), connections.c.entity == bindparam("of_entity")),
        ),
    )
    .limit(1)
)
_CHANGE = update(connections).where(connections.c.connection_id == CONNECTION)
_RENAME = _CHANGE.values(tenant_name=bindparam("name"), category=bindparam("of_category"), entity=bindparam("of_entity"))
_SET_MODE = _CHANGE.values(mode=bindparam("new_mode"))
_GO_LIVE = _CHANGE.values(mode="live", live_at=func.coalesce(connections.c.live_at, bindparam("at", type_=connections.c.live_at.type)))
_FIRST_READ = _CHANGE.values(
    first_read_at=func.coalesce(connections.c.first_read_at, bindparam("at", type_=connections.c.first_read_at.type))
)
_SET_WRITES_LEFT = _CHANGE.values(writes_left=bindparam("new_writes_left"))
_COUNT_WRITE = _CHANGE.where(connections.c.writes_left > 0).values(writes_left=connections.c.writes_left - 1)
_PAUSE = _CHANGE.values(paused_until=bindparam("until"))


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
    await execute(db, _RENAME, connection=connection_id, name=tenant_name, of_category=category, of_entity=entity)
    return replace(present, tenant_name=tenant_name, category=category, entity=entity)


async def _refuse_twins(db: AsyncConnection, connection_id: str, *, tenant_id: str, category: str, scoro_site: str, entity: str) -> None:
    twin = await fetch_one(db, _TWIN, connection=connection_id, tenant=tenant_id, of_category=category, site=scoro_site, of_entity=entity)
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
    row = await fetch_one(db, _ONE, connection=connection_id)
    return Connection(**row._mapping) if row else None


async def all(db: AsyncConnection) -> list[Connection]:  # noqa: A001 - read as connections.all(db)
    """Every connection, oldest first."""
    rows = await fetch(db, _ALL)
    return [Connection(**row._mapping) for row in rows]


async def set_mode(db: AsyncConnection, connection_id: str, mode: Mode, at: datetime) -> None:
    """Change the mode; `live_at` keeps the first time it went live."""
    if mode == "live":
        await execute(db, _GO_LIVE, connection=connection_id, at=at)
    else:
        await execute(db, _SET_MODE, connection=connection_id, new_mode=mode)


async def set_first_read(db: AsyncConnection, connection_id: str, at: datetime) -> None:
    """Note when both systems had been read to the end for the first time; a second call changes nothing."""
    await execute(db, _FIRST_READ, connection=connection_id, at=at)


async def set_paused(db: AsyncConnection, connection_id: str, until: datetime | None) -> None:
    """Let nothing be done before then; None lets it go on."""
    await execute(db, _PAUSE, connection=connection_id, until=until)


async def set_writes_left(db: AsyncConnection, connection_id: str, writes_left: int | None) -> None:
    """Let so many writes be done before somebody is asked; None lets all be done."""
    await execute(db, _SET_WRITES_LEFT, connection=connection_id, new_writes_left=writes_left)


async def count_write(db: AsyncConnection, connection_id: str) -> None:
    """One of the writes that may be done was done; nothing where there is no limit."""
    await execute(db, _COUNT_WRITE, connection=connection_id)
