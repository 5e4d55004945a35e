"""What nobody knows about Slack: the same stories, with Slack behaving the other way."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from xero_sync.testing.standins.served import serve
from xero_sync.testing.standins.traffic import Fault
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import VERA, World

pytestmark = pytest.mark.usefixtures("second_run_changes_nothing")

HARBOR = 'called "Harbor Refit"'
PUT = "Put on Harbour Refit"
OTHERWISE = {
    "ephemeral_arrives": False,
    "interactions_are_retried": True,
    "metadata_has_limit": True,
    "posting_to_user_id_opens_dm": False,
    "private_channel_answers": "not_in_channel",
    "repeated_post_is_known": True,
    "response_url_replaces_by_default": True,
    "stale_press_is_delivered": False,
    "used_up_response_url_status": 200,
}


async def harbor_is_asked(world: World) -> int:
    """A bill whose option is nearly called like a project, and the card that asks; the project's id."""
    project_id = world.scoro.has_project("Harbour Refit", no=412)
    world.xero.has_option("Harbor Refit")
    world.xero.approves_bill("10442", "Delft Signs", [line(740, option="Harbor Refit")], date="2026-11-20")
    await world.sync()
    return project_id


async def test_given_slack_speaks_otherwise_when_synced_then_bill_card_and_press_come_out_the_same(world: World) -> None:
    vars(world.slack.switches).update(OTHERWISE)
    project_id = await harbor_is_asked(world)

    await world.press(HARBOR, PUT)
    await world.command("status")

    assert world.on_project(project_id) == [Decimal(740)] and "Checked: 1 document" in world.card("Xero to Scoro").plain


@pytest.mark.parametrize("is_known", [False, True])
async def test_given_the_reply_to_a_post_is_lost_when_it_is_posted_again_then_the_card_can_be_pressed(world: World, is_known: bool) -> None:
    world.slack.switches.repeated_post_is_known = is_known
    project_id = world.scoro.has_project("Harbour Refit", no=412)
    world.xero.has_option("Harbor Refit")
    await world.sync()
    world.xero.approves_bill("10442", "Delft Signs", [line(740, option="Harbor Refit")], date="2026-11-20")
    world.slack.traffic.add(Fault(r"/api/chat\.postMessage", drop="after", when=lambda call: b"Harbor Refit" in call.body))
    await world.sync()
    await world.tick(45)
    cards = world.cards(HARBOR)

    await world.press(cards[-1], PUT)

    assert len(cards) == (1 if is_known else 2)
    assert world.on_project(project_id) == [Decimal(740)] and not world.slack.latest(cards[-1]).buttons


@pytest.mark.parametrize("keeps_id", [True, False])
async def test_given_the_channel_is_converted_when_a_bill_comes_then_it_is_on_its_project_and_the_bot_answers(
    world: World, keeps_id: bool
) -> None:
    world.slack.switches.converted_channel_keeps_id = keeps_id
    project_id = world.scoro.has_project("Harbour Refit", no=412)
    world.xero.has_option("Harbour Refit")
    await world.sync()
    world.slack.converts_channel("finance")
    world.xero.approves_bill("10451", "Delft Signs", [line(60, option="Harbour Refit")], date="2026-11-20")
    await world.sync()

    seen = await world.command("status")

    assert world.on_project(project_id) == [Decimal(60)] and "£60.00" in seen.plain


@pytest.mark.parametrize("keeps_id", [True, False])
async def test_given_the_channel_is_converted_when_it_is_named_again_if_need_be_then_its_questions_are_answered_there(
    world: World, keeps_id: bool
) -> None:
    world.slack.switches.converted_channel_keeps_id = keeps_id
    project_id = await harbor_is_asked(world)
    channel = world.slack.converts_channel("finance")
    world.xero.approves_bill("10451", "Delft Signs", [line(60, option="Harbor Refit")], date="2026-11-20")
    await world.sync()
    world.settings["connection"] |= {"channel": channel.id}
    await world.restart()
    await world.tick(60)

    await world.press(world.cards(HARBOR)[-1], PUT)

    assert world.on_project(project_id) == [Decimal(60), Decimal(740)]


@pytest.mark.parametrize("arrives", [True, False])
async def test_given_a_press_that_may_not_be_when_the_person_is_told_or_not_then_nothing_is_done_and_the_card_stays(
    world: World, arrives: bool
) -> None:
    world.slack.switches.ephemeral_arrives = arrives
    project_id = await harbor_is_asked(world)
    card = world.card(HARBOR)

    await world.slack.press(card, PUT, VERA)
    await world.work()
    world.slack.reloads(VERA)

    assert world.on_project(project_id) == [] and PUT in world.slack.latest(card).buttons


@asynccontextmanager
async def acknowledgements_are_lost(world: World) -> AsyncIterator[None]:
    """The bot gets all that Slack sends, and Slack hears of no answer."""
    address = world.slack.request_url
    assert address is not None

    async def forward(request: Request) -> Response:
        async with httpx.AsyncClient() as client:
            headers = {name: value for name, value in request.headers.items() if name.startswith("x-slack") or name == "content-type"}
            await client.post(address, content=await request.body(), headers=headers)
        return Response(status_code=502)

    async with serve(Starlette(routes=[Route("/", forward, methods=["POST"])])) as url:
        world.slack.request_url = f"{url}/"
        yield
    world.slack.request_url = address


@pytest.mark.parametrize("are_retried", [False, True])
async def test_given_a_press_whose_acknowledgement_is_lost_when_it_is_sent_again_or_not_then_it_counts_once(
    world: World, are_retried: bool
) -> None:
    world.slack.switches.interactions_are_retried = are_retried
    project_id = await harbor_is_asked(world)
    async with acknowledgements_are_lost(world):
        await world.slack.press(world.card(HARBOR), PUT)

    await world.work()

    assert world.on_project(project_id) == [Decimal(740)] and len(world.scoro.writes) == 1
    assert "Answered by @Finn" in world.card(HARBOR).plain


async def test_given_slacks_limits_when_more_cards_come_than_it_takes_then_the_last_ones_follow(world: World) -> None:
    world.slack.pacing.posting_burst, world.slack.pacing.has_tiers = 2, True
    names = [f"Client {number}" for number in range(4)]
    for name in names:
        world.xero.has_option(name)
        world.xero.approves_bill(f"B {name}", "Delft Signs", [line(400, option=name)], date="2026-11-20")
    await world.sync()
    at_once = len(world.cards())

    for _ in range(4):
        await world.tick(60)

    assert at_once == 2 and [len(world.cards(name)) for name in names] == [1, 1, 1, 1]
