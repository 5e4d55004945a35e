"""Finding, loading and calling plugins: what stops the start, by name, and what is a plugin's own failure."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel, Field
from tests.unit.domain.examples import SAME_NAME, document, line, project, snapshot_of

from xero_sync import Hold, MatchRule, NoSettings, Outcome, PluginDescription, Remember, hookimpl, plugins
from xero_sync.domain.match import Matcher
from xero_sync.errors import ConfigError, PluginError
from xero_sync.plugins import Plugins, load_plugins, plugin_name

BUILT_IN = ("accounting-objects", "document-attach", "project-matching")
HOLD = Hold(document_id="bill-1", reason="Over budget.")
OUTCOME = Outcome(action_key="a", state="applied", at=datetime(2026, 11, 24, tzinfo=UTC))


class Budgets(BaseModel):
    limit: int = Field(default=100, ge=1)


@hookimpl
def plugin() -> PluginDescription:
    return PluginDescription("Budget guard", Budgets)


def loaded(**hooks: Any) -> Plugins:
    """One plugin "guard" of these functions, and no other."""
    return load_plugins(disabled=BUILT_IN, extra={"guard": SimpleNamespace(**hooks)})


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text), encoding="utf-8")
    return path


GUARD = """
    from xero_sync import PluginDescription, hookimpl

    @hookimpl
    def plugin():
        return PluginDescription("From the folder")
"""


@pytest.fixture(autouse=True)
def _forgets_modules() -> Iterator[None]:
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.startswith("xero_sync_"):
            del sys.modules[name]


# Found and named.


@pytest.mark.parametrize(
    "word", ["document-attach", "document_attach", "xero_sync_document_attach", "xero-sync-document-attach", " Document_Attach "]
)
def test_given_the_spellings_of_a_name_when_read_then_it_is_one_plugin(word: str) -> None:
    assert plugin_name(word) == "document-attach"


def test_given_nothing_else_when_loaded_then_the_built_in_ones_come_by_their_entry_points() -> None:
    assert load_plugins().names == BUILT_IN


def test_given_disabled_plugins_when_loaded_then_the_others_are_there() -> None:
    assert load_plugins(disabled=["document_attach", "xero_sync_project_matching"]).names == ("accounting-objects",)


def test_given_a_folder_when_loaded_then_its_modules_and_packages_are_plugins_and_nothing_else_is(tmp_path: Path) -> None:
    write(tmp_path, "xero_sync_guard.py", GUARD)
    write(tmp_path, "xero_sync_mailer/__init__.py", "from xero_sync_mailer.words import TITLE\n" + dedent(GUARD))
    write(tmp_path, "xero_sync_mailer/words.py", "TITLE = 'Mailer'")
    write(tmp_path, "xero_sync_guard.toml", "limit = 1")
    write(tmp_path, "xero_sync_guard.egg-info/PKG-INFO", "Name: guard")
    write(tmp_path, "other.py", "raise ValueError")

    found = load_plugins(folder=tmp_path, disabled=BUILT_IN)

    assert found.names == ("guard", "mailer") and {entry.description.title for entry in found.loaded} == {"From the folder"}


def test_given_an_installed_plugin_and_one_of_its_name_in_the_folder_when_loaded_then_the_installed_one_wins(tmp_path: Path) -> None:
    write(tmp_path, "xero_sync_document_attach.py", GUARD)

    assert {entry.name: entry.origin for entry in load_plugins(folder=tmp_path).loaded}["document-attach"] == "installed"


def test_given_a_folder_that_is_not_there_when_loaded_then_the_start_stops(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"does not exist\. Create it, or correct XERO_SYNC_PLUGINS_DIR"):
        load_plugins(folder=tmp_path / "misspelt")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("import nowhere_to_be_found", id="an import"),
        pytest.param("def plugin(:", id="no Python"),
        pytest.param("1 / 0", id="a mistake"),
        pytest.param("raise SystemExit(0)", id="it wants to end the bot"),
    ],
)
def test_given_a_plugin_that_does_not_import_when_loaded_then_the_start_stops_by_name_with_the_way_past(tmp_path: Path, text: str) -> None:
    write(tmp_path, "xero_sync_big_guard.py", text)

    with pytest.raises(ConfigError, match=r"Plugin big-guard could not be loaded.*XERO_SYNC_DISABLED_PLUGINS=big-guard"):
        load_plugins(folder=tmp_path)

    assert "xero_sync_big_guard" not in sys.modules
    assert load_plugins(folder=tmp_path, disabled=["big-guard"]).names == BUILT_IN


# Hooks that stop the start.


def marked(function: Callable[..., Any], **how: Any) -> Callable[..., Any]:
    return hookimpl(**how)(function)


def decide_on(snapshot: object) -> tuple[object, ...]:
    return ()


def decide_with(snapshot: object, ledger: object) -> tuple[object, ...]:
    return ()


def deliver_now(outcome: object) -> None:
    return None


async def rules_later() -> tuple[object, ...]:
    return ()


async def decide_later(snapshot: object) -> tuple[object, ...]:
    return ()


async def decide_bit_by_bit(snapshot: object) -> Any:
    yield snapshot


def decide_around(snapshot: object) -> Any:
    return (yield)


@pytest.mark.parametrize(
    ("hooks", "sentence"),
    [
        pytest.param({"decied": marked(decide_on)}, "a hook that does not exist", id="misspelt"),
        pytest.param({"decide": marked(decide_with)}, "takes other arguments", id="an argument nobody gives"),
        pytest.param({"decide": marked(decide_later)}, "decide must be a plain function, not async", id="async"),
        pytest.param({"decide": marked(decide_bit_by_bit)}, "decide must be a plain function, not async", id="an async generator"),
        pytest.param({"match_rules": rules_later}, "match_rules must be a plain function, not async", id="async and not marked"),
        pytest.param({"decide": marked(decide_around, wrapper=True)}, "decide is a wrapper", id="wrapper"),
        pytest.param({"decide": marked(decide_around, hookwrapper=True)}, "decide is a wrapper", id="wrapper of the old kind"),
        pytest.param({"deliver": marked(deliver_now)}, "deliver must be an async function", id="a plain deliver"),
        pytest.param({"own": marked(lambda: (), specname="decide")}, "decide must be a function of that very name", id="renamed"),
        pytest.param({"plugin": marked(lambda: "Guard")}, r"plugin\(\) must return a PluginDescription", id="no description"),
        pytest.param({"plugin": marked(lambda: 1 / 0)}, "could not describe itself: ZeroDivisionError", id="a description that raises"),
    ],
)
def test_given_a_hook_that_cannot_be_called_when_loaded_then_the_start_stops_and_names_plugin_and_hook(
    hooks: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ConfigError, match=f"Plugin guard.*{sentence}"):
        loaded(**hooks)


# Settings.


def test_given_settings_when_checked_then_every_plugin_has_its_own_model() -> None:
    found = loaded(plugin=plugin).settings_of({"xero_sync_guard": {"limit": 7}})

    assert found == {"guard": Budgets(limit=7)}


def test_given_no_settings_when_checked_then_defaults_hold() -> None:
    assert loaded(plugin=plugin).settings_of({}) == {"guard": Budgets()} and loaded().settings_of({}) == {"guard": NoSettings()}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        pytest.param({"guard": {"limit": 0}}, 'Plugin guard: setting "limit" is wrong', id="too small"),
        pytest.param({"guard": {"limit": "many"}}, 'Plugin guard: setting "limit" is wrong', id="not a number"),
        pytest.param({"gaurd": {"limit": 5}}, 'a plugin that is not loaded: "gaurd". Remove them or install it.', id="misspelt plugin"),
    ],
)
def test_given_wrong_settings_when_checked_then_plugin_setting_and_fix_are_named(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        loaded(plugin=plugin).settings_of(given)


def test_given_an_unknown_setting_of_a_built_in_plugin_when_checked_then_it_is_named() -> None:
    with pytest.raises(ConfigError, match='Plugin document-attach: setting "sugest" is wrong'):
        load_plugins().settings_of({"document-attach": {"sugest": 3}})


def test_given_settings_of_a_disabled_plugin_when_checked_then_they_do_not_block_the_way_past_it() -> None:
    assert load_plugins(disabled=BUILT_IN).settings_of({"document_attach": {}}) == {}


# Called.


async def test_given_a_plugin_when_it_decides_then_it_runs_in_its_thread_with_what_it_asked_for() -> None:
    seen: list[tuple[str, object]] = []
    guard = loaded(decide=marked(lambda settings: seen.append((threading.current_thread().name, settings)) or [HOLD]))

    actions = await guard.decide("guard", snapshot_of([]), Budgets())

    assert actions == (HOLD,) and seen == [("plugins", Budgets())]


@pytest.mark.parametrize("answer", [[HOLD], (HOLD,), iter([HOLD])], ids=["list", "tuple", "iterator"])
async def test_given_any_way_to_list_actions_when_it_decides_then_they_are_its_actions(answer: Any) -> None:
    assert await loaded(decide=lambda: answer).decide("guard", snapshot_of([]), NoSettings()) == (HOLD,)


async def test_given_a_plugin_without_hooks_when_called_then_it_wants_nothing() -> None:
    guard = loaded()

    assert (await guard.match_rules(), await guard.decide("guard", snapshot_of([]), NoSettings())) == ([], ())
    await guard.deliver("guard", OUTCOME)
    assert guard.delivers() == ()


def raises(error: BaseException) -> Callable[[], Any]:
    def fail() -> Any:
        raise error

    return fail


def gives_one_and_fails() -> Iterator[Hold]:
    yield HOLD
    raise KeyError("budget")


@pytest.mark.parametrize(
    ("decide", "sentence"),
    [
        pytest.param(raises(ZeroDivisionError("no budget")), "Plugin guard failed: ZeroDivisionError: no budget", id="raises"),
        pytest.param(raises(SystemExit(1)), "Plugin guard failed: SystemExit", id="wants to end the bot"),
        pytest.param(raises(StopIteration()), "Plugin guard failed: StopIteration", id="raises what futures cannot carry"),
        pytest.param(gives_one_and_fails, "Plugin guard failed: KeyError", id="a generator that fails half way"),
        pytest.param(lambda: None, "Plugin guard failed: TypeError", id="answers nothing"),
        pytest.param(lambda: ["hold it"], "Plugin guard gave something that is no action", id="answers a text"),
        pytest.param(lambda: [{"kind": "pay the bill"}], "Plugin guard gave something that is no action", id="not in the closed list"),
        pytest.param(lambda: HOLD, "Plugin guard gave something that is no action", id="one action, not a list of it"),
    ],
)
async def test_given_a_plugin_that_fails_when_it_decides_then_it_is_a_plugin_error_with_its_name(
    decide: Callable[[], Any], sentence: str
) -> None:
    with pytest.raises(PluginError, match=sentence) as caught:
        await loaded(decide=decide).decide("guard", snapshot_of([]), NoSettings())

    assert (caught.value.plugin, caught.value.hook) == ("guard", "decide")


async def test_given_an_endless_plugin_when_it_decides_then_it_is_given_up_and_the_next_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugins, "LIMIT_SECONDS", 0.02)
    set_free = threading.Event()
    both = load_plugins(
        disabled=BUILT_IN,
        extra={"endless": SimpleNamespace(decide=lambda: set_free.wait(5) and ()), "guard": SimpleNamespace(decide=lambda: [HOLD])},
    )

    with pytest.raises(PluginError, match="Plugin endless took over"):
        await both.decide("endless", snapshot_of([]), NoSettings())
    served = await both.decide("guard", snapshot_of([]), NoSettings())

    set_free.set()
    both.close()
    assert served == (HOLD,)


async def test_given_an_endless_match_rule_when_lines_are_judged_then_it_is_given_up_and_the_next_is_served(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(plugins, "LIMIT_SECONDS", 0.02)
    set_free = threading.Event()
    guard = loaded(match_rules=lambda: [MatchRule("number", 0, lambda _: "", lambda _: set_free.wait(5) and ())])
    (rule,) = await guard.match_rules()

    with pytest.raises(PluginError, match="Plugin guard took over 0 seconds in its match rules") as caught:
        await guard.judge(lambda: rule.of_project(project(1, "Pitch")))
    served = await guard.match_rules()

    set_free.set()
    guard.close()
    assert (caught.value.plugin, caught.value.hook) == ("guard", "match_rules") and [rule.name for rule in served] == ["number"]


async def test_given_a_slow_delivery_when_delivered_then_it_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugins, "LIMIT_SECONDS", 0.02)

    async def deliver(outcome: Outcome) -> None:
        await asyncio.Event().wait()

    with pytest.raises(PluginError, match="Plugin guard could not deliver: TimeoutError"):
        await loaded(deliver=deliver).deliver("guard", OUTCOME)


async def test_given_a_delivery_when_delivered_then_it_has_the_outcome_and_its_failure_is_told() -> None:
    delivered: list[Outcome] = []

    async def deliver(outcome: Outcome) -> None:
        delivered.append(outcome)
        if len(delivered) > 1:
            raise ConnectionError("mail is down")

    guard = loaded(deliver=deliver)
    await guard.deliver("guard", OUTCOME)

    with pytest.raises(PluginError, match="could not deliver: ConnectionError"):
        await guard.deliver("guard", OUTCOME)
    assert (delivered[0], guard.delivers()) == (OUTCOME, ("guard",))


# Match rules of strangers.


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        pytest.param(lambda: ["by number"], "something that is no match rule", id="no rule"),
        pytest.param(lambda: [SAME_NAME, SAME_NAME], 'a second match rule called "same name"', id="two of one name"),
        pytest.param(raises(ValueError("no rules")), "failed: ValueError: no rules", id="raises"),
    ],
)
async def test_given_wrong_match_rules_when_asked_then_it_is_a_plugin_error(rules: Callable[[], Any], sentence: str) -> None:
    with pytest.raises(PluginError, match=f"Plugin guard.*{sentence}"):
        await loaded(match_rules=rules).match_rules()


async def test_given_two_plugins_with_rules_of_one_name_when_asked_then_the_second_is_named() -> None:
    with pytest.raises(PluginError, match="Plugin project-matching brings a second match rule"):
        await load_plugins(extra={"another": SimpleNamespace(match_rules=lambda: [SAME_NAME])}).match_rules()


@pytest.mark.parametrize(
    ("of_line", "of_project"),
    [
        pytest.param(lambda line: line.po_number, lambda _: [], id="a field that does not exist"),
        pytest.param(lambda _: 7, lambda _: [], id="a key that is no text"),
        pytest.param(lambda _: "", lambda project: project.no, id="a text where a list belongs"),
        pytest.param(lambda _: "", lambda _: [7], id="a number among the keys"),
        pytest.param(lambda _: "", lambda _: None, id="nothing where a list belongs"),
    ],
)
async def test_given_a_rule_whose_functions_fail_when_matching_then_it_is_a_plugin_error_with_rule_and_plugin(
    of_line: Callable[..., Any], of_project: Callable[..., Any]
) -> None:
    rules = await loaded(match_rules=lambda: [MatchRule("number", 0, of_line, of_project)]).match_rules()
    snapshot = snapshot_of([found := document(line(1))])

    with pytest.raises(PluginError, match='Plugin guard failed in its match rule "number"'):
        Matcher(rules, {1: project(1, "Pitch")}, bindings={}).match(snapshot.facts_of(found, found.lines[0]), is_sale=False)


async def test_given_a_rule_that_has_no_key_for_a_line_when_matching_then_none_will_do() -> None:
    found = document(line(1))

    (rule,) = await loaded(match_rules=lambda: [MatchRule("number", 0, lambda _: None, lambda _: ())]).match_rules()

    assert rule.of_line(snapshot_of([]).facts_of(found, found.lines[0])) == ""


async def test_given_what_a_plugin_remembers_when_it_decides_then_it_comes_back_as_an_action() -> None:
    note = Remember(name="seen", value="1", reason="For the next check.")

    assert await loaded(decide=lambda: [note]).decide("guard", snapshot_of([]), NoSettings()) == (note,)
