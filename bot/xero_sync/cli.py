"""The command line: the same words as in Slack. Ends with 0 where it worked, 1 where a check failed, 2 where a setting has to be corrected."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import Annotated

import typer

from xero_sync import log
from xero_sync.clock import SystemClock
from xero_sync.errors import XeroSyncError

app = typer.Typer(name="xero-sync", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def run() -> None:
    """Run the bot until it is stopped."""
    from xero_sync.house import open_house
    from xero_sync.settings import check_complete, read_settings

    settings = read_settings()
    check_complete(settings)
    log.configure(level=settings.log_level, as_json=settings.log_json)

    async def until_stopped() -> None:
        stop = asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
        async with open_house(settings, clock=SystemClock()) as house:
            await house.run_until_stopped(stop)

    asyncio.run(until_stopped())


@app.command()
def demo(
    script: Annotated[bool, typer.Option("--script", help="Play the story and end")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="End with counts as JSON")] = False,
    sabotage: Annotated[str | None, typer.Option(help="Break one thing, to see that it is noticed")] = None,
) -> None:
    """Play the whole story on stand-ins of Xero, Scoro and Slack."""
    from xero_sync.demo.script import play

    raise typer.Exit(play(script=script, as_json=as_json, sabotage=sabotage))


def main() -> int:
    """Run one command; the exit code."""
    try:
        code = app(standalone_mode=False)
    except XeroSyncError as error:
        sys.stderr.write(f"{error.message}\n")
        return 2
    except typer.Exit as ended:
        return ended.exit_code
    except typer.Abort:
        return 1
    return code if isinstance(code, int) else 0
