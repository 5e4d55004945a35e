"""Faults put in on purpose: the judge finds each of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.judge.contracts import NotAccepted
from tests.judge.contracts_slack import Sent
from tests.judge.contracts_slack import judge as slack_judge
from tests.judge.contracts_wire import Exchange
from tests.judge.contracts_xero import judge, judge_reading
from tests.judge.contracts_xero_calls import Bench, a_bench
from tests.unit.slack.examples import choice, question, question_card

from xero_sync.slack import blocks
from xero_sync.slack.cards import question_message
from xero_sync.testing.standins.xero import listing

Change = Callable[[Any], object]


async def a_page(bench: Bench) -> Exchange:
    """A page of bills and sales invoices, as asked for by our client."""
    await bench.client.documents("invoices")
    return bench.exchanges[-1]


def answering(exchange: Exchange, change: Change) -> Exchange:
    """The same with something changed in the answer."""
    body = exchange.json
    change(body)
    return replace(exchange, reply=json.dumps(body).encode())


# Xero's stand-in.


async def test_given_a_stand_in_that_gives_lines_in_plain_lists_when_judged_then_it_is_not_accepted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = listing.view_for
    monkeypatch.setattr(listing, "view_for", lambda books, asked, **shown: made(books, asked, **shown | {"has_lines": True}))
    async with a_bench() as bench:
        await bench.asks("GET", "/api.xro/2.0/Invoices")

        with pytest.raises(NotAccepted, match="a plain list has lines"):
            judge(bench.exchanges)


LISTED: dict[str, tuple[Change, str]] = {
    "no id": (lambda body: body["Invoices"][0].pop("InvoiceID"), "InvoiceID is missing"),
    "no line id": (lambda body: body["Invoices"][0]["LineItems"][0].pop("LineItemID"), "LineItems LineItemID is missing"),
    "no category on tracking": (lambda body: _tracked(body).pop("TrackingCategoryID"), "Tracking TrackingCategoryID is missing"),
    "no stamp": (lambda body: body["Invoices"][0].pop("UpdatedDateUTC"), "UpdatedDateUTC is missing"),
    "a key nobody knows": (lambda body: body["Invoices"][0].update(TotalNet=1), "'TotalNet' was unexpected"),
    "a key nobody knows on a line": (lambda body: body["Invoices"][0]["LineItems"][0].update(Net=1), "'Net' was unexpected"),
    "a status nobody knows": (lambda body: body["Invoices"][0].update(Status="APPROVED"), "'APPROVED' is not one of"),
    "an id that is none": (lambda body: body["Invoices"][0].update(InvoiceID="bill-1"), "is not a 'uuid'"),
    "an amount as text": (lambda body: body["Invoices"][0].update(Total="12.00"), "is not of type 'number'"),
    "a date of another form": (lambda body: body["Invoices"][0].update(Date="2026-11-18"), "does not match"),
    "no pagination": (lambda body: body.pop("pagination"), "pagination is missing"),
    "a page short of a row": (lambda body: body["Invoices"].pop(), "and pagination says"),
    "no lines on a page": (lambda body: [row.update(LineItems=[]) for row in body["Invoices"]], "no document has a line"),
    "no envelope": (lambda body: body.pop("DateTimeUTC"), "DateTimeUTC is missing"),
}


def _tracked(body: Any) -> Any:
    return next(entry for row in body["Invoices"] for line in row["LineItems"] for entry in line["Tracking"])


@pytest.mark.parametrize(("change", "said"), LISTED.values(), ids=LISTED)
async def test_given_a_fault_in_an_answer_when_judged_then_it_is_not_accepted(change: Change, said: str) -> None:
    async with a_bench() as bench:
        page = await a_page(bench)

        with pytest.raises(NotAccepted, match=said):
            judge([answering(page, change)])


ANSWERED: dict[str, tuple[dict[str, Any], str]] = {
    "another status": ({"status": 502}, "no such status is known"),
    "no count of calls left": ({"reply_headers": {"content-type": "application/json", "xero-correlation-id": "1"}}, "x-daylimit-remaining is missing"),
    "markup for JSON": ({"reply_headers": {"content-type": "text/html"}}, "no JSON, although it was asked for"),
    "a call there is not": ({"path": "/api.xro/2.0/Projects"}, "Xero has no such call"),
}  # fmt: skip
ASKED: dict[str, tuple[dict[str, Any], str]] = {
    "a parameter there is not": ({"query": {"modifiedAfter": "2026-11-01"}}, "modifiedAfter is not a parameter"),
    "a page that is no number": ({"query": {"page": "first"}}, "page: .*is not of type 'integer'"),
    "pages too large": ({"query": {"page": "1", "pageSize": "5000"}}, "pageSize is not one of"),
    "ids that are none": ({"query": {"page": "1", "IDs": "bill-1,bill-2"}}, "IDs: .*is not a 'uuid'"),
    "a moment with a zone": ({"headers": {"if-modified-since": "2026-11-01T00:00:00+01:00"}}, "without a zone"),
    "a key too long": ({"headers": {"idempotency-key": "k" * 129}, "method": "PUT"}, "longer than 128"),
    "no token": ({"headers": {"authorization": ""}}, "the token is missing"),
}


@pytest.mark.parametrize(("changes", "said"), (ANSWERED | ASKED).values(), ids=ANSWERED | ASKED)
async def test_given_a_fault_on_the_wire_when_judged_then_it_is_not_accepted(changes: dict[str, Any], said: str) -> None:
    async with a_bench() as bench:
        page = await a_page(bench)
        merged = {name: {**getattr(page, name), **value} if name == "headers" else value for name, value in changes.items()}

        with pytest.raises(NotAccepted, match=said):
            judge([replace(page, **merged)])


# Our client.


async def test_given_a_client_that_forgets_a_line_id_when_it_writes_then_it_is_not_accepted() -> None:
    async with a_bench() as bench:
        bill = bench.an_id("invoices")
        first, *others = bench.xero.documents[bill]["LineItems"]
        lines = [{"Description": first["Description"]}, *({"LineItemID": each["LineItemID"]} for each in others)]
        await bench.asks("POST", f"/api.xro/2.0/Invoices/{bill}", body={"Invoices": [{"InvoiceID": bill, "LineItems": lines}]})

        with pytest.raises(NotAccepted, match="line 1 is sent without its LineItemID"):
            judge(bench.exchanges)


async def test_given_a_client_that_sends_half_of_a_lines_tracking_when_it_writes_then_it_is_not_accepted() -> None:
    async with a_bench() as bench:
        bill = bench.an_id("invoices")
        lines = [
            {"LineItemID": each["LineItemID"], "Tracking": [{"Name": "Project", "Option": "Quay Lantern"}]}
            for each in bench.xero.documents[bill]["LineItems"]
        ]
        await bench.asks("POST", f"/api.xro/2.0/Invoices/{bill}", body={"Invoices": [{"InvoiceID": bill, "LineItems": lines}]})

        with pytest.raises(NotAccepted, match="lacks TrackingCategoryID, TrackingOptionID"):
            judge(bench.exchanges)


@pytest.mark.parametrize("forgotten", ["line_item_id", "tracking", "line_amount"])
async def test_given_a_client_that_forgets_part_of_a_line_when_it_reads_then_it_is_not_accepted(forgotten: str) -> None:
    async with a_bench() as bench:
        page = await bench.client.documents("invoices")
        nothing = {"line_item_id": "", "tracking": (), "line_amount": None}[forgotten]
        read = [
            document.model_copy(update={"lines": tuple(line.model_copy(update={forgotten: nothing}) for line in document.lines)})
            for document in page.documents
        ]

        with pytest.raises(NotAccepted, match="and read as"):
            judge_reading(bench.exchanges[-1], read)


async def test_given_a_client_that_loses_a_document_when_it_reads_then_it_is_not_accepted() -> None:
    async with a_bench() as bench:
        page = await bench.client.documents("invoices")

        with pytest.raises(NotAccepted, match="read as None"):
            judge_reading(bench.exchanges[-1], page.documents[:-1])


# Our cards, forms and answers in Slack.


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def a_button(label: str = "Put on", **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(label), "action_id": "a", **more}


def actions(*elements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements), **more}


def section(text: str = "A card") -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def posted(*blocks: dict[str, Any], **args: Any) -> Sent:
    """A message as the bot posts it, with these blocks; an argument of None is left out."""
    whole = {"channel": "C_FIN", "text": "A card", "blocks": list(blocks), "unfurl_links": False, "unfurl_media": False, **args}
    return Sent("chat.postMessage", {name: value for name, value in whole.items() if value is not None})


def test_given_cards_whose_buttons_may_have_76_characters_when_judged_then_they_are_not_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    card = question_card(question=question(choices=(choice(f"Put on {'Harbour Refit ' * 8}"),)))
    slack_judge([posted(*question_message(card).blocks)])
    monkeypatch.setattr(blocks, "BUTTON_TEXT", 76)

    with pytest.raises(NotAccepted, match="has 76 characters"):
        slack_judge([posted(*question_message(card).blocks)])


OPTION = {"text": plain("October"), "value": "10"}
MENU = {"type": "static_select", "action_id": "m"}
FIELD = {"type": "input", "label": plain("Note"), "element": {"type": "plain_text_input", "action_id": "n"}}
CONFIRM = {"title": plain("Sure?"), "text": plain("Really?"), "confirm": plain("Yes"), "deny": plain("No")}
SHOWN: dict[str, tuple[Sent, str]] = {
    "a button with 76 characters": (posted(actions(a_button("x" * 76))), "has 76 characters"),
    "a value with 2,001 characters": (posted(actions(a_button(value="v" * 2001))), "has 2001 characters"),
    "a confirmation without no": (posted(actions(a_button(confirm=CONFIRM | {"deny": None}))), "None is not of type"),
    "a confirmation too long": (posted(actions(a_button(confirm=CONFIRM | {"text": plain("x" * 301)}))), "has 301 characters"),
    "another style": (posted(actions(a_button(style="green"))), "'green' is not one of"),
    "bold on a button": (posted(actions(a_button() | {"text": {"type": "mrkdwn", "text": "x"}})), "'plain_text' was expected"),
    "26 buttons": (posted(actions(*(a_button(action_id=str(place)) for place in range(26)))), "has 26 items"),
    "two buttons of one action_id": (posted(actions(a_button(), a_button())), "action_id a more than once"),
    "two blocks of one block_id": (
        posted(actions(a_button(), block_id="b"), actions(a_button(), block_id="b")),
        "block_id b is there more",
    ),
    "a long action_id": (posted(actions(a_button(action_id="a" * 256))), "has 256 characters"),
    "an option with 76 characters": (posted(actions(MENU | {"options": [OPTION | {"text": plain("x" * 76)}]})), "has 76 characters"),
    "an option's value with 151": (posted(actions(MENU | {"options": [OPTION | {"value": "v" * 151}]})), "has 151 characters"),
    "101 options": (posted(actions(MENU | {"options": [OPTION] * 101})), "has 101 items"),
    "a section of 3,001 characters": (posted(section("x" * 3001)), "has 3001 characters"),
    "a field of 2,001 characters": (posted({"type": "section", "fields": [plain("x" * 2001)]}), "has 2001 characters"),
    "eleven fields": (posted({"type": "section", "fields": [plain("x")] * 11}), "has 11 items"),
    "a header of 151 characters": (posted({"type": "header", "text": plain("x" * 151)}), "has 151 characters"),
    "eleven parts of a context": (posted({"type": "context", "elements": [plain("x")] * 11}), "has 11 items"),
    "an empty text": (posted(section("")), "has 0 characters"),
    "51 blocks": (posted(*[{"type": "divider"}] * 51), "51 blocks"),
    "too much text in all": (posted(*[section("x" * 2900)] * 4), "have 11600 characters"),
    "a block nobody knows": (posted({"type": "banner"}), "banner"),
    "a key nobody knows": (posted(section() | {"colour": "red"}), "'colour' was unexpected"),
    "a ping": (posted(section("<!channel> look")), "pings everybody"),
    "a ping in the notification": (posted(section(), text="<!here> look"), "text pings everybody"),
    "no text beside the blocks": (posted(section(), text=None), "text is missing"),
    "an argument nobody knows": (posted(section(), colour="red"), "is not valid|unexpected"),
    "no channel": (posted(section(), channel=None), "'channel' is a required property|is not valid"),
    "previews of links": (posted(section(), unfurl_links=None), "unfurl_links and unfurl_media are not off"),
    "a method there is not": (Sent("chat.shout", {"channel": "C"}), "Slack has no such method"),
    "an edit without ts": (Sent("chat.update", {"channel": "C", "text": "x"}), "'ts' is a required property|is not valid"),
    "an answer with a channel": (Sent("response_url", {"text": "x", "channel": "C"}), "channel is not known here"),
    "an offer too long": (Sent("options ack", {"options": [OPTION | {"text": plain("x" * 76)}]}), "has 76 characters"),
    "an offer of 101": (Sent("options ack", {"options": [OPTION] * 101}), "has 101 items"),
    "an offer in bold": (
        Sent("options ack", {"options": [OPTION | {"text": {"type": "mrkdwn", "text": "x"}}]}),
        "'plain_text' was expected",
    ),
}
MODAL = {"type": "modal", "title": plain("Choose"), "blocks": [section()]}
OPENED: dict[str, tuple[dict[str, Any], str]] = {
    "a title of 25 characters": (MODAL | {"title": plain("x" * 25)}, "has 25 characters"),
    "no title": ({name: part for name, part in MODAL.items() if name != "title"}, "'title' is a required property"),
    "an input without submit": (MODAL | {"blocks": [FIELD]}, "an input and no submit"),
    "metadata too long": (MODAL | {"private_metadata": "x" * 3001}, "has 3001 characters"),
    "101 blocks": (MODAL | {"blocks": [section()] * 101}, "101 blocks"),
    "a label too long": (MODAL | {"submit": plain("Go"), "blocks": [FIELD | {"label": plain("x" * 2001)}]}, "has 2001 characters"),
}
OPENINGS = {name: (Sent("views.open", {"trigger_id": "t", "view": view}), said) for name, (view, said) in OPENED.items()}


@pytest.mark.parametrize(("sent", "said"), (SHOWN | OPENINGS).values(), ids=SHOWN | OPENINGS)
def test_given_a_fault_in_what_leaves_for_slack_when_judged_then_it_is_not_accepted(sent: Sent, said: str) -> None:
    with pytest.raises(NotAccepted, match=said):
        slack_judge([sent])


def test_given_the_same_without_the_faults_when_judged_then_it_is_accepted() -> None:
    card = posted(section(), actions(a_button(value="v" * 2000, confirm=CONFIRM), MENU | {"options": [OPTION] * 100}, block_id="b"))
    form = Sent("views.open", {"trigger_id": "t", "team_id": "T", "view": MODAL | {"submit": plain("Go"), "blocks": [FIELD]}})

    slack_judge([card, form, Sent("options ack", {"options": [OPTION] * 100})])
