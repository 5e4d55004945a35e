"""The copy that Scoro's own sync makes of a document: found, put on its project whole or per line, and never a wrong one."""

from decimal import Decimal

import pytest

from xero_sync.testing.builders import has_client_projects
from xero_sync.testing.standins.scoro.rows import line as scoro_line
from xero_sync.testing.standins.traffic import Call
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import World

pytestmark = pytest.mark.usefixtures("second_run_changes_nothing")

SYNC_HAD_ITS_TIME = 2 * 3600
"""After so long a copy that differs from Xero is no late copy any more."""
SPLIT = [(412, "Tidewater Launch"), (96, "Copper Vale Rebrand"), (40, None)]


def approves(
    world: World, number: str = "PH-2207", net: int = 412, *, contact: str = "Pressgang Print", option: str = "Tidewater Launch"
) -> str:
    return world.xero.approves_bill(number, contact, [line(net, option=option, description="Posters")], date="2026-11-20")


def approves_split(world: World, kind: str = "ACCPAY", account: str = "429") -> str:
    """A document whose first two lines belong on two projects, and the third, on an overhead account, on none."""
    lines = [line(net, option=option, account="320" if option else account) for net, option in SPLIT]
    return world.xero.enters(kind, "PH-2207", "Pressgang Print", lines, date="2026-11-20")


def set_by_hand(world: World, document_id: str, project_id: int) -> None:
    """A person puts the copy on a project in Scoro itself."""
    copy = world.scoro.copy_of(document_id)
    assert copy is not None
    world.scoro.edits("bills", copy["id"], project_id=project_id)


# When it comes.


async def test_given_no_copy_yet_when_it_comes_an_hour_later_then_the_bill_is_put_on_its_project(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    document_id = approves(world)
    world.copies = False
    await world.sync()
    waiting = (await world.command("waiting")).plain
    world.scoro.copies(world.xero.documents[document_id])

    await world.clock.advance(3600)
    await world.work()

    assert "Scoro's copy has not come yet" in waiting
    assert world.on_project(project_id) == [Decimal(412)]


async def test_given_no_copy_yet_when_nothing_comes_then_nobody_is_asked(world: World) -> None:
    has_client_projects(world, [701])
    approves(world, net=5000)
    world.copies = False

    await world.sync()

    assert len(world.cards()) == 1 and "1 waiting · £5,000.00 net" in world.card("Xero to Scoro").plain


async def test_given_a_copy_without_number_when_one_fits_by_day_and_amount_then_it_is_taken(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    approves(world, number="", net=412)
    world.scoro.has_bill("", "Pressgang Print", [99], date="2026-11-20")

    await world.sync()

    assert world.on_project(project_id) == [Decimal(412)]


async def test_given_two_suppliers_with_one_number_when_synced_then_each_bill_is_on_its_own_project(world: World) -> None:
    projects = has_client_projects(world, [701, 702])
    approves(world, "1001", 412, contact="Pressgang Print")
    approves(world, "1001", 96, contact="Delft Signs", option="Copper Vale Rebrand")

    await world.sync()

    assert (world.on_project(projects[701]), world.on_project(projects[702])) == ([Decimal(412)], [Decimal(96)])


async def test_given_only_another_suppliers_copy_when_synced_then_it_is_left_alone(world: World) -> None:
    has_client_projects(world, [701])
    approves(world, "1001", 412)
    world.copies = False
    world.scoro.has_bill("1001", "Delft Signs", [412], date="2026-11-20")

    await world.sync()

    assert world.scoro.writes == []


@pytest.mark.parametrize(
    "header",
    [
        pytest.param({"account_id": "other-entity"}, id="another entity"),
        pytest.param({"currency": "EUR"}, id="another currency"),
        pytest.param({"date": "2026-11-19"}, id="another day"),
        pytest.param({"no": "PH-2208"}, id="another number"),
    ],
)
async def test_given_a_copy_of_something_else_when_synced_then_it_is_left_alone(world: World, header: dict[str, str]) -> None:
    has_client_projects(world, [701])
    approves(world)
    world.copies = False
    world.scoro.has_entity("other-entity", "Ferrow & Pike BV")
    world.scoro.switches.lists_show_other_entities = True
    world.scoro.has_bill("PH-2207", "Pressgang Print", [412], **{"date": "2026-11-20", **header})

    await world.sync()

    assert world.scoro.writes == []


async def test_given_a_name_with_an_ampersand_when_synced_then_its_copy_is_found(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    approves(world, contact="Tern & Teal <Studio>")

    await world.sync()

    assert world.on_project(project_id) == [Decimal(412)]


async def test_given_a_credit_note_when_synced_then_its_copy_is_on_the_project_with_a_minus(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    world.xero.approves_credit_note("CN-88", "Delft Signs", [line(450, option="Tidewater Launch")], date="2026-11-10")

    await world.sync()

    assert world.on_project(project_id) == [Decimal(-450)]


# What it says.


async def test_given_a_copy_with_another_net_total_when_synced_then_it_could_not_be_done_and_both_figures_are_said(world: World) -> None:
    has_client_projects(world, [701])
    approves(world)
    world.copies = False
    world.scoro.has_bill("PH-2207", "Pressgang Print", [400], date="2026-11-20")
    await world.clock.advance(SYNC_HAD_ITS_TIME)

    await world.sync()

    card = world.card("Could not be done")
    assert "Xero says £412.00 net, Scoro's copy £400.00" in card.plain
    assert world.scoro.writes == []


async def test_given_another_net_total_when_scoro_is_mended_then_it_is_put_on_its_project_and_the_card_closes(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    approves(world)
    world.copies = False
    bill_id = world.scoro.has_bill("PH-2207", "Pressgang Print", [400], date="2026-11-20")
    await world.clock.advance(SYNC_HAD_ITS_TIME)
    await world.sync()
    await world.clock.advance(60)
    world.scoro.edits("bills", bill_id, lines=[{"id": world.scoro.bills[bill_id]["lines"][0]["id"], "sum": "412.00"}])

    await world.sync()

    assert world.on_project(project_id) == [Decimal(412)] and "Closed by itself" in world.card("Could not be done").plain


async def test_given_a_copy_with_other_vat_when_synced_then_it_is_put_on_its_project(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    approves(world)
    world.copies = False
    world.scoro.has_bill("PH-2207", "Pressgang Print", [scoro_line(412, vat=5)], date="2026-11-20")

    await world.sync()

    assert world.on_project(project_id) == [Decimal(412)]


async def test_given_a_copy_with_other_lines_when_all_belong_to_one_project_then_the_header_carries_it(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    world.xero.approves_bill("B-1", "Delft Signs", [line(50, option="Tidewater Launch")] * 2, date="2026-11-20")
    world.copies = False
    world.scoro.has_bill("B-1", "Delft Signs", [70, 30], date="2026-11-20")

    await world.sync()

    assert world.on_project(project_id) == [Decimal(100)]


async def test_given_a_copy_with_other_lines_when_they_belong_apart_then_it_could_not_be_done(world: World) -> None:
    has_client_projects(world, [701, 702])
    approves_split(world)
    world.copies = False
    world.scoro.has_bill("PH-2207", "Pressgang Print", [400, 108, 40], date="2026-11-20")
    await world.clock.advance(SYNC_HAD_ITS_TIME)

    await world.sync()

    assert "Scoro's copy has other lines" in world.card("Could not be done").plain and world.scoro.writes == []


async def test_given_a_deleted_copy_when_synced_then_the_card_says_so_and_closes_when_it_comes_again(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    document_id = approves(world)
    await world.sync()
    copy = world.scoro.copy_of(document_id)
    assert copy is not None
    world.scoro.deletes("bills", copy["id"])
    await world.clock.advance(3600)
    await world.sync()
    asked = world.card("Could not be done").plain
    world.scoro.bills[copy["id"]] |= {"is_deleted": False, "deleted_date": None, "modified_date": world.clock.now()}
    world.scoro.changed("bills", copy["id"])

    await world.sync()

    assert "Scoro's copy was deleted" in asked
    assert world.on_project(project_id) == [Decimal(412)] and "Closed by itself" in world.card("Could not be done").plain


async def test_given_a_deleted_copy_when_scoros_sync_brings_another_then_that_one_is_on_the_project(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    document_id = approves(world)
    await world.sync()
    world.copies = False
    copy = world.scoro.copy_of(document_id)
    assert copy is not None
    world.scoro.deletes("bills", copy["id"])
    await world.clock.advance(3600)
    await world.sync()
    again = world.scoro.has_bill("PH-2207", "Pressgang Print", [412], date="2026-11-20")

    await world.sync()

    assert [(entry.document_id, entry.net) for entry in world.scoro.finances(project_id)] == [(again, Decimal(412))]
    assert "Closed by itself" in world.card("Could not be done").plain


async def test_given_a_changed_bill_when_scoro_has_renewed_the_copy_then_the_project_has_the_new_amount(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    document_id = approves(world)
    await world.sync()
    await world.clock.advance(60)
    world.xero.edits(document_id, lines=[line(500, option="Tidewater Launch")])

    await world.sync()

    assert world.on_project(project_id) == [Decimal(500)]
    assert "1 document put on its project · £500.00 net" in world.card("Xero to Scoro").plain


async def test_given_a_recoded_bill_when_synced_then_it_moves_to_the_other_project(world: World) -> None:
    projects = has_client_projects(world, [701, 702])
    document_id = approves(world)
    await world.sync()
    await world.clock.advance(60)
    world.xero.recodes(document_id, 1, "Copper Vale Rebrand")

    await world.sync()

    assert (world.on_project(projects[701]), world.on_project(projects[702])) == ([], [Decimal(412)])


async def test_given_a_recoded_bill_when_it_has_no_option_any_more_then_it_is_taken_off_and_asked_about(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    document_id = approves(world)
    await world.sync()
    await world.clock.advance(60)
    world.xero.recodes(document_id, 1, None)

    await world.sync()

    assert world.on_project(project_id) == []
    assert "Choose project…" in world.card("Pressgang Print").buttons


# Several projects: per line.

SWITCHES = [
    pytest.param({}, id="as is likely"),
    pytest.param({"lines_modify": "merge"}, id="lines are merged"),
    pytest.param({"header_project_overwrites_lines": False}, id="the header leaves lines alone"),
    pytest.param({"attach_moves_modified_date": False}, id="no new date"),
    pytest.param({"line_sum_wins": False}, id="price x amount wins"),
    pytest.param({"datetimes": "plain", "status_code": "string", "empty_dates": "zeros"}, id="other forms"),
    pytest.param({"errors_under_http_200": True, "error_form": "string", "limit_window": "fixed"}, id="other errors"),
    pytest.param({"detailed_lists_have_lines": True, "lists_start_with": "last_modified"}, id="other lists"),
]


@pytest.mark.parametrize(
    ("kind", "switches"),
    [
        *(pytest.param("ACCPAY", *each.values, id=f"bill, {each.id}") for each in SWITCHES),
        *(pytest.param("ACCREC", *each.values, id=f"invoice, {each.id}") for each in SWITCHES[:3]),
    ],
)
async def test_given_lines_of_several_projects_when_synced_then_each_is_on_its_own(
    world: World, kind: str, switches: dict[str, object]
) -> None:
    world.settings["connection"] |= {"invoices": "to_scoro"}
    await world.restart()
    vars(world.scoro.switches).update(switches)
    projects = has_client_projects(world, [701, 702])
    document_id = approves_split(world, kind)

    await world.sync()

    copy = world.scoro.copy_of(document_id)
    assert copy is not None and copy["project_id"] == -1
    assert [one["project_id"] for one in copy["lines"]] == [projects[701], projects[702], 0]
    assert [one["sum"] for one in copy["lines"]] == [412, 96, 40] and copy["sum"] == 548


@pytest.mark.parametrize("switches", [SWITCHES[0], SWITCHES[2]])
async def test_given_several_projects_when_all_lines_come_to_one_then_the_whole_document_is_on_it(
    world: World, switches: dict[str, object]
) -> None:
    vars(world.scoro.switches).update(switches)
    projects = has_client_projects(world, [701, 702])
    document_id = approves_split(world)
    await world.sync()
    await world.clock.advance(60)
    world.xero.edits(document_id, lines=[line(net, option="Tidewater Launch", account="320") for net, _ in SPLIT])

    await world.sync()

    assert sum(world.on_project(projects[701])) == 548 and world.on_project(projects[702]) == []


@pytest.mark.parametrize("switches", [SWITCHES[0], SWITCHES[2]])
async def test_given_one_project_when_lines_come_to_several_then_each_is_on_its_own(world: World, switches: dict[str, object]) -> None:
    vars(world.scoro.switches).update(switches)
    projects = has_client_projects(world, [701, 702])
    document_id = world.xero.enters(
        "ACCPAY", "PH-2207", "Pressgang Print", [line(net, option="Tidewater Launch", account="320") for net, _ in SPLIT], date="2026-11-20"
    )
    await world.sync()
    await world.clock.advance(60)
    world.xero.recodes(document_id, 2, "Copper Vale Rebrand")

    await world.sync()

    assert (world.on_project(projects[701]), world.on_project(projects[702])) == ([Decimal(40), Decimal(412)], [Decimal(96)])


async def test_given_lines_of_which_one_waits_when_it_is_answered_then_the_rest_stays_where_it_is(world: World) -> None:
    projects = has_client_projects(world, [701, 702])
    world.xero.approves_bill("B-1", "Delft Signs", [line(400, option="Tidewater Launch"), line(300, account="310")], date="2026-11-20")
    await world.sync()
    before = world.on_project(projects[701])

    await world.choose_project("Delft Signs", "Choose project…", "Copper Vale Rebrand")

    assert before == [Decimal(400)]
    assert (world.on_project(projects[701]), world.on_project(projects[702])) == ([Decimal(400)], [Decimal(300)])


@pytest.mark.parametrize(
    ("switch", "kind"),
    [
        pytest.param({"line_projects_can_be_set": False}, "ACCPAY", id="a bill's lines take no project"),
        pytest.param({"line_projects_can_be_set": False}, "ACCREC", id="an invoice's lines take no project"),
        pytest.param({"invoice_accepts_line_projects": False}, "ACCREC", id="invoices know no lines' projects"),
    ],
)
async def test_given_scoro_drops_the_lines_projects_when_synced_then_nothing_counts_and_one_card_says_so(
    world: World, switch: dict[str, object], kind: str
) -> None:
    world.settings["connection"] |= {"invoices": "to_scoro"}
    await world.restart()
    vars(world.scoro.switches).update(switch)
    projects = has_client_projects(world, [701, 702])
    approves_split(world, kind)

    await world.sync()

    assert "it is not there on reading back" in world.card("Could not be done").plain
    assert world.on_project(projects[701]) == [] and "0 documents put on projects" in world.card("Xero to Scoro").plain


async def test_given_scoro_took_no_lines_projects_when_it_does_and_try_again_is_pressed_then_each_is_on_its_own(world: World) -> None:
    world.scoro.switches.line_projects_can_be_set = False
    projects = has_client_projects(world, [701, 702])
    approves_split(world)
    await world.sync()
    world.scoro.switches.line_projects_can_be_set = True
    await world.clock.advance(60)

    await world.press("Could not be done", "Try again")

    assert (world.on_project(projects[701]), world.on_project(projects[702])) == ([Decimal(412)], [Decimal(96)])


# Somebody else moves it.


async def test_given_a_copy_reset_by_scoros_sync_when_read_then_it_is_put_back(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    document_id = approves(world)
    await world.sync()
    await world.clock.advance(60)
    set_by_hand(world, document_id, 0)

    await world.sync()

    assert world.on_project(project_id) == [Decimal(412)]


async def test_given_a_copy_that_is_reset_again_and_again_when_read_then_it_is_put_back_once_and_then_asked_about(world: World) -> None:
    world.scoro.switches.sync_resets_project = True
    project_id = has_client_projects(world, [701])[701]
    approves(world)

    for _ in range(4):
        await world.sync()
        await world.clock.advance(3600)

    assert len(world.scoro.writes) == 2 and world.on_project(project_id) == []
    assert "Scoro took it off again" in world.card("Could not be done").plain


async def test_given_a_copy_that_was_reset_again_when_try_again_is_pressed_then_it_is_put_back(world: World) -> None:
    world.scoro.switches.sync_resets_project = True
    project_id = has_client_projects(world, [701])[701]
    approves(world)
    for _ in range(3):
        await world.sync()
        await world.clock.advance(3600)
    world.scoro.switches.sync_resets_project = False

    await world.press("Could not be done", "Try again")

    assert world.on_project(project_id) == [Decimal(412)] and not world.card("Could not be done").buttons


async def test_given_a_line_that_is_moved_between_reading_and_writing_when_synced_then_the_person_wins(world: World) -> None:
    projects = has_client_projects(world, [701, 702, 703])
    document_id = approves_split(world)
    await world.sync()
    copy = world.scoro.copy_of(document_id)
    assert copy is not None
    await world.clock.advance(60)
    world.xero.recodes(document_id, 1, "Copper Vale Rebrand")
    moved: list[bool] = []

    def somebody_is_quicker(call: Call) -> None:
        if call.path.endswith("/bills/list") and b'"data":[]' in call.reply and not moved:
            moved.append(True)
            lines = [{**one, "project_id": projects[703] if place == 1 else one["project_id"]} for place, one in enumerate(copy["lines"])]
            world.scoro.edits("bills", copy["id"], lines=lines)

    world.scoro.traffic.on_call.append(somebody_is_quicker)

    await world.sync()

    assert moved and world.on_project(projects[703]) == [Decimal(96)]
    assert "In Scoro it is on Marsh Signal Site" in world.card("Could not be done").plain


async def test_given_a_copy_that_a_person_put_on_another_project_when_read_then_it_is_not_overwritten(world: World) -> None:
    projects = has_client_projects(world, [701, 702])
    document_id = approves(world)
    await world.sync()
    await world.clock.advance(60)
    set_by_hand(world, document_id, projects[702])

    await world.sync()

    assert (world.on_project(projects[701]), world.on_project(projects[702])) == ([], [Decimal(412)])
    assert "In Scoro it is on Copper Vale Rebrand" in world.card("Could not be done").plain


async def test_given_a_copy_on_another_project_before_we_came_when_read_then_it_is_not_overwritten(world: World) -> None:
    projects = has_client_projects(world, [701, 702])
    approves(world)
    world.copies = False
    world.scoro.has_bill("PH-2207", "Pressgang Print", [412], date="2026-11-20", project_id=projects[702])

    await world.sync()

    assert world.scoro.writes == [] and "In Scoro it is on Copper Vale Rebrand" in world.card("Could not be done").plain


async def test_given_a_copy_already_on_the_right_project_when_read_then_it_counts_without_harm(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    approves(world)
    world.copies = False
    world.scoro.has_bill("PH-2207", "Pressgang Print", [412], date="2026-11-20", project_id=project_id)

    await world.sync()

    assert world.on_project(project_id) == [Decimal(412)] and "1 document put on its project" in world.card("Xero to Scoro").plain


async def test_given_one_line_that_a_person_moved_in_scoro_when_read_then_it_is_not_overwritten(world: World) -> None:
    world.scoro.switches.header_project_overwrites_lines = False
    projects = has_client_projects(world, [701, 702, 703])
    document_id = approves_split(world)
    await world.sync()
    await world.clock.advance(60)
    copy = world.scoro.copy_of(document_id)
    assert copy is not None
    lines = [{**one, "project_id": projects[703] if place == 1 else one["project_id"]} for place, one in enumerate(copy["lines"])]
    world.scoro.edits("bills", copy["id"], lines=lines)

    await world.sync()

    assert world.on_project(projects[703]) == [Decimal(96)]
    assert "Marsh Signal Site" in world.card("Could not be done").plain


async def test_given_a_person_moved_the_copy_back_when_try_again_is_pressed_then_it_counts_again(world: World) -> None:
    projects = has_client_projects(world, [701, 702])
    document_id = approves(world)
    await world.sync()
    await world.clock.advance(60)
    set_by_hand(world, document_id, projects[702])
    await world.sync()
    await world.clock.advance(60)
    set_by_hand(world, document_id, 0)

    await world.sync()

    assert world.on_project(projects[701]) == [Decimal(412)] and "Closed by itself" in world.card("Could not be done").plain


async def test_given_a_project_that_is_moved_between_reading_and_writing_when_synced_then_the_person_wins(world: World) -> None:
    projects = has_client_projects(world, [701, 702])
    document_id = approves(world)
    world.scoro_copies()
    moved: list[bool] = []

    def somebody_is_quicker(call: Call) -> None:
        if call.path.endswith("/bills/list") and not moved:
            moved.append(True)
            set_by_hand(world, document_id, projects[702])

    world.scoro.traffic.on_call.append(somebody_is_quicker)
    await world.sync()

    await world.tick(60)

    assert world.on_project(projects[702]) == [Decimal(412)] and world.scoro.writes == []
