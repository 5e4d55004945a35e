"""Every hook a plugin can implement. Each docstring is the contract.

All but `deliver` are plain functions: called in one worker thread, one plugin at a time, each with ten seconds. An `async def` there, a
plain `deliver`, a wrapper, or a hook under another name stops the start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pluggy
from pydantic import BaseModel, ConfigDict

from xero_sync.domain.actions import Action
from xero_sync.domain.match import MatchRule
from xero_sync.domain.outcomes import Outcome
from xero_sync.domain.snapshot import Snapshot

NAMESPACE = "xero_sync"
hookspec = pluggy.HookspecMarker(NAMESPACE)
hookimpl = pluggy.HookimplMarker(NAMESPACE)


class NoSettings(BaseModel):
    """For plugins that have nothing to set."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class PluginDescription:
    """What a plugin is: the name people see, its settings, and the lists it needs read."""

    title: str
    settings: type[BaseModel] = NoSettings
    needs: frozenset[str] = field(default=frozenset())


@hookspec
def plugin() -> PluginDescription:  # type: ignore[empty-body]  # a specification has no body
    """Say what you are. Static: asked once, at the start.

    Returns a description: `title` in people's words, `settings` a pydantic model with a default for everything (people set it under your
    name in `plugins` of their connection), `needs` the lists you look at beyond documents, projects and options: "objects".
    Since: 0.1
    """


@hookspec
def match_rules() -> Sequence[MatchRule]:
    """Give rules that say which line belongs to which project.

    A rule is two pure functions; equal keys match. The core joins them in linear time, finds twins, and looks again at the right documents
    when a project changes. Lower `rank` is asked first; two different projects within one rank are a question to people.
    Names are unique among all plugins. `of_line` answers one key or "" for none, `of_project` a list of keys. Both are called once for every
    line and project, outside the worker thread and without a time limit: keep them short.
    Raises: anything, in the functions too; matching is then unknown for this pass. Nothing is written, detached or asked, and one card says so.
    Since: 0.1
    """
    return ()


@hookspec
def decide(snapshot: Snapshot, settings: BaseModel) -> Sequence[Action]:  # noqa: ARG001 a specification has no body
    """Say what should be written or asked, given what both systems hold now.

    Pure: called again with an equal snapshot (preview, replay) it must answer the same.

    snapshot: the work set of documents and the small lists whole; `taken_at` is UTC; money is Decimal, net, in document currency.
        `snapshot.results_of(document)` says where each line belongs, None where that is unknown.
    settings: your own model, already validated.
    Returns Actions in any order; empty means nothing to do. Questions about lists (`ground="lists"`) are asked again in every pass for as
        long as they hold: one that is asked no longer is closed.
    Raises: anything. Your result is then *unknown*, not empty: you might have held something. So nothing of any plugin is written or asked
        in this pass, and one card names you.
    Since: 0.1
    """
    return ()


@hookspec
async def deliver(outcome: Outcome) -> None:
    """Carry an outcome elsewhere: mail, another chat.

    Called from an outbox after the outcome is stored, at least once, with ten seconds. When it raises it is tried again after 1, 5, 15 and
    60 minutes.
    Since: 0.1
    """
