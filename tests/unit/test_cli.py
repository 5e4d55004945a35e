"""The command line: its words, what it prints, its exit codes, and one sentence for whatever is wrong. On stand-ins over real sockets."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import structlog
from rich.text import Text

from xero_sync.cli import main
from xero_sync.cli.asking import ask, terminal_person_id
from xero_sync.cli.showing import message_lines, say_csv
from xero_sync.clock import SystemClock
from xero_sync.demo.process import as_toml
from xero_sync.house import open_house
from xero_sync.loop.ports import Rendered
from xero_sync.loop.runner import work
from xero_sync.settings import read_settings
from xero_sync.slack.blocks import context, escape, link, section
from xero_sync.store.database import Database
from xero_sync.testing.standins.scoro import ScoroStandIn
from xero_sync.testing.standins.served import serve
from xero_sync.testing.standins.slack import SlackStandIn
from xero_sync.testing.standins.traffic import Fault
from xero_sync.testing.standins.xero import XeroStandIn, line

CHANNEL = "C_FINANCE"
ROLES = {"U_FINN": "controller", "U_ADA": "admin"}
SECRETS = ("ScoroAPI_0123456789abcde", "xoxb-standin", "xapp-standin")
TODAY = SystemClock().now().date()


@dataclass(frozen=True)
class Typed:
    """What a command ended with."""

    code: int
    out: str
    err: str

    @property
    def is_one_sentence(self) -> bool:
        """True where standard error has one line, no trace and no secret, and standard output nothing."""
        return (
            self.out == "" and self.err.count("\n") == 1 and "Traceback" not in self.err and not any(word in self.err for word in SECRETS)
        )


@dataclass
class Desk:
    """A terminal, and the services its settings lead to."""

    xero: XeroStandIn
    scoro: ScoroStandIn
    slack: SlackStandIn
    file: Path
    settings: dict[str, Any]
    capsys: pytest.CaptureFixture[str] = field(repr=False)

    async def types(self, *words: str) -> Typed:
        self.file.write_text(as_toml(self.settings), encoding="utf-8")
        self.capsys.readouterr()
        code = await asyncio.to_thread(main, words)
        printed = self.capsys.readouterr()
        return Typed(code, printed.out, printed.err)

    def changes(self, part: str, **values: object) -> None:
        self.settings[part] = {**self.settings[part], **values}

    def is_(self, role: str) -> None:
        """Give the person at this terminal a role."""
        self.changes("connection", people={**ROLES, terminal_person_id(): role})

    def has_a_bill(self, number: str = "B-1", net: int = 400, option: str = "Tidewater Launch") -> None:
        self.xero.approves_bill(number, "Delft Signs", [line(net, option=option)], date=TODAY.isoformat())
        self.scoro.copies_from(self.xero.documents.values())

    def on_project(self, name: str = "Tidewater Launch") -> list[int]:
        project_id = next(row["project_id"] for row in self.scoro.projects.values() if row["project_name"] == name)
        return sorted(int(entry.net) for entry in self.scoro.finances(project_id))


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No settings but those of a test, and the log of the tests afterwards."""
    for variable in list(os.environ):  # noqa: TID251 - only to empty it
        if variable.upper().startswith("XERO_SYNC_") or variable in ("DATABASE_URL", "PORT"):
            monkeypatch.delenv(variable)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XERO_SYNC_SETTINGS_FILE", str(tmp_path / "xero-sync.toml"))
    monkeypatch.setenv("COLUMNS", "100")
    log = structlog.get_config()
    yield
    structlog.configure(**log)


@pytest.fixture
async def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> AsyncIterator[Desk]:
    now = SystemClock().now
    xero, scoro, slack = XeroStandIn(now=now), ScoroStandIn(now=now), SlackStandIn(now=now)
    scoro.site("ferrowpike")
    slack.has_channel(CHANNEL, "finance")
    xero.has_category("Project")
    scoro.has_project("Tidewater Launch")
    xero.has_option("Tidewater Launch")
    async with AsyncExitStack() as stack:
        urls = {
            name: await stack.enter_async_context(serve(app))
            for name, app in (("xero", xero.app), ("scoro", scoro.app), ("slack", slack.app))
        }
        slack.base_url = urls["slack"]
        settings: dict[str, Any] = {
            "database_url": f"sqlite:///{tmp_path / 'books.db'}",
            "port": 0,
            "xero": {
                "client_id": xero.client_id,
                "client_secret": xero.client_secret,
                "api_url": urls["xero"],
                "token_url": f"{urls['xero']}/connect/token",
            },
            "scoro": {"site_url": urls["scoro"], "api_key": scoro.api_key, "entity": scoro.entity},
            "slack": {"bot_token": slack.bot_token, "app_token": slack.app_token, "api_url": f"{urls['slack']}/api/"},
            "connection": {"channel": CHANNEL, "people": ROLES, "time_zone": "Europe/London"},
        }
        yield Desk(xero, scoro, slack, tmp_path / "xero-sync.toml", settings, capsys)


# Reading the books.


async def test_given_a_bookkeeper_when_they_type_status_then_it_says_what_the_card_says(desk: Desk) -> None:
    desk.is_("bookkeeper")
    desk.has_a_bill()
    await desk.types("sync")

    typed = await desk.types("status")

    assert typed.code == 0
    assert typed.out.splitlines()[0].startswith("Ferrow & Pike Ltd ↔ Scoro") and "rehearsal, nothing is written" in typed.out
    assert "Waiting: £400.00 in 1 document" in typed.out


async def test_given_nobody_known_when_they_type_status_then_counts_alone_are_shown_and_how_to_see_more(desk: Desk) -> None:
    desk.has_a_bill()
    await desk.types("sync")

    typed = await desk.types("status")

    assert "£" not in typed.out and "1 document" in typed.out and terminal_person_id() in typed.out.splitlines()[-1]


async def test_given_status_as_json_when_typed_then_amounts_are_exact_and_the_log_is_apart(desk: Desk) -> None:
    desk.is_("controller")
    desk.has_a_bill()
    await desk.types("sync")

    typed = await desk.types("status", "--json")

    report = json.loads(typed.out)
    assert (report["state"], report["waiting_documents"], report["waiting_money"]) == (
        "rehearsal",
        1,
        [{"amount": "400.00", "currency": "GBP"}],
    )


async def test_given_a_waiting_bill_when_waiting_is_typed_then_it_stands_there_with_the_reason(desk: Desk) -> None:
    desk.is_("controller")
    desk.has_a_bill()
    await desk.types("sync")

    typed = await desk.types("waiting")

    assert typed.code == 0 and "Delft Signs, bill B-1" in typed.out and "Rehearsal: it is put on its project" in typed.out


async def test_given_an_unknown_person_when_waiting_is_typed_as_json_then_no_supplier_is_named(desk: Desk) -> None:
    desk.has_a_bill()
    await desk.types("sync")

    typed = await desk.types("waiting", "--json")

    assert (json.loads(typed.out)["count"], "Delft" in typed.out) == (1, False)


async def test_given_a_bill_when_why_is_typed_then_it_is_explained_in_words_and_as_json(desk: Desk) -> None:
    desk.is_("controller")
    desk.has_a_bill()
    await desk.types("sync")

    typed, as_json, unknown = await desk.types("why", "b-1"), await desk.types("why", "B-1", "--json"), await desk.types("why", "nothing")

    assert typed.code == 0 and "Delft Signs, bill B-1" in typed.out and "→ Waits. Rehearsal: it is put on its project" in typed.out
    assert json.loads(as_json.out)["document"]["lines"][0]["net"] == {"amount": "400.00", "currency": "GBP"}
    assert unknown.code == 1 and 'No document "nothing" has been read from Xero.' in unknown.out


async def test_given_an_unknown_person_when_why_is_typed_then_nothing_is_told_of_the_bill(desk: Desk) -> None:
    desk.has_a_bill()
    await desk.types("sync")

    typed = await desk.types("why", "B-1", "--json")

    assert json.loads(typed.out)["document"] is None and "Delft" not in typed.out


async def test_given_a_day_of_work_when_its_history_is_typed_then_it_stands_there_in_words_as_json_and_as_csv(desk: Desk) -> None:
    desk.is_("controller")
    desk.has_a_bill()
    await desk.types("start", "--yes")
    await desk.types("sync")

    days, day, unknown = await desk.types("history"), await desk.types("history", "today"), await desk.types("history", "soon")
    as_json, as_csv = await desk.types("history", "--json"), await desk.types("history", "today", "--csv")

    assert "• 1 document put on its project · £400.00 net" in days.out
    assert "Delft Signs, bill B-1: no project → Tidewater Launch · £400.00 net." in day.out
    assert json.loads(as_json.out)["days"][0]["done"] == [
        {"did": "put on projects", "count": 1, "money": [{"amount": "400.00", "currency": "GBP"}]}
    ]
    columns, row = csv.reader(as_csv.out.splitlines())
    assert dict(zip(columns, row, strict=True))["net"] == "400.00" and row[1:5] == ["put on projects", "Delft Signs", "bill", "B-1"]
    assert (unknown.code, unknown.is_one_sentence) == (2, True)


async def test_given_nobody_known_when_the_history_is_typed_as_csv_then_there_is_no_supplier_and_no_amount(desk: Desk) -> None:
    desk.has_a_bill()
    await desk.types("start", "--yes")
    await desk.types("sync")

    days, day = await desk.types("history", "--csv"), await desk.types("history", "today", "--csv")

    assert days.out.splitlines()[1] == f"{TODAY},put on projects,1,," and len(day.out.splitlines()) == 1


# Working without a bot.


async def test_given_no_bot_when_start_and_sync_are_typed_then_the_bill_is_on_its_project(desk: Desk) -> None:
    desk.is_("bookkeeper")
    desk.has_a_bill()
    await desk.types("start", "--yes")

    typed = await desk.types("sync")

    assert desk.on_project() == [400]
    assert typed.code == 0 and "1 document put on its project · £400.00 net" in typed.out


async def test_given_rehearsal_when_preview_is_typed_then_the_list_stands_there_and_nothing_is_written(desk: Desk) -> None:
    desk.is_("bookkeeper")
    desk.has_a_bill()

    typed = await desk.types("sync", "--preview", "--json")

    report = json.loads(typed.out)
    assert [(document["number"], [name for name, _ in document["to_projects"]]) for document in report["documents"]] == [
        ("B-1", ["Tidewater Launch"])
    ]
    assert (typed.code, report["is_rehearsal"], desk.scoro.writes, desk.slack.cards()) == (0, True, [], [])


async def test_given_rehearsal_when_start_first_ten_and_rehearse_are_typed_then_each_says_what_holds_now(desk: Desk) -> None:
    desk.is_("bookkeeper")
    desk.has_a_bill()

    first_ten = await desk.types("start", "--first-ten", "--yes")
    again = await desk.types("rehearse")
    status = await desk.types("status")

    assert "The first 10 writes are done now, the largest first." in first_ten.out and desk.on_project() == [400]
    assert "It is a rehearsal again" in again.out and "rehearsal, nothing is written" in status.out


async def test_given_start_without_yes_when_the_answer_is_no_then_the_rehearsal_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    await desk.types("sync")

    typed = await desk.types("start")

    assert typed.code == 1 and "rehearsal" in (await desk.types("status")).out


async def test_given_xero_is_down_when_sync_is_typed_then_it_says_so_and_ends_with_one(desk: Desk) -> None:
    desk.is_("bookkeeper")
    await desk.types("sync")
    desk.xero.traffic.add(Fault(r".*/Invoices", times=None, status=403, body=b"{}"))

    typed = await desk.types("sync")

    assert typed.code == 1 and typed.out.startswith("Xero ") and "Nothing is missing" not in typed.out


async def test_given_a_channel_without_the_bot_when_sync_is_typed_then_it_says_whom_to_invite_and_the_work_is_done(desk: Desk) -> None:
    desk.slack.has_channel(CHANNEL, "finance", bot_is_member=False)
    desk.has_a_bill()
    await desk.types("start", "--yes")

    typed = await desk.types("sync")

    assert typed.code == 1 and "Invite @xero-sync to the channel" in typed.out
    assert desk.on_project() == [400]


# Beside a running bot.


async def test_given_a_running_bot_when_sync_is_typed_then_the_bot_is_asked_and_its_answer_printed(desk: Desk) -> None:
    desk.is_("bookkeeper")
    desk.has_a_bill()
    await desk.types("start", "--yes")
    async with open_house(read_settings(), clock=SystemClock()) as house, house.database.running_lock():
        typing = asyncio.create_task(desk.types("sync"))
        while not typing.done():
            await work(house.connection)
            await asyncio.sleep(0.02)
        typed = typing.result()

    assert (typed.code, typed.out) == (0, "The check has started. The result message shows what it did.\n")
    assert desk.on_project() == [400]


async def test_given_a_running_bot_when_status_is_typed_then_the_books_are_read_beside_it(desk: Desk) -> None:
    await desk.types("sync")
    database = Database(desk.settings["database_url"], clock=SystemClock())
    async with database.running_lock():
        typed = await desk.types("status")
    await database.close()

    assert typed.code == 0


async def test_given_a_bot_that_does_not_answer_when_asked_then_the_person_is_told_after_a_while(desk: Desk) -> None:
    await desk.types("sync")
    database = Database(desk.settings["database_url"], clock=SystemClock())
    async with database.running_lock():
        answer = await ask(read_settings(), ["sync"], clock=SystemClock(), longest_wait_seconds=0.05)
    await database.close()

    assert (answer.is_done, answer.text) == (
        False,
        "The bot has noted it, but has not answered yet. See xero-sync status in a minute.",
    )


# check and plugins.


async def test_given_everything_in_order_when_check_is_typed_then_it_says_so_and_shows_no_secret(desk: Desk) -> None:
    typed = await desk.types("check")

    assert typed.code == 0 and "WRONG" not in typed.out
    assert 'Tracking category "Project" has 1 option.' in typed.out and "set, not shown" in typed.out
    secrets = (desk.xero.client_secret, desk.scoro.api_key, desk.slack.bot_token, desk.slack.app_token)
    assert not any(secret in typed.out for secret in secrets)


async def test_given_check_when_typed_then_every_value_says_where_it_came_from(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XERO_SYNC_CONNECTION__MANAGER_LIMIT", "500.00")

    typed = await desk.types("check", "--json")

    origins = {entry["name"]: (entry["value"], entry["origin"]) for entry in json.loads(typed.out)["settings"]}
    assert origins["connection.manager_limit"] == ("500.00", "environment XERO_SYNC_CONNECTION__MANAGER_LIMIT")
    assert origins["connection.channel"] == (CHANNEL, f"file {desk.file}")
    assert origins["connection.bills"] == ("to_scoro", "default")


@pytest.mark.parametrize(
    ("part", "wrong", "words"),
    [
        pytest.param("xero", {"client_secret": "wrong-secret"}, "Xero: ", id="a wrong secret of Xero"),
        pytest.param("scoro", {"site_url": "HTML"}, "Scoro: ", id="a site that sends HTML"),
        pytest.param("scoro", {"api_key": "ScoroAPI_wrong0123456789"}, "Scoro: ", id="a wrong key of Scoro"),
        pytest.param("slack", {"bot_token": "xoxb-wrong"}, "Slack: Slack refuses the bot token.", id="a wrong bot token"),
        pytest.param("slack", {"app_token": "xapp-wrong"}, "Slack: Slack refuses the app token.", id="a wrong app token"),
        pytest.param(
            "connection", {"project_category": "Job"}, 'Xero: No active tracking category is called "Job".', id="no such category"
        ),
        pytest.param("connection", {"people": {}}, "People: Nobody may answer a question.", id="nobody has a role"),
    ],
)
async def test_given_one_thing_wrong_when_check_is_typed_then_that_alone_is_red(
    desk: Desk, part: str, wrong: Mapping[str, object], words: str
) -> None:
    if wrong == {"site_url": "HTML"}:
        desk.scoro.traffic.add(Fault(r".*", times=None, html=True))
    else:
        desk.changes(part, **wrong)

    typed = await desk.types("check")

    red = [text.removeprefix("WRONG  ") for text in typed.out.splitlines() if text.startswith("WRONG")]
    assert (typed.code, len(red), red[0].startswith(words)) == (1, 1, True), red


async def test_given_an_organisation_that_pays_no_tax_when_checked_then_it_says_that_net_is_not_its_cost(desk: Desk) -> None:
    desk.xero.organisation_fields["PaysTax"] = False

    typed = await desk.types("check")

    assert typed.code == 0 and "note   Xero: The organisation pays no tax" in typed.out


async def test_given_the_plugins_when_listed_then_each_says_its_hooks_and_origin(desk: Desk) -> None:
    typed = await desk.types("plugins", "--json")

    found = json.loads(typed.out)
    assert typed.code == 0 and len(found) == 3 and {entry["origin"] for entry in found} == {"installed"}
    assert all(entry["title"] and "decide" in entry["hooks"] for entry in found)


# Whatever is wrong: one sentence and exit code 2.


@pytest.mark.parametrize(
    "words", [["run"], ["status"], ["waiting"], ["why", "1"], ["sync"], ["start", "--yes"], ["check"], ["plugins"], ["migrate"]]
)
async def test_given_a_setting_nobody_knows_when_any_command_is_typed_then_one_sentence_names_it(desk: Desk, words: list[str]) -> None:
    desk.changes("xero", clint_id="x")

    typed = await desk.types(*words)

    assert (typed.code, typed.is_one_sentence) == (2, True)
    assert typed.err.startswith('There is no setting "xero.clint_id" in ') and "Did you mean client_id?" in typed.err


@pytest.mark.parametrize(
    ("part", "wrong", "words"),
    [
        pytest.param("connection", {"bills": "of"}, "write to_scoro or off", id="a wrong word"),
        pytest.param("slack", {"bot_token": ""}, "Setting slack.bot_token is missing.", id="a token is missing"),
        pytest.param("scoro", {"site_url": "ferrowpike"}, "write a whole address", id="no address"),
        pytest.param("xero", {"client_secret": "wrong-secret"}, "Xero", id="a wrong secret of Xero"),
        pytest.param("slack", {"bot_token": "xoxb-wrong"}, "Slack refuses the bot token.", id="a wrong bot token"),
        pytest.param("slack", {"app_token": "xapp-wrong"}, "Slack refuses the app token.", id="a wrong app token"),
        pytest.param("xero", {"tenant_id": "another"}, "Connect it in Xero", id="no such organisation"),
    ],
)
async def test_given_something_wrong_when_run_is_typed_then_one_sentence_says_the_fix(
    desk: Desk, part: str, wrong: Mapping[str, object], words: str
) -> None:
    desk.changes(part, **wrong)

    typed = await desk.types("run")

    assert (typed.code, typed.is_one_sentence) == (2, True), typed
    assert words in typed.err


async def test_given_a_second_runner_when_typed_then_one_sentence_says_that_it_runs_already(desk: Desk) -> None:
    database = Database(desk.settings["database_url"], clock=SystemClock())
    async with database.running_lock():
        typed = await desk.types("run")
    await database.close()

    assert (typed.code, typed.is_one_sentence) == (2, True), typed
    assert "is already running on" in typed.err and "Stop it first" in typed.err


@pytest.mark.parametrize("words", [["run"], ["status"], ["migrate"]])
async def test_given_a_folder_that_cannot_be_written_when_typed_then_one_sentence_names_it(
    desk: Desk, tmp_path: Path, words: list[str]
) -> None:
    (tmp_path / "a-file").write_text("", encoding="utf-8")
    desk.settings["database_url"] = f"sqlite:///{tmp_path / 'a-file' / 'books.db'}"

    typed = await desk.types(*words)

    assert (typed.code, typed.is_one_sentence) == (2, True)
    assert "cannot be written. Let xero-sync write to its folder" in typed.err


async def test_given_a_host_that_throws_its_disk_away_when_run_then_one_sentence_says_the_fix(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DYNO", "web.1")

    typed = await desk.types("run")

    assert (typed.code, typed.is_one_sentence) == (2, True)
    assert "Set DATABASE_URL to a PostgreSQL database" in typed.err


async def test_given_empty_books_when_status_is_typed_then_one_sentence_says_what_to_start(desk: Desk) -> None:
    typed = await desk.types("status")

    assert (typed.code, typed.is_one_sentence) == (2, True)
    assert "Start xero-sync run" in typed.err


async def test_given_a_word_nobody_knows_when_typed_then_it_ends_with_two(desk: Desk) -> None:
    typed = await desk.types("sink")

    assert typed.code == 2 and "No such command 'sink'" in typed.err


async def test_given_help_when_typed_then_every_command_stands_there(desk: Desk) -> None:
    typed = await desk.types("help")

    words = ("run", "demo", "check", "status", "sync", "waiting", "why", "start", "plugins", "migrate", "help")
    assert typed.code == 0 and [word for word in words if f" {word} " not in typed.out] == []


# The process.


async def test_given_a_running_process_when_it_is_told_to_end_then_it_ends_by_itself_with_zero(desk: Desk, tmp_path: Path) -> None:
    desk.has_a_bill()
    desk.file.write_text(as_toml(desk.settings), encoding="utf-8")
    log = (tmp_path / "log.txt").open("wb")
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "xero_sync", "run", stdout=log, stderr=log)
    try:
        async with asyncio.timeout(30):
            while not desk.slack.cards("Rehearsal"):
                assert process.returncode is None, (tmp_path / "log.txt").read_text(encoding="utf-8")
                await asyncio.sleep(0.02)
            process.send_signal(signal.SIGTERM)
            code = await process.wait()
    finally:
        log.close()
        if process.returncode is None:
            process.kill()
            await process.wait()

    assert code == 0 and "Traceback" not in (tmp_path / "log.txt").read_text(encoding="utf-8")


# Cards in a terminal.


def shown(*blocks: dict[str, Any]) -> list[Text]:
    return list(message_lines(Rendered("said", blocks)))


def test_given_names_a_spreadsheet_would_calculate_with_when_printed_as_csv_then_they_are_texts(capsys: pytest.CaptureFixture[str]) -> None:
    say_csv([("=1+1", "-cmd", "@sum", "+44", "-126.37", "a,b")])

    assert capsys.readouterr().out == "'=1+1,'-cmd,'@sum,'+44,-126.37,\"a,b\"\n"


def test_given_a_card_when_printed_then_links_have_their_address_and_commands_no_slash() -> None:
    lines = shown(section("*Two bills* wait", link("https://example.com/a?b=1&c=2", "Xero")), context("End it with `/xero-sync start`."))

    assert [each.plain for each in lines] == [
        "Two bills wait",
        "Xero (https://example.com/a?b=1&c=2)",
        "End it with `xero-sync start`.",
    ]
    assert [span.style for span in lines[0].spans] == ["bold"]


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        pytest.param("R&D <Lab>", "R&D <Lab>", id="signs of HTML"),
        pytest.param("Acme\x1b[31m Web\x07", "Acme[31m Web", id="signs that move the cursor"),
        pytest.param("[red]Acme[/red]", "[red]Acme[/red]", id="signs of rich"),
        pytest.param("snake_case_name", "snake_case_name", id="underscores"),
        pytest.param("3*4*5", "3*4*5", id="stars"),
    ],
)
def test_given_a_name_with_signs_when_printed_then_it_stands_there_as_it_is(name: str, printed: str) -> None:
    (line_shown,) = shown(section(escape(name)))

    assert line_shown.plain == printed
