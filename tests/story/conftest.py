"""Story tests: given, when, then, on both databases, with the whole bot on the stand-ins."""

from collections.abc import AsyncIterator

import pytest
from tests.databases import database_url, postgresql, sqlite_template

from xero_sync.testing.world import World

__all__ = ["database_url", "postgresql", "sqlite_template"]


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    async with World.open(database_url) as opened:
        yield opened
        assert opened.slack.violations == []


@pytest.fixture
async def second_run_changes_nothing(world: World) -> AsyncIterator[None]:
    """After the story one more sync writes and posts nothing."""
    yield
    assert await world.another_sync_writes() == []
