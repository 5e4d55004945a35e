"""Which organisation goes with which entity: once, and never twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.contract.examples import AT, minutes

from xero_sync.errors import ConfigError
from xero_sync.store import connections
from xero_sync.store.connections import Connection
from xero_sync.store.database import Database


async def _ensure(db: AsyncConnection, connection_id: str = "ferrow", at: datetime = AT, **said: Any) -> Connection:
    known = {"tenant_id": "t1", "tenant_name": "Ferrow & Pike Ltd", "category": "Project", "scoro_site": "ferrowpike", "entity": "1"}
    return await connections.ensure(db, connection_id, at=at, **{**known, **said})


async def test_given_a_new_connection_when_ensured_then_it_begins_in_rehearsal(database: Database) -> None:
    async with database.write() as db:
        made = await _ensure(db)

    async with database.read() as db:
        kept = await connections.all(db)

    assert kept == [made]
    assert made == Connection("ferrow", "t1", "Ferrow & Pike Ltd", "Project", "ferrowpike", "1", "rehearsal", AT)


async def test_given_a_connection_when_ensured_again_then_name_and_category_follow_and_the_rest_stays(database: Database) -> None:
    async with database.write() as db:
        await _ensure(db)
        await connections.set_mode(db, "ferrow", "live", AT)
        await _ensure(db, tenant_name="Ferrow Ltd", category="Job", at=AT + minutes(60))

    async with database.read() as db:
        kept = await connections.get(db, "ferrow")

    assert kept == Connection("ferrow", "t1", "Ferrow Ltd", "Job", "ferrowpike", "1", "live", AT, live_at=AT)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        pytest.param({"scoro_site": "other"}, r'already syncs Ferrow & Pike Ltd with the category "Project"', id="same category"),
        pytest.param({"tenant_id": "t2"}, r"already syncs this entity of Scoro ferrowpike", id="same entity"),
    ],
)
async def test_given_a_connection_when_another_wants_the_same_then_it_is_refused(
    database: Database, said: dict[str, str], refusal: str
) -> None:
    async with database.write() as db:
        await _ensure(db)

        with pytest.raises(ConfigError, match=refusal):
            await _ensure(db, "pike", **said)


async def test_given_one_organisation_with_another_category_and_entity_when_ensured_then_both_live_side_by_side(database: Database) -> None:
    async with database.write() as db:
        await _ensure(db)
        await _ensure(db, "pike", category="Job", entity="2", at=AT + minutes(1))

    async with database.read() as db:
        assert [connection.connection_id for connection in await connections.all(db)] == ["ferrow", "pike"]


async def test_given_a_connection_when_it_is_to_change_its_organisation_then_it_is_refused(database: Database) -> None:
    async with database.write() as db:
        await _ensure(db)

        with pytest.raises(ConfigError, match="belongs to Ferrow & Pike Ltd"):
            await _ensure(db, tenant_id="t2", category="Job")


async def test_given_marks_set_twice_when_read_then_the_first_time_stands(database: Database) -> None:
    async with database.write() as db:
        await _ensure(db)
        for at in (AT, AT + minutes(5)):
            await connections.set_first_read(db, "ferrow", at)
            await connections.set_mode(db, "ferrow", "live", at)
        await connections.set_paused(db, "ferrow", AT + minutes(90))

    async with database.read() as db:
        kept = await connections.get(db, "ferrow")

    assert kept is not None
    assert (kept.first_read_at, kept.live_at, kept.paused_until) == (AT, AT, AT + minutes(90))


async def test_given_no_such_connection_when_asked_for_then_there_is_none(database: Database) -> None:
    async with database.read() as db:
        assert await connections.get(db, "nobody") is None
