"""Real kill -9 on the real process: whatever it was doing, every bill ends on its project once."""

import asyncio

from xero_sync.demo.agency import ADA, BEA
from xero_sync.demo.script import on_stage
from xero_sync.demo.story import Stage
from xero_sync.demo.telling import Teller
from xero_sync.testing.standins.traffic import Call
from xero_sync.testing.standins.xero import line

KILLS = 10
LONGEST_SECONDS = 90.0
KILLED_AT_CALL = (2, 5, 9, 12, 14, 15, 16, 17, 19, 21)
"""Counted from each start: while it reads, while it writes, and while it shows cards."""


async def kill_at(stage: Stage, call_number: int) -> None:
    """Start the bot and kill it when its n-th call has had its effect, before it hears of it."""
    killed = asyncio.Event()
    seen = 0

    async def count(_: Call) -> None:
        nonlocal seen
        seen += 1
        if seen == call_number and not killed.is_set():
            await stage.bot.kill()
            killed.set()

    services = (stage.agency.xero.traffic, stage.agency.scoro.traffic, stage.agency.slack.traffic)
    for traffic in services:
        traffic.on_call.append(count)
    await stage.bot.start()
    nudge = asyncio.create_task(check_now(stage))
    await asyncio.wait_for(killed.wait(), LONGEST_SECONDS)
    nudge.cancel()
    await asyncio.gather(nudge, return_exceptions=True)
    for traffic in services:
        traffic.on_call.remove(count)


async def check_now(stage: Stage) -> None:
    """`/xero-sync sync`, typed again until somebody answers: Slack does not keep what a dead bot was sent."""
    # There is no event for a process that begins to listen.
    while (await stage.agency.slack.command("sync", BEA)).error:  # noqa: ASYNC110
        await asyncio.sleep(0.05)


async def test_given_ten_kills_while_it_works_when_started_again_then_every_bill_is_on_its_project_once() -> None:
    async with on_stage(Teller(None)) as stage:
        await stage.bot.start()
        await stage.until("the first result message stands in Slack", lambda: stage.result_card.has("Rehearsal"), LONGEST_SECONDS)
        asked = await stage.agency.slack.command("start", ADA)
        await stage.until("the admin is asked", lambda: asked.messages)
        await stage.agency.slack.press(asked.messages[0], "End the rehearsal", ADA)
        await stage.until("it is live", lambda: not stage.result_card.has("Rehearsal"))
        await stage.bot.kill()

        for number, call_number in enumerate(KILLED_AT_CALL):
            lines = [line(100 + number, account="320", option="Blue Pylon", description="Rigging")]
            stage.agency.approves(f"KILL-{number}", "Gantry Riggers", lines, on=["Blue Pylon"])
            await kill_at(stage, call_number)
        await stage.bot.start()
        await check_now(stage)
        await stage.until(
            "every bill is on its project",
            lambda: all(not claim.differs() for claim in stage.checker.every_document(waiting_in(stage))),
            LONGEST_SECONDS,
        )
        double_cards = len(stage.agency.slack.cards()) - len({card.plain for card in stage.agency.slack.cards()})

        assert len(KILLED_AT_CALL) == KILLS
        for number in range(KILLS):
            assert stage.checker.written_once(f"KILL-{number}").differs() == "", number
        assert double_cards <= KILLS


def waiting_in(stage: Stage) -> list[str]:
    """The bills nobody has answered for: they are on no project."""
    asked = ("10442", "10451", "2210", "2211", "RS-77", "M-204", "771")
    return [number for number in asked if any(row.get("InvoiceNumber") == number for row in stage.agency.xero.documents.values())]
