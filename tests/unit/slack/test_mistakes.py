"""Nothing a person does ends without a word: a mistake in a listener is told with the number it has in the log."""

from __future__ import annotations

import re
from typing import NoReturn

import pytest
from structlog.testing import capture_logs
from tests.unit.slack.conftest import Office
from tests.unit.slack.test_project_form import FIELD, opens_form

from xero_sync.slack.store_desk import StoreDesk
from xero_sync.testing.standins.traffic import Fault

SENTENCE = re.compile(
    r"Something went wrong\. Look whether the card has changed, then try again\. An admin finds number (\w{8}) in the log\."
)


async def breaks(*_: object, **__: object) -> NoReturn:
    raise ZeroDivisionError("a planted mistake")


def number_in(text: str) -> str:
    found = SENTENCE.search(text)
    assert found, text
    return found[1]


async def test_given_a_mistake_before_anything_was_answered_when_a_command_is_typed_then_the_answer_has_its_number(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StoreDesk, "record_command", breaks)

    with capture_logs() as logged:
        seen = await office.slack.command("sync", "U_BEN")

    failed = [entry for entry in logged if entry["event"] == "slack.listener_failed"]
    assert [entry["correlation_id"] for entry in failed] == [number_in(seen.plain)]


async def test_given_a_mistake_after_the_answer_when_a_command_is_typed_then_the_person_is_told_all_the_same(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StoreDesk, "status_message", breaks)

    seen = await office.slack.command("status", "U_BEN")

    await office.slack.until(lambda: seen.messages)
    assert (seen.error, bool(number_in(seen.plain))) == (None, True)


async def test_given_a_mistake_when_a_button_is_pressed_then_only_that_person_is_told_and_the_card_stays(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = await office.asks()
    monkeypatch.setattr(StoreDesk, "look", breaks)

    seen = await office.slack.press(card, "Put on Harbour Refit", "U_CARA")

    await office.slack.until(lambda: seen.messages)
    assert number_in(seen.plain) and seen.messages[0].only_for == "U_CARA" and office.slack.latest(card) == card


async def test_given_a_mistake_when_a_form_is_opened_then_it_stands_in_the_form(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    card = await office.asks()
    monkeypatch.setattr(StoreDesk, "look", breaks)

    view = await opens_form(office, card)

    assert number_in(view.plain)


async def test_given_a_mistake_when_a_form_is_sent_then_it_stands_in_the_form(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    view = await opens_form(office, await office.asks())
    monkeypatch.setattr(StoreDesk, "look", breaks)

    await office.slack.submit(view, {FIELD: "no. 701 Tidewater Launch, Osier Foods"}, "U_CARA")

    assert number_in(office.slack.view("U_CARA").plain)


async def test_given_a_mistake_when_a_project_is_searched_for_then_nothing_is_offered(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = await opens_form(office, await office.asks())
    monkeypatch.setattr(StoreDesk, "search_projects", breaks)

    assert await office.slack.search(view, FIELD, "harbour", "U_CARA") == []


async def test_given_a_mistake_when_it_is_logged_then_nothing_of_the_payload_stands_there(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StoreDesk, "record_command", breaks)

    with capture_logs() as logged:
        await office.slack.command("sync", "U_BEN")

    assert [set(entry) for entry in logged if entry["log_level"] == "error"] == [
        {"event", "log_level", "correlation_id", "kind", "exc_info"}
    ]


async def test_given_slack_cannot_be_told_either_when_a_listener_fails_then_the_press_is_acknowledged_all_the_same(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = await office.asks()
    monkeypatch.setattr(StoreDesk, "look", breaks)
    office.slack.traffic.add(Fault(r"/respond/.*", drop="before", times=None))

    seen = await office.slack.press(card, "Put on Harbour Refit", "U_CARA")
    await office.door.stop()

    assert (seen.error, seen.messages) == (None, [])
