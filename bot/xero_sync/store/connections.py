"""The connections of this installation: which Xero organisation goes with which Scoro entity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.connection import Mode


@dataclass(frozen=True)
class Connection:
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
    """The connection as stored, made in rehearsal where it is new; name and category follow what is given.

    Raises ConfigError where another connection has the same organisation with the same category, or the same Scoro entity, and where this one was
    made for another organisation or Scoro site.
    """
    raise NotImplementedError


async def get(db: AsyncConnection, connection_id: str) -> Connection | None:
    raise NotImplementedError


async def all(db: AsyncConnection) -> list[Connection]:  # noqa: A001 - read as connections.all(db)
    """Every connection, oldest first."""
    raise NotImplementedError


async def set_mode(db: AsyncConnection, connection_id: str, mode: Mode, at: datetime) -> None:
    """Change the mode; `live_at` keeps the first time it went live."""
    raise NotImplementedError


async def set_first_read(db: AsyncConnection, connection_id: str, at: datetime) -> None:
    """Note when both systems had been read to the end for the first time; a second call changes nothing."""
    raise NotImplementedError


async def set_paused(db: AsyncConnection, connection_id: str, until: datetime | None) -> None:
    raise NotImplementedError
