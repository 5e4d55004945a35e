"""Who may do what, forms, and what stands in the books when something goes wrong."""

from __future__ import annotations

import json
import tomllib
import urllib.request
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.page.conftest import TOUR_BILL, TOUR_PROJECT, Demo, Reader

HOSTILE = "<img src=x onerror=alert(1)>"
SOUND = "No project for Rook Sound"
HARBOR = 'No Scoro project is called "Harbor Refit"'


def test_given_a_viewer_when_they_press_then_they_are_refused_in_words_and_the_card_still_asks(reader: Reader) -> None:
    reader.is_now("Vera")

    reader.card(HARBOR).get_by_role("button", name="Put on Harbour Refit").click()

    expect(reader.page.locator(".message.private").last).to_contain_text("A bookkeeper or controller can")
    expect(reader.card(HARBOR)).to_contain_text("2 approved bills wait")
    assert "£" not in reader.types("waiting").inner_text()


def test_given_a_private_answer_when_somebody_else_sits_down_then_they_do_not_see_it(reader: Reader) -> None:
    reader.types("waiting")

    reader.is_now("Finn")

    expect(reader.page.locator(".message.private")).to_have_count(0)


def test_given_the_form_when_a_project_is_searched_and_sent_then_the_bill_is_on_it(reader: Reader) -> None:
    page = reader.page
    reader.card(SOUND).get_by_role("button", name="Choose project: ").click()
    form = page.get_by_role("dialog")
    form.get_by_role("searchbox", name="Project in Scoro").fill("heron")
    form.get_by_label("found").select_option(index=0)
    form.get_by_role("button", name="Put on this project").click()

    expect(form).to_have_count(0)
    expect(reader.card(SOUND)).to_contain_text("is on Grey Heron App")
    expect(reader.project("Grey Heron App").locator("summary")).to_contain_text("£5,780.00")


def test_given_the_form_when_escape_is_pressed_then_it_is_closed_and_the_card_asks_on(reader: Reader) -> None:
    reader.card(SOUND).get_by_role("button", name="Choose project: ").click()
    reader.page.get_by_role("dialog").get_by_role("searchbox", name="Project in Scoro").wait_for()

    reader.page.keyboard.press("Escape")

    expect(reader.page.get_by_role("dialog")).to_have_count(0)
    expect(reader.card(SOUND)).to_contain_text("waits")


def test_given_a_button_that_asks_first_when_it_is_cancelled_then_nothing_happens_and_when_confirmed_it_does(reader: Reader) -> None:
    page = reader.page
    press = reader.card(SOUND).get_by_role("button", name="No project needed: ")

    press.click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(reader.card(SOUND)).to_contain_text("1 approved bill waits")
    press.click()
    page.get_by_role("dialog").get_by_role("button", name="No project needed").click()

    expect(reader.card(SOUND)).to_contain_text("Answered by @Bea")


def test_given_names_that_look_like_markup_when_they_are_everywhere_then_they_are_text_everywhere(reader: Reader) -> None:
    page = reader.page
    page.get_by_role("button", name="New project…").click()
    page.get_by_label("Name", exact=True).fill(f"{HOSTILE} Project")
    page.get_by_role("textbox", name="Client").fill(f"{HOSTILE} Client")
    page.get_by_role("button", name="Open it").click()
    page.get_by_label("New option").fill(f"{HOSTILE} Option")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#options")).to_contain_text(HOSTILE)
    page.get_by_role("button", name="New bill…").click()
    page.get_by_label("Number").fill("X-1")
    page.get_by_label("Supplier or customer").fill(f"{HOSTILE} Supplier")
    page.get_by_label("Text").fill(f"{HOSTILE} Text")
    page.get_by_label("Net", exact=True).fill("900")
    page.locator("select[name=option]").select_option(label=f"{HOSTILE} Option")
    page.get_by_role("button", name="Enter as a draft").click()

    reader.approves("X-1")
    card = reader.card(f"{HOSTILE} Option")
    expect(card).to_contain_text(f"{HOSTILE} Supplier")
    reader.types("sync")
    expect(card).to_contain_text(f"Closest: {HOSTILE} Project")
    reader.types("waiting")
    card.get_by_role("button", name="Choose").first.click()
    form = page.get_by_role("dialog")
    form.get_by_role("searchbox", name="Project in Scoro").fill("Project")
    form.get_by_label("found").select_option(index=0)
    form.get_by_role("button", name="Put on this project").click()

    expect(reader.card(f"{HOSTILE} Option")).to_contain_text("Answered by @Bea")
    expect(page.locator("#scoro")).to_contain_text(f"{HOSTILE} Client")
    expect(page.locator("#happened")).to_contain_text(HOSTILE)
    assert page.locator("img").count() == 0


def switch(reader: Reader, text: str) -> None:
    if reader.page.locator("#faults").get_attribute("open") != "":
        reader.page.get_by_text("Make something go wrong").click()
    reader.page.get_by_label(text).click()


def test_given_every_button_pressed_twice_when_an_option_is_created_then_there_is_one_and_one_bill(reader: Reader) -> None:
    switch(reader, "Every button is pressed twice")
    reader.approves(TOUR_BILL)
    reader.card(f"bill {TOUR_BILL}").get_by_role("button", name="Create option and use it").click()

    expect(reader.card("Answered by @Bea")).to_contain_text(f"is on {TOUR_PROJECT}")
    expect(reader.page.locator("#options > li").filter(has_text=TOUR_PROJECT)).to_have_count(1)
    expect(reader.project(TOUR_PROJECT).locator("summary")).to_contain_text("£2,540.00")


def test_given_a_reply_that_is_lost_when_a_bill_is_put_on_its_project_then_it_is_there_once(reader: Reader) -> None:
    switch(reader, "The reply to the next write is lost")

    reader.approves("10466")
    expect(reader.card(HARBOR)).to_contain_text("3 approved bills wait")
    reader.card(HARBOR).get_by_role("button", name="Put on Harbour Refit").click()

    expect(reader.project("Harbour Refit").locator("summary")).to_contain_text("£1,110.00", timeout=90_000)
    expect(reader.page.get_by_label("The reply to the next write is lost")).not_to_be_checked()


def test_given_scoro_is_down_when_a_bill_is_approved_then_it_waits_and_goes_on_when_scoro_is_back(reader: Reader) -> None:
    switch(reader, "Scoro is down")
    reader.approves("PP-3318")
    expect(reader.page.locator("#steps > details").first).to_contain_text("(503)")

    switch(reader, "Scoro is down")
    reader.types("sync")

    expect(reader.project("Fennimore Store").locator("summary")).to_contain_text("£1,765.00", timeout=60_000)


def test_given_too_many_calls_when_a_bill_is_approved_then_nothing_is_lost(reader: Reader) -> None:
    switch(reader, "Xero answers “too many calls”")
    reader.approves("PP-3318")
    expect(reader.page.locator("#steps > details").first).to_contain_text("(429)")

    switch(reader, "Xero answers “too many calls”")

    expect(reader.project("Fennimore Store").locator("summary")).to_contain_text("£1,765.00", timeout=90_000)


def test_given_what_xero_and_scoro_refuse_when_it_is_tried_then_their_words_are_shown(reader: Reader) -> None:
    page = reader.page
    page.get_by_label("New option").fill("Quay Lantern")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="Xero refuses")).to_be_visible()
    reader.document("PP-3310").locator("summary").click()
    page.get_by_role("button", name="Edit… bill PP-3310").click()
    page.get_by_label("Net", exact=True).first.fill("a lot")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("dialog")).to_contain_text("Write the net as a figure")


def test_given_a_bill_that_is_edited_and_voided_when_it_is_on_a_project_then_scoro_follows(reader: Reader) -> None:
    page = reader.page
    reader.document("HF-208").locator("summary").click()
    page.get_by_role("button", name="Edit… bill HF-208").click()
    page.get_by_label("Net", exact=True).fill("4,000.00")
    page.get_by_role("button", name="Save").click()
    expect(reader.project("Quay Lantern").locator("summary")).to_contain_text("£5,200.00")

    page.get_by_role("button", name="Void bill HF-208").click()

    expect(reader.project("Quay Lantern").locator("summary")).to_contain_text("£1,200.00")


def test_given_projects_and_options_when_they_are_renamed_archived_and_completed_then_the_books_say_so(reader: Reader) -> None:
    page = reader.page
    reader.project("Grey Heron App").locator("summary").click()
    page.get_by_role("button", name="Rename Grey Heron App (no. 708)").click()
    page.get_by_label("Name", exact=True).fill("Grey Heron Site")
    page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    expect(reader.project("Grey Heron Site")).to_be_visible()
    page.get_by_role("button", name="Complete Grey Heron Site").click()
    expect(reader.project("Grey Heron Site")).to_contain_text("Completed")
    option = page.locator("#options > li").filter(has_text="Lantern Night")
    option.locator("summary").click()
    option.get_by_role("button", name="Archive the option").click()

    expect(option).to_contain_text("archived")


def test_given_start_anew_when_it_is_confirmed_then_the_books_begin_again(reader: Reader) -> None:
    page = reader.page
    reader.approves("10466")
    expect(reader.document("10466")).to_contain_text("Approved")

    page.get_by_role("button", name="Start anew").click()
    page.get_by_role("dialog").get_by_role("button", name="Start anew").click()

    expect(reader.document("10466")).to_contain_text("Draft")


# What is not there yet shows all the same.

WAYS: list[dict[str, Any]] = [
    {"type": "header", "text": {"type": "plain_text", "text": "A head & a half"}},
    {"type": "section", "fields": [{"type": "mrkdwn", "text": "*Bold* and _slanted_"}, {"type": "plain_text", "text": "*not bold*"}]},
    {"type": "divider"},
    {"type": "section", "text": {"type": "mrkdwn", "text": "See <https://example.test/a?b=1&amp;c=2|the page> by <@U_FINN>"}},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "`code` &lt;b&gt; ~gone~"}]},
]
OPTIONS = [{"text": {"type": "plain_text", "text": name}, "value": name.lower()} for name in ("First", "Second")]
FIELDS: dict[str, dict[str, Any]] = {
    "Words": {"type": "plain_text_input", "action_id": "f1"},
    "One of": {"type": "static_select", "action_id": "f2", "options": OPTIONS},
    "Some of": {"type": "checkboxes", "action_id": "f3", "options": OPTIONS},
    "Either": {"type": "radio_buttons", "action_id": "f4", "options": OPTIONS},
    "Day": {"type": "datepicker", "action_id": "f5"},
    "Person": {"type": "users_select", "action_id": "f6"},
    "Several": {"type": "multi_static_select", "action_id": "f7", "options": OPTIONS},
}


def tell_slack(running: Demo, method: str, body: dict[str, Any]) -> dict[str, Any]:
    """Call Slack's stand-in as the bot does, with its own token."""
    settings = tomllib.loads((running.folder / "xero-sync.toml").read_text(encoding="utf-8"))["slack"]
    headers = {"authorization": f"Bearer {settings['bot_token']}", "content-type": "application/json"}
    asked = urllib.request.Request(f"{settings['api_url']}{method}", json.dumps(body).encode(), headers)  # noqa: S310 the stand-in, on loopback
    with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310
        said: dict[str, Any] = json.load(answer)
    assert said["ok"], said
    return said


def test_given_a_home_tab_when_the_bot_publishes_one_then_a_tab_shows_it(reader: Reader, running: Demo) -> None:
    inputs = [
        {"type": "input", "block_id": f"b{place}", "label": {"type": "plain_text", "text": label}, "element": element}
        for place, (label, element) in enumerate(FIELDS.items())
    ]
    tell_slack(running, "views.publish", {"user_id": "U_BEA", "view": {"type": "home", "blocks": [*WAYS, *inputs]}})

    reader.page.get_by_role("button", name="Home", exact=True).click()

    home = reader.page.get_by_role("group", name="Home of the app")
    expect(home.get_by_role("heading", name="A head & a half")).to_be_visible()
    expect(home).to_contain_text("*not bold*")
    expect(home).to_contain_text("code <b> gone")
    assert (
        home.locator("strong").all_inner_texts() == ["Bold"] and home.locator("a").get_attribute("href") == "https://example.test/a?b=1&c=2"
    )
    expect(home.get_by_text("@Finn")).to_be_visible()
    for label in ("Words", "One of", "Day", "Person", "Several"):
        expect(home.get_by_label(label)).to_be_visible()
    assert home.get_by_role("checkbox").count() == 2 and home.get_by_role("radio").count() == 2


def test_given_a_thread_when_the_bot_replies_then_the_reply_stands_under_its_message(reader: Reader, running: Demo) -> None:
    parent = tell_slack(running, "chat.postMessage", {"channel": "C_FINANCE", "text": "Something to talk about"})

    tell_slack(running, "chat.postMessage", {"channel": "C_FINANCE", "text": "A word on it", "thread_ts": parent["ts"]})
    tell_slack(running, "chat.update", {"channel": "C_FINANCE", "ts": parent["ts"], "text": "Something else to talk about"})

    thread = reader.card("Something else to talk about").locator(".thread")
    expect(thread).to_contain_text("A word on it")


@pytest.mark.parametrize("width", [1400, 390])
def test_given_the_page_when_it_is_looked_at_then_nothing_sticks_out_of_it(reader: Reader, width: int) -> None:
    reader.page.set_viewport_size({"width": width, "height": 900})

    assert reader.page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


def test_given_a_bill_on_its_project_when_undo_and_resume_are_pressed_then_it_is_off_and_on_again(reader: Reader) -> None:
    reader.document("HF-208").locator("summary").click()

    reader.page.get_by_role("button", name="Undo bill HF-208").click()
    expect(reader.project("Quay Lantern").locator("summary")).to_contain_text("£1,200.00")
    reader.page.get_by_role("button", name="Resume bill HF-208").click()

    expect(reader.project("Quay Lantern").locator("summary")).to_contain_text("£5,610.25")


def test_given_any_document_when_why_is_pressed_then_the_bot_explains_it_line_by_line(reader: Reader) -> None:
    reader.document("HF-208").locator("summary").click()

    reader.page.get_by_role("button", name="Why? bill HF-208").click()

    answer = reader.page.locator(".message.private").last
    expect(answer).to_contain_text("Halyard Films, bill HF-208")
    expect(answer).to_contain_text('→ On Quay Lantern. Option "Quay Lantern"')
    expect(answer).to_contain_text("done and read back")
