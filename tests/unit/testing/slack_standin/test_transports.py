"""Socket Mode and signed HTTP: what arrives, what does not, what comes back."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException


async def test_given_one_payload_when_delivered_twice_then_the_app_can_tell_by_its_ids(each_bot) -> None:
    first = await each_bot.slack.command("silent")

    await each_bot.slack.redeliver(first)

    assert each_bot.seen_bodies[0]["trigger_id"] == each_bot.seen_bodies[1]["trigger_id"] and each_bot.retries == [None, "1"]


@pytest.mark.parametrize("transport", ["socket mode", "signed http"])
async def test_given_an_app_that_answers_too_late_when_a_command_is_typed_then_the_person_is_told(running, transport: str) -> None:
    async with running(transport, ack_seconds=0.02) as bot:

        @bot.app.command("/sleepy")
        async def late(ack: AsyncAck) -> None:
            await asyncio.sleep(0.05)
            await ack("Here I am")

        seen = await bot.slack.command("", command="/sleepy")

        assert (seen.error, seen.messages) == ("operation_timeout", [])


async def test_given_no_connection_when_a_command_is_typed_then_it_fails_at_once(bot) -> None:
    assert bot.handler is not None
    await bot.handler.close_async()
    await bot.slack.until(lambda: not bot.slack.is_connected)

    seen = await bot.slack.command("status")

    assert seen.error == "dispatch_failed"


async def test_given_slack_asks_to_reconnect_when_the_app_is_back_then_it_works_as_before(bot) -> None:
    await bot.slack.asks_to_reconnect()
    await bot.slack.connected(connections_ever=2)

    seen = await bot.slack.command("status")

    assert seen.ack == {"text": "Looking at status"} and len(bot.slack.calls_to("apps.connections.open")) == 2


async def test_given_the_connection_breaks_when_the_app_is_back_then_it_works_as_before(bot) -> None:
    await bot.slack.loses_connections()
    await bot.slack.connected(connections_ever=2)

    seen = await bot.slack.command("status")

    assert seen.ack == {"text": "Looking at status"}


async def test_given_a_wrong_signing_secret_when_pressed_then_the_app_refuses_and_the_person_is_told(running) -> None:
    async with running("signed http", signing_secret="another-secret") as bot:
        seen = await bot.slack.command("status")

        assert seen.error == "dispatch_failed" and bot.seen_bodies == []


async def test_given_a_posting_burst_when_exceeded_then_the_channel_takes_one_message_a_second(running) -> None:
    async with running("socket mode", posting_burst=2) as bot:
        await bot.posts_card()
        await bot.posts_card()

        third = await bot.error_of(bot.posts_card())
        bot.clock.at += timedelta(seconds=1)
        await bot.posts_card()

        assert third == "ratelimited" and len(bot.slack.cards("Harbor Refit")) == 3


@pytest.mark.parametrize("transport", ["socket mode", "signed http"])
async def test_given_an_event_the_app_does_not_take_when_sent_then_it_comes_three_times_more_marked_as_retries(
    running, transport: str
) -> None:
    async with running(transport, ack_seconds=0.05) as bot:
        seen = await bot.slack.event({"type": "reaction_added", "user": "U_ANA"})

        assert bot.retries == [None, "1", "2", "3"] and seen.error is not None
        assert len({body["event_id"] for body in bot.seen_bodies}) == 1


async def test_given_an_event_that_is_taken_at_the_second_try_when_sent_then_it_does_not_come_again(running) -> None:
    async with running("signed http") as bot:

        @bot.app.middleware
        async def stumbles(next: Callable[..., Any]) -> BoltResponse | None:  # noqa: A002  # Bolt's name
            return BoltResponse(status=500) if len(bot.retries) < 2 else await next()

        seen = await bot.slack.open_home()

        assert (bot.retries, seen.error) == ([None, "1"], None)


async def test_given_a_command_nobody_answers_when_typed_then_it_is_sent_once(running) -> None:
    async with running("signed http") as bot:
        seen = await bot.slack.command("", command="/unknown")

        assert (bot.retries, seen.error) == ([None], "dispatch_failed")


async def test_given_ten_connections_when_an_eleventh_comes_then_it_is_turned_away(bot) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(9):
            opened = await bot.client.apps_connections_open(app_token="xapp-standin")
            await stack.enter_async_context(connect(opened["url"]))
        await bot.slack.connected(connections_ever=10)
        one_more = await bot.client.apps_connections_open(app_token="xapp-standin")

        with pytest.raises((WebSocketException, EOFError)):
            await stack.enter_async_context(connect(one_more["url"]))

        assert len(bot.slack.sockets.connections) == 10


async def test_given_tiers_when_a_method_is_called_too_often_then_it_is_a_429_until_its_minute_is_over(running) -> None:
    async with running("socket mode", has_tiers=True) as bot:
        ts = await bot.posts_card()
        for number in range(50):
            await bot.client.chat_update(channel="C_FIN", ts=ts, text=str(number))
        bot.clock.at += timedelta(seconds=20)

        with pytest.raises(Exception, match="ratelimited") as refused:
            await bot.client.chat_update(channel="C_FIN", ts=ts, text="one more")
        other_method = await bot.posts_card()
        bot.clock.at += timedelta(seconds=40)
        await bot.client.chat_update(channel="C_FIN", ts=ts, text="and on")

        headers = refused.value.response.headers
        assert (refused.value.response.status_code, headers["retry-after"]) == (429, "40") and other_method
        assert bot.slack.card("and on").ts == ts
