"""Choose another project…: a form at once, a search in it, and one row when it is sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.unit.reports.examples import CLOSED, HARBOR, document, harbor_question, line
from tests.unit.slack.conftest import Office
from tests.unit.slack.test_presses import busy

from xero_sync.domain import scoro
from xero_sync.domain.decisions import PutOn, TheseDocuments
from xero_sync.domain.questions import Choice
from xero_sync.store.database import Database
from xero_sync.testing.standins.slack import Message, View

CHOOSE = "Choose another project…"
FIELD = "Project in Scoro"


def this_document_only() -> Choice:
    return Choice(choice_id="choose", label=CHOOSE, decision=PutOn(reach=TheseDocuments(cause=HARBOR)), form="project")


async def opens_form(office: Office, card: Message, person: str = "U_CARA") -> View:
    """The form on the person's screen, once it is more than "Loading…"."""
    await office.slack.press(card, CHOOSE, person)
    await office.slack.until(lambda: any("Loading" not in view.plain for view in office.slack.views(person)))
    return office.slack.view(person)


async def test_given_a_card_when_another_project_is_to_be_chosen_then_a_form_says_what_for_and_how_far_it_goes(office: Office) -> None:
    card = await office.asks()

    view = await opens_form(office, card)

    assert view.plain.splitlines() == [
        "Choose a project",
        'No Scoro project is called "Harbor Refit"',
        FIELD,
        "[Number, name or client]",
        "A project chosen here is also used for later documents with this option. Nothing is changed in Xero.",
        "[Put on this project]",
        "[Cancel]",
    ]


async def test_given_a_form_when_opened_then_it_stands_there_before_anything_is_looked_up(office: Office) -> None:
    card = await office.asks()

    await opens_form(office, card)

    order = [call.method for call in office.slack.calls if call.method in ("views.open", "users.info", "views.update")]
    assert order == ["views.open", "users.info", "views.update"] and await office.inbox() == []


@pytest.mark.parametrize(
    ("person", "words"),
    [
        pytest.param("U_VERA", "A bookkeeper or controller can", id="a viewer"),
        pytest.param("U_PIA", "A bookkeeper or controller can", id="a project manager, for later documents too"),
    ],
)
async def test_given_somebody_who_may_not_decide_when_they_open_the_form_then_it_says_who_can(
    office: Office, person: str, words: str
) -> None:
    card = await office.asks()

    view = await opens_form(office, card, person)

    assert words in view.plain and view.fields == []


async def test_given_a_question_answered_meanwhile_when_the_form_opens_then_it_says_by_whom(office: Office) -> None:
    card = await office.asks()
    await office.answers("U_BEN")

    view = await opens_form(office, card)

    assert "Already answered by @Ben: Put on Harbour Refit. Nothing was changed." in view.plain and view.fields == []


async def test_given_a_press_that_took_too_long_when_the_form_cannot_open_then_the_person_is_told(office: Office) -> None:
    card = await office.asks()
    office.slack.refuses("views.open", "expired_trigger_id")

    seen = await office.slack.press(card, CHOOSE, "U_CARA")

    await office.slack.until(lambda: seen.messages)
    assert (seen.error, seen.plain) == (None, "The form could not open in time. Press again.")


async def test_given_a_mistake_behind_an_open_form_when_it_happens_then_the_form_does_not_load_for_ever(office: Office) -> None:
    card = await office.asks()
    office.slack.refuses("users.info", "internal_error")

    view = await opens_form(office, card)

    assert "Slack did not say who you are. Nothing was recorded; try again." in view.plain


async def test_given_a_search_when_typed_then_live_projects_are_offered_by_number_name_and_client(office: Office) -> None:
    view = await opens_form(office, await office.asks())

    found = await office.slack.search(view, FIELD, "harbour", "U_CARA")

    assert [option.text for option in found] == ["no. 412 Harbour Refit, Tern & Teal Ltd", "no. 790 Pitch: Harbour"]


async def test_given_a_client_the_list_of_projects_names_by_id_alone_when_searched_for_then_it_is_found_by_name(office: Office) -> None:
    view = await opens_form(office, await office.asks())

    found = await office.slack.search(view, FIELD, "osier", "U_CARA")

    assert [(option.text, option.value) for option in found] == [("no. 701 Tidewater Launch, Osier Foods", "701")]


async def test_given_a_sales_invoice_when_a_project_is_searched_for_then_internal_ones_are_not_offered(office: Office) -> None:
    card = await office.asks(documents=[document("invoice-1", line("900.00", option="Harbor Refit"), kind="ACCREC")])
    view = await opens_form(office, card)

    found = await office.slack.search(view, FIELD, "", "U_CARA")

    assert [option.value for option in found] == ["412", "701"]


async def test_given_a_project_when_the_form_is_sent_then_one_row_has_it_and_the_card_works(office: Office) -> None:
    card = await office.asks()
    view = await opens_form(office, card)

    seen = await office.slack.submit(view, {FIELD: "no. 701 Tidewater Launch, Osier Foods"}, "U_CARA")

    working = await office.slack.until(lambda: office.slack.card("Working…"))
    (row,) = await office.inbox()
    assert (row.kind, row.person_id, row.body["project_id"], row.body["choice_id"], row.body["message_ts"]) == (
        "form", "U_CARA", 701, "choose", card.ts,
    )  # fmt: skip
    assert "Choose another project: no. 701 Tidewater Launch, Osier Foods" in working.plain
    assert (seen.errors, office.slack.views("U_CARA")) == ({}, [])


async def test_given_a_form_that_is_delivered_twice_when_recorded_then_there_is_one_row(office: Office) -> None:
    view = await opens_form(office, await office.asks())
    seen = await office.slack.submit(view, {FIELD: "no. 701 Tidewater Launch, Osier Foods"}, "U_CARA")

    await office.slack.redeliver(seen)

    await office.slack.until(lambda: office.slack.card("Working…"))
    assert len(await office.inbox()) == 1


async def test_given_a_project_that_was_closed_meanwhile_when_the_form_is_sent_then_the_field_says_so_and_another_can_be_chosen(
    office: Office,
) -> None:
    view = await opens_form(office, await office.asks())
    await office.slack.select(view, FIELD, "no. 701 Tidewater Launch, Osier Foods", "U_CARA")
    await office.has_projects(CLOSED, scoro.Project(project_id=701, no="701", name="Tidewater Launch", status="completed"))

    seen = await office.slack.submit(view, user="U_CARA")

    assert list(seen.errors.values()) == ["This project is not open to this connection in Scoro any more. Choose another."]
    assert office.slack.view("U_CARA").fields == [FIELD] and await office.inbox() == []


async def test_given_somebody_was_faster_when_the_form_is_sent_then_it_says_who(office: Office) -> None:
    view = await opens_form(office, await office.asks())
    await office.answers("U_BEN")

    await office.slack.submit(view, {FIELD: "no. 701 Tidewater Launch, Osier Foods"}, "U_CARA")

    assert "Already answered by @Ben" in office.slack.view("U_CARA").plain and await office.inbox() == []


async def test_given_books_that_are_busy_when_the_form_is_sent_then_it_says_to_press_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = await opens_form(office, await office.asks())
    monkeypatch.setattr(Database, "listener_write", busy)

    await office.slack.submit(view, {FIELD: "no. 701 Tidewater Launch, Osier Foods"}, "U_CARA")

    assert "Not recorded, press again." in office.slack.view("U_CARA").plain and await office.inbox() == []


async def test_given_a_project_manager_when_they_choose_a_project_of_theirs_for_one_document_then_it_counts(office: Office) -> None:
    asked = harbor_question().model_copy(update={"choices": (this_document_only(),)})
    view = await opens_form(office, await office.asks(asked, [document("bill-1", line("740.00", option="Harbor Refit"))]), "U_PIA")

    await office.slack.submit(view, {FIELD: "no. 412 Harbour Refit, Tern & Teal Ltd"}, "U_PIA")

    await office.slack.until(lambda: office.slack.card("Working…"))
    assert [row.person_id for row in await office.inbox()] == ["U_PIA"]


async def test_given_a_project_manager_when_they_choose_somebody_elses_project_then_the_field_says_so(office: Office) -> None:
    asked = harbor_question().model_copy(update={"choices": (this_document_only(),)})
    view = await opens_form(office, await office.asks(asked, [document("bill-1", line("740.00", option="Harbor Refit"))]), "U_PIA")

    seen = await office.slack.submit(view, {FIELD: "no. 701 Tidewater Launch, Osier Foods"}, "U_PIA")

    assert list(seen.errors.values()) == ["Project managers decide for their own projects. A bookkeeper can decide this one."]


async def test_given_a_form_of_another_version_when_sent_then_it_is_not_in_use(office: Office) -> None:
    view = await opens_form(office, await office.asks())
    await office.slack.select(view, FIELD, "no. 701 Tidewater Launch, Osier Foods", "U_CARA")
    office.slack.workspace.replace_view(view, {**view.content, "private_metadata": "something else"})

    await office.slack.submit(user="U_CARA")

    assert "This button is not in use any more" in office.slack.view("U_CARA").plain and await office.inbox() == []


async def test_given_a_form_of_another_version_when_searched_in_then_nothing_is_offered(office: Office) -> None:
    view = await opens_form(office, await office.asks())
    strange = office.slack.workspace.replace_view(view, {**view.content, "private_metadata": "something else"})

    assert await office.slack.search(strange, FIELD, "tidewater", "U_CARA") == []


async def test_given_a_form_that_stands_open_for_an_hour_when_sent_then_it_counts_as_it_would_have(office: Office) -> None:
    view = await opens_form(office, await office.asks())
    await office.clock.advance(timedelta(hours=1).total_seconds())

    await office.slack.submit(view, {FIELD: "no. 701 Tidewater Launch, Osier Foods"}, "U_CARA")

    await office.slack.until(lambda: office.slack.card("Working…"))
    assert len(await office.inbox()) == 1
