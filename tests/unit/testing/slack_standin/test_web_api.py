"""The Web API as the SDK calls it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from xero_sync.testing.standins.traffic import Fault


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


async def test_given_a_trigger_when_three_seconds_have_passed_then_no_view_opens(bot) -> None:
    trigger_id = await bot.trigger_id()
    bot.clock.at += timedelta(seconds=3.1)

    error = await bot.error_of(bot.client.views_open(trigger_id=trigger_id, view=bot.form()))

    assert error == "expired_trigger_id"


async def test_given_a_trigger_when_used_twice_then_the_second_view_does_not_open(bot) -> None:
    trigger_id = await bot.trigger_id()
    await bot.client.views_open(trigger_id=trigger_id, view=bot.form())

    error = await bot.error_of(bot.client.views_open(trigger_id=trigger_id, view=bot.form("Again")))

    assert error == "exchanged_trigger_id" and [view.title for view in bot.slack.views()] == ["Choose a project"]


async def test_given_a_view_changed_meanwhile_when_updated_by_its_old_hash_then_it_stays(bot) -> None:
    opened = await bot.client.views_open(trigger_id=await bot.trigger_id(), view=bot.form())
    view_id, old_hash = opened["view"]["id"], opened["view"]["hash"]
    await bot.client.views_update(view_id=view_id, hash=old_hash, view=bot.form("Second"))

    error = await bot.error_of(bot.client.views_update(view_id=view_id, hash=old_hash, view=bot.form("Third")))

    assert error == "hash_conflict" and bot.slack.view().title == "Second"


async def test_given_three_views_when_a_fourth_is_pushed_then_slack_refuses(bot) -> None:
    await bot.client.views_open(trigger_id=await bot.trigger_id(), view=bot.form("1"))
    await bot.client.views_push(trigger_id=await bot.trigger_id(), view=bot.form("2"))
    await bot.client.views_push(trigger_id=await bot.trigger_id(), view=bot.form("3"))

    error = await bot.error_of(bot.client.views_push(trigger_id=await bot.trigger_id(), view=bot.form("4")))

    assert error == "push_limit_reached" and [view.title for view in bot.slack.views()] == ["1", "2", "3"]


async def test_given_an_ephemeral_message_when_the_app_edits_it_then_slack_does_not_find_it(bot) -> None:
    posted = await bot.client.chat_postEphemeral(channel="C_FIN", user="U_ANA", text="Only for you")

    error = await bot.error_of(bot.client.chat_update(channel="C_FIN", ts=posted["message_ts"], text="Changed"))

    assert error == "message_not_found" and [message.plain for message in bot.slack.ephemerals("U_ANA")] == ["Only for you"]


async def test_given_an_edit_with_text_alone_when_made_then_the_blocks_are_gone(bot) -> None:
    ts = await bot.posts_card()

    await bot.client.chat_update(channel="C_FIN", ts=ts, text="Bare")

    assert [(len(one.blocks), one.plain) for one in bot.slack.versions(bot.slack.card("Bare"))][1:] == [(0, "Bare")]


async def test_given_the_reply_to_a_post_is_lost_when_looked_at_then_the_card_stands_there(bot) -> None:
    bot.slack.traffic.add(Fault("/api/chat.postMessage", drop="after"))

    with pytest.raises(Exception, match=r"disconnected|closed|reset"):
        await bot.posts_card()

    assert bot.slack.card("Harbor Refit").edited == 0


async def test_given_a_message_of_a_person_when_the_app_edits_it_then_slack_refuses(bot) -> None:
    theirs = bot.slack.has_message("finance", "mine")

    error = await bot.error_of(bot.client.chat_update(channel="C_FIN", ts=theirs.ts, text="yours"))

    assert error == "cant_update_message"


async def test_given_a_planned_rate_limit_when_posting_then_it_is_a_429_with_its_pause(bot) -> None:
    bot.slack.refuses("chat.postMessage", "ratelimited", retry_after_seconds=7)

    with pytest.raises(SlackApiError) as refused:
        await bot.posts_card()
    await bot.posts_card()

    assert (refused.value.response.status_code, refused.value.response.headers["retry-after"]) == (429, "7")


async def test_given_a_bad_call_when_made_then_it_is_remembered_as_a_violation(bot) -> None:
    await bot.error_of(bot.client.chat_postMessage(channel="C_FIN", text="x", blocks=[section("")]))

    assert [str(violation) for violation in bot.slack.violations] == [
        "chat.postMessage: /blocks/0/text/text has 0 characters, 1 are needed (invalid_blocks)"
    ]


async def test_given_lists_and_lookups_when_asked_then_they_show_what_the_bot_may_see(bot) -> None:
    bot.slack.has_channel("C_SECRET", "board", bot_is_member=False)
    bot.slack.has_channel("C_OPEN", "general", is_private=False, is_ext_shared=True)

    listed = await bot.client.conversations_list(types="public_channel,private_channel", exclude_archived=True)
    ana = await bot.client.users_lookupByEmail(email="ana@ferrow-pike.example")
    shared = await bot.client.conversations_info(channel="C_OPEN")

    assert [channel["id"] for channel in listed["channels"]] == ["C_FIN", "C_OPEN"]
    assert ana["user"]["id"] == "U_ANA" and shared["channel"]["is_ext_shared"] is True


async def test_given_a_form_or_a_query_when_called_then_it_is_read_like_json(bot) -> None:
    form_call = await bot.client.api_call("chat.postMessage", data={"channel": "C_FIN", "text": "1", "blocks": '[{"type":"divider"}]'})
    query_call = await bot.client.api_call("chat.postMessage", params={"channel": "#finance", "text": "2", "team_id": "T0FERROW"})

    posted = [message.blocks for message in bot.slack.channel("finance").messages]
    assert posted == [[{"type": "divider"}], []] and form_call["ok"] and query_call["ok"]


def post(channel: str, **more: Any) -> Callable[[Any], Any]:
    return lambda bot: bot.client.chat_postMessage(channel=channel, text="hello", **more)


REFUSALS = [
    pytest.param(post("C_NONE"), "channel_not_found", id="no such channel"),
    pytest.param(post("C_OUT"), "not_in_channel", id="a public channel without the bot"),
    pytest.param(post("C_SECRET"), "channel_not_found", id="a private channel without the bot"),
    pytest.param(post("C_OLD"), "is_archived", id="an archived channel"),
    pytest.param(post("C_FIN", blocks=[section("x" * 3001)]), "invalid_blocks", id="a section too long"),
    pytest.param(post("C_FIN", blocks=[section("x" * 2999)] * 4), "msg_blocks_too_long", id="a card too long"),
    pytest.param(post("C_FIN", colour="red"), "invalid_arguments", id="an unknown argument"),
    pytest.param(post("C_FIN", token="xoxb-wrong"), "invalid_auth", id="a wrong token"),
    pytest.param(lambda bot: bot.client.chat_update(channel="C_FIN", ts="1.000001", text="x"), "message_not_found", id="no such message"),
    pytest.param(lambda bot: bot.client.users_info(user="U_NONE"), "user_not_found", id="no such person"),
    pytest.param(lambda bot: bot.client.users_lookupByEmail(email="no@body.example"), "users_not_found", id="no such address"),
    pytest.param(lambda bot: bot.client.team_info(), "missing_scope", id="a scope not granted"),
    pytest.param(lambda bot: bot.client.views_open(trigger_id="1.2.3", view=bot.form()), "invalid_trigger_id", id="no such trigger"),
    pytest.param(lambda bot: bot.client.views_update(view_id="V9", view=bot.form()), "not_found", id="no such view"),
    pytest.param(
        lambda bot: bot.client.views_open(trigger_id="1.2.3", view=bot.form("x" * 25)), "invalid_arguments", id="a title too long"
    ),
    pytest.param(
        lambda bot: bot.client.chat_postEphemeral(channel="C_FEW", user="U_FINN", text="x"), "user_not_in_channel", id="not there"
    ),
    pytest.param(lambda bot: bot.client.conversations_join(channel="C_FIN"), "missing_scope", id="joining without the scope"),
]


@pytest.mark.parametrize(("call", "error"), REFUSALS)
async def test_given_a_bad_call_when_made_then_slack_answers_its_error(bot, call: Callable[[Any], Any], error: str) -> None:
    slack = bot.slack
    slack.has_channel("C_OUT", "general", bot_is_member=False, is_private=False)
    slack.has_channel("C_SECRET", "board", bot_is_member=False)
    slack.has_channel("C_OLD", "old", is_archived=True)
    slack.has_channel("C_FEW", "few", members={"U_ANA"})

    found = await bot.error_of(call(bot))

    assert found == error


async def test_given_private_channels_that_own_up_when_posted_to_then_the_error_says_that_the_bot_is_not_in(bot) -> None:
    bot.slack.switches.private_channel_answers = "not_in_channel"
    bot.slack.has_channel("C_SECRET", "board", bot_is_member=False)

    error = await bot.error_of(post("C_SECRET")(bot))

    assert error == "not_in_channel"


async def test_given_direct_messages_must_be_opened_first_when_opened_then_the_person_can_be_written_to(bot) -> None:
    bot.slack.switches.posting_to_user_id_opens_dm = False

    error = await bot.error_of(post("U_ANA")(bot))
    opened = await bot.client.conversations_open(users="U_ANA")
    await post(opened["channel"]["id"])(bot)

    assert error == "channel_not_found" and bot.slack.card("hello").channel_id == opened["channel"]["id"]


async def test_given_the_app_was_removed_when_it_calls_then_its_token_is_revoked(bot) -> None:
    bot.slack.revokes_tokens()

    error = await bot.error_of(post("C_FIN")(bot))

    assert error == "token_revoked"


async def test_given_a_card_when_deleted_then_it_is_gone_and_has_no_link(bot) -> None:
    ts = await bot.posts_card()
    link = await bot.client.chat_getPermalink(channel="C_FIN", message_ts=ts)

    await bot.client.chat_delete(channel="C_FIN", ts=ts)

    assert link["permalink"].endswith(f"/archives/C_FIN/p{ts.replace('.', '')}") and bot.slack.channel("finance").messages == []
    assert await bot.error_of(bot.client.chat_getPermalink(channel="C_FIN", message_ts=ts)) == "message_not_found"


async def test_given_a_public_channel_when_joined_with_the_scope_then_the_bot_can_post(running) -> None:
    async with running("socket mode", scopes={"channels:join", "chat:write"}) as bot:
        bot.slack.has_channel("C_OPEN", "general", bot_is_member=False, is_private=False)

        await bot.client.conversations_join(channel="C_OPEN")
        await post("C_OPEN")(bot)

        assert bot.slack.card("hello").channel_id == "C_OPEN"


async def test_given_a_converted_channel_with_a_new_id_when_used_then_its_messages_stand_under_the_new_one(bot) -> None:
    bot.slack.switches.converted_channel_keeps_id = False
    ts = await bot.posts_card()

    channel = bot.slack.converts_channel("finance")
    await bot.client.chat_update(channel=channel.id, ts=ts, text="Changed")

    assert channel.id.startswith("C") and channel.id != "C_FIN" and bot.slack.card("Changed").channel_id == channel.id
    assert await bot.error_of(bot.client.chat_update(channel="C_FIN", ts=ts, text="Again")) == "channel_not_found"


async def test_given_messages_in_one_instant_when_posted_then_their_ts_differ_and_rise(bot) -> None:
    stamps = [await bot.posts_card() for _ in range(3)]

    assert sorted(set(stamps)) == stamps
