"""Settings: read once from file and environment, each value with its origin, and a wrong one named in one sentence without its value."""

from __future__ import annotations

import os
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import platformdirs
import pytest
from tests.unit.settings_page import BOOKS, PAGE, page

from xero_sync.domain.connection import ConnectionSettings, Member
from xero_sync.errors import ConfigError
from xero_sync.settings import (
    Settings,
    check_complete,
    check_disk,
    connection_settings,
    missing_settings,
    read_settings,
    settings_file,
)

FIRST = date(2026, 11, 1)
WHOLE = """
[xero]
client_id = "client"
client_secret = "hush-xero"

[scoro]
site_url = "https://ferrowpike.example"
api_key = "hush-scoro"

[slack]
bot_token = "xoxb-hush"
app_token = "xapp-hush"

[connection]
channel = "C0123456789"
people = { U0123456789 = "controller" }
"""


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty working folder, a platform's folder beside it, and none of our variables."""
    for variable in os.environ:  # noqa: TID251 - only to empty it
        if variable.upper().startswith("XERO_SYNC_") or variable in (
            "DATABASE_URL",
            "PORT",
            "DYNO",
            "RENDER",
            "K_SERVICE",
            "VCAP_APPLICATION",
        ):
            monkeypatch.delenv(variable)
    (tmp_path / "work").mkdir()
    (tmp_path / "config").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setattr(platformdirs, "user_config_dir", lambda _: str(tmp_path / "config"))
    monkeypatch.setattr(platformdirs, "user_data_dir", lambda _: str(tmp_path / "data"))


def writes(text: str, path: str = "xero-sync.toml") -> None:
    Path(path).write_text(text, encoding="utf-8")


def problem() -> str:
    """The one sentence that reading the settings, those of the books too, ends with."""
    with pytest.raises(ConfigError) as raised:
        connection_settings(read_settings(), start_from=FIRST)
    return raised.value.message


# Where values come from.


def test_given_nothing_when_read_then_the_books_are_an_sqlite_file_in_the_platforms_data_folder(tmp_path: Path) -> None:
    settings = read_settings()

    assert settings.database_url == f"sqlite+aiosqlite:///{tmp_path / 'data' / 'books.db'}"


def test_given_file_and_environment_when_read_then_the_environment_wins_and_each_value_knows_its_origin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    writes('port = 81\nlog_level = "warning"\n[xero]\nclient_id = "of the file"\n')
    monkeypatch.setenv("XERO_SYNC_PORT", "82")

    settings = read_settings()

    origins = {name: settings.origin_of(name) for name in ("port", "log_level", "xero.client_id", "host")}
    assert (settings.port, settings.log_level, settings.xero.client_id) == (82, "WARNING", "of the file")
    assert origins == {
        "port": "environment XERO_SYNC_PORT",
        "log_level": "file xero-sync.toml",
        "xero.client_id": "file xero-sync.toml",
        "host": "default",
    }


def test_given_a_connections_values_from_four_places_when_chosen_then_each_place_wins_over_the_one_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    writes('[connection]\nbills = "off"\ninvoices = "off"\nproject_category = "Job"\n')
    monkeypatch.setenv("XERO_SYNC_CONNECTION__INVOICES", "to_xero")
    monkeypatch.setenv("XERO_SYNC_CONNECTION__PROJECT_CATEGORY", "Client")

    chosen, sources = connection_settings(read_settings(), start_from=FIRST, row={"project_category": "Project"})

    assert (chosen.bills, chosen.invoices, chosen.project_category, chosen.copies_by) == ("off", "to_xero", "Project", "scoro")
    assert [sources[name] for name in ("copies_by", "bills", "invoices", "project_category")] == [
        "default",
        "file xero-sync.toml",
        "environment XERO_SYNC_CONNECTION__INVOICES",
        "set in Slack",
    ]


def test_given_people_in_file_and_environment_when_chosen_then_only_those_of_the_environment_have_roles(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    writes('[connection]\npeople = { U1 = "admin" }\n')
    monkeypatch.setenv("XERO_SYNC_CONNECTION__PEOPLE", '{"U2": {"role": "project manager", "scoro_user_id": 31}}')

    chosen, _ = connection_settings(read_settings(), start_from=FIRST)

    assert chosen.people == {"U2": Member(role="project manager", scoro_user_id=31)}


def test_given_no_day_to_start_from_when_chosen_then_it_is_the_one_handed_in() -> None:
    chosen, sources = connection_settings(Settings(), start_from=FIRST)

    assert (chosen.start_from, sources["start_from"]) == (FIRST, "default")


@pytest.mark.parametrize("text", ["250.10", '"250.10"'])
def test_given_an_amount_in_the_file_when_chosen_then_it_is_exact(text: str) -> None:
    writes(f"[connection]\ncard_threshold = {text}\n")

    chosen, _ = connection_settings(read_settings(), start_from=FIRST)

    assert (str(chosen.card_threshold), type(chosen.card_threshold)) == ("250.10", Decimal)


@pytest.mark.parametrize(
    ("variable", "value", "name", "expected"),
    [
        pytest.param("PROJECT_CATEGORY", "2026", "project_category", "2026", id="a name that is a number"),
        pytest.param("CARD_THRESHOLD", "0.1", "card_threshold", Decimal("0.1"), id="an amount"),
        pytest.param("MATCH_PROJECTS", "False", "match_projects", False, id="a switch"),
        pytest.param("WRITE_TRACKING", "false", "write_tracking", False, id="a switch that is always off"),
        pytest.param("START_FROM", "2026-10-01", "start_from", date(2026, 10, 1), id="a day"),
        pytest.param("ACCOUNT_NEEDS", '{"429": "asked"}', "account_needs", {"429": "asked"}, id="a table"),
        pytest.param("PLUGINS", '{"my-plugin": {"limit": 5}}', "plugins", {"my-plugin": {"limit": 5}}, id="a table of tables"),
    ],
)
def test_given_a_connections_value_in_the_environment_when_chosen_then_it_is_of_its_kind(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, name: str, expected: object
) -> None:
    monkeypatch.setenv(f"XERO_SYNC_CONNECTION__{variable}", value)

    chosen, _ = connection_settings(read_settings(), start_from=FIRST)

    assert getattr(chosen, name) == expected


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("budget_guard, Mail-Man,,", ["budget-guard", "mail-man"]),
        ("budget_guard", ["budget-guard"]),
        ("", []),
    ],
)
def test_given_plugins_to_leave_out_in_the_environment_when_read_then_they_are_a_list_of_folded_names(
    monkeypatch: pytest.MonkeyPatch, value: str, names: list[str]
) -> None:
    monkeypatch.setenv("XERO_SYNC_DISABLED_PLUGINS", value)

    assert read_settings().disabled_plugins == names


def test_given_a_variable_that_is_set_to_nothing_when_read_then_it_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XERO_SYNC_SLACK__APP_TOKEN", "")
    monkeypatch.setenv("XERO_SYNC_SLACK__SIGNING_SECRET", "hush")

    assert read_settings().slack.transport == "HTTP"


def test_given_a_key_pasted_with_its_line_break_when_read_then_it_is_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XERO_SYNC_SLACK__BOT_TOKEN", " xoxb-hush\n")

    token = read_settings().slack.bot_token

    assert token is not None and token.get_secret_value() == "xoxb-hush"


def test_given_an_app_token_when_read_then_slack_is_reached_over_socket_mode() -> None:
    writes(WHOLE)

    assert read_settings().slack.transport == "Socket Mode"


def test_given_settings_made_by_hand_when_the_surroundings_have_others_then_they_are_what_was_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    writes(WHOLE)
    monkeypatch.setenv("XERO_SYNC_PORT", "82")

    settings = Settings(host="::1")

    assert (settings.host, settings.port, settings.xero.client_id) == ("::1", 8080, "")


# The settings file.


def test_given_files_in_every_place_when_looked_for_then_the_named_one_wins_over_the_working_folder_over_the_platforms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes("port = 83\n", str(tmp_path / "config" / "xero-sync.toml"))
    of_the_platform = read_settings().port
    writes("port = 82\n")
    of_the_folder = read_settings().port
    writes("port = 81\n", str(tmp_path / "mine.toml"))

    monkeypatch.setenv("XERO_SYNC_SETTINGS_FILE", str(tmp_path / "mine.toml"))

    assert (of_the_platform, of_the_folder, read_settings().port) == (83, 82, 81)
    assert settings_file() == tmp_path / "mine.toml"


def test_given_a_named_file_that_is_not_there_when_read_then_the_sentence_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XERO_SYNC_SETTINGS_FILE", "gone.toml")

    assert problem() == "The settings file gone.toml is not there. Correct XERO_SYNC_SETTINGS_FILE."


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"[xero\n", r"The settings file xero-sync\.toml cannot be read: .*line 1.*Correct it and start again\.", id="no TOML"),
        pytest.param(b'host = "\xff"', r"The settings file xero-sync\.toml cannot be read: it is not UTF-8\. .*", id="no UTF-8"),
        pytest.param(b"port = 1\nport = 2", r"The settings file xero-sync\.toml cannot be read: .* Correct it .*", id="said twice"),
    ],
)
def test_given_a_file_that_is_no_settings_file_when_read_then_the_sentence_says_where(content: bytes, expected: str) -> None:
    Path("xero-sync.toml").write_bytes(content)

    assert re.fullmatch(expected, problem())


# What hosts name.


def test_given_a_host_that_names_database_and_port_when_read_then_they_are_taken_on_every_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://u:hush@db.example/books")
    monkeypatch.setenv("PORT", "5000")

    settings = read_settings()

    assert (settings.database_url, settings.port, settings.host) == ("postgres://u:hush@db.example/books", 5000, "0.0.0.0")  # noqa: S104
    assert [settings.origin_of(name) for name in ("database_url", "port")] == ["environment DATABASE_URL", "environment PORT"]


def test_given_our_own_settings_when_the_host_names_others_then_ours_count(monkeypatch: pytest.MonkeyPatch) -> None:
    writes('database_url = "sqlite:///mine.db"\n')
    monkeypatch.setenv("XERO_SYNC_PORT", "81")
    monkeypatch.setenv("DATABASE_URL", "postgres://another-program/db")
    monkeypatch.setenv("PORT", "5000")

    settings = read_settings()

    assert (settings.database_url, settings.port, settings.host) == ("sqlite:///mine.db", 81, "127.0.0.1")
    assert settings.origin_of("database_url") == "file xero-sync.toml"


@pytest.mark.parametrize("mark", ["DYNO", "RENDER", "K_SERVICE", "VCAP_APPLICATION"])
def test_given_a_host_whose_disk_is_thrown_away_when_the_books_would_lie_on_it_then_it_is_refused_with_the_fix(
    monkeypatch: pytest.MonkeyPatch, mark: str
) -> None:
    monkeypatch.setenv(mark, "web.1")

    with pytest.raises(
        ConfigError, match=r"throws its disk away.*Set DATABASE_URL to a PostgreSQL database, or set XERO_SYNC_DISK_IS_KEPT=true"
    ):
        check_disk(read_settings())


@pytest.mark.parametrize(
    "variable", [("DATABASE_URL", "postgres://u@h/d"), ("XERO_SYNC_DISK_IS_KEPT", "true"), ("XERO_SYNC_DATABASE_URL", "postgresql://u@h/d")]
)
def test_given_such_a_host_when_the_books_are_safe_then_nothing_is_refused(
    monkeypatch: pytest.MonkeyPatch, variable: tuple[str, str]
) -> None:
    monkeypatch.setenv("DYNO", "web.1")
    monkeypatch.setenv(*variable)

    assert check_disk(read_settings()) is None  # type: ignore[func-returns-value]


# What is wrong.


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        pytest.param("XERO_SYNC_PRT", "81", "There is no setting XERO_SYNC_PRT. Did you mean XERO_SYNC_PORT?", id="near a known one"),
        pytest.param("XERO_SYNC_WEATHER", "1", "There is no setting XERO_SYNC_WEATHER. Remove it.", id="near none"),
        pytest.param(
            "XERO_SYNC_XERO__CLINT_ID", "x", "There is no setting XERO_SYNC_XERO__CLINT_ID. Did you mean client_id?", id="within a part"
        ),
        pytest.param(
            "XERO_SYNC_CONNECTION__BILS", "off", "There is no setting XERO_SYNC_CONNECTION__BILS. Did you mean bills?", id="of the books"
        ),
        pytest.param("XERO_SYNC_PORT", "eighty", "Setting XERO_SYNC_PORT is wrong: write a whole number.", id="no number"),
        pytest.param("PORT", "eighty", "Setting PORT is wrong: write a whole number.", id="the host's port no number"),
        pytest.param("XERO_SYNC_PORT", "70000", "Setting XERO_SYNC_PORT is wrong: write 65535 or less.", id="too large"),
        pytest.param(
            "XERO_SYNC_LOG_JSON", "perhaps", "Setting XERO_SYNC_LOG_JSON is wrong: write true or false.", id="neither true nor false"
        ),
        pytest.param(
            "XERO_SYNC_LOG_LEVEL", "loud", "Setting XERO_SYNC_LOG_LEVEL is wrong: write DEBUG, INFO, WARNING or ERROR.", id="none of a few"
        ),
        pytest.param(
            "XERO_SYNC_SCORO__SITE_URL",
            "ferrowpike.scoro.com",
            "Setting XERO_SYNC_SCORO__SITE_URL is wrong: write a whole address, like https://example.com.",
            id="half an address",
        ),
        pytest.param(
            "XERO_SYNC_SCORO__SITE_URL",
            "http://ferrowpike.scoro.com",
            "Setting XERO_SYNC_SCORO__SITE_URL is wrong: write https://, since keys and amounts travel on it.",
            id="not encrypted",
        ),
        pytest.param(
            "XERO_SYNC_CONNECTION__BILLS",
            "to_xero",
            "Setting XERO_SYNC_CONNECTION__BILLS is wrong: write to_scoro or off.",
            id="a wrong direction",
        ),
        pytest.param(
            "XERO_SYNC_CONNECTION__CARD_THRESHOLD",
            "250,10",
            "Setting XERO_SYNC_CONNECTION__CARD_THRESHOLD is wrong: write an amount like 250.00.",
            id="no amount",
        ),
        pytest.param(
            "XERO_SYNC_CONNECTION__START_FROM",
            "1 Nov",
            "Setting XERO_SYNC_CONNECTION__START_FROM is wrong: write a date like 2026-11-01.",
            id="no date",
        ),
        pytest.param(
            "XERO_SYNC_CONNECTION__PEOPLE",
            '{"U1": "contoller"}',
            'Setting XERO_SYNC_CONNECTION__PEOPLE ("U1.role") is wrong: write viewer, project manager, bookkeeper, controller or admin.',
            id="no role",
        ),
        pytest.param(
            "XERO_SYNC_CONNECTION__PEOPLE",
            "U1=controller",
            "Setting XERO_SYNC_CONNECTION__PEOPLE is wrong: write a table, in the environment as JSON.",
            id="no JSON",
        ),
        pytest.param(
            "XERO_SYNC_CONNECTION__PEOPLE__U1",
            "controller",
            'XERO_SYNC_CONNECTION__PEOPLE__U1 cannot be set by itself. Write them all as JSON: XERO_SYNC_CONNECTION__PEOPLE={"NAME": "..."}.',
            id="one person by itself",
        ),
        pytest.param(
            "XERO_SYNC_CONNECTION__PEOPLE",
            '{"@finn": "controller"}',
            'Setting XERO_SYNC_CONNECTION__PEOPLE is wrong: "@finn" is no one. Write a Slack user id, like U0123456789, or terminal:NAME.',
            id="a person by name",
        ),
        pytest.param(
            "XERO_SYNC_CONNECTION__CHANNEL",
            "#finance",
            "Setting XERO_SYNC_CONNECTION__CHANNEL is wrong: write the channel's id, like C0123456789, not its name.",
            id="a channel by name",
        ),
        pytest.param(
            "XERO_SYNC_SLACK__BOT_TOKEN",
            "xapp-hush",
            "Setting XERO_SYNC_SLACK__BOT_TOKEN is wrong: write the token that begins with xoxb-.",
            id="the app token for the bot token",
        ),
        pytest.param(
            "XERO_SYNC_SLACK__APP_TOKEN",
            "xoxb-hush",
            "Setting XERO_SYNC_SLACK__APP_TOKEN is wrong: write the token that begins with xapp-.",
            id="the bot token for the app token",
        ),
        pytest.param(
            "XERO_SYNC_XERO",
            "hush",
            "XERO_SYNC_XERO is not understood. Set its parts one by one, like XERO_SYNC_XERO__NAME, or write JSON.",
            id="a part that is no JSON",
        ),
    ],
)
def test_given_a_wrong_variable_when_read_then_one_sentence_names_it_and_the_fix(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(variable, value)

    assert problem() == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('[scro]\nentity = "a"', 'There is no setting "scro" in xero-sync.toml. Did you mean scoro?', id="an unknown part"),
        pytest.param(
            "[xero]\nclint_id = 1", 'There is no setting "xero.clint_id" in xero-sync.toml. Did you mean client_id?', id="an unknown one"
        ),
        pytest.param(
            "[scoro]\nentity = 123", 'Setting "scoro.entity" in xero-sync.toml is wrong: write a text, in quotes.', id="a number for a text"
        ),
        pytest.param(
            '[connection]\ntime_zone = "Mars"',
            'Setting "connection.time_zone" in xero-sync.toml is wrong: "Mars" is no time zone; write one like Europe/London.',
            id="no zone",
        ),
        pytest.param(
            '[connection.people]\nU1 = { rolle = "admin" }',
            'There is no setting "connection.people.U1.rolle" in xero-sync.toml. Remove it.',
            id="an unknown one of a person",
        ),
    ],
)
def test_given_a_wrong_value_in_the_file_when_read_then_one_sentence_names_it_the_file_and_the_fix(text: str, expected: str) -> None:
    writes(text)

    assert problem() == expected


# What is missing.


def test_given_everything_that_is_needed_when_checked_then_nothing_is_missing() -> None:
    writes(WHOLE)

    assert missing_settings(read_settings()) == []


@pytest.mark.parametrize(
    ("left_out", "named", "where"),
    [
        ('client_id = "client"', "xero.client_id", "developer portal"),
        ('client_secret = "hush-xero"', "xero.client_secret", "developer portal"),
        ('site_url = "https://ferrowpike.example"', "scoro.site_url", "address of your Scoro site"),
        ('api_key = "hush-scoro"', "scoro.api_key", "Settings, Integrations, Scoro API"),
        ('bot_token = "xoxb-hush"', "slack.bot_token", "manifest.yml"),
        ('app_token = "xapp-hush"', "slack.app_token", "connections:write"),
        ('channel = "C0123456789"', "connection.channel", "C0123456789"),
    ],
)
def test_given_one_needed_setting_is_not_there_when_checked_then_it_is_named_with_where_to_get_it(
    left_out: str, named: str, where: str
) -> None:
    writes(WHOLE.replace(left_out, ""))

    with pytest.raises(ConfigError) as raised:
        check_complete(read_settings())

    assert raised.value.message.startswith(f"Setting {named} is missing. ") and where in raised.value.message


@pytest.mark.parametrize(
    ("instead_of", "put"),
    [
        pytest.param('client_id = "client"\nclient_secret = "hush-xero"', 'access_token = "hush"', id="a token you renew yourself"),
        pytest.param('app_token = "xapp-hush"', 'signing_secret = "hush"', id="Slack over HTTP"),
    ],
)
def test_given_another_way_in_when_checked_then_nothing_is_missing(instead_of: str, put: str) -> None:
    writes(WHOLE.replace(instead_of, put))

    assert missing_settings(read_settings()) == []


# Secrets.


def test_given_settings_with_secrets_when_printed_then_none_is_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    writes(WHOLE)
    monkeypatch.setenv("DATABASE_URL", "postgres://u:hush@h/d")
    monkeypatch.setenv("XERO_SYNC_XERO__WEBHOOK_KEY", "hush-hook")
    monkeypatch.setenv("XERO_SYNC_XERO__ACCESS_TOKEN", "hush-token")
    monkeypatch.setenv("XERO_SYNC_SLACK__SIGNING_SECRET", "hush-signing")

    settings = read_settings()

    assert "hush" not in f"{settings!r} {settings} {settings.model_dump(exclude={'database_url'})}"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        pytest.param("XERO_SYNC_XERO__WEBHOOK_KY", "hush", id="an unknown variable"),
        pytest.param("XERO_SYNC_XERO", '{"client_secret": {"is": "hush"}}', id="a secret of the wrong kind"),
        pytest.param("XERO_SYNC_XERO", '{"client_secret": "hush"', id="JSON that breaks off"),
        pytest.param("XERO_SYNC_PORT", "xoxb-hush", id="a token in the wrong place"),
        pytest.param("XERO_SYNC_SLACK__API_URL", "xoxb-hush", id="a token for an address"),
        pytest.param("XERO_SYNC_CONNECTION__BILLS", "xoxb-hush", id="a token for a direction"),
    ],
)
def test_given_a_wrong_setting_with_a_secret_in_it_when_read_then_the_error_does_not_repeat_it(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(ConfigError) as raised:
        connection_settings(read_settings(), start_from=FIRST)

    assert "hush" not in raised.value.message and raised.value.__cause__ is None and raised.value.__suppress_context__


# The page.


def test_given_docs_when_compared_with_the_settings_then_the_page_says_what_they_are() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: .venv/bin/python -m tests.unit.settings_page"


def test_given_the_settings_of_the_books_when_looked_up_then_the_page_explains_each() -> None:
    assert set(BOOKS) == set(ConnectionSettings.model_fields)


def test_given_the_tables_on_the_page_when_written_into_a_file_then_they_are_understood() -> None:
    examples = {name: re.findall(r"`(\{.*?\})`", text) for name, text in BOOKS.items()}
    people, managers = examples["people"]
    writes(f"[connection]\npeople = {people.replace(' }', f', U2 = {managers} }}', 1)}\naccount_needs = {examples['account_needs'][0]}\n")

    chosen, _ = connection_settings(read_settings(), start_from=FIRST)

    assert [member.role for member in chosen.people.values()] == ["controller", "project manager"] and chosen.account_needs == {
        "429": "asked"
    }
