"""Which project an option means: the bound one, the one of that name, or a person's answer. Never a guess with money."""

from datetime import timedelta
from decimal import Decimal

import pytest

from xero_sync.testing.builders import has_client_projects
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import World

pytestmark = pytest.mark.usefixtures("second_run_changes_nothing")

TWINS = 'Two open projects are called "Website"'


def takes_sales(world: World) -> None:
    world.settings["connection"] |= {"invoices": "to_scoro"}


def website_twins(world: World) -> tuple[int, int]:
    """Two open projects called Website, of two clients, and one option."""
    first = world.scoro.has_project("Website", no=388, company="Tern & Teal Ltd")
    second = world.scoro.has_project("WEBSITE ", no=402, company="Osier Foods")
    world.xero.has_option("Website")
    return first, second


def bill(world: World, net: int, option: str, number: str = "771", contact: str = "Larkspur Ltd") -> str:
    return world.xero.approves_bill(number, contact, [line(net, option=option)], date="2026-11-12")


# Two open projects of one name.


async def test_given_twins_on_a_bill_when_synced_then_a_person_is_asked_and_nothing_is_written(world: World) -> None:
    website_twins(world)
    bill(world, 2400, "Website")

    await world.sync()

    card = world.card(TWINS)
    assert "Larkspur Ltd, bill 771, 12 Nov, £2,400.00" in card.plain and "For this bill only." in card.plain
    assert card.buttons[:2] == ["Website: Tern & Teal Ltd (no. 388)", "WEBSITE: Osier Foods (no. 402)"] and world.scoro.writes == []


async def test_given_twins_on_a_bill_when_one_is_chosen_then_the_answer_holds_for_that_bill_only(world: World) -> None:
    _, second = website_twins(world)
    bill(world, 2400, "Website")
    await world.sync()
    await world.press(TWINS, "WEBSITE: Osier Foods (no. 402)")
    bill(world, 900, "Website", "772")

    await world.sync()

    assert world.on_project(second) == [Decimal(2400)]
    (open_card,) = [card for card in world.cards(TWINS) if card.buttons]
    assert "bill 772" in open_card.plain and "bill 771" not in open_card.plain


async def test_given_twins_when_one_is_chosen_then_the_card_says_which_of_them_it_is(world: World) -> None:
    website_twins(world)
    bill(world, 2400, "Website")
    await world.sync()

    await world.press(TWINS, "WEBSITE: Osier Foods (no. 402)")

    assert "1 bill, £2,400.00 net, is on WEBSITE (no. 402)." in world.card(TWINS).plain


async def test_given_twins_of_a_close_name_when_suggested_then_their_buttons_differ(world: World) -> None:
    website_twins(world)
    world.xero.has_option("Websites")
    bill(world, 2400, "Websites")

    await world.sync()

    assert world.card('called "Websites"').buttons[:2] == ["Put on Website (no. 388)", "Put on WEBSITE (no. 402)"]


async def test_given_twins_on_a_sale_when_asked_then_the_project_of_that_client_stands_first(world: World) -> None:
    takes_sales(world)
    await world.restart()
    website_twins(world)
    world.xero.approves_invoice("INV-1", "Osier Foods", [line(5000, account="200", option="Website")], date="2026-11-12")

    await world.sync()

    assert world.card(TWINS).buttons[0] == "WEBSITE: Osier Foods (no. 402)"


async def test_given_twins_on_a_sale_when_one_is_chosen_then_it_is_kept_for_that_option_and_client(world: World) -> None:
    takes_sales(world)
    await world.restart()
    _, second = website_twins(world)
    world.xero.approves_invoice("INV-1", "Osier Foods", [line(5000, account="200", option="Website")], date="2026-11-12")
    await world.sync()
    await world.press(TWINS, "WEBSITE: Osier Foods (no. 402)")
    world.xero.approves_invoice("INV-2", "Osier Foods", [line(700, account="200", option="Website")], date="2026-11-20")
    world.xero.approves_invoice("INV-3", "Kestrel Foods", [line(800, account="200", option="Website")], date="2026-11-20")

    await world.sync()

    assert world.on_project(second) == [Decimal(700), Decimal(5000)]
    (open_card,) = [card for card in world.cards(TWINS) if card.buttons]
    assert "INV-3" in open_card.plain


async def test_given_twins_when_neither_is_pressed_then_another_project_can_be_chosen(world: World) -> None:
    website_twins(world)
    other = has_client_projects(world, [702])[702]
    bill(world, 2400, "Website")
    await world.sync()

    await world.choose_project(TWINS, "Neither…", "Copper Vale Rebrand")

    assert world.on_project(other) == [Decimal(2400)]


async def test_given_twins_when_one_of_them_is_completed_then_the_bill_is_on_the_other_and_the_card_closes(world: World) -> None:
    first, second = website_twins(world)
    bill(world, 2400, "Website")
    await world.sync()
    await world.clock.advance(3600)
    world.scoro.completes_project(second)

    await world.sync()

    assert world.on_project(first) == [Decimal(2400)] and "Closed by itself" in world.card(TWINS).plain


# Names.


async def test_given_names_that_fold_alike_when_synced_then_each_bill_is_on_its_project(world: World) -> None:
    alike = {
        "Acme  Web": "ACME web ",
        "Tern \u2013 Winter": "Tern - Winter",
        "Osier\u2019s Shop": "Osier's Shop",
        "Caf\u00e9": "Cafe\u0301",
        "Tern & Teal": "Tern & Teal",
        "Stra\u00dfe": "STRASSE",
    }
    for number, (option, project) in enumerate(alike.items()):
        world.scoro.has_project(project, project_id=601 + number)
        world.xero.has_option(option)
        bill(world, 400 + number, option, f"B-{number}")

    await world.sync()

    assert [world.on_project(601 + number) for number in range(6)] == [[Decimal(400 + number)] for number in range(6)]


async def test_given_names_that_only_look_alike_when_synced_then_a_person_is_asked(world: World) -> None:
    unlike = {"Cafe": "Caf\u00e9", "Quay 1": "Quay 2", "\u0410cme Web": "Acme Web", "Slate Films 2025": "Slate Films"}
    for number, (option, project) in enumerate(unlike.items()):
        world.scoro.has_project(project)
        world.xero.has_option(option)
        bill(world, 400, option, f"B-{number}")

    await world.sync()

    assert world.scoro.writes == [] and all(world.card(f'called "{option}"').buttons for option in unlike)


async def test_given_renames_on_both_sides_when_synced_then_the_bound_project_gets_the_bill(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    await world.sync()
    world.scoro.renames_project(project_id, "Tidewater Relaunch")
    world.xero.renames_option("Tidewater Launch", "TW 2026")
    bill(world, 400, "TW 2026")
    await world.clock.advance(3600)

    await world.sync()

    assert world.on_project(project_id) == [Decimal(400)]


@pytest.mark.parametrize("moves_documents", [False, True])
async def test_given_a_renamed_option_when_a_project_has_the_new_name_then_waiting_bills_follow(
    world: World, moves_documents: bool
) -> None:
    world.xero.switches.renaming_moves_updated_date = moves_documents
    project_id = world.scoro.has_project("Harbour Refit")
    world.xero.has_option("Harbor Works")
    bill(world, 400, "Harbor Works")
    await world.sync()
    await world.clock.advance(3600)
    world.xero.renames_option("Harbor Works", "Harbour Refit")

    await world.sync()

    assert world.on_project(project_id) == [Decimal(400)]


async def test_given_a_project_created_later_when_synced_then_the_waiting_bills_are_on_it_and_the_card_closes(world: World) -> None:
    world.xero.has_option("Northgate Annual Report")
    bill(world, 400, "Northgate Annual Report")
    await world.sync()
    await world.clock.advance(3600)
    project_id = world.scoro.has_project("Northgate Annual Report")

    await world.sync()

    assert world.on_project(project_id) == [Decimal(400)]
    assert "Closed by itself" in world.card('called "Northgate Annual Report"').plain


@pytest.mark.parametrize("has_ids", [True, False])
async def test_given_an_option_known_by_name_only_when_synced_then_it_counts_all_the_same(world: World, has_ids: bool) -> None:
    world.xero.switches.tracking_has_option_ids = has_ids
    project_id = has_client_projects(world, [701])[701]
    bill(world, 400, "Tidewater Launch")

    await world.sync()

    assert world.on_project(project_id) == [Decimal(400)]


async def test_given_an_option_known_by_name_only_when_a_person_answers_then_it_holds_for_later_bills(world: World) -> None:
    world.xero.switches.tracking_has_option_ids = False
    project_id = world.scoro.has_project("Harbour Refit")
    world.xero.has_option("Harbor Refit")
    bill(world, 400, "Harbor Refit")
    await world.sync()
    await world.press('called "Harbor Refit"', "Put on Harbour Refit")
    bill(world, 300, "Harbor Refit", "772")

    await world.sync()

    assert world.on_project(project_id) == [Decimal(300), Decimal(400)]


async def test_given_an_archived_option_on_a_bill_when_synced_then_it_still_leads_to_its_project(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    bill(world, 400, "Tidewater Launch")
    world.xero.archives_option("Tidewater Launch")

    await world.sync()

    assert world.on_project(project_id) == [Decimal(400)]


# Categories.


async def test_given_two_categories_when_a_bill_carries_both_then_the_chosen_one_decides(world: World) -> None:
    projects = has_client_projects(world, [701, 702])
    world.xero.has_category("Region", ["Copper Vale Rebrand"])
    tracked = line(400, option="Tidewater Launch", tracking=[("Region", "Copper Vale Rebrand")])
    world.xero.approves_bill("771", "Larkspur Ltd", [tracked], date="2026-11-12")

    await world.sync()

    assert (world.on_project(projects[701]), world.on_project(projects[702])) == ([Decimal(400)], [])


async def test_given_an_option_of_another_category_alone_when_synced_then_the_line_has_no_project(world: World) -> None:
    projects = has_client_projects(world, [702])
    world.xero.has_category("Region", ["Copper Vale Rebrand"])
    world.xero.approves_bill("771", "Larkspur Ltd", [line(400, tracking=[("Region", "Copper Vale Rebrand")])], date="2026-11-12")

    await world.sync()

    assert world.on_project(projects[702]) == [] and "No project for Larkspur Ltd" in world.card("Larkspur Ltd").plain


async def test_given_the_category_is_archived_when_synced_then_nothing_is_taken_off_and_one_card_says_so(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    bill(world, 400, "Tidewater Launch")
    await world.sync()
    await world.clock.advance(3600)
    world.xero.archives_category("Project")

    await world.sync()

    assert world.on_project(project_id) == [Decimal(400)]
    assert 'The tracking category "Project" is no longer active in Xero' in world.card("tracking category").plain


# Projects that are not for it.


async def completes_after_binding(world: World, days: int, status: str = "completed") -> int:
    """Bound while it was open, then closed; so many days pass."""
    project_id = has_client_projects(world, [702])[702]
    await world.sync()
    world.scoro.completes_project(project_id, status)
    await world.clock.advance(3600)
    await world.sync()
    await world.clock.advance(timedelta(days=days).total_seconds() - 3600)
    return project_id


async def test_given_a_bound_project_completed_90_days_ago_when_a_late_bill_comes_then_it_is_on_it(world: World) -> None:
    project_id = await completes_after_binding(world, 90)
    bill(world, 400, "Copper Vale Rebrand")

    await world.sync()

    assert world.on_project(project_id) == [Decimal(400)]


@pytest.mark.parametrize(("days", "status"), [(92, "completed"), (1, "cancelled")])
async def test_given_a_bound_project_closed_too_long_or_cancelled_when_a_bill_comes_then_it_is_asked(
    world: World, days: int, status: str
) -> None:
    project_id = await completes_after_binding(world, days, status)
    bill(world, 400, "Copper Vale Rebrand")
    await world.sync()
    before = world.on_project(project_id)

    await world.press("is closed in Scoro", "Put on Copper Vale Rebrand (no. 702)")

    assert before == [] and world.on_project(project_id) == [Decimal(400)]


async def test_given_a_bill_that_is_on_a_project_when_90_days_after_completion_pass_then_it_stays_there(world: World) -> None:
    project_id = has_client_projects(world, [702])[702]
    document_id = bill(world, 400, "Copper Vale Rebrand")
    await world.sync()
    world.scoro.completes_project(project_id)
    await world.clock.advance(3600)
    await world.sync()
    await world.clock.advance(timedelta(days=120).total_seconds())
    world.xero.pays(document_id)

    await world.sync()

    assert world.on_project(project_id) == [Decimal(400)] and not world.cards("is closed in Scoro")


async def test_given_a_bill_by_name_on_its_project_when_a_namesake_comes_then_it_stays_there(world: World) -> None:
    project_id = has_client_projects(world, [702])[702]
    document_id = bill(world, 400, "Copper Vale Rebrand")
    world.xero.archives_option("Copper Vale Rebrand")
    await world.sync()
    world.scoro.has_project("Copper Vale Rebrand", no=714)
    await world.clock.advance(3600)
    world.xero.edits(document_id, reference="PO 7")

    await world.sync()

    assert world.on_project(project_id) == [Decimal(400)] and not world.cards("Two open projects")


async def test_given_a_closed_project_matched_by_name_only_when_synced_then_it_is_asked(world: World) -> None:
    world.scoro.has_project("Copper Vale Rebrand", no=702, status="completed", modified=world.clock.now() - timedelta(days=2))
    world.xero.has_option("Copper Vale Rebrand")
    bill(world, 400, "Copper Vale Rebrand")

    await world.sync()

    assert world.scoro.writes == [] and "Put on Copper Vale Rebrand (no. 702)" in world.card("is closed in Scoro").buttons


async def test_given_a_closed_and_an_open_project_of_one_name_when_synced_then_the_open_one_gets_the_bill(world: World) -> None:
    world.scoro.has_project("Website", no=388, status="completed")
    project_id = world.scoro.has_project("Website", no=402)
    world.xero.has_option("Website")
    bill(world, 400, "Website")

    await world.sync()

    assert world.on_project(project_id) == [Decimal(400)]


async def test_given_a_project_deleted_after_a_bill_was_put_on_it_when_synced_then_it_is_asked_about(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    bill(world, 400, "Tidewater Launch")
    await world.sync()
    await world.clock.advance(3600)
    world.scoro.deletes("projects", project_id)
    await world.clock.advance(24 * 3600)

    await world.sync()

    assert world.card('called "Tidewater Launch"').buttons
    assert world.on_project(project_id) == []


async def test_given_an_internal_project_when_a_cost_and_a_sale_carry_it_then_the_cost_alone_is_on_it(world: World) -> None:
    takes_sales(world)
    await world.restart()
    project_id = world.scoro.has_project("Pitch: Lantern", no=790, project_type="internal")
    world.xero.has_option("Pitch: Lantern")
    bill(world, 400, "Pitch: Lantern")
    world.xero.approves_invoice("INV-1", "Osier Foods", [line(5000, account="200", option="Pitch: Lantern")], date="2026-11-12")

    await world.sync()

    assert world.on_project(project_id) == [Decimal(400)]
    assert '"Pitch: Lantern" is an internal project in Scoro' in world.card("internal project").plain


async def test_given_an_internal_and_a_client_project_of_one_name_when_a_sale_comes_then_the_client_project_gets_it(world: World) -> None:
    takes_sales(world)
    await world.restart()
    world.scoro.has_project("Lantern", no=790, project_type="internal")
    project_id = world.scoro.has_project("Lantern", no=791)
    world.xero.has_option("Lantern")
    world.xero.approves_invoice("INV-1", "Osier Foods", [line(5000, account="200", option="Lantern")], date="2026-11-12")

    await world.sync()

    assert world.on_project(project_id) == [Decimal(5000)]


@pytest.mark.parametrize("is_shared", [True, False])
async def test_given_a_project_of_another_entity_when_synced_then_it_counts_only_where_it_is_shared(world: World, is_shared: bool) -> None:
    world.scoro.switches.lists_show_other_entities = True
    world.scoro.has_entity("other", "Ferrow & Pike BV")
    project_id = world.scoro.has_project(
        "Tidewater Launch", account_id="other", project_accounts=[world.scoro.entity] if is_shared else ["other"]
    )
    world.xero.has_option("Tidewater Launch")
    bill(world, 400, "Tidewater Launch")

    await world.sync()

    assert world.on_project(project_id) == ([Decimal(400)] if is_shared else [])
    assert bool(world.cards('called "Tidewater Launch"')) is not is_shared


# Who needs a project.


async def test_given_a_balance_sheet_account_with_an_option_when_left_out_then_both_legs_follow_without_another_question(
    world: World,
) -> None:
    takes_sales(world)
    await world.restart()
    project_id = has_client_projects(world, [701])[701]
    world.xero.approves_invoice("INV-0201", "Osier Foods", [line(10000, account="2110", option="Tidewater Launch")], date="2026-11-02")
    await world.sync()
    await world.press("2110 Client deposits", "Leave out")
    final = [line(30000, account="200", option="Tidewater Launch"), line(-10000, account="2110", option="Tidewater Launch")]
    world.xero.approves_invoice("INV-0244", "Osier Foods", final, date="2026-11-20")

    await world.sync()

    assert world.on_project(project_id) == [Decimal(30000)]
    assert "are left out, later ones too" in world.card("2110 Client deposits").plain and not world.card("2110 Client deposits").buttons


async def test_given_a_balance_sheet_account_when_it_is_counted_then_the_project_has_both_documents(world: World) -> None:
    takes_sales(world)
    await world.restart()
    project_id = has_client_projects(world, [701])[701]
    world.xero.approves_invoice("INV-0201", "Osier Foods", [line(10000, account="2110", option="Tidewater Launch")], date="2026-11-02")
    final = [line(30000, account="200", option="Tidewater Launch"), line(-10000, account="2110", option="Tidewater Launch")]
    world.xero.approves_invoice("INV-0244", "Osier Foods", final, date="2026-11-20")
    await world.sync()

    await world.press("2110 Client deposits", "Count it")

    assert world.on_project(project_id) == [Decimal(10000), Decimal(20000)]


async def test_given_an_account_that_is_told_to_need_a_project_when_synced_then_its_lines_are_asked_about(world: World) -> None:
    world.settings["connection"] |= {"account_needs": {"493": "asked", "310": "none"}}
    await world.restart()
    world.xero.approves_bill("T-1", "Northern Rail", [line(400, account="493")], date="2026-11-12")
    world.xero.approves_bill("B-1", "Brightline Studios", [line(500, account="310")], date="2026-11-12")

    await world.sync()

    assert world.card("No project for Northern Rail").buttons and not world.cards("Brightline Studios")


async def test_given_bills_before_start_from_when_synced_then_they_are_left_alone(world: World) -> None:
    world.settings["connection"] |= {"start_from": "2026-11-01"}
    await world.restart()
    project_id = has_client_projects(world, [701])[701]
    world.xero.approves_bill("B-1", "Larkspur Ltd", [line(400, option="Tidewater Launch")], date="2026-10-31")
    world.xero.approves_bill("B-2", "Larkspur Ltd", [line(500, option="Tidewater Launch")], date="2026-11-01")

    await world.sync()

    assert world.on_project(project_id) == [Decimal(500)]
