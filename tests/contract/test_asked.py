"""The inbox, decisions, questions and messages."""

from __future__ import annotations

import pytest
from tests.contract.examples import AT, bill, decided, minutes, question

from xero_sync.domain.decisions import DecisionStatus
from xero_sync.domain.lanes import rank
from xero_sync.store.asked import AskedQuestion, InboxRow, Message
from xero_sync.store.books import Books

PRESS = rank("press")
CAUSE = "no project:harbor"


async def _press(books: Books, dedupe_key: str, lane: int = PRESS) -> InboxRow | None:
    async with books.database.listener_write() as db:
        return await books.asked.put(db, lane=lane, kind="press", body={"choice_id": "none"}, person_id="U01", dedupe_key=dedupe_key, at=AT)


async def test_given_a_press_when_it_comes_twice_then_the_second_is_nothing(books: Books, other_books: Books) -> None:
    first, second, elsewhere = await _press(books, "p1"), await _press(books, "p1"), await _press(other_books, "p1")

    async with books.database.write() as db:
        taken = await books.asked.take(db, 10)

    assert (second, elsewhere is None, taken) == (None, False, [first])
    assert taken[0].body == {"choice_id": "none"} and taken[0].at == AT


async def test_given_an_inbox_when_taken_from_then_the_first_lane_goes_first_and_nothing_is_taken_twice(books: Books) -> None:
    for dedupe_key, lane in {"webhook 1": 1, "press 1": 0, "press 2": 0}.items():
        await _press(books, dedupe_key, lane)

    async with books.database.write() as db:
        before = await books.first_lane(db)
        first = [row.lane for row in await books.asked.take(db, 2)]
        between = await books.first_lane(db)
        second = [row.lane for row in await books.asked.take(db, 2)]
        after = await books.first_lane(db)

    assert (first, second, before, between, after) == ([0, 0], [1], 0, 1, None)


async def test_given_a_due_document_and_a_press_when_asked_what_comes_first_then_it_is_the_higher_of_both(
    books: Books, other_books: Books
) -> None:
    async with books.database.write() as db:
        await books.mirror.put_documents(db, [bill("b1")], lane=2, at=AT)
        due = await books.first_lane(db)
    await _press(books, "webhook 1", 1)

    async with books.database.read() as db:
        assert (due, await books.first_lane(db), await other_books.first_lane(db)) == (2, 1, None)


async def test_given_a_row_that_was_taken_when_the_bot_died_then_it_waits_again_until_finished(books: Books) -> None:
    row = await _press(books, "p1")
    assert row is not None
    async with books.database.write() as db:
        await books.asked.take(db, 1)
        put_back = await books.asked.put_back(db)
        unanswered = await books.asked.answer_of(db, row.inbox_id)
        taken_again = await books.asked.take(db, 1)
        await books.asked.finish(db, row.inbox_id, at=AT, answer="Put on Harbour Refit.")
        put_back_again = await books.asked.put_back(db)

        answer = await books.asked.answer_of(db, row.inbox_id)

    assert (put_back, unanswered, taken_again, put_back_again, answer) == (1, None, [row], 0, "Put on Harbour Refit.")


async def test_given_decisions_when_kept_then_they_read_back_equal_oldest_first(books: Books, other_books: Books) -> None:
    newer, older = decided("d1", at=AT + minutes(1)), decided("d2", net=None)
    async with books.database.write() as db:
        for entry in (newer, older, newer):
            await books.asked.decide(db, entry)

    async with books.database.read() as db:
        assert (await books.asked.decisions(db), await other_books.asked.decisions(db)) == ([older, newer], [])


@pytest.mark.parametrize(("status", "is_in_force"), [("open", True), ("done", True), ("failed", False), ("withdrawn", False)])
async def test_given_a_decision_when_its_status_changes_then_it_is_in_force_or_not(
    books: Books, status: DecisionStatus, is_in_force: bool
) -> None:
    async with books.database.write() as db:
        await books.asked.decide(db, decided("d1"))

        await books.asked.set_decision(db, "d1", status, "why")

    async with books.database.read() as db:
        kept = await books.asked.decisions(db)
    assert [(entry.status, entry.problem) for entry in kept] == ([(status, "why")] if is_in_force else [])


async def test_given_a_question_when_asked_again_then_only_another_text_makes_a_revision(books: Books) -> None:
    async with books.database.write() as db:
        first = await books.asked.ask(db, question(), plugin="p", at=AT)
        same = await books.asked.ask(db, question(), plugin="p", at=AT + minutes(5))
        other = await books.asked.ask(db, question(title="Still no such project"), plugin="p", at=AT + minutes(10))

    async with books.database.read() as db:
        kept = await books.asked.open_questions(db)
    assert first == same == AskedQuestion(question(), "p", "open", 1, AT)
    assert kept == [other] and (other.revision, other.asked_at, other.question.title) == (2, AT, "Still no such project")


async def test_given_a_question_when_two_answer_then_the_first_counts(books: Books) -> None:
    async with books.database.write() as db:
        asked = await books.asked.ask(db, question(), plugin="p", at=AT)
        first = await books.asked.answer(db, asked.question_id, by="U01", label="Put on", decision_id="d1", at=AT + minutes(1))
        second = await books.asked.answer(db, asked.question_id, by="U02", label="Leave out", decision_id="d2", at=AT + minutes(1))

        kept = (await books.asked.questions(db, [CAUSE]))[CAUSE]

    assert (first, second) == (True, False)
    assert (kept.state, kept.answered_by, kept.answer_label, kept.decision_id, kept.answered_at, kept.revision) == (
        "answered", "U01", "Put on", "d1", AT + minutes(1), 2,
    )  # fmt: skip


@pytest.mark.parametrize(("reopen", "state", "asked_after"), [(False, "answered", 0), (True, "open", 60)])
async def test_given_an_answered_question_when_asked_again_then_it_opens_only_where_that_is_meant(
    books: Books, reopen: bool, state: str, asked_after: int
) -> None:
    async with books.database.write() as db:
        asked = await books.asked.ask(db, question(), plugin="p", at=AT)
        await books.asked.answer(db, asked.question_id, by="U01", label="Put on", decision_id="d1", at=AT)

        again = await books.asked.ask(db, question(), plugin="p", at=AT + minutes(60), reopen=reopen)

        assert again == await books.asked.question(db, asked.question_id)
    assert (again.state, again.asked_at, again.answered_by == "") == (state, AT + minutes(asked_after), reopen)


async def test_given_open_and_answered_questions_when_closed_then_answers_stand(books: Books) -> None:
    async with books.database.write() as db:
        for cause in ("a", "b", "c"):
            await books.asked.ask(db, question(cause), plugin="p", at=AT)
        answered = question("b").question_id
        await books.asked.answer(db, answered, by="U01", label="Put on", decision_id="d1", at=AT)

        await books.asked.close(db, [question("a").question_id, answered], AT)

    async with books.database.read() as db:
        states = {cause: asked.state for cause, asked in (await books.asked.questions(db, "abcd")).items()}
        still_open = [asked.question.cause for asked in await books.asked.open_questions(db)]
    assert (states, still_open) == ({"a": "closed", "b": "answered", "c": "open"}, ["c"])


async def test_given_an_answer_that_failed_when_reopened_then_the_question_says_why_until_it_is_answered(books: Books) -> None:
    async with books.database.write() as db:
        asked = await books.asked.ask(db, question(), plugin="p", at=AT)
        await books.asked.answer(db, asked.question_id, by="U01", label="Put on", decision_id="d1", at=AT)

        await books.asked.reopen(db, asked.question_id, "Scoro refused it.")
        reopened = await books.asked.question(db, asked.question_id)
        await books.asked.answer(db, asked.question_id, by="U02", label="Put on", decision_id="d2", at=AT)
        answered = await books.asked.question(db, asked.question_id)

    assert reopened is not None and answered is not None
    assert (reopened.state, reopened.problem, reopened.answered_by, reopened.revision) == ("open", "Scoro refused it.", "", 3)
    assert (answered.problem, answered.answered_by) == ("", "U02")


async def test_given_two_connections_when_one_answers_then_the_others_question_stays_open(books: Books, other_books: Books) -> None:
    async with books.database.write() as db:
        for some in (books, other_books):
            await some.asked.ask(db, question(), plugin="p", at=AT)

        await books.asked.answer(db, question().question_id, by="U01", label="Put on", decision_id="d1", at=AT)

        assert (len(await books.asked.open_questions(db)), len(await other_books.asked.open_questions(db))) == (0, 1)


async def test_given_a_message_when_posted_and_edited_then_the_rows_say_what_stands_in_slack(books: Books) -> None:
    async with books.database.write() as db:
        await books.asked.posting(db, "result:2026-11-24", "C01", AT)
        before = await books.asked.message(db, "result:2026-11-24")
        await books.asked.posted(db, "result:2026-11-24", "1764.1", "hash 1", AT + minutes(1))
        await books.asked.edited(db, "result:2026-11-24", "hash 2", AT + minutes(2))

    async with books.database.read() as db:
        kept = await books.asked.messages(db, ["result:2026-11-24"], unfinished="question:", final="final:")
        assert await books.asked.message(db, "unheard of") is None
    assert before == Message("result:2026-11-24", "C01", "", "", "posting", AT, AT, 0)
    assert kept == {
        "result:2026-11-24": Message("result:2026-11-24", "C01", "1764.1", "hash 2", "posted", AT + minutes(1), AT + minutes(2), 2)
    }


async def test_given_finished_and_other_messages_when_read_then_the_unfinished_come_with_those_that_were_named(books: Books) -> None:
    shown = {"question:1": "final:a", "question:2": "b", "question:3": "final:c", "result:1": "d", "result:2": "e"}
    async with books.database.write() as db:
        for subject, shows in shown.items():
            await books.asked.posting(db, subject, "C01", AT)
            await books.asked.posted(db, subject, "1764.1", shows, AT)

        kept = await books.asked.messages(db, ["question:3", "result:2", "unheard of"], unfinished="question:", final="final:")

    assert sorted(kept) == ["question:2", "question:3", "result:2"]


async def test_given_open_questions_when_some_are_posted_then_the_others_are_without_card_oldest_first(
    books: Books, other_books: Books
) -> None:
    async with books.database.write() as db:
        asked = [await books.asked.ask(db, question(f"cause {place}"), plugin="p", at=AT + minutes(place)) for place in range(4)]
        await books.asked.posting(db, asked[1].subject, "C1", AT)
        await books.asked.posted(db, asked[1].subject, "1.1", "h1", AT)
        await books.asked.close(db, [asked[3].question_id], AT)
        await other_books.asked.posting(db, asked[0].subject, "C1", AT)

        assert [each.subject for each in await books.asked.without_card(db)] == [asked[0].subject, asked[2].subject]


async def test_given_a_message_whose_id_was_lost_when_posted_again_then_it_starts_over(books: Books) -> None:
    async with books.database.write() as db:
        await books.asked.posting(db, "q:1", "C01", AT)

        await books.asked.posting(db, "q:1", "C02", AT + minutes(1))

        kept = await books.asked.message(db, "q:1")
    assert kept == Message("q:1", "C02", "", "", "posting", AT + minutes(1), AT + minutes(1), 0)


async def test_given_messages_when_counted_since_then_prefix_and_time_decide(books: Books, other_books: Books) -> None:
    async with books.database.write() as db:
        for subject, at in {"question:1": AT, "question:2": AT + minutes(30), "question%": AT, "result:1": AT + minutes(30)}.items():
            await books.asked.posting(db, subject, "C01", at)
        await other_books.asked.posting(db, "question:3", "C01", AT + minutes(30))

        counts = [
            await books.asked.posted_since(db, prefix, AT + minutes(since))
            for prefix, since in (("question:", 0), ("question:", 1), ("%", 0))
        ]

    assert counts == [2, 1, 0]


async def test_given_replies_to_one_person_when_sent_then_they_wait_no_more(books: Books) -> None:
    async with books.database.write() as db:
        first = await books.asked.reply(db, channel="C01", person_id="U01", text="Not recorded, press again.", at=AT)
        await books.asked.reply(db, channel="C01", person_id="U02", text="Done.", at=AT)
        unsent = await books.asked.unsent_replies(db)

        await books.asked.reply_sent(db, first, AT)

        left = await books.asked.unsent_replies(db)
    assert [(reply.person_id, reply.text) for reply in unsent] == [("U01", "Not recorded, press again."), ("U02", "Done.")]
    assert left == unsent[1:]
