"""Find, load and call plugins: one at a time, in one worker thread, each with ten seconds."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, partial
from importlib.metadata import EntryPoints, entry_points
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from types import ModuleType
from typing import Any, TypeVar

import pluggy
from pydantic import BaseModel, TypeAdapter, ValidationError

from xero_sync import hookspecs
from xero_sync.domain import scoro
from xero_sync.domain.actions import Action
from xero_sync.domain.match import LineFacts, MatchRule
from xero_sync.domain.outcomes import Outcome
from xero_sync.domain.snapshot import Snapshot
from xero_sync.errors import ConfigError, PluginError
from xero_sync.hookspecs import NAMESPACE, PluginDescription

LIMIT_SECONDS = 10.0
_PREFIX = "xero_sync_"
_PLAIN_HOOKS = ("plugin", "match_rules", "decide")
_ACTIONS: TypeAdapter[tuple[Action, ...]] = TypeAdapter(tuple[Action, ...])
Given = TypeVar("Given")


def plugin_name(word: str) -> str:
    """The one spelling of a plugin's name: `budget_guard` and `xero_sync_budget_guard` are `budget-guard`."""
    return word.strip().removeprefix(_PREFIX).removeprefix("xero-sync-").replace("_", "-").lower()


@dataclass(frozen=True)
class LoadedPlugin:
    name: str
    description: PluginDescription
    module: object
    origin: str


class _Raised(Exception):
    """The work raised `error`. In a shell, because a StopIteration never comes out of a future and a SystemExit would end the bot."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(error)
        self.error = error


class _Worker:
    """One thread that does one piece of work after the other. It does not keep the process alive: a piece may never end."""

    def __init__(self) -> None:
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread: Thread | None = None

    def do(self, function: Callable[[], Given]) -> asyncio.Future[Given]:
        """What the function gives; raises _Raised."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Given] = loop.create_future()

        def work() -> None:
            try:
                answer = function()
            except BaseException as error:  # noqa: BLE001 whatever a stranger's code raises is told, and ends nothing else
                tell = partial(_fail, future, error)
            else:
                tell = partial(_answer, future, answer)
            with suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits any more
                loop.call_soon_threadsafe(tell)

        if self._thread is None:
            self._thread = Thread(target=self._run, name="plugins", daemon=True)
            self._thread.start()
        self._work.put(work)
        return future

    def close(self) -> None:
        """Let the thread end after what it is doing."""
        self._work.put(None)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work()


def _answer(future: asyncio.Future[Given], answer: Given) -> None:
    if not future.done():
        future.set_result(answer)


def _fail(future: asyncio.Future[Given], error: BaseException) -> None:
    if not future.done():
        future.set_exception(_Raised(error))


@dataclass
class Plugins:
    """The loaded plugins. Order is by name and never decides anything about money.

    disabled: names that were left out on purpose; their settings may stay where they are.
    """

    loaded: tuple[LoadedPlugin, ...]
    disabled: frozenset[str] = frozenset()
    _worker: _Worker = field(default_factory=_Worker, repr=False)
    _asked: str = field(default="", repr=False)
    """Whose match rule was asked last: the one that does not answer."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(entry.name for entry in self.loaded)

    def needs(self) -> frozenset[str]:
        return frozenset(need for entry in self.loaded for need in entry.description.needs)

    def settings_of(self, given: Mapping[str, Mapping[str, object]]) -> dict[str, BaseModel]:
        """Every plugin's validated settings. Raises ConfigError naming plugin, setting and fix."""
        unknown = {plugin_name(name) for name in given} - set(self.names) - self.disabled
        if unknown:
            raise ConfigError(f'There are settings for a plugin that is not loaded: "{min(unknown)}". Remove them or install it.')
        by_name = {plugin_name(name): values for name, values in given.items()}
        found = {}
        for entry in self.loaded:
            try:
                found[entry.name] = entry.description.settings.model_validate(dict(by_name.get(entry.name, {})))
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(str(part) for part in first["loc"])
                raise ConfigError(f'Plugin {entry.name}: setting "{where}" is wrong: {first["msg"]}.') from None
        return found

    async def match_rules(self) -> list[MatchRule]:
        """All rules of all plugins. Raises PluginError for the first plugin that fails: matching is then unknown.

        The rules' own functions raise PluginError too, whatever goes wrong in them.
        """
        rules: list[MatchRule] = []
        for entry in self.loaded:
            given = await self._call(entry, "match_rules")
            if not all(isinstance(rule, MatchRule) for rule in given):
                raise PluginError(f"Plugin {entry.name} gave something that is no match rule.", plugin=entry.name, hook="match_rules")
            for rule in given:
                if any(other.name == rule.name for other in rules):
                    message = f'Plugin {entry.name} brings a second match rule called "{rule.name}". Each needs its own name.'
                    raise PluginError(message, plugin=entry.name, hook="match_rules")
                rules.append(_guarded(entry.name, rule, self._note_asked))
        return rules

    async def judge(self, by_rules: Callable[[], Given]) -> Given:
        """What this function says, which asks match rules. Raises PluginError where one raises, or where all of it takes too long."""
        try:
            return await self._in_time(by_rules)
        except TimeoutError:
            message = f"Plugin {self._asked} took over {LIMIT_SECONDS:.0f} seconds in its match rules."
            raise PluginError(message, plugin=self._asked, hook="match_rules") from None
        except _Raised as raised:
            raise raised.error from None

    async def decide(self, name: str, snapshot: Snapshot, settings: BaseModel) -> tuple[Action, ...]:
        """What one plugin wants done. Raises PluginError where it raises, takes too long, or answers with something that is no Action."""
        given = await self._call(self._named(name), "decide", snapshot=snapshot, settings=settings)
        try:
            return _ACTIONS.validate_python(given)
        except ValidationError:
            raise PluginError(f"Plugin {name} gave something that is no action.", plugin=name, hook="decide") from None

    async def deliver(self, name: str, outcome: Outcome) -> None:
        """Hand one outcome to one plugin. Raises PluginError where it raises or takes too long."""
        hook = getattr(self._named(name).module, "deliver", None)
        if hook is None:
            return
        try:
            await asyncio.wait_for(hook(outcome), LIMIT_SECONDS)
        except Exception as error:
            raise PluginError(f"Plugin {name} could not deliver: {type(error).__name__}.", plugin=name, hook="deliver") from error

    def delivers(self) -> tuple[str, ...]:
        return tuple(entry.name for entry in self.loaded if hasattr(entry.module, "deliver"))

    def close(self) -> None:
        self._worker.close()

    def _note_asked(self, name: str) -> None:
        self._asked = name

    def _named(self, name: str) -> LoadedPlugin:
        return next(entry for entry in self.loaded if entry.name == name)

    async def _call(self, entry: LoadedPlugin, hook: str, **arguments: object) -> tuple[Any, ...]:
        """What the plugin's hook lists, nothing where it has none. Raises PluginError, whatever goes wrong in it."""
        function: Callable[..., Iterable[Any]] | None = getattr(entry.module, hook, None)
        if function is None:
            return ()
        wanted = {name: value for name, value in arguments.items() if name in inspect.signature(function).parameters}
        # A generator runs only when its answer is taken out of it, so that belongs in the thread as well.
        try:
            return await self._in_time(lambda: tuple(function(**wanted)))
        except TimeoutError:
            raise PluginError(f"Plugin {entry.name} took over {LIMIT_SECONDS:.0f} seconds.", plugin=entry.name, hook=hook) from None
        except _Raised as raised:
            raise PluginError(f"Plugin {entry.name} failed: {_told(raised.error)}", plugin=entry.name, hook=hook) from raised.error

    async def _in_time(self, function: Callable[[], Given]) -> Given:
        """What the function gives, in the worker's thread. Raises _Raised, or TimeoutError after ten seconds."""
        try:
            return await asyncio.wait_for(self._worker.do(function), LIMIT_SECONDS)
        except TimeoutError:
            # The thread cannot be ended; a new one takes over so that one endless plugin does not hold up the others.
            self._worker.close()
            self._worker = _Worker()
            raise


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error)[:200]}"


def _guarded(plugin: str, rule: MatchRule, note_asked: Callable[[str], None]) -> MatchRule:
    """The rule, whose functions answer with keys or raise PluginError."""

    def failed(error: BaseException) -> PluginError:
        return PluginError(f'Plugin {plugin} failed in its match rule "{rule.name}": {_told(error)}', plugin=plugin, hook="match_rules")

    def of_line(line: LineFacts) -> str:
        note_asked(plugin)
        try:
            return _checked_key(rule.of_line(line))
        except Exception as error:
            raise failed(error) from error

    def of_project(project: scoro.Project) -> Sequence[str]:
        note_asked(plugin)
        try:
            keys = rule.of_project(project)
            if isinstance(keys, str):
                raise TypeError("of_project must list its keys; a plain text would count as one key per letter")
            return tuple(map(_checked_key, keys))
        except Exception as error:
            raise failed(error) from error

    return replace(rule, of_line=of_line, of_project=of_project)


def _checked_key(key: object) -> str:
    if key is None:
        return ""
    if not isinstance(key, str):
        raise TypeError(f"a key must be a text, not {type(key).__name__}")
    return key


def load_plugins(*, folder: Path | None = None, disabled: Iterable[str] = (), extra: Mapping[str, object] | None = None) -> Plugins:
    """Every plugin that is installed (entry point group `xero_sync`) or lies in the folder as `xero_sync_*`, less the disabled ones.

    An installed one wins over a folder one of the same name. extra: plugins by name for tests. Raises ConfigError where the folder is
    missing, and, naming the plugin, where one does not import or has a hook that does not exist or cannot be called.
    """
    if folder and not folder.is_dir():
        # Going on without it would go on without the plugin that might hold something.
        raise ConfigError(f"The plugin folder {folder} does not exist. Create it, or correct XERO_SYNC_PLUGINS_DIR.")
    skipped = frozenset(map(plugin_name, disabled))
    found: dict[str, tuple[object, str]] = {}
    for point in _installed():
        name = plugin_name(point.name)
        if name not in skipped:
            found[name] = (_import(name, point.load), "installed")
    for path in sorted(folder.glob(f"{_PREFIX}*")) if folder else ():
        is_module = path.name.isidentifier() if path.is_dir() else path.suffix == ".py"
        name = plugin_name(path.stem)
        if is_module and name not in skipped and name not in found:
            found[name] = (_import(name, partial(_import_file, path)), str(path))
    for given_name, given in (extra or {}).items():
        if plugin_name(given_name) not in skipped:
            found[plugin_name(given_name)] = (given, "given")
    return Plugins(tuple(_checked(name, module, origin) for name, (module, origin) in sorted(found.items())), skipped)


@cache
def _installed() -> EntryPoints:
    """What was installed when this process began: looking for it reads the folder of every installed package."""
    return entry_points(group=NAMESPACE)


def _checked(name: str, module: object, origin: str) -> LoadedPlugin:
    registry = pluggy.PluginManager(NAMESPACE)
    registry.add_hookspecs(hookspecs)
    try:
        registry.register(module, name)
        registry.check_pending()
    except pluggy.PluginValidationError as error:
        raise ConfigError(
            f"Plugin {name} has a hook that does not exist or takes other arguments: {error}. Correct it or disable the plugin."
        ) from error
    if problem := _how_it_cannot_be_called(module, registry):
        raise ConfigError(f"Plugin {name}: {problem} Correct it or disable the plugin.")
    describe = getattr(module, "plugin", None)
    try:
        description = describe() if describe else PluginDescription(name)
    except Exception as error:
        raise ConfigError(f"Plugin {name} could not describe itself: {type(error).__name__}: {error}. Correct it or disable it.") from error
    if not isinstance(description, PluginDescription):
        raise ConfigError(f"Plugin {name}: plugin() must return a PluginDescription.")
    return LoadedPlugin(name, description, module, origin)


def _how_it_cannot_be_called(module: object, registry: pluggy.PluginManager) -> str:
    """ "" for hooks as they should be, else one sentence."""
    for hook in _PLAIN_HOOKS:
        function = getattr(module, hook, None)
        if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
            return f"{hook} must be a plain function, not async."
    if (deliver := getattr(module, "deliver", None)) and not inspect.iscoroutinefunction(deliver):
        return "deliver must be an async function."
    for caller in registry.get_hookcallers(module) or ():
        for implementation in caller.get_hookimpls():
            if implementation.hookwrapper or implementation.wrapper:
                return f"{caller.name} is a wrapper, which is not allowed."
            if getattr(module, caller.name, None) != implementation.function:
                return f"{caller.name} must be a function of that very name."
    return ""


def _import(name: str, load: Callable[[], object]) -> object:
    try:
        return load()
    except (Exception, SystemExit) as error:
        raise ConfigError(
            f"Plugin {name} could not be loaded: {type(error).__name__}: {error}. "
            f"Mend it, or set XERO_SYNC_DISABLED_PLUGINS={name} to start without it."
        ) from error


def _import_file(path: Path) -> ModuleType:
    source = path / "__init__.py" if path.is_dir() else path
    spec = importlib.util.spec_from_file_location(path.stem, source, submodule_search_locations=[str(path)] if path.is_dir() else None)
    if spec is None or spec.loader is None:
        raise ImportError(f"{source.name} is no Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        # Half a module must not be found by the next import.
        del sys.modules[path.stem]
        raise
    return module
