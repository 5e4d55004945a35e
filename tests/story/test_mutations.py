"""Ten mistakes planted in core rules: each makes a story fail. A suite that passes with one of them would prove nothing."""

import contextlib
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest

from xero_sync.domain import accounts, fold, lines, match, people, xero
from xero_sync.loop import announce, apply, settle
from xero_sync.testing.standins.slack import CannotDo
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import VERA, World

Story = Callable[[World], Awaitable[None]]


async def equal_but_for_spaces(world: World) -> None:
    project_id = world.scoro.has_project("Tidewater  launch")
    world.xero.has_option("Tidewater Launch")
    world.xero.approves_bill("B-1", "Pressgang Print", [line(412.50, option="Tidewater Launch")], date="2026-11-20")
    await world.sync()
    assert world.on_project(project_id) == [Decimal("412.50")]


async def tax_inclusive(world: World) -> None:
    project_id = world.scoro.has_project("Tidewater Launch")
    world.xero.has_option("Tidewater Launch")
    bill = [line("118.99", tax="19.84", option="Tidewater Launch")]
    world.xero.approves_bill("88104", "Corner Hardware", bill, date="2026-11-20", line_amount_types="Inclusive")
    await world.sync()
    assert world.on_project(project_id) == [Decimal("99.15")]


async def credit_note(world: World) -> None:
    project_id = world.scoro.has_project("Tidewater Launch")
    world.xero.has_option("Tidewater Launch")
    world.xero.approves_credit_note("CN-1", "Delft Signs", [line(450, option="Tidewater Launch")], date="2026-11-20")
    await world.sync()
    assert world.on_project(project_id) == [Decimal(-450)]


async def twins(world: World) -> None:
    world.scoro.has_projects("Website", "Website")
    world.xero.has_option("Website")
    world.xero.approves_bill("771", "Larkspur Ltd", [line(2400, option="Website")], date="2026-11-12")
    await world.sync()
    assert "Website" in world.card("Two open projects").plain and world.scoro.writes == []


async def two_projects_on_one_bill(world: World) -> None:
    first, second = world.scoro.has_projects("Tidewater Launch", "Copper Vale Rebrand")
    world.xero.has_option("Tidewater Launch")
    world.xero.has_option("Copper Vale Rebrand")
    bill = [line(60, option="Tidewater Launch"), line(40, option="Copper Vale Rebrand")]
    world.xero.approves_bill("B-1", "Pressgang Print", bill, date="2026-11-20")
    await world.sync()
    assert (world.on_project(first), world.on_project(second)) == ([Decimal(60)], [Decimal(40)])


async def write_that_does_not_stick(world: World) -> None:
    world.scoro.switches.line_projects_can_be_set = False
    world.scoro.has_projects("Tidewater Launch", "Copper Vale Rebrand")
    world.xero.has_option("Tidewater Launch")
    world.xero.has_option("Copper Vale Rebrand")
    bill = [line(600, option="Tidewater Launch"), line(400, option="Copper Vale Rebrand")]
    world.xero.approves_bill("B-1", "Pressgang Print", bill, date="2026-11-20")
    await world.sync()
    assert "Try again" in world.card("Could not be done").buttons


async def small_amount(world: World) -> None:
    world.xero.has_account("320", "Production", "DIRECTCOSTS")
    world.xero.approves_bill("M-1", "Mill Couriers", [line("95.60", account="320")], date="2026-11-20")
    await world.sync()
    assert world.cards("Mill Couriers") == [] and "1 waiting for an answer" in world.card("Xero to Scoro").plain


async def overheads(world: World) -> None:
    world.xero.has_account("460", "Rent", "OVERHEADS")
    world.xero.approves_bill("R-1", "Landlord", [line(9000, account="460")], date="2026-11-20")
    await world.sync()
    assert "1 needs no project" in world.card("Xero to Scoro").plain


async def duplicate(world: World) -> None:
    project_id = world.scoro.has_project("Tidewater Launch")
    world.xero.has_option("Tidewater Launch")
    for _ in range(2):
        world.xero.approves_bill("09-2026", "Brightline Studios", [line(1200, option="Tidewater Launch")], date="2026-09-30")
    await world.sync()
    assert world.on_project(project_id) == [Decimal(1200)] and world.cards("Possible duplicate")


async def viewer(world: World) -> None:
    world.scoro.has_project("Harbour Refit")
    world.xero.has_option("Harbor Refit")
    world.xero.approves_bill("10442", "Delft Signs", [line(740, option="Harbor Refit")], date="2026-11-18")
    await world.sync()
    await world.press('called "Harbor Refit"', "Put on Harbour Refit", VERA)
    assert world.scoro.writes == []


async def other_total(world: World) -> None:
    world.copies = False
    world.scoro.has_project("Tidewater Launch")
    world.xero.has_option("Tidewater Launch")
    world.xero.approves_bill("B-1", "Pressgang Print", [line(412.50, option="Tidewater Launch")], date="2026-11-20")
    world.scoro.has_bill("B-1", "Pressgang Print", [Decimal(400)], date="2026-11-20")
    await world.clock.advance(2 * 3600)
    await world.sync()
    assert world.scoro.writes == [] and "£412.50" in world.card("Could not be done").plain


@contextlib.contextmanager
def planted(owner: Any, name: str, wrong: Any) -> Iterator[None]:
    """The mistake stands in this place, and in every module of the bot and its plugins that imported the name."""
    right = getattr(owner, name)
    holders = [owner] if isinstance(owner, type) else [
        module for key, module in list(sys.modules.items()) if key.startswith("xero_sync") and getattr(module, name, None) is right
    ]  # fmt: skip
    with contextlib.ExitStack() as stack:
        for holder in holders:
            stack.enter_context(patch.object(holder, name, wrong))
        yield


def _fold_without_spaces(name: str) -> str:
    return name.casefold()


def _first_of_twins(self: match.Matcher, facts: match.LineFacts, *, is_sale: bool) -> match.Match:
    found = _REAL_MATCH(self, facts, is_sale=is_sale)
    return replace(found, kind="one", project_ids=found.project_ids[:1]) if found.kind == "several" else found


_REAL_MATCH = match.Matcher.match
_REAL_PAIR = lines.pair


def _pair_crosswise(document: xero.Document, copy_lines: Any) -> lines.Pairing:
    found = _REAL_PAIR(document, copy_lines)
    names = list(found.scoro_line_by_line)
    return replace(found, scoro_line_by_line=dict(zip(names, reversed(found.scoro_line_by_line.values()), strict=True)))


MISTAKES: list[tuple[str, Any, str, Any, Story]] = [
    ("names folded without their spaces", fold, "fold_scoro", _fold_without_spaces, equal_but_for_spaces),
    ("gross taken for net", xero.Document, "net", lambda self, each: self.sign * each.line_amount, tax_inclusive),
    ("a credit note counted as a bill", xero.Document, "sign", 1, credit_note),
    ("the first of two twins taken", match.Matcher, "match", _first_of_twins, twins),
    ("lines paired crosswise", lines, "pair", _pair_crosswise, two_projects_on_one_bill),
    ("nothing read back", apply, "stands", lambda *_: True, write_that_does_not_stick),
    ("every amount worth a card", announce, "_is_worth_a_card", lambda *_: True, small_amount),
    ("every account in need of a project", accounts, "need_of", lambda *_: "asked", overheads),
    ("duplicates counted", settle, "_ask_about_duplicate", lambda *given: given[-1], duplicate),
    ("everybody allowed", people, "may", lambda *_, **__: "", viewer),
    ("totals not compared", xero.Document, "net_total", Decimal(400), other_total),
]
STORIES: list[Story] = [story for *_, story in MISTAKES]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
async def test_given_the_rules_as_they_are_when_the_story_is_played_then_it_holds(world: World, story: Story) -> None:
    await story(world)


@pytest.mark.parametrize(("owner", "name", "wrong", "story"), [pytest.param(*rest, id=title) for title, *rest in MISTAKES])
async def test_given_a_mistake_in_a_rule_when_the_story_is_played_then_it_fails(
    world: World, owner: Any, name: str, wrong: Any, story: Story
) -> None:
    with planted(owner, name, wrong), pytest.raises((AssertionError, CannotDo)):
        await story(world)
