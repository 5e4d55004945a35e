"""The rest of a bill where lines may not be divided in Scoro, which is the default."""

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from xero_sync.testing.builders import has_client_projects
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import BEA, World

pytestmark = pytest.mark.usefixtures("second_run_changes_nothing")


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    async with World.open(database_url, card_threshold="0.00") as opened:
        yield opened
        assert opened.slack.violations == []


async def test_given_a_bill_for_two_projects_when_a_rest_waits_then_spreading_is_not_offered_and_the_card_says_what_to_do(
    world: World,
) -> None:
    has_client_projects(world, [701, 702])
    lines = [line(100, option="Tidewater Launch"), line(100, option="Copper Vale Rebrand"), line(30, account="320")]
    world.xero.approves_bill("PH-1", "Pressgang Print", lines, date="2026-11-20")

    await world.sync()

    card = world.card("Pressgang Print")
    assert card.buttons == ["Choose project…", "No project needed…"]
    assert "Split the line in Xero, or let an admin allow dividing lines in Scoro." in card.plain


async def test_given_all_other_lines_on_one_project_when_the_rest_is_spread_then_no_line_is_divided(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    lines = [line(100, option="Tidewater Launch"), line(30, account="320")]
    document_id = world.xero.approves_bill("PH-1", "Pressgang Print", lines, date="2026-11-20")
    await world.sync()

    await world.press("bill PH-1", "Spread over this bill's projects", user=BEA)

    copy = world.scoro.copy_of(document_id)
    assert copy is not None and len(copy["lines"]) == 2
    assert world.on_project(project_id) == [Decimal(130)]
