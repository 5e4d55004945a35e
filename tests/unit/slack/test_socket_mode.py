"""The same listeners over Socket Mode: a press, a form, a command, a refusal, and the end."""

from __future__ import annotations

import asyncio

import pytest
from tests.unit.slack.conftest import Office
from tests.unit.slack.test_project_form import FIELD, opens_form

from xero_sync.slack.store_desk import StoreDesk

PUT = "Put on Harbour Refit"


async def test_given_a_press_when_it_comes_over_the_socket_then_it_is_recorded_and_the_card_works(socket_office: Office) -> None:
    office = socket_office
    card = await office.asks()

    seen = await office.slack.press(card, PUT, "U_CARA")

    await office.slack.until(lambda: office.slack.card("Working…"))
    assert (seen.error, [row.kind for row in await office.inbox()]) == (None, ["press"])


async def test_given_a_form_when_it_is_searched_in_and_sent_over_the_socket_then_it_is_recorded(socket_office: Office) -> None:
    office = socket_office
    view = await opens_form(office, await office.asks())

    await office.slack.submit(view, {FIELD: "no. 701 Tidewater Launch, Osier Foods"}, "U_CARA")

    await office.slack.until(lambda: office.slack.card("Working…"))
    assert [row.body["project_id"] for row in await office.inbox()] == [701]


async def test_given_a_command_when_it_comes_over_the_socket_then_its_answer_stands_in_the_acknowledgement(socket_office: Office) -> None:
    seen = await socket_office.slack.command("sync", "U_BEN")

    assert seen.ack == {"text": "Noted. The answer follows here."}


async def test_given_a_button_of_an_older_version_when_it_comes_over_the_socket_then_the_person_is_told(socket_office: Office) -> None:
    office = socket_office
    await office.asks()
    old = await office.posts_button("approve.all", "everything")

    seen = await office.slack.press(old, "approve.all", "U_CARA")

    await office.slack.until(lambda: seen.messages)
    assert seen.plain == "This button is not in use any more. Nothing was changed."


async def test_given_the_connection_was_renewed_when_somebody_presses_then_it_counts(socket_office: Office) -> None:
    office = socket_office
    card = await office.asks()
    await office.slack.asks_to_reconnect()
    await office.slack.connected(connections_ever=2)

    await office.slack.press(card, PUT, "U_CARA")

    assert len(await office.inbox()) == 1


async def test_given_a_listener_at_work_when_the_door_is_stopped_then_it_is_ended_first(
    socket_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = socket_office
    has_begun, may_go_on, ended = asyncio.Event(), asyncio.Event(), []

    async def slowly(*_: object) -> str:
        has_begun.set()
        await may_go_on.wait()
        ended.append("ended")
        return ""

    monkeypatch.setattr(StoreDesk, "refuse_command", slowly)
    typed = asyncio.create_task(office.slack.command("sync", "U_BEN"))
    await has_begun.wait()
    stopping = asyncio.create_task(office.door.stop())
    await asyncio.sleep(0.02)
    was_stopped = stopping.done()
    may_go_on.set()
    await stopping

    assert (was_stopped, ended) == (False, ["ended"])
    await typed
