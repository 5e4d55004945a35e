"""The bot as a process: whatever happens while it begins, nothing is left behind."""

import asyncio
from pathlib import Path

import pytest
from tests.unit.demo.conftest import opened_agency

from xero_sync.demo.process import BotProcess, services_of


@pytest.mark.parametrize("turns", [0, 1, 3])
async def test_given_a_bot_that_begins_when_whoever_starts_it_is_cancelled_then_stop_ends_it_all_the_same(
    tmp_path: Path, turns: int
) -> None:
    agency = opened_agency()
    async with services_of(agency) as urls:
        bot = BotProcess(tmp_path, agency, urls)
        starting = asyncio.create_task(bot.start())
        for _ in range(turns):
            await asyncio.sleep(0)
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)

        await bot.stop()

    assert not bot.is_running and 20_000 <= bot.port < 32_000
