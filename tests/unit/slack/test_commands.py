"""/xero-sync WORD: what only reads is answered at once, the rest is a row whose answer comes later."""

from __future__ import annotations

import pytest
from tests.unit.slack.conftest import Office
from tests.unit.slack.test_presses import busy

from xero_sync.store.database import Database

NOTED = "Noted. The answer follows here."


@pytest.mark.parametrize("typed", ["", "help", " HELP "])
async def test_given_help_when_typed_then_every_command_is_listed(office: Office, typed: str) -> None:
    seen = await office.slack.command(typed, "U_VERA")

    await office.slack.until(lambda: seen.messages)
    assert "What you can type" in seen.plain and "/xero-sync waiting · " in seen.plain


async def test_given_a_word_that_is_no_command_when_typed_then_it_is_named_and_nothing_is_recorded(office: Office) -> None:
    seen = await office.slack.command("stauts <!channel>", "U_ADA")

    await office.slack.until(lambda: seen.messages)
    assert 'There is no command "stauts <!channel>"' in seen.plain and seen.messages[0].pings == [] and await office.inbox() == []


@pytest.mark.parametrize(
    ("person", "words", "sees_amounts"),
    [
        pytest.param("U_BEN", "Waiting: £800.00 in 2 documents, oldest 6 days · 1 open question", True, id="a bookkeeper"),
        pytest.param("U_PIA", "Waiting: £800.00 in 2 documents", True, id="a project manager"),
        pytest.param("U_VERA", "Waiting: 2 documents, oldest 6 days · 1 open question", False, id="a viewer"),
        pytest.param("U_ADA", "Waiting: 2 documents", False, id="an admin"),
    ],
)
async def test_given_a_role_when_status_is_typed_then_amounts_are_shown_according_to_it(
    office: Office, person: str, words: str, sees_amounts: bool
) -> None:
    await office.asks()

    seen = await office.slack.command("status", person)

    await office.slack.until(lambda: seen.messages)
    assert words in seen.plain and ("£" in seen.plain) == sees_amounts
    assert seen.messages[0].only_for == person


async def test_given_a_guest_with_a_controllers_id_when_status_is_typed_then_they_see_counts_only(office: Office) -> None:
    office.slack.has_user("U_CARA", "Cara", is_restricted=True)
    await office.asks()

    seen = await office.slack.command("status", "U_CARA")

    await office.slack.until(lambda: seen.messages)
    assert "Waiting: 2 documents" in seen.plain and "£" not in seen.plain


async def test_given_documents_that_wait_when_waiting_is_typed_then_a_bookkeeper_reads_them_with_links(office: Office) -> None:
    await office.asks()

    seen = await office.slack.command("waiting", "U_BEN")

    await office.slack.until(lambda: seen.messages)
    assert "• Delft Signs, bill 10442, 18 Nov, £740.00, 6 days: because · Xero" in seen.plain


async def test_given_documents_that_wait_when_a_viewer_types_waiting_then_there_is_only_a_count(office: Office) -> None:
    await office.asks()

    seen = await office.slack.command("waiting", "U_VERA")

    await office.slack.until(lambda: seen.messages)
    assert seen.plain.startswith("2 documents wait, oldest 6 days") and "Delft" not in seen.plain


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        pytest.param("sync", ["sync"], id="sync"),
        pytest.param("sync --preview", ["sync", "--preview"], id="preview"),
        pytest.param("Sync —Preview", ["sync", "--preview"], id="as a telephone writes it"),
    ],
)
async def test_given_sync_when_typed_then_it_is_a_row_and_the_person_is_told_that_the_answer_follows(
    office: Office, typed: str, words: list[str]
) -> None:
    seen = await office.slack.command(typed, "U_BEN")

    (row,) = await office.inbox()
    assert (row.kind, row.lane, row.person_id, row.body) == ("command", 0, "U_BEN", {"words": words, "channel": "C_FIN"})
    await office.slack.until(lambda: office.wakes)
    assert seen.plain == NOTED


async def test_given_slack_delivers_a_command_twice_when_recorded_then_there_is_one_row(office: Office) -> None:
    seen = await office.slack.command("sync", "U_BEN")

    await office.slack.redeliver(seen)

    assert len(await office.inbox()) == 1


async def test_given_a_viewer_when_they_type_sync_then_they_are_told_who_can(office: Office) -> None:
    seen = await office.slack.command("sync", "U_VERA")

    await office.slack.until(lambda: seen.messages)
    assert "You can look, but not start a check" in seen.plain and await office.inbox() == []


async def test_given_books_that_are_busy_when_a_command_is_typed_then_the_person_is_told_at_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Database, "listener_write", busy)

    seen = await office.slack.command("sync", "U_BEN")

    assert (seen.plain, office.wakes) == ("Not recorded, press again.", [])


async def test_given_an_admin_when_they_type_start_then_they_are_asked_first(rehearsing_office: Office) -> None:
    office = rehearsing_office

    seen = await office.slack.command("start", "U_ADA")

    await office.slack.until(lambda: seen.messages)
    assert seen.messages[0].buttons == ["End the rehearsal", "First ten, then ask me"] and await office.inbox() == []


async def test_given_an_admin_when_they_confirm_the_start_then_it_is_a_row_and_the_question_is_gone(rehearsing_office: Office) -> None:
    office = rehearsing_office
    seen = await office.slack.command("start", "U_ADA")
    await office.slack.until(lambda: seen.messages)

    await office.slack.press(seen.messages[0], "End the rehearsal", "U_ADA")

    await office.slack.until(lambda: seen.plain == NOTED)
    (row,) = await office.inbox()
    assert (row.kind, row.person_id, row.body["words"], office.wakes) == ("command", "U_ADA", ["start"], ["woken"])


@pytest.mark.parametrize("person", ["U_CARA", "U_VERA"])
async def test_given_anybody_but_an_admin_when_they_type_start_then_they_are_refused(rehearsing_office: Office, person: str) -> None:
    office = rehearsing_office

    seen = await office.slack.command("start", person)

    await office.slack.until(lambda: seen.messages)
    assert seen.plain == "Only an admin can end the rehearsal. An admin sets roles in the settings."


async def test_given_somebody_who_is_no_admin_any_more_when_they_confirm_the_start_then_they_are_refused(rehearsing_office: Office) -> None:
    office = rehearsing_office
    seen = await office.slack.command("start", "U_ADA")
    await office.slack.until(lambda: seen.messages)
    office.slack.has_user("U_ADA", "Ada", is_restricted=True)
    await office.clock.advance(600)

    pressed = await office.slack.press(seen.messages[0], "End the rehearsal", "U_ADA")

    await office.slack.until(lambda: pressed.messages)
    assert "Only an admin can end the rehearsal" in pressed.plain and await office.inbox() == []
