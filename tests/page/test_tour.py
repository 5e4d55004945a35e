"""Through the tour with mouse and with keyboard, and what the page shows of it."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from tests.page.conftest import COMMAND, TOUR_BILL, TOUR_PROJECT, Reader

SERIOUS = ("serious", "critical")


def done(page: Page) -> int:
    return page.locator("#tour li.done").count()


def test_given_a_newcomer_when_they_follow_the_tour_then_option_and_bill_stand_in_both_books(reader: Reader) -> None:
    page = reader.page
    expect(page.locator("#tour")).to_contain_text(f"approve bill {TOUR_BILL}")

    reader.approves(TOUR_BILL)
    card = reader.card("No project for Brightline Studios", f"bill {TOUR_BILL}")
    expect(card).to_contain_text("£980.00 net")
    page.get_by_role("button", name="Show me").click()
    card.get_by_role("button", name="Create option and use it").click()

    expect(reader.card("Answered by @Bea")).to_contain_text(f"is on {TOUR_PROJECT}")
    expect(page.locator("#options > li").filter(has_text=TOUR_PROJECT)).to_have_count(1)
    project = reader.project(TOUR_PROJECT)
    project.locator("summary").click()
    expect(project.locator(".lines li").filter(has_text=f"bill {TOUR_BILL}")).to_contain_text("£980.00")
    assert "on projects" in reader.types("status").inner_text()
    expect(page.locator("#tour")).to_contain_text("That was the tour")
    assert done(page) == 5


def test_given_the_keyboard_alone_when_the_tour_is_followed_then_every_step_can_be_done(reader: Reader) -> None:
    page = reader.page

    press(page, f"Approve bill {TOUR_BILL}")
    reader.card(f"bill {TOUR_BILL}").wait_for()
    press(page, "Show me")
    assert focused(page).startswith("Create option and use it")
    page.keyboard.press("Enter")
    expect(reader.card("Answered by @Bea")).to_contain_text(f"is on {TOUR_PROJECT}")
    press(page, "Show me")
    assert focused(page) == COMMAND
    page.keyboard.type("status")
    page.keyboard.press("Enter")

    expect(page.locator("#tour")).to_contain_text("That was the tour")


def focused(page: Page) -> str:
    """What a screen reader calls the element that has the focus."""
    return str(page.evaluate("() => document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"))


def press(page: Page, name: str) -> None:
    """Tab until the focus is on this button, then Enter."""
    for _ in range(300):
        if focused(page) == name:
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached with Tab")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1400), ("dark", 1400), ("light", 390), ("dark", 390)])
def test_given_the_page_when_axe_reads_it_then_it_finds_no_serious_fault(reader: Reader, scheme: str, width: int) -> None:
    page = reader.page
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    found = [faults(page)]
    if width > 900:
        reader.types("waiting")
        found.append(faults(page))
        page.get_by_role("button", name="New bill…").click()
        found.append(faults(page))
        page.keyboard.press("Escape")
        reader.card("No project for Rook Sound").get_by_role("button", name="Choose project: ").click()
        page.get_by_role("dialog").get_by_role("searchbox", name="Project in Scoro").wait_for()
        found.append(faults(page))

    assert [fault for each in found for fault in each] == []


def faults(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in violations if one["impact"] in SERIOUS]


def test_given_what_happened_when_it_is_opened_then_calls_stand_in_plain_words_and_raw_a_click_away(reader: Reader) -> None:
    reader.approves(TOUR_BILL)
    reader.card(f"bill {TOUR_BILL}").wait_for()

    step = reader.page.locator("#steps > details").first
    expect(step.locator("summary")).to_contain_text(f"approves {TOUR_BILL} in Xero")
    expect(step).to_contain_text(f"Somebody approves bill {TOUR_BILL} in Xero")
    expect(step).to_contain_text("Xero tells the bot that a document has changed, signed")
    step.get_by_role("button", name="Raw: The bot posts a message in Slack").first.click()
    expect(reader.page.get_by_role("dialog")).to_contain_text("POST /api/chat.postMessage")


def test_given_a_change_when_it_happens_then_its_row_lights_up_within_a_second(reader: Reader) -> None:
    reader.approves("10466")

    expect(reader.document("10466")).to_have_class("changed", timeout=1000)
    expect(reader.document("10466")).to_contain_text("Approved", timeout=1000)


def test_given_a_link_to_xero_on_a_card_when_it_is_followed_then_the_bill_beside_it_is_shown(reader: Reader) -> None:
    reader.card("No project for Rook Sound").get_by_role("link", name="Xero").click()

    assert "Rook Sound" in focused(reader.page) and len(reader.page.context.pages) == 1
