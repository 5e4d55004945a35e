"""The bot as a process: whatever happens while it begins, nothing is left behind."""

import asyncio
from pathlib import Path

import httpx
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


@pytest.mark.parametrize("headers", [{"host": "elsewhere.example"}, {"origin": "http://elsewhere.example"}])
async def test_given_another_site_when_it_reaches_for_a_service_of_the_demo_then_nothing_is_written(headers: dict[str, str]) -> None:
    agency = opened_agency()
    async with services_of(agency) as urls, httpx.AsyncClient() as browser:
        form = {"token": "xoxb-standin", "channel": "finance", "text": "Planted"}
        answer = await browser.post(f"{urls['slack']}/api/chat.postMessage", data=form, headers=headers)

    assert answer.status_code == 403 and agency.slack.cards("Planted") == []
