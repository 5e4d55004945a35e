"""What people do, and what they read."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from xero_sync.testing.standins.slack import CannotDo


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


async def test_given_an_app_when_a_command_is_typed_then_the_person_sees_the_first_and_the_later_answer(each_bot) -> None:
    seen = await each_bot.slack.command("status")

    await each_bot.slack.until(lambda: len(seen.messages) == 2)

    assert seen.plain == "Looking at status\n94.8 % are on projects" and each_bot.slack.channel("finance").messages == []
    assert len(each_bot.slack.ephemerals("U_FINN")) == 2 and each_bot.slack.ephemerals("U_ANA") == []


async def test_given_an_answer_for_everybody_when_it_comes_then_it_stands_in_the_channel(each_bot) -> None:
    await each_bot.slack.command("loud", channel="finance")

    card = await each_bot.slack.until(lambda: each_bot.slack.card("94.8 %"))

    assert card.channel_id == "C_FIN" and card.only_for is None


async def test_given_a_card_when_its_button_is_pressed_then_the_card_is_edited(each_bot) -> None:
    ts = await each_bot.posts_card()

    await each_bot.slack.press(each_bot.slack.card("Harbor Refit"), "Put on Harbour Refit", user="U_ANA")
    card = await each_bot.slack.until(lambda: each_bot.slack.card("Answered by @Ana"))

    assert (card.ts, card.edited, card.buttons) == (ts, 1, [])
    assert each_bot.slack.violations == []


async def test_given_a_press_when_the_app_reads_it_then_it_has_the_shape_slack_sends(each_bot) -> None:
    ts = await each_bot.posts_card(metadata={"event_type": "finding", "event_payload": {"id": "f1"}})

    await each_bot.slack.press(ts, "choice.put", user="U_ANA")
    body = each_bot.seen_bodies[-1]

    assert body["type"] == "block_actions" and body["team"]["id"] == "T0FERROW" and body["user"]["id"] == "U_ANA"
    assert body["container"] == {"type": "message", "message_ts": ts, "channel_id": "C_FIN", "is_ephemeral": False}
    assert body["message"]["blocks"][1]["block_id"] == "q1" and body["message"]["metadata"]["event_payload"] == {"id": "f1"}
    assert body["state"]["values"] == {"q2": {"choice.month": {"type": "static_select", "selected_option": None}}}
    assert {name: body["actions"][0][name] for name in ("type", "action_id", "block_id", "value")} == {
        "type": "button",
        "action_id": "choice.put",
        "block_id": "q2",
        "value": "v-choice.put",
    }
    assert body["trigger_id"] and body["response_url"].startswith("http://127.0.0.1")


async def test_given_a_button_that_asks_back_when_the_person_says_no_then_nothing_is_sent(each_bot) -> None:
    ts = await each_bot.posts_card()

    seen = await each_bot.slack.press(ts, "No project needed…", confirm=False)

    assert seen.payload is None and each_bot.seen_bodies == []


async def test_given_an_overflow_menu_when_a_line_is_pressed_then_only_that_person_gets_the_answer(each_bot) -> None:
    ts = await each_bot.posts_card()

    seen = await each_bot.slack.press(ts, "Show why", user="U_ANA")
    await each_bot.slack.until(lambda: seen.messages)

    assert seen.plain == "Because of why" and each_bot.slack.latest(each_bot.slack.card("Harbor")).edited == 0
    assert each_bot.slack.ephemerals("U_ANA") == seen.messages


async def test_given_a_menu_on_a_card_when_chosen_then_the_response_url_replaces_the_card(each_bot) -> None:
    ts = await each_bot.posts_card()

    seen = await each_bot.slack.select(ts, "choice.month", "November")
    card = await each_bot.slack.until(lambda: each_bot.slack.card("Month taken"))

    assert card.ts == ts and card.blocks == []
    assert seen.payload and seen.payload["state"]["values"]["q2"]["choice.month"]["selected_option"]["value"] == "11"


async def test_given_a_modal_when_filled_and_submitted_then_it_closes_and_the_app_has_the_values(each_bot) -> None:
    ts = await each_bot.posts_card()
    await each_bot.slack.press(ts, "No project needed…")
    view = await each_bot.slack.until(each_bot.slack.view)

    seen = await each_bot.slack.submit(view, {"Project": "Harbour Refit", "Note": "by hand"})

    values = each_bot.seen_bodies[-1]["view"]["state"]["values"]
    assert values["project"]["pick"]["selected_option"]["value"] == "Har" and values["note"]["said"]["value"] == "by hand"
    assert each_bot.slack.views() == [] and seen.error is None and each_bot.slack.violations == []


async def test_given_a_wrong_field_when_submitted_then_the_error_stands_under_it_and_the_modal_stays(each_bot) -> None:
    await each_bot.slack.press(await each_bot.posts_card(), "No project needed…")
    view = await each_bot.slack.until(each_bot.slack.view)

    seen = await each_bot.slack.submit(view, {"Project": "Tidewater", "Note": "wrong"})

    assert seen.errors == {"note": "Say it in other words"} and each_bot.slack.view().errors == seen.errors
    assert "Say it in other words" in each_bot.slack.view().plain


async def test_given_slow_work_when_submitted_then_the_modal_shows_the_new_view_under_its_old_id(each_bot) -> None:
    await each_bot.slack.press(await each_bot.posts_card(), "No project needed…")
    view = await each_bot.slack.until(each_bot.slack.view)

    await each_bot.slack.submit(view, {"Project": "Tidewater", "Note": "slow"})

    assert each_bot.slack.view().title == "Saving" and each_bot.slack.view().id == view.id and each_bot.slack.view().hash != view.hash


async def test_given_an_empty_required_field_when_submitted_then_slack_does_not_let_the_person(each_bot) -> None:
    await each_bot.slack.press(await each_bot.posts_card(), "No project needed…")
    await each_bot.slack.until(each_bot.slack.view)

    with pytest.raises(CannotDo, match="still empty: Project"):
        await each_bot.slack.submit(values={"Note": "nothing"})


async def test_given_an_external_menu_when_searched_then_the_app_offers_what_matches(each_bot) -> None:
    await each_bot.slack.press(await each_bot.posts_card(), "No project needed…")
    view = await each_bot.slack.until(each_bot.slack.view)

    found = await each_bot.slack.search(view, "pick", "har")

    assert [one.text for one in found] == ["Harbour Refit", "Harvest Fair"]
    assert each_bot.seen_bodies[-1]["type"] == "block_suggestion" and each_bot.seen_bodies[-1]["value"] == "har"


async def test_given_a_modal_that_wants_to_know_when_closed_then_the_app_hears_of_it(each_bot) -> None:
    await each_bot.slack.press(await each_bot.posts_card(), "No project needed…")
    view = await each_bot.slack.until(each_bot.slack.view)

    await each_bot.slack.close(view)

    assert each_bot.seen_bodies[-1]["type"] == "view_closed" and each_bot.slack.views() == []


async def test_given_the_home_tab_when_opened_then_the_app_publishes_it(each_bot) -> None:
    await each_bot.slack.open_home("U_ANA")

    home = await each_bot.slack.until(lambda: each_bot.slack.home("U_ANA"))

    assert home.plain == "Nothing waits"


async def test_given_two_people_when_they_press_at_once_then_both_presses_arrive(each_bot) -> None:
    card = await each_bot.posts_card()

    await asyncio.gather(
        each_bot.slack.press(card, "Put on Harbour Refit"), each_bot.slack.press(card, "Put on Harbour Refit", user="U_ANA")
    )
    await each_bot.slack.until(lambda: each_bot.slack.card("Answered by").edited == 2)

    assert sorted(body["user"]["id"] for body in each_bot.seen_bodies) == ["U_ANA", "U_FINN"]


async def test_given_a_card_edited_meanwhile_when_its_old_button_is_pressed_then_the_app_gets_the_present_message(each_bot) -> None:
    await each_bot.posts_card()
    old = each_bot.slack.card("Harbor Refit")
    await each_bot.client.chat_update(channel="C_FIN", ts=old.ts, text="Working…", blocks=[section("Working…")])

    await each_bot.slack.press(old, "choice.put")

    assert each_bot.seen_bodies[-1]["message"]["text"] == "Working…" and each_bot.seen_bodies[-1]["actions"][0]["action_id"] == "choice.put"


async def test_given_stale_presses_are_swallowed_when_an_old_button_is_pressed_then_the_person_is_told(each_bot) -> None:
    each_bot.slack.switches.stale_press_is_delivered = False
    await each_bot.posts_card()
    old = each_bot.slack.card("Harbor Refit")
    await each_bot.client.chat_update(channel="C_FIN", ts=old.ts, text="Working…", blocks=[section("Working…")])

    seen = await each_bot.slack.press(old, "choice.put")

    assert seen.error == "dispatch_failed" and each_bot.seen_bodies == []


@pytest.mark.parametrize("status", [404, 200])
async def test_given_a_response_url_when_used_five_times_or_half_an_hour_old_then_it_is_dead_under_either_status(bot, status: int) -> None:
    bot.slack.switches.used_up_response_url_status = status
    first = await bot.slack.command("silent")
    second = await bot.slack.command("silent")
    statuses = [await bot.responds(first, text=str(use)) for use in range(6)]

    bot.clock.at += timedelta(minutes=30, seconds=1)
    late = await bot.responds(second, text="late")

    assert statuses == [200] * 5 + [status] and late == status and [message.text for message in first.messages] == list("01234")


async def test_given_a_thread_when_replied_to_then_the_reply_is_no_card(bot) -> None:
    ts = await bot.posts_card()

    await bot.client.chat_postMessage(channel="C_FIN", text="Harbor Refit: done", thread_ts=ts)

    assert [message.plain for message in bot.slack.channel("finance").thread(ts)] == ["Harbor Refit: done"]
    assert bot.slack.card("Harbor Refit").ts == ts


async def test_given_names_full_of_marks_when_read_then_a_person_sees_them_as_slack_shows_them(bot) -> None:
    text = "*Tern &amp; Teal* <https://x.example/1|bill 771> by <@U_ANA>, <!date^1763992800^{date}|24 Nov>: a*b*c &lt;!channel&gt; `*x*`"
    await bot.client.chat_postMessage(channel="C_FIN", text="t", blocks=[section(text)])

    card = bot.slack.card("Tern & Teal")

    assert card.plain == "Tern & Teal bill 771 by @Ana, 24 Nov: a*b*c <!channel> *x*" and card.pings == []


async def test_given_an_unescaped_name_when_posted_then_the_ping_is_seen(bot) -> None:
    await bot.client.chat_postMessage(channel="C_FIN", text="t", blocks=[section("Project <!channel> waits")])

    assert bot.slack.card("@channel").pings == ["channel"]


async def test_given_no_such_card_when_looked_for_then_the_error_lists_what_stands_there(bot) -> None:
    await bot.posts_card()

    with pytest.raises(CannotDo, match=r"(?s)No message says 'Tidewater'.*Harbor Refit.*\[Put on Harbour Refit\]"):
        bot.slack.card("Tidewater")


async def test_given_no_such_button_when_pressed_then_the_error_lists_the_others(bot) -> None:
    ts = await bot.posts_card()

    with pytest.raises(CannotDo, match=r"'Delete'.*Put on Harbour Refit \(choice\.put\)"):
        await bot.slack.press(ts, "Delete")


async def test_given_a_direct_message_when_posted_to_the_person_then_only_that_person_sees_it(bot) -> None:
    await bot.client.chat_postMessage(channel="U_ANA", text="For you")

    with pytest.raises(CannotDo, match="U_FINN does not see"):
        await bot.slack.press(bot.slack.card("For you"), "x")


async def test_given_an_ephemeral_message_when_its_button_is_pressed_then_the_response_url_replaces_it(bot) -> None:
    why = {"type": "button", "text": {"type": "plain_text", "text": "Show why"}, "action_id": "choice.put"}
    blocks = [{"type": "actions", "elements": [why]}]
    posted = await bot.client.chat_postEphemeral(channel="C_FIN", user="U_ANA", text="Only for you", blocks=blocks)
    seen = await bot.slack.press(posted["message_ts"], "Show why", user="U_ANA")

    await bot.responds(seen, text="Because", replace_original=True)

    assert [(message.ts, message.plain) for message in bot.slack.ephemerals("U_ANA")] == [(posted["message_ts"], "Because")]
    assert seen.payload["container"]["is_ephemeral"] is True and "message" not in seen.payload


async def test_given_an_ephemeral_message_when_the_person_loads_slack_anew_then_it_is_gone_and_the_card_is_not(bot) -> None:
    await bot.posts_card()
    await bot.client.chat_postEphemeral(channel="C_FIN", user="U_ANA", text="Only for you")

    bot.slack.reloads("U_ANA")

    assert bot.slack.ephemerals("U_ANA") == [] and bot.slack.cards("Harbor Refit")


async def test_given_a_card_that_a_person_deleted_when_the_app_edits_or_answers_it_then_slack_does_not_find_it(bot) -> None:
    ts = await bot.posts_card()
    old = bot.slack.card("Harbor Refit")

    bot.slack.deletes(old)

    assert await bot.error_of(bot.client.chat_update(channel="C_FIN", ts=ts, text="Changed")) == "message_not_found"
    assert await bot.error_of(bot.client.chat_delete(channel="C_FIN", ts=ts)) == "message_not_found"
    with pytest.raises(CannotDo, match="has been deleted"):
        await bot.slack.press(old, "Put on Harbour Refit")


async def test_given_an_ephemeral_message_when_another_person_presses_it_then_it_is_not_there_for_them(bot) -> None:
    posted = await bot.client.chat_postEphemeral(channel="C_FIN", user="U_ANA", text="Only for you")

    with pytest.raises(CannotDo, match="U_FINN does not see"):
        await bot.slack.press(posted["message_ts"], "Show why")


async def test_given_a_response_url_when_told_to_delete_the_card_then_it_is_gone(bot) -> None:
    seen = await bot.slack.press(await bot.posts_card(), "Show why")

    await bot.responds(seen, delete_original=True)

    assert bot.slack.cards("Harbor Refit") == []


async def test_given_errors_for_a_field_that_is_not_there_when_submitted_then_it_is_a_violation(bot) -> None:
    @bot.app.view("other")
    async def on_other(ack, view) -> None:
        await ack(response_action="errors", errors={"nowhere": "What?"})

    await bot.client.views_open(trigger_id=await bot.trigger_id(), view=bot.form() | {"callback_id": "other"})

    seen = await bot.slack.submit("other", {"Project": "Tidewater"})

    sentences = [violation.sentence for violation in bot.slack.violations]
    assert (seen.error, sentences) == ("invalid_arguments", ["/errors/nowhere is not the block_id of an input"])


async def test_given_replacing_is_slacks_default_when_the_app_only_answers_then_the_card_is_lost(bot) -> None:
    bot.slack.switches.response_url_replaces_by_default = True
    seen = await bot.slack.press(await bot.posts_card(), "choice.put")
    await bot.slack.until(lambda: bot.slack.cards("Answered"))

    await bot.responds(seen, text="Thank you")

    assert [card.plain for card in bot.slack.cards()] == ["Thank you"]


async def test_given_a_claim_that_never_comes_true_when_waited_for_then_the_error_shows_what_stands_there(bot) -> None:
    await bot.posts_card()

    with pytest.raises(CannotDo, match=r"(?s)did not come true in 0\.01 s.*Harbor Refit"):
        await bot.slack.until(lambda: False, seconds=0.01)
