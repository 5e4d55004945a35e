"""The command line: the same words as in Slack. Ends with 0 where it worked, 1 where a check failed, 2 where something has to be corrected."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer
import uvloop

from xero_sync import log
from xero_sync.clock import SystemClock
from xero_sync.errors import ConfigError, XeroSyncError

WORKED, FAILED, TO_BE_CORRECTED = 0, 1, 2

app = typer.Typer(name="xero-sync", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Named = Annotated[list[str], typer.Argument(help="Its number or Xero's id; where several have the number, the name behind it.")]


@app.command()
def run() -> None:
    """Run the bot until it is stopped. It brings the database up to date first."""
    from xero_sync.cli.asking import when_told_to_stop
    from xero_sync.house import open_house
    from xero_sync.settings import check_complete, check_disk, read_settings

    settings = read_settings()
    check_complete(settings)
    check_disk(settings)
    log.configure(level=settings.log_level, as_json=settings.log_json)

    async def until_stopped() -> None:
        stop = asyncio.Event()
        with when_told_to_stop(stop.set):
            async with open_house(settings, clock=SystemClock()) as house:
                await house.run_until_stopped(stop)

    uvloop.run(until_stopped())


@app.command()
def demo(
    script: Annotated[bool, typer.Option("--script", help="Play a story on the terminal instead, and check it in the books.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --script: print JSON.")] = False,
    sabotage: Annotated[str | None, typer.Option(metavar="WORD", help="With --script: break one thing, to see that it is noticed.")] = None,
    is_new: Annotated[bool | None, typer.Option("--new/--continue", help="Begin anew, or go on where the last demo ended.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The page's port; 0 takes a free one.")] = 8470,
    host: Annotated[str, typer.Option(help="The page's address. Another than this machine's own lets others press, too.")] = "127.0.0.1",
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in your browser.")] = True,
) -> None:
    """Try the bot in a browser, without an account, on stand-ins of Xero, Scoro and Slack."""
    if script:
        from xero_sync.demo.script import play

        raise typer.Exit(play(as_json=as_json, sabotage=sabotage))
    if as_json or sabotage:
        raise ConfigError("--json and --sabotage belong to the story: add --script.")
    from xero_sync.demo.page.main import default_folder, open_page

    open_page(host=host, port=port, is_new=is_new, opens_browser=browser, folder=default_folder())


@app.command()
def check(as_json: AsJson = False) -> None:
    """Show the settings in force and where each came from, and ask Xero, Scoro and Slack whether they let the bot in."""
    from xero_sync.cli.checking import check_everything
    from xero_sync.cli.showing import say, say_json
    from xero_sync.reports.check import check_lines
    from xero_sync.settings import read_settings

    log.configure(level="ERROR")
    report = uvloop.run(check_everything(read_settings(), clock=SystemClock()))
    if as_json:
        say_json(report)
    else:
        say(*check_lines(report))
    raise typer.Exit(WORKED if report.is_well else FAILED)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Show how the connection stands: what is on projects, what waits, when it looks again."""
    from xero_sync.cli.asking import read_status
    from xero_sync.cli.showing import say_hint, say_json, say_message
    from xero_sync.settings import read_settings
    from xero_sync.slack.cards import status_message

    log.configure(level="ERROR")
    report = uvloop.run(read_status(read_settings(), clock=SystemClock()))
    if as_json:
        say_json(report)
    else:
        say_message(status_message(report))
        say_hint(sees_amounts=report.sees_amounts)


@app.command()
def waiting(
    ask_oldest: Annotated[bool, typer.Option("--ask", help="Have the card posted of the oldest question that has none.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what waits, oldest first, with the reason."""
    from xero_sync.cli.asking import read_waiting
    from xero_sync.cli.showing import say_hint, say_json, say_message
    from xero_sync.loop.inbox import ASK
    from xero_sync.settings import read_settings
    from xero_sync.slack.cards import waiting_message

    if ask_oldest:
        _ask_and_say(ASK, as_json=as_json)
    log.configure(level="ERROR")
    report = uvloop.run(read_waiting(read_settings(), clock=SystemClock()))
    if as_json:
        say_json(report)
    else:
        say_message(waiting_message(report))
        say_hint(sees_amounts=report.sees_amounts)


@app.command()
def why(
    document: Named,
    as_json: AsJson = False,
) -> None:
    """Explain line by line why a document stands where it stands."""
    from xero_sync.cli.asking import read_why
    from xero_sync.cli.showing import say_hint, say_json, say_message
    from xero_sync.settings import read_settings
    from xero_sync.slack.cards import why_message

    log.configure(level="ERROR")
    report = uvloop.run(read_why(read_settings(), " ".join(document), clock=SystemClock()))
    if as_json:
        say_json(report)
    else:
        say_message(why_message(report))
        say_hint(sees_amounts=report.sees_amounts)
    raise typer.Exit(WORKED if report.document or not report.sees_amounts else FAILED)


@app.command()
def history(
    day: Annotated[list[str] | None, typer.Argument(help="One day: 2026-11-24, 24 Nov, yesterday or today.")] = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """Show what was done in the last 14 days, or every write of one day."""
    from xero_sync.cli.asking import read_history
    from xero_sync.cli.showing import say_csv, say_hint, say_json, say_message
    from xero_sync.reports.history import DayReport, day_rows, history_rows
    from xero_sync.settings import read_settings
    from xero_sync.slack.cards import day_message, history_message

    log.configure(level="ERROR")
    report = uvloop.run(read_history(read_settings(), " ".join(day or ()), clock=SystemClock()))
    if as_json:
        say_json(report)
    elif as_csv:
        say_csv(day_rows(report) if isinstance(report, DayReport) else history_rows(report))
    else:
        say_message(day_message(report) if isinstance(report, DayReport) else history_message(report))
        say_hint(sees_amounts=report.sees_amounts)


@app.command()
def sync(
    preview: Annotated[bool, typer.Option("--preview", help="List what would be put where, and write nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Look at Xero and Scoro now instead of at the next check. A running bot is asked to; without one it is done here."""
    _ask_and_say(["sync", "--preview"] if preview else ["sync"], as_json=as_json)


@app.command()
def start(
    first_ten: Annotated[
        bool, typer.Option("--first-ten", help="Do ten writes, the largest first, and then ask whether to go on.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether it is meant.")] = False,
    as_json: AsJson = False,
) -> None:
    """End the rehearsal, or go on after the first ten: from then on documents are put on their projects."""
    from xero_sync.cli.showing import say_message
    from xero_sync.loop.inbox import START_FIRST_TEN
    from xero_sync.settings import read_settings
    from xero_sync.slack.cards import start_message

    read_settings()  # what is wrong in them is said before anything is asked
    if not yes:
        say_message(start_message())
        typer.confirm("End the rehearsal?", abort=True)
    _ask_and_say(START_FIRST_TEN if first_ten else ["start"], as_json=as_json)


@app.command()
def rehearse(as_json: AsJson = False) -> None:
    """Go back to the rehearsal: nothing is written any more until start."""
    from xero_sync.loop.inbox import REHEARSE

    _ask_and_say(REHEARSE, as_json=as_json)


@app.command()
def undo(
    document: Named, yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether it is meant.")] = False, as_json: AsJson = False
) -> None:
    """Put a document back to where it was before the last write for it, and on hold; a day (today, 24 Nov): everything of it."""
    from xero_sync.cli.asking import read_history
    from xero_sync.cli.showing import say_message
    from xero_sync.reports.history import DayReport
    from xero_sync.reports.words import names_a_day
    from xero_sync.settings import read_settings
    from xero_sync.slack.cards import undo_day_message

    settings = read_settings()
    named = " ".join(document)
    if names_a_day(named) and not yes:
        log.configure(level="ERROR")
        report = uvloop.run(read_history(settings, named, clock=SystemClock()))
        if isinstance(report, DayReport):
            say_message(undo_day_message(report.summary))
        typer.confirm("Undo everything of this day?", abort=True)
    _ask_and_say(["undo", *document], as_json=as_json)


@app.command()
def hold(document: Named, as_json: AsJson = False) -> None:
    """Leave a document where it is, and out of what would be written, until it is resumed."""
    _ask_and_say(["hold", *document], as_json=as_json)


@app.command()
def resume(document: Named, as_json: AsJson = False) -> None:
    """Lift a document's hold: it goes where Xero and earlier answers say."""
    _ask_and_say(["resume", *document], as_json=as_json)


def _ask_and_say(words: list[str], *, as_json: bool) -> NoReturn:
    """Have the bot do it, print its answer, and end with what came of it."""
    from xero_sync.cli.asking import ask
    from xero_sync.cli.showing import say_answer, waiting_shown
    from xero_sync.settings import read_settings

    log.configure(level="ERROR")
    settings = read_settings()
    with waiting_shown():
        answer = uvloop.run(ask(settings, words, as_json=as_json, clock=SystemClock()))
    say_answer(answer, as_json=as_json)
    raise typer.Exit(WORKED if answer.is_done else FAILED)


@app.command()
def plugins(as_json: AsJson = False) -> None:
    """List the plugins that are loaded and where each came from."""
    from xero_sync.cli.checking import loaded_plugins
    from xero_sync.cli.showing import say, say_json
    from xero_sync.settings import read_settings

    found = loaded_plugins(read_settings())
    if as_json:
        say_json(found)
    else:
        lines = [f"{entry.name} · {entry.title} · {entry.origin} · {', '.join(entry.hooks)}" for entry in found]
        say(*(lines or ["No plugin is loaded."]))


@app.command()
def migrate() -> None:
    """Bring the database up to date. `run` does so by itself."""
    from xero_sync.cli.asking import bring_up_to_date
    from xero_sync.cli.showing import say
    from xero_sync.settings import read_settings

    name = uvloop.run(bring_up_to_date(read_settings(), clock=SystemClock()))
    say(f"The database {name} is up to date.")


@app.command("help")
def show_help(context: typer.Context) -> None:
    """Show what can be typed."""
    from xero_sync.cli.showing import say

    if context.parent:
        say(context.parent.get_help())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command (None: the one of this process); the exit code. What went wrong is one sentence on standard error."""
    try:
        app(args=None if arguments is None else list(arguments))
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else FAILED
    except XeroSyncError as error:
        from xero_sync.cli.showing import complain

        complain(error.message)
        return TO_BE_CORRECTED
    return WORKED
