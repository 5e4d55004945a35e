"""The voice in Slack: what it shows, and Slack's refusals with the way out of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from xero_sync.errors import NotAllowed, RateLimited, Rejected, RemoteError, Unavailable, UnexpectedReply, XeroSyncError
from xero_sync.loop.ports import Rendered
from xero_sync.reports.card import MessageGone
from xero_sync.slack.app import SlackSettings, open_door
from xero_sync.slack.blocks import context, section
from xero_sync.slack.speaker import SlackSpeaker
from xero_sync.testing.clock import SteppedClock
from xero_sync.testing.standins.served import serve
from xero_sync.testing.standins.slack import SlackStandIn
from xero_sync.testing.standins.traffic import Fault

JSON = {"content-type": "application/json"}
WAITS = Rendered("2 bills wait.", (section("*2 bills wait*"),))
DONE = Rendered("2 bills are on Harbour Refit.", (section("*2 bills are on Harbour Refit*"), context("Answered by somebody")))


@pytest.fixture
async def slack(clock: SteppedClock) -> AsyncIterator[SlackStandIn]:
    """A workspace with one channel the app is in."""
    standin = SlackStandIn(now=clock.now)
    standin.has_channel("C_FIN", "finance")
    standin.has_user("U_CARA", "Cara")
    async with serve(standin.app) as address:
        standin.base_url = address
        yield standin


@pytest.fixture
async def speaker(slack: SlackStandIn, clock: SteppedClock) -> AsyncIterator[SlackSpeaker]:
    async with open_door(SlackSettings(slack.bot_token, base_url=f"{slack.base_url}/api/"), clock) as door:
        yield door.speaker


async def test_given_a_message_when_posted_then_it_stands_in_the_channel_under_the_ts_that_came_back(
    slack: SlackStandIn, speaker: SlackSpeaker
) -> None:
    ts = await speaker.post("C_FIN", WAITS)

    assert slack.card("2 bills wait").ts == ts and slack.violations == []


async def test_given_a_message_when_edited_then_blocks_and_sentence_are_both_new(slack: SlackStandIn, speaker: SlackSpeaker) -> None:
    ts = await speaker.post("C_FIN", WAITS)

    await speaker.edit("C_FIN", ts, DONE)

    card = slack.card("Answered by somebody")
    assert (card.ts, card.text, card.plain.splitlines()[0]) == (ts, DONE.text, "2 bills are on Harbour Refit")


async def test_given_a_message_somebody_deleted_when_edited_then_it_is_told_from_every_other_refusal(
    slack: SlackStandIn, speaker: SlackSpeaker
) -> None:
    ts = await speaker.post("C_FIN", WAITS)
    slack.workspace.delete(slack.card("2 bills wait"))

    with pytest.raises(MessageGone):
        await speaker.edit("C_FIN", ts, DONE)


async def test_given_a_sentence_for_one_person_when_told_then_only_they_see_it(slack: SlackStandIn, speaker: SlackSpeaker) -> None:
    await speaker.tell("C_FIN", "U_CARA", "Already answered by <@U_FINN>.\nNothing was changed in <!channel>.")

    (told,) = slack.ephemerals("U_CARA")
    assert told.plain == "Already answered by @Finn.\nNothing was changed in <!channel>." and not slack.cards() and not told.pings


@pytest.mark.parametrize("reason", ["the app is not in the channel", "the person is not in the channel"])
async def test_given_a_channel_the_person_cannot_be_told_in_when_told_then_it_comes_as_a_direct_message(
    slack: SlackStandIn, speaker: SlackSpeaker, reason: str
) -> None:
    slack.has_channel("C_OTHER", "other", bot_is_member="app" not in reason, members={"U_FINN"})

    await speaker.tell("C_OTHER", "U_CARA", "The check has started.")

    assert slack.card("The check has started.").channel_id == slack.workspace.direct_message("U_CARA").id


async def test_given_a_person_who_is_nowhere_when_told_then_the_answer_is_given_up(speaker: SlackSpeaker) -> None:
    with pytest.raises(Rejected):
        await speaker.tell("C_FIN", "stranger:U_GONE", "The check has started.")


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        pytest.param("not_in_channel", NotAllowed, "Invite @xero-sync to the channel", id="not in the channel"),
        pytest.param("channel_not_found", NotAllowed, "Invite @xero-sync to the channel, or correct it", id="no such channel"),
        pytest.param("is_archived", NotAllowed, "Bring it back in Slack", id="archived"),
        pytest.param("restricted_action", NotAllowed, "Allow it, or name another channel", id="apps may not post"),
        pytest.param("invalid_auth", NotAllowed, "set the new token", id="wrong token"),
        pytest.param("token_revoked", NotAllowed, "Install the app in the workspace again", id="revoked token"),
        pytest.param("invalid_blocks", Rejected, "Report it", id="our blocks are wrong"),
        pytest.param("msg_blocks_too_long", Rejected, "Report it", id="our blocks are too long"),
        pytest.param("internal_error", Unavailable, "tried again by itself", id="Slack is broken"),
        pytest.param("a_new_word", RemoteError, "a_new_word", id="a word nobody knows"),
    ],
)
async def test_given_slack_refuses_when_posted_then_the_error_names_the_way_out(
    slack: SlackStandIn, speaker: SlackSpeaker, error: str, kind: type[XeroSyncError], words: str
) -> None:
    slack.refuses("chat.postMessage", error)

    with pytest.raises(kind) as refused:
        await speaker.post("C_FIN", WAITS)

    assert words in refused.value.message


async def test_given_a_missing_scope_when_posted_then_the_error_names_it(clock: SteppedClock) -> None:
    standin = SlackStandIn(now=clock.now, scopes={"commands"})
    async with serve(standin.app) as address, open_door(SlackSettings(standin.bot_token, base_url=f"{address}/api/"), clock) as door:
        with pytest.raises(NotAllowed, match=r"The Slack app lacks chat:write\. Add it under OAuth & Permissions"):
            await door.speaker.post("C_FIN", WAITS)


async def test_given_too_many_messages_when_posted_then_the_error_says_when_to_go_on(
    slack: SlackStandIn, speaker: SlackSpeaker, clock: SteppedClock
) -> None:
    slack.refuses("chat.postMessage", "ratelimited", retry_after_seconds=17)

    with pytest.raises(RateLimited) as refused:
        await speaker.post("C_FIN", WAITS)

    assert refused.value.retry_at == clock.now() + timedelta(seconds=17)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        pytest.param(Fault(r"/api/chat\.postMessage", drop="before"), Unavailable, id="no connection"),
        pytest.param(Fault(r"/api/chat\.postMessage", drop="after"), Unavailable, id="lost reply"),
        pytest.param(Fault(r"/api/chat\.postMessage", status=503, body=b"busy"), Unavailable, id="503"),
        pytest.param(Fault(r"/api/chat\.postMessage", status=200, html=True), UnexpectedReply, id="a web page"),
        pytest.param(Fault(r"/api/chat\.postMessage", status=200, body=b"[1]", headers=JSON), UnexpectedReply, id="a list"),
        pytest.param(Fault(r"/api/chat\.postMessage", status=200, body=b'{"ok": true}', headers=JSON), UnexpectedReply, id="no ts"),
        pytest.param(Fault(r"/api/chat\.postMessage", truncate_to=9), UnexpectedReply, id="half a reply"),
    ],
)
async def test_given_slack_answers_with_nonsense_when_posted_then_it_is_an_error_of_ours_and_sent_once(
    slack: SlackStandIn, speaker: SlackSpeaker, fault: Fault, kind: type[XeroSyncError]
) -> None:
    slack.traffic.add(fault)

    with pytest.raises(kind):
        await speaker.post("C_FIN", WAITS)

    assert len([call for call in slack.traffic.calls if call.path.endswith("chat.postMessage")]) == 1
