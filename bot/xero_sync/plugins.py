"""Find, load and call plugins: one at a time, in one worker thread, each with ten seconds."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import pluggy
from pydantic import BaseModel, TypeAdapter, ValidationError

from xero_sync import hookspecs
from xero_sync.domain.actions import Action
from xero_sync.domain.match import MatchRule
from xero_sync.domain.outcomes import Outcome
from xero_sync.domain.snapshot import Snapshot
from xero_sync.errors import ConfigError, PluginError
from xero_sync.hookspecs import NAMESPACE, PluginDescription

LIMIT_SECONDS = 10.0
_PREFIX = "xero_sync_"
_PLAIN_HOOKS = ("plugin", "match_rules", "decide")
_ACTIONS: TypeAdapter[tuple[Action, ...]] = TypeAdapter(tuple[Action, ...])
Answer = TypeVar("Answer")


def plugin_name(word: str) -> str:
    """The one spelling of a plugin's name: `document_attach` and `xero_sync_document_attach` are `document-attach`."""
    return word.strip().removeprefix(_PREFIX).removeprefix("xero-sync-").replace("_", "-").lower()


@dataclass(frozen=True)
class LoadedPlugin:
    name: str
    description: PluginDescription
    module: object
    origin: str


@dataclass
class Plugins:
    """The loaded plugins. Order is by name and never decides anything about money."""

    loaded: tuple[LoadedPlugin, ...]
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="plugins"), repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(entry.name for entry in self.loaded)

    def needs(self) -> frozenset[str]:
        return frozenset(need for entry in self.loaded for need in entry.description.needs)

    def settings_of(self, given: Mapping[str, Mapping[str, object]]) -> dict[str, BaseModel]:
        """Every plugin's validated settings. Raises ConfigError naming plugin, setting and fix."""
        unknown = {plugin_name(name) for name in given} - set(self.names)
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
        """All rules of all plugins. Raises PluginError for the first plugin that fails: matching is then unknown."""
        rules: list[MatchRule] = []
        for entry in self.loaded:
            given = await self._call(entry, "match_rules", ())
            if not isinstance(given, Sequence) or not all(isinstance(rule, MatchRule) for rule in given):
                raise PluginError(f"Plugin {entry.name} gave something that is no match rule.", plugin=entry.name, hook="match_rules")
            rules.extend(given)
        return rules

    async def decide(self, name: str, snapshot: Snapshot, settings: BaseModel) -> tuple[Action, ...]:
        """What one plugin wants done. Raises PluginError where it raises, takes too long, or answers with something that is no Action."""
        entry = next(entry for entry in self.loaded if entry.name == name)
        given = await self._call(entry, "decide", (), snapshot=snapshot, settings=settings)
        try:
            return _ACTIONS.validate_python(tuple(given))
        except (ValidationError, TypeError):
            raise PluginError(f"Plugin {name} gave something that is no action.", plugin=name, hook="decide") from None

    async def deliver(self, name: str, outcome: Outcome) -> None:
        """Hand one outcome to one plugin. Raises PluginError where it raises or takes too long."""
        entry = next(entry for entry in self.loaded if entry.name == name)
        hook = getattr(entry.module, "deliver", None)
        if hook is None:
            return
        try:
            await asyncio.wait_for(hook(outcome), LIMIT_SECONDS)
        except Exception as error:
            raise PluginError(f"Plugin {name} could not deliver: {type(error).__name__}.", plugin=name, hook="deliver") from error

    def delivers(self) -> tuple[str, ...]:
        return tuple(entry.name for entry in self.loaded if hasattr(entry.module, "deliver"))

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _call(self, entry: LoadedPlugin, hook: str, nothing: Answer, **arguments: object) -> Any:
        function: Callable[..., Any] | None = getattr(entry.module, hook, None)
        if function is None:
            return nothing
        wanted = {name: value for name, value in arguments.items() if name in inspect.signature(function).parameters}
        work = asyncio.get_running_loop().run_in_executor(self._thread, lambda: function(**wanted))
        try:
            return await asyncio.wait_for(asyncio.shield(work), LIMIT_SECONDS)
        except TimeoutError:
            # The thread cannot be ended; a new one takes over so that one endless plugin does not hold up the others.
            self._thread.shutdown(wait=False, cancel_futures=True)
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="plugins")
            raise PluginError(f"Plugin {entry.name} took over {LIMIT_SECONDS:.0f} seconds.", plugin=entry.name, hook=hook) from None
        except Exception as error:
            raise PluginError(
                f"Plugin {entry.name} failed: {type(error).__name__}: {str(error)[:200]}", plugin=entry.name, hook=hook
            ) from error


def load_plugins(*, folder: Path | None = None, disabled: Iterable[str] = (), extra: Mapping[str, object] | None = None) -> Plugins:
    """Every plugin that is installed (entry point group `xero_sync`) or lies in the folder as `xero_sync_*`, less the disabled ones.

    An installed one wins over a folder one of the same name. extra: plugins by name for tests. Raises ConfigError, naming the plugin, where one does
    not import, implements a hook that does not exist, or writes one as `async def`.
    """
    skipped = {plugin_name(name) for name in disabled}
    found: dict[str, tuple[object, str]] = {}
    for point in entry_points(group=NAMESPACE):
        name = plugin_name(point.name)
        if name not in skipped:
            found[name] = (_import(name, point.load), "installed")
    for path in sorted(folder.glob(f"{_PREFIX}*")) if folder else ():
        name = plugin_name(path.stem)
        if name not in skipped and name not in found:
            found[name] = (_import(name, partial(_import_file, path)), str(path))
    for given_name, given in (extra or {}).items():
        if plugin_name(given_name) not in skipped:
            found[plugin_name(given_name)] = (given, "given")
    return Plugins(tuple(_checked(name, module, origin) for name, (module, origin) in sorted(found.items())))


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
    for hook in _PLAIN_HOOKS:
        if (function := getattr(module, hook, None)) and inspect.iscoroutinefunction(function):
            raise ConfigError(f"Plugin {name}: {hook} must be a plain function, not async. Correct it or disable the plugin.")
    for caller in registry.get_hookcallers(module) or ():
        if any(implementation.hookwrapper or implementation.wrapper for implementation in caller.get_hookimpls()):
            raise ConfigError(f"Plugin {name}: {caller.name} is a wrapper, which is not allowed. Correct it or disable the plugin.")
    describe = getattr(module, "plugin", None)
    try:
        description = describe() if describe else PluginDescription(name)
    except Exception as error:
        raise ConfigError(f"Plugin {name} could not describe itself: {type(error).__name__}: {error}. Correct it or disable it.") from error
    if not isinstance(description, PluginDescription):
        raise ConfigError(f"Plugin {name}: plugin() must return a PluginDescription.")
    return LoadedPlugin(name, description, module, origin)


def _import(name: str, load: Callable[[], object]) -> object:
    try:
        return load()
    except Exception as error:
        raise ConfigError(
            f"Plugin {name} could not be loaded: {type(error).__name__}: {error}. Mend it, or set XERO_SYNC_DISABLED_PLUGINS={name} to start without it."
        ) from error


def _import_file(path: Path) -> ModuleType:
    source = path / "__init__.py" if path.is_dir() else path
    spec = importlib.util.spec_from_file_location(path.stem, source, submodule_search_locations=[str(path)] if path.is_dir() else None)
    if spec is None or spec.loader is None:
        raise ImportError(f"{source.name} is no Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module
