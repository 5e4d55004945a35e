"""A tracking option is made in Xero with one click: once, under the project's name, whatever Xero answers."""

from decimal import Decimal

import pytest

from xero_sync.testing.builders import approves_bills
from xero_sync.testing.standins.traffic import Fault
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import MIRA, World

pytestmark = pytest.mark.usefixtures("second_run_changes_nothing")

NAME = "Northgate Annual Report"
NEW = "New project, not yet in Xero"
CREATE = f'Create "{NAME}" in Xero'
USE = "Create option and use it"
PUT_OPTIONS = r".*/TrackingCategories/.*/Options"


async def a_project_is_new(world: World, name: str = NAME) -> int:
    """The project comes after the set-up, so that a card asks for its option; its id."""
    await world.sync()
    project_id = world.scoro.has_project(name, no=704, company="Northgate plc")
    await world.clock.advance(3600)
    await world.sync()
    return project_id


async def brightline_works_for(world: World, name: str) -> int:
    """Brightline's first bill was put by hand on a project that has no option, and a second one has come; the project's id."""
    project_id = world.scoro.has_project(name, no=701)
    approves_bills(world, "Brightline Studios", [1250], account="310", date="2026-11-02")
    await world.sync()
    await world.choose_project("Brightline Studios", "Choose project…", "Tidewater")
    world.xero.approves_bill("BRI-2", "Brightline Studios", [line(310, account="310")], date="2026-11-20")
    await world.sync()
    return project_id


def names(world: World) -> list[str]:
    return [option.name for option in world.xero.options("Project")]


# New project, not yet in Xero.


async def test_given_a_new_project_when_synced_then_one_card_offers_to_create_its_option(world: World) -> None:
    await a_project_is_new(world)

    card = world.card(NEW)

    assert f"{NEW}: {NAME} (no. 704, Northgate plc)" in card.plain
    assert card.buttons == [CREATE, "No option needed"] and names(world) == []


async def test_given_a_new_project_when_create_is_pressed_then_the_option_is_in_xero_and_the_card_says_so(world: World) -> None:
    await a_project_is_new(world)

    await world.press(NEW, CREATE)

    assert names(world) == [NAME]
    assert f"Xero has the option for {NAME}." in world.card(NEW).plain and not world.card(NEW).buttons


async def test_given_a_created_option_when_a_bill_carries_it_then_it_is_on_the_project_after_a_rename_on_both_sides(world: World) -> None:
    project_id = await a_project_is_new(world)
    await world.press(NEW, CREATE)
    world.scoro.renames_project(project_id, "Northgate Yearbook")
    world.xero.renames_option(NAME, "NGT Report")
    world.xero.approves_bill("B-1", "Pressgang Print", [line(400, option="NGT Report")], date="2026-11-20")

    await world.sync()

    assert world.on_project(project_id) == [Decimal(400)]


async def test_given_projects_that_were_there_at_set_up_when_synced_then_nobody_is_asked_about_their_options(world: World) -> None:
    world.scoro.has_project(NAME)

    await world.sync()

    assert not world.cards(NEW)


async def test_given_no_option_needed_when_pressed_then_it_is_not_asked_again(world: World) -> None:
    await a_project_is_new(world)
    await world.press(NEW, "No option needed")

    await world.sync()

    assert not world.card(NEW).buttons and names(world) == []


async def test_given_a_new_project_when_somebody_makes_the_option_in_xero_then_the_card_closes_itself(world: World) -> None:
    await a_project_is_new(world)
    world.xero.has_option("northgate  annual report")

    await world.sync()

    assert "Closed by itself" in world.card(NEW).plain


async def test_given_the_option_was_made_in_xero_meanwhile_when_create_is_pressed_then_there_is_one_and_it_is_bound(world: World) -> None:
    project_id = await a_project_is_new(world)
    world.xero.has_option("NORTHGATE Annual Report")

    await world.press(NEW, CREATE)
    world.xero.renames_option("NORTHGATE Annual Report", "NGT Report")
    world.xero.approves_bill("B-1", "Pressgang Print", [line(400, option="NGT Report")], date="2026-11-20")
    await world.sync()

    assert names(world) == ["NGT Report"] and world.on_project(project_id) == [Decimal(400)]


async def test_given_a_project_manager_when_create_is_pressed_then_it_is_refused(world: World) -> None:
    await a_project_is_new(world)

    seen = await world.press(NEW, CREATE, MIRA)

    assert "A bookkeeper or controller can" in seen.plain and names(world) == []


async def test_given_many_options_when_a_project_is_new_then_the_card_warns(world: World) -> None:
    for number in range(80):
        world.xero.has_option(f"Old job {number}")

    await a_project_is_new(world)

    assert "80 options are in use. Above 100 Xero's reports get slow." in world.card(NEW).plain


async def test_given_options_are_not_to_be_asked_about_when_a_project_is_new_then_there_is_no_card(world: World) -> None:
    world.settings["connection"] |= {"create_options": "off"}
    await world.restart()

    await a_project_is_new(world)

    assert not world.cards(NEW)


# Names.


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("  Northgate   Annual Report ", id="padded"),
        pytest.param("Northgate\u00a0Annual Report", id="no-break space"),
    ],
)
async def test_given_a_padded_project_name_when_create_is_pressed_then_the_option_is_tidy_and_belongs_to_it(
    world: World, written: str
) -> None:
    project_id = await a_project_is_new(world, written)
    await world.press(NEW, CREATE)
    world.xero.approves_bill("B-1", "Pressgang Print", [line(400, option=NAME)], date="2026-11-20")

    await world.sync()

    assert names(world) == [NAME] and world.on_project(project_id) == [Decimal(400)]


async def test_given_a_name_with_an_ampersand_when_create_is_pressed_then_the_option_has_it_plain(world: World) -> None:
    await a_project_is_new(world, "Tern & Teal <Winter>")

    await world.press(NEW, 'Create "Tern & Teal <Winter>" in Xero')

    assert names(world) == ["Tern & Teal <Winter>"]


async def test_given_a_name_over_100_characters_when_synced_then_the_card_says_so_and_offers_no_creation(world: World) -> None:
    await a_project_is_new(world, "Northgate " * 11)

    card = world.card(NEW)

    assert card.buttons == ["No option needed"] and "longer than the 100 characters" in card.plain


async def test_given_a_name_of_100_characters_when_create_is_pressed_then_the_option_is_there(world: World) -> None:
    name = "N" * 100
    await a_project_is_new(world, name)
    (create, _) = world.card(NEW).buttons

    await world.press(NEW, create)

    assert names(world) == [name]


async def test_given_an_archived_option_of_that_name_when_synced_then_the_card_proposes_to_bring_it_back(world: World) -> None:
    world.xero.has_option(NAME.upper(), status="ARCHIVED")

    await a_project_is_new(world)

    card = world.card(NEW)
    assert card.buttons == ["No option needed"] and "An archived option has this name. Bring it back in Xero" in card.plain


async def test_given_an_archived_twin_when_it_is_brought_back_then_the_card_closes_itself(world: World) -> None:
    world.xero.has_option(NAME, status="ARCHIVED")
    await a_project_is_new(world)
    world.xero.restores_option(NAME)

    await world.sync()

    assert "Closed by itself" in world.card(NEW).plain


async def test_given_an_option_archived_since_the_card_when_create_is_pressed_then_no_twin_is_made_and_the_card_says_why(
    world: World,
) -> None:
    await a_project_is_new(world)
    world.xero.has_option(NAME, status="ARCHIVED")

    await world.press(NEW, CREATE)

    assert len(names(world)) == 1
    assert "Bring it back in Xero" in world.card(NEW).plain and world.card(NEW).buttons == ["No option needed"]


# Create option and use it.


async def test_given_a_suppliers_last_project_without_option_when_create_and_use_is_pressed_then_both_are_done(world: World) -> None:
    project_id = await brightline_works_for(world, "Tidewater Launch")
    (card,) = [card for card in world.cards("Brightline Studios") if card.buttons]
    shown = card.plain

    await world.press(card, USE)

    assert "Closest: Tidewater Launch (no. 701, Tern & Teal Ltd), not yet an option in Xero" in shown
    assert names(world) == ["Tidewater Launch"]
    assert world.on_project(project_id) == [Decimal(310), Decimal(1250)]


async def test_given_create_and_use_when_pressed_then_the_bills_in_xero_stay_as_approved(world: World) -> None:
    await brightline_works_for(world, "Tidewater Launch")
    (card,) = [card for card in world.cards("Brightline Studios") if card.buttons]

    await world.press(card, USE)

    assert [(write.method, write.path.rpartition("/")[2]) for write in world.xero.writes] == [("PUT", "Options")]
    assert "1 bill, £310.00 net, is on Tidewater Launch" in world.slack.latest(card).plain


async def test_given_a_project_with_option_when_suggested_then_it_is_put_on_it_without_creating(world: World) -> None:
    world.xero.has_option("Tidewater Launch")
    project_id = await brightline_works_for(world, "Tidewater Launch")
    (card,) = [card for card in world.cards("Brightline Studios") if card.buttons]

    await world.press(card, "Put on Tidewater Launch")

    assert world.on_project(project_id) == [Decimal(310), Decimal(1250)] and world.xero.writes == []


@pytest.mark.parametrize("why", ["archived", "too long"])
async def test_given_a_project_that_can_have_no_option_when_suggested_then_it_is_put_on_it_without_creating(world: World, why: str) -> None:
    name = "Tidewater " * 11 if why == "too long" else "Tidewater Launch"
    if why == "archived":
        world.xero.has_option(name, status="ARCHIVED")
    project_id = await brightline_works_for(world, name)
    (card,) = [card for card in world.cards("Brightline Studios") if card.buttons]

    await world.press(card, card.buttons[0])

    assert world.on_project(project_id) == [Decimal(310), Decimal(1250)] and world.xero.writes == []


# What Xero answers.


async def test_given_xero_answers_200_without_id_when_create_is_pressed_then_it_failed_and_can_be_pressed_again(world: World) -> None:
    await a_project_is_new(world)
    world.xero.switches.put_options_may_answer_without_id = True
    await world.press(NEW, CREATE)
    failed = world.card(NEW).plain
    world.xero.switches.put_options_may_answer_without_id = False

    await world.press(NEW, CREATE)

    assert "Could not be done" in failed
    assert names(world) == [NAME] and not world.card(NEW).buttons


async def test_given_xero_says_not_unique_though_it_created_when_pressed_then_the_option_counts(world: World) -> None:
    project_id = await a_project_is_new(world)
    world.xero.switches.not_unique_but_created = True

    await world.press(NEW, CREATE)
    world.xero.approves_bill("B-1", "Pressgang Print", [line(400, option=NAME)], date="2026-11-20")
    await world.sync()

    assert names(world) == [NAME] and "Xero has the option" in world.card(NEW).plain
    assert world.on_project(project_id) == [Decimal(400)]


async def test_given_xero_says_not_unique_and_made_nothing_when_pressed_then_the_card_says_so(world: World) -> None:
    await a_project_is_new(world)
    body = b'{"Type":"ValidationException","Elements":[{"ValidationErrors":[{"Message":"the name must be unique."}]}]}'
    world.xero.traffic.add(Fault(PUT_OPTIONS, method="PUT", status=400, body=body, headers={"content-type": "application/json"}))

    await world.press(NEW, CREATE)

    assert names(world) == []
    assert "Could not be done" in world.card(NEW).plain and CREATE in world.card(NEW).buttons


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(PUT_OPTIONS, method="PUT", drop="after"), id="reply lost"),
        pytest.param(Fault(PUT_OPTIONS, method="PUT", drop="before"), id="request lost"),
        pytest.param(Fault(PUT_OPTIONS, method="PUT", status=503), id="service away"),
        pytest.param(Fault(PUT_OPTIONS, method="PUT", html=True, acts=True), id="HTML for a reply"),
        pytest.param(Fault(PUT_OPTIONS, method="PUT", truncate_to=20), id="half a reply"),
        pytest.param(Fault(PUT_OPTIONS, method="PUT", status=500, acts=True), id="made and 500"),
        pytest.param(Fault(PUT_OPTIONS, method="PUT", status=429, headers={"retry-after": "20"}), id="too many calls"),
    ],
)
async def test_given_a_reply_that_tells_nothing_when_work_goes_on_then_there_is_one_option(world: World, fault: Fault) -> None:
    await a_project_is_new(world)
    world.xero.traffic.add(Fault(**{name: value for name, value in vars(fault).items() if name not in ("struck", "passed")}))

    await world.press(NEW, CREATE)
    await world.tick(60)
    await world.tick(60)

    assert names(world) == [NAME] and "Xero has the option" in world.card(NEW).plain


async def test_given_a_lost_request_and_xero_away_for_ten_minutes_when_it_is_back_then_there_is_one_option(world: World) -> None:
    await a_project_is_new(world)
    world.xero.traffic.add(Fault(PUT_OPTIONS, method="PUT", drop="before"))
    away = world.xero.traffic.add(Fault(r".*/TrackingCategories", after=1, times=None, status=503))
    await world.press(NEW, CREATE)
    await world.tick(600)
    world.xero.traffic.remove(away)

    await world.tick(600)
    await world.tick(60)

    assert names(world) == [NAME] and "Xero has the option" in world.card(NEW).plain
