"""Socket Mode and signed HTTP: what arrives, what does not, what comes back."""

import asyncio
from datetime import timedelta

import pytest
from slack_bolt.async_app import AsyncAck


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
