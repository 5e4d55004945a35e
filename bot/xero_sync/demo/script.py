"""The demo: the whole story on stand-ins over real sockets, with every fact that is printed read back from their books."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import uvloop
from rich.console import Console

from xero_sync.clock import SystemClock
from xero_sync.demo.agency import Agency
from xero_sync.demo.books import Books
from xero_sync.demo.checker import Checked, Checker, Claim
from xero_sync.demo.process import BotProcess, cancel_on_signals, services_of
from xero_sync.demo.sabotage import break_something
from xero_sync.demo.story import STORY, NeverHappened, Stage
from xero_sync.demo.telling import Teller
from xero_sync.testing.standins.slack import CannotDo

INTERRUPTED = 130


def play(*, as_json: bool, sabotage: str | None) -> int:
    """Play the story and give the exit code: 0 where every fact held, 1 where one differs, 130 where it was stopped.

    as_json: one object instead of the story. sabotage: break this in the services, so that a fact differs.
    """
    console = None if as_json else Console(highlight=False)
    teller = Teller(console)
    try:
        counts, failed, checks = uvloop.run(_play(teller, sabotage))
    except (KeyboardInterrupt, asyncio.CancelledError):
        print("Stopped. Everything the demo had started has ended.", file=sys.stderr)
        return INTERRUPTED
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if as_json:
        print(json.dumps({"steps": teller.steps, "checks": checks, "failed": len(failed), "counts": counts}, ensure_ascii=False, indent=2))
    teller.end(_verdict(failed, checks), is_good=not failed)
    return 1 if failed else 0


async def _play(teller: Teller, sabotage: str | None) -> tuple[dict[str, Any], list[Checked], int]:
    cancel_on_signals()
    async with on_stage(teller) as stage:
        if sabotage:
            break_something(stage.agency, sabotage)
        try:
            await _tell(stage)
        except asyncio.CancelledError:
            # Cleaning up takes a few seconds at most: a second Ctrl-C must not leave the bot behind.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            raise
        return _counts(stage), stage.checker.failed, len(stage.checker.checked)


async def _tell(stage: Stage) -> None:
    """Step by step, up to the first in which a fact differs: what follows rests on it."""
    for step in STORY:
        stage.teller.begin(step.title)
        try:
            await step.play(stage)
        except (NeverHappened, CannotDo) as missing:
            stage.check(Claim("the story goes on", partial(str, missing)))
        if stage.checker.failed:
            return


@asynccontextmanager
async def on_stage(teller: Teller) -> AsyncIterator[Stage]:
    """The services on their sockets, and a bot that is not started yet. At the end the bot has ended and its folder is gone."""
    agency = Agency(now=SystemClock().now)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="xero-sync-demo-")))
        urls = await stack.enter_async_context(services_of(agency))
        bot = BotProcess(folder, agency, urls)
        stack.push_async_callback(bot.stop)
        yield Stage(agency, bot, Checker(Books(agency.xero, agency.scoro, agency.belongs), agency.slack), teller)


def _counts(stage: Stage) -> dict[str, Any]:
    """The figures of the books at the end."""
    standing = stage.checker.books.standing()
    return {
        "documents": standing["checked"].documents,
        "on_projects": standing["on projects"].documents,
        "waiting": standing["waiting"].documents,
        "no_project_needed": standing["no project needed"].documents,
        "net_on_projects": str(standing["on projects"].net),
        "net_waiting": str(standing["waiting"].net),
        "net_checked": str(standing["checked"].net),
        "projects": len(stage.agency.scoro.projects),
        "options": len(stage.agency.xero.options("Project")),
        "writes_to_xero": len(stage.agency.xero.writes),
        "writes_to_scoro": len(stage.agency.scoro.writes),
        "messages": len(stage.agency.slack.cards()),
    }


def _verdict(failed: list[Checked], checks: int) -> str:
    if not failed:
        return f"All {checks} facts hold in the books of Xero, Scoro and Slack."
    first = failed[0]
    many = "One fact differs" if len(failed) == 1 else f"{len(failed)} of {checks} facts differ, the first"
    return f"{many} in “{first.step}”: “{first.said}” is not so. {first.difference}"
