"""Calls in plain words, and what goes wrong on purpose."""

import aiohttp
import pytest

from xero_sync.demo.page.faults import PRESS_TWICE, REPLY_LOST, SCORO_DOWN, XERO_BUSY
from xero_sync.demo.page.refused import NotDone
from xero_sync.demo.page.rows import rows
from xero_sync.demo.page.show import Show


def told(show: Show) -> list[tuple[str, str]]:
    return [(call.who, call.words) for step in show.happened.steps for call in step.calls]


async def bots_call(show: Show, path: str, request: dict[str, object]) -> int:
    """As the bot would ask Scoro; the status it gets, 0 where the connection breaks."""
    scoro = show.agency.scoro
    body = {"apiKey": scoro.api_key, "company_account_id": scoro.entity, "lang": "eng", "request": request}
    try:
        async with aiohttp.ClientSession() as session, session.post(f"{show.clerk.scoro_url}/api/v2/{path}", json=body) as answer:
            return answer.status
    except aiohttp.ClientError:
        return 0


async def test_given_a_bill_that_is_approved_when_it_is_told_then_it_says_who_and_what_and_scoro_has_its_copy(show: Show) -> None:
    bill = show.agency.bill("2219")

    await show.in_books("Somebody approves 2219 in Xero", show.clerk.set_status(bill, "AUTHORISED"))

    assert show.happened.steps[-1].title == "Somebody approves 2219 in Xero"
    assert told(show)[-1] == ("you", "approves bill 2219 in Xero") and show.agency.scoro.copy_of(bill) is not None


async def test_given_the_bots_write_when_it_is_told_then_project_and_bill_are_named_and_no_key_stands_in_the_raw_call(show: Show) -> None:
    copy = show.agency.scoro.copy_of(show.agency.bill("771")) or {}

    await bots_call(show, f"bills/modify/{copy['id']}", {"project_id": show.agency.project("Quay Lantern")})

    assert told(show)[-1] == ("bot", "puts bill 771 on “Quay Lantern” in Scoro")
    request, reply = show.happened.raw(show.happened.steps[-1].calls[-1].number) or ("", "")
    assert request.startswith("POST /api/v2/bills/modify/") and '"status": "OK"' in reply
    assert show.agency.scoro.api_key not in request and '"apiKey": "…"' in request


async def test_given_many_steps_when_they_are_kept_then_old_ones_and_their_raw_calls_go(show: Show) -> None:
    await bots_call(show, "projects/list", {})
    first = show.happened.steps[-1].calls[-1].number

    for place in range(20):
        show.happened.begin(f"Step {place}")

    assert show.happened.raw(first) is None and len(show.happened.steps) == 12


@pytest.mark.parametrize(("word", "status"), [(SCORO_DOWN, 503), (REPLY_LOST, 0)])
async def test_given_a_fault_when_the_bot_calls_then_it_strikes_and_people_are_spared(show: Show, word: str, status: int) -> None:
    project_id = show.agency.project("Quay Lantern")
    show.faults.switch(word, is_on=True)

    await show.clerk.change_project(project_id, {"project_name": "Quay Lamp"})
    answered = await bots_call(show, f"projects/modify/{project_id}", {"project_name": "Quay Torch"})
    show.faults.switch(word, is_on=False)

    assert answered == status and await bots_call(show, "projects/list", {}) == 200
    assert show.agency.scoro.projects[project_id]["project_name"] == ("Quay Torch" if word == REPLY_LOST else "Quay Lamp")


async def test_given_a_reply_that_was_lost_when_it_has_struck_then_the_switch_is_off(show: Show) -> None:
    show.faults.switch(REPLY_LOST, is_on=True)
    before = show.faults.is_on(REPLY_LOST)

    await bots_call(show, f"projects/modify/{show.agency.project('Quay Lantern')}", {"project_name": "Quay Torch"})

    assert before and not show.faults.is_on(REPLY_LOST)


async def test_given_every_switch_when_they_are_on_and_off_then_the_rows_say_so(show: Show) -> None:
    words = (XERO_BUSY, SCORO_DOWN, REPLY_LOST, PRESS_TWICE)
    for word in words:
        show.faults.switch(word, is_on=True)
    on = [rows(show)[f"fault/{word}"]["is_on"] for word in words]
    for word in words:
        show.faults.switch(word, is_on=False)

    assert on == [True] * 4 and [rows(show)[f"fault/{word}"]["is_on"] for word in words] == [False] * 4


@pytest.mark.parametrize("net", ["a lot", "", "NaN", "1e999", "1e999999999", "1.005", "12,50", "1.250,00", "1_0", "١٢"])
async def test_given_a_net_that_is_no_figure_when_a_bill_is_entered_then_it_is_refused_in_words(show: Show, net: str) -> None:
    with pytest.raises(NotDone):
        await show.clerk.enter_document(
            {"type": "ACCPAY", "number": "Z-1", "contact": "Mill Couriers", "lines": [{"net": net, "account": "310"}]}
        )

    assert all(fields.get("InvoiceNumber") != "Z-1" for fields in show.agency.xero.documents.values())
