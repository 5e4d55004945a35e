"""A press is authorised, written down, acknowledged, shown as worked on; every other press is answered with a sentence."""

from __future__ import annotations

from datetime import date
from typing import NoReturn

import pytest
from tests.unit.reports.examples import ORGANISATION, document, harbor_bills, harbor_question, line
from tests.unit.slack.conftest import Office

from xero_sync.errors import ConfigError
from xero_sync.slack.cards import question_message
from xero_sync.store.database import Database

PUT = "Put on Harbour Refit"
NOT_ALLOWED = "You can look, but not decide this. A bookkeeper or controller can; an admin sets roles."


async def test_given_a_controller_when_they_press_then_one_row_says_what_and_where(office: Office) -> None:
    card = await office.asks()

    await office.slack.press(card, PUT, "U_CARA")

    (row,) = await office.inbox()
    assert (row.kind, row.lane, row.person_id) == ("press", 0, "U_CARA")
    assert row.body == {
        "question_id": harbor_question().question_id,
        "choice_id": "put-412",
        "revision": 1,
        "channel": "C_FIN",
        "message_ts": card.ts,
    }


async def test_given_a_press_when_it_is_recorded_then_the_card_works_at_once_without_buttons(office: Office) -> None:
    card = await office.asks()

    await office.slack.press(card, PUT, "U_CARA")

    working = await office.slack.until(lambda: office.slack.card("Working…"))
    assert (working.ts, working.buttons) == (card.ts, []) and f"Answered by @Cara, 24 Nov 2026, 10:00 UTC: {PUT}" in working.plain


async def test_given_a_press_when_it_is_recorded_then_the_writer_is_woken_and_the_card_will_be_looked_at_again(office: Office) -> None:
    card = await office.asks()

    await office.slack.press(card, PUT, "U_CARA")

    await office.slack.until(lambda: office.slack.latest(card).edited and office.wakes)
    assert await office.shown_hash() == ""


async def test_given_slack_does_not_take_the_working_card_when_pressed_then_the_press_counts_all_the_same(office: Office) -> None:
    card = await office.asks()
    office.slack.refuses("chat.update", "internal_error")

    seen = await office.slack.press(card, PUT, "U_CARA")

    await office.slack.until(lambda: office.slack.calls_to("chat.update"))
    assert (seen.error, len(await office.inbox())) == (None, 1)


async def test_given_slack_delivers_a_press_twice_when_recorded_then_there_is_one_row(office: Office) -> None:
    card = await office.asks()
    seen = await office.slack.press(card, PUT, "U_CARA")

    again = await office.slack.redeliver(seen)

    assert (again.error, again.messages, len(await office.inbox())) == (None, [], 1)


async def test_given_a_button_that_asks_first_when_cancelled_then_nothing_is_sent(office: Office) -> None:
    card = await office.asks()

    seen = await office.slack.press(card, "No project needed…", "U_CARA", confirm=False)

    assert (seen.payload, await office.inbox()) == (None, [])


@pytest.mark.parametrize(
    "person",
    [
        pytest.param("U_VERA", id="a viewer"),
        pytest.param("U_ADA", id="an admin"),
        pytest.param("U_PIA", id="a project manager, for later documents too"),
    ],
)
async def test_given_somebody_who_may_not_decide_when_they_press_then_they_are_told_who_can(office: Office, person: str) -> None:
    card = await office.asks()

    seen = await office.slack.press(card, PUT, person)

    await office.slack.until(lambda: seen.messages)
    assert (seen.plain, await office.inbox(), office.slack.latest(card).edited) == (NOT_ALLOWED, [], 0)


@pytest.mark.parametrize("mark", ["is_restricted", "is_ultra_restricted", "is_stranger", "is_deleted"])
async def test_given_a_controllers_id_that_is_no_member_when_they_press_then_they_are_a_viewer(office: Office, mark: str) -> None:
    office.slack.has_user("U_CARA", "Cara", **{mark: True})  # type: ignore[arg-type]
    card = await office.asks()

    seen = await office.slack.press(card, PUT, "U_CARA")

    await office.slack.until(lambda: seen.messages)
    assert (seen.plain, await office.inbox()) == (NOT_ALLOWED, [])


async def test_given_a_locked_month_when_a_bookkeeper_presses_then_a_controller_has_to(office: Office) -> None:
    locked = ORGANISATION.model_copy(update={"period_lock_date": date(2026, 11, 30)})
    card = await office.asks()
    async with office.books.database.write() as db:
        records = {"organisation": locked.model_dump_json()}
        await office.books.mirror.put_records(db, "organisation", records, office.clock.now(), is_whole=True)

    seen = await office.slack.press(card, PUT, "U_BEN")

    await office.slack.until(lambda: seen.messages)
    assert (seen.plain, await office.inbox()) == ("This month is closed. A controller can decide it.", [])


async def test_given_more_than_ten_documents_when_a_bookkeeper_presses_then_a_controller_has_to(office: Office) -> None:
    card = await office.asks(documents=[document(f"bill-{number}", line("10.00")) for number in range(11)])

    seen = await office.slack.press(card, "No project needed…", "U_BEN")

    await office.slack.until(lambda: seen.messages)
    assert seen.plain == "This is about more than 10 documents. A controller can decide it."


async def test_given_somebody_was_faster_when_pressed_then_the_person_reads_who_and_what(office: Office) -> None:
    card = await office.asks()
    await office.answers("U_CARA")

    seen = await office.slack.press(card, "No project needed…", "U_BEN")

    await office.slack.until(lambda: seen.messages)
    assert (seen.plain, await office.inbox()) == (f"Already answered by @Cara: {PUT}. Nothing was changed.", [])


async def test_given_the_card_says_something_else_meanwhile_when_the_old_one_is_pressed_then_it_does_not_count(office: Office) -> None:
    card = await office.asks()
    async with office.books.database.write() as db:
        renewed = harbor_question().model_copy(update={"fingerprint": "another bill"})
        await office.books.asked.ask(db, renewed, plugin="test", at=office.clock.now())

    seen = await office.slack.press(card, PUT, "U_CARA")

    await office.slack.until(lambda: seen.messages)
    assert (seen.plain, await office.inbox()) == ("The card has changed since you looked at it. Look again, then press.", [])


async def test_given_a_question_that_closed_by_itself_when_pressed_then_the_person_is_told(office: Office) -> None:
    card = await office.asks()
    async with office.books.database.write() as db:
        await office.books.asked.close(db, [harbor_question().question_id], office.clock.now())

    seen = await office.slack.press(card, PUT, "U_CARA")

    await office.slack.until(lambda: seen.messages)
    assert "This question has closed by itself" in seen.plain and await office.inbox() == []


async def test_given_a_card_of_other_books_when_pressed_then_it_is_not_in_use(office: Office) -> None:
    await office.asks()
    foreign = await office.posts_card_of("q-of-another-connection")

    seen = await office.slack.press(foreign, PUT, "U_CARA")

    await office.slack.until(lambda: seen.messages)
    assert "This card is not in use any more. Nothing was changed" in seen.plain and office.slack.latest(foreign).edited == 0


async def test_given_an_older_copy_of_the_card_when_pressed_then_it_counts_and_the_person_is_sent_to_the_newest(office: Office) -> None:
    card = await office.asks()
    copy = await office.posts_card_of(harbor_question().question_id, revision=1)

    seen = await office.slack.press(copy, PUT, "U_CARA")

    await office.slack.until(lambda: seen.messages)
    assert "Recorded. This is an old copy of the card" in seen.plain and len(await office.inbox()) == 1
    assert (office.slack.latest(copy).edited, office.slack.latest(card).edited) == (0, 0)


async def test_given_books_that_are_busy_when_pressed_then_the_person_is_told_to_press_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = await office.asks()
    monkeypatch.setattr(Database, "listener_write", busy)

    seen = await office.slack.press(card, PUT, "U_CARA")

    await office.slack.until(lambda: seen.messages)
    assert (seen.plain, await office.inbox(), office.slack.latest(card).edited) == ("Not recorded, press again.", [], 0)


async def test_given_slack_does_not_say_who_somebody_is_when_they_press_then_nothing_is_recorded(office: Office) -> None:
    card = await office.asks()
    office.slack.refuses("users.info", "internal_error")

    seen = await office.slack.press(card, PUT, "U_CARA")

    await office.slack.until(lambda: seen.messages)
    assert (seen.plain, await office.inbox()) == ("Slack did not say who you are. Nothing was recorded; try again.", [])


async def test_given_somebody_who_presses_twice_when_slack_is_asked_who_they_are_then_once_in_ten_minutes(office: Office) -> None:
    card = await office.asks()

    for seconds in (0, 590, 20):
        await office.clock.advance(seconds)
        await office.slack.press(card, PUT, "U_VERA")

    assert len(office.slack.calls_to("users.info")) == 2


async def test_given_a_button_of_an_older_version_when_pressed_then_it_is_not_in_use(office: Office) -> None:
    await office.asks()
    old = await office.posts_button("approve.all", "everything")

    seen = await office.slack.press(old, "approve.all", "U_CARA")

    await office.slack.until(lambda: seen.messages)
    assert seen.plain == "This button is not in use any more. Nothing was changed."


async def test_given_a_button_with_a_value_that_is_no_card_of_ours_when_pressed_then_it_is_not_in_use(office: Office) -> None:
    await office.asks()
    old = await office.posts_button("answer.0", "everything")

    seen = await office.slack.press(old, "answer.0", "U_CARA")

    await office.slack.until(lambda: seen.messages)
    assert (seen.plain, await office.inbox()) == ("This button is not in use any more. Nothing was changed.", [])


async def test_given_the_waiting_button_when_pressed_then_only_that_person_sees_the_list(office: Office) -> None:
    await office.asks()
    result = await office.posts_button("show.waiting", "waiting")

    seen = await office.slack.press(result, "show.waiting", "U_BEN")

    await office.slack.until(lambda: seen.messages)
    assert "2 documents wait · £800.00 net" in seen.plain and seen.messages[0].only_for == "U_BEN"


async def test_given_the_writer_was_quicker_when_the_card_is_to_show_that_it_works_then_it_shows_what_came_of_it(office: Office) -> None:
    card = await office.asks()
    await office.answers("U_CARA")

    shown = await office.desk.working(office.pressed_on(card, PUT), "U_CARA", channel="C_FIN", message_ts=card.ts, label=PUT)

    assert shown == question_message(await office.question_card())


async def test_given_bills_of_several_months_when_a_lock_covers_the_older_one_then_the_whole_answer_is_a_controllers(
    office: Office,
) -> None:
    locked = ORGANISATION.model_copy(update={"end_of_year_lock_date": date(2026, 11, 18)})
    card = await office.asks(documents=harbor_bills())
    async with office.books.database.write() as db:
        records = {"organisation": locked.model_dump_json()}
        await office.books.mirror.put_records(db, "organisation", records, office.clock.now(), is_whole=True)

    seen = await office.slack.press(card, PUT, "U_BEN")

    await office.slack.until(lambda: seen.messages)
    assert seen.plain == "This month is closed. A controller can decide it."


def busy(_: Database) -> NoReturn:
    raise ConfigError("The database is locked by another program.")
