"""A plugin that fails stops its share of the work and nothing else; a plugin that is not there leaves the others whole."""

import threading
from collections.abc import Sequence
from decimal import Decimal
from types import SimpleNamespace

import pytest

from xero_sync import MatchRule, hookimpl
from xero_sync.plugins import load_plugins
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import World

BUILT_IN = ("accounting-objects", "document-attach", "project-matching")


def break_plugin(world: World, name: str) -> None:
    """The plugin raises wherever it is asked, as a bad update of it would."""

    def fails(**_: object) -> object:
        raise ZeroDivisionError("a mistake in the plugin")

    plugins = world.house.plugins
    broken = SimpleNamespace(match_rules=fails, decide=fails)
    object.__setattr__(next(entry for entry in plugins.loaded if entry.name == name), "module", broken)


@pytest.mark.parametrize("name", BUILT_IN)
async def test_given_a_failing_plugin_when_synced_then_nothing_is_detached_or_asked_and_one_card_says_so(world: World, name: str) -> None:
    project_id = world.scoro.has_project("Tidewater Launch")
    world.xero.has_option("Tidewater Launch")
    world.xero.has_option("Harbor Refit")
    world.xero.approves_bill("B-1", "Pressgang Print", [line(412.50, option="Tidewater Launch")], date="2026-11-20")
    await world.sync()
    break_plugin(world, name)
    world.xero.approves_bill("B-2", "Pressgang Print", [line(50, option="Tidewater Launch")], date="2026-11-20")
    world.xero.approves_bill("B-3", "Delft Signs", [line(740, option="Harbor Refit")], date="2026-11-20")
    world.xero.approves_bill("B-4", "Rook Sound", [line(900)], date="2026-11-20")

    await world.sync()
    await world.tick()

    assert world.on_project(project_id) == [Decimal("412.50")]
    assert [card for card in world.cards() if "Harbor Refit" in card.plain or "Rook Sound" in card.plain] == []
    assert len(world.cards(f"plugin {name}")) == 1


async def test_given_a_failing_plugin_when_it_works_again_then_the_work_is_done_and_the_card_says_so(world: World) -> None:
    project_id = world.scoro.has_project("Tidewater Launch")
    world.xero.has_option("Tidewater Launch")
    world.xero.approves_bill("B-1", "Pressgang Print", [line(412.50, option="Tidewater Launch")], date="2026-11-20")
    break_plugin(world, "project-matching")
    await world.sync()
    broken = world.card("plugin project-matching")

    await world.restart()
    await world.sync()

    assert world.on_project(project_id) == [Decimal("412.50")]
    assert world.slack.latest(broken).plain != broken.plain


async def test_given_no_matching_plugin_when_a_person_chooses_the_project_then_the_bill_is_on_it(database_url: str) -> None:
    async with World.open(database_url, disabled=["project-matching"]) as world:
        project_id = world.scoro.has_project("Tidewater Launch")
        world.xero.approves_bill("B-1", "Rook Sound", [line(2480)], date="2026-11-20")
        await world.sync()

        await world.choose_project("Rook Sound", "Choose project…", "Tidewater Launch")

        assert world.on_project(project_id) == [Decimal(2480)]


async def test_given_no_attach_plugin_when_an_option_is_unknown_then_it_is_asked_and_nothing_is_written(database_url: str) -> None:
    async with World.open(database_url, disabled=["document-attach"]) as world:
        world.scoro.has_project("Harbour Refit", no=412)
        world.xero.has_option("Harbor Refit")
        world.xero.approves_bill("10442", "Delft Signs", [line(740, option="Harbor Refit")], date="2026-11-18")

        await world.sync()

        assert "Put on Harbour Refit" in world.card('called "Harbor Refit"').buttons
        assert world.scoro.writes == []


async def test_given_no_objects_plugin_when_synced_then_the_rest_works(database_url: str) -> None:
    async with World.open(database_url, disabled=["accounting-objects"]) as world:
        project_id = world.scoro.has_project("Tidewater Launch")
        world.xero.has_option("Tidewater Launch")
        world.xero.approves_bill("B-1", "Pressgang Print", [line(412.50, option="Tidewater Launch")], date="2026-11-20")

        await world.sync()

        assert world.on_project(project_id) == [Decimal("412.50")]
        assert not [call for call in world.scoro.traffic.calls if "financeObjects" in call.path]


def test_given_an_installation_when_plugins_are_loaded_then_the_built_in_ones_come_by_the_strangers_door() -> None:
    assert {entry.name: entry.origin for entry in load_plugins().loaded} == dict.fromkeys(BUILT_IN, "installed")


async def test_given_a_match_rule_that_raises_for_a_line_when_synced_then_nothing_is_written_and_one_card_says_so(
    database_url: str,
) -> None:
    def fails(_: object) -> str:
        raise ZeroDivisionError("a mistake in the rule")

    stranger = SimpleNamespace(match_rules=hookimpl(lambda: [MatchRule("stranger", 1, fails, lambda _: ())]))
    async with World.open(database_url, extra_plugins={"stranger": stranger}) as world:
        world.scoro.has_project("Harbour Refit")
        world.xero.has_option("Harbor Refit")
        world.xero.approves_bill("10442", "Delft Signs", [line(740, option="Harbor Refit")], date="2026-11-18")

        await world.sync()

        assert world.scoro.writes == [] and world.cards('called "Harbor Refit"') == []
        assert len(world.cards("plugin stranger")) == 1


@pytest.mark.parametrize("of", ["line", "project"])
async def test_given_a_match_rule_that_never_ends_when_synced_then_nothing_is_written_and_one_card_says_so(
    database_url: str, monkeypatch: pytest.MonkeyPatch, of: str
) -> None:
    monkeypatch.setattr("xero_sync.plugins.LIMIT_SECONDS", 0.3)
    set_free = threading.Event()

    def waits(_: object) -> Sequence[str]:
        set_free.wait(30)
        return ()

    functions = (lambda line: "".join(waits(line)), lambda _: ()) if of == "line" else (lambda _: "", waits)
    stranger = SimpleNamespace(match_rules=hookimpl(lambda: [MatchRule("stranger", 1, *functions)]))
    async with World.open(database_url, extra_plugins={"stranger": stranger}) as world:
        world.scoro.has_project("Harbour Refit")
        world.xero.has_option("Harbor Refit")
        world.xero.approves_bill("10442", "Delft Signs", [line(740, option="Harbor Refit")], date="2026-11-18")

        await world.sync()

        assert world.scoro.writes == [] and world.cards('called "Harbor Refit"') == []
        assert len(world.cards("plugin stranger")) == 1
    set_free.set()
