"""`why DOCUMENT`: line by line, with the rule or the answer it rests on and what was written."""

import pytest

from xero_sync.testing.builders import has_client_projects
from xero_sync.testing.standins.traffic import Fault
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import ADA, BEA, FINN, VERA, World

HARBOR = 'called "Harbor Refit"'


async def why(world: World, words: str, person: str = FINN) -> str:
    return (await world.command(f"why {words}", person)).plain


async def test_given_a_bill_on_its_project_when_why_is_typed_then_account_option_rule_and_write_are_told(world: World) -> None:
    world.scoro.has_project("Blue Pylon", no=704)
    world.xero.has_option("Blue Pylon")
    world.xero.approves_bill(
        "GR-1", "Gantry Riggers", [line(1980, account="320", option="Blue Pylon", description="Rigging")], date="2026-11-20"
    )
    await world.sync()

    said = await why(world, "gr-1")

    assert "Gantry Riggers, bill GR-1, 20 Nov 2026" in said and "£1,980.00 net (+ £396.00 VAT) · approved in Xero" in said
    assert '"Rigging" · £1,980.00 net · account 320 Production (project money) · option "Blue Pylon"' in said
    assert "→ On Blue Pylon." in said and "The names were equal when they were bound." in said
    assert "put on Blue Pylon with £1,980.00, done and read back." in said


async def test_given_a_person_who_answered_when_why_is_typed_then_who_what_and_how_far_are_told(world: World) -> None:
    world.scoro.has_project("Harbour Refit", no=412)
    world.xero.has_option("Harbor Refit")
    world.xero.approves_bill("10442", "Delft Signs", [line(740, account="320", option="Harbor Refit")], date="2026-11-20")
    await world.sync()
    waiting = await why(world, "#10442")
    await world.press(world.card(HARBOR), "Put on Harbour Refit", BEA)

    said = await why(world, "10442")

    assert '→ Waits. No Scoro project is called "Harbor Refit".' in waiting
    assert "→ On Harbour Refit. @Bea answered “Put on Harbour Refit”" in said
    assert "For every document with this option, later ones too. Nothing is changed in Xero." in said


async def test_given_lines_that_stand_differently_when_why_is_typed_then_each_is_told(world: World) -> None:
    has_client_projects(world, [701])
    world.xero.has_option("Tidewater Launch")
    lines = [
        line(300, option="Tidewater Launch", description="Film"),
        line(90, account="460", description="Post"),
        line(500, description="Sound"),
    ]
    world.xero.approves_bill("S-1", "Rook Sound", lines, date="2026-11-20")
    await world.sync()

    said = await why(world, "S-1")

    assert '"Film" · £300.00 net' in said and "→ On Tidewater Launch." in said
    assert '"Post" · £90.00 net · account 460 Rent (needs no project) · no option' in said and "→ Needs no project." in said
    assert '"Sound" · £500.00 net · account 310 Freelancers (project money) · no option' in said and "→ Waits." in said


async def test_given_a_bill_that_moved_when_why_is_typed_then_both_writes_are_told(world: World) -> None:
    world.scoro.has_projects("Blue Pylon", "Grey Heron")
    for name in ("Blue Pylon", "Grey Heron"):
        world.xero.has_option(name)
    bill = world.xero.approves_bill("M-1", "Mill Couriers", [line(400, option="Blue Pylon")], date="2026-11-20")
    await world.sync()
    world.xero.recodes(bill, 1, "Grey Heron")
    await world.sync()

    said = await why(world, bill)

    assert said.index("put on Blue Pylon with £400.00") < said.index("put on Grey Heron with £400.00")


async def test_given_two_bills_of_one_number_when_why_is_typed_then_the_suppliers_name_tells_them_apart(world: World) -> None:
    for supplier in ("Larkspur Ltd", "Delft Signs"):
        world.xero.approves_bill("771", supplier, [line(400)], date="2026-11-20")
    await world.sync()

    both, one = await why(world, "771"), await why(world, "771 larkspur")

    assert 'Several documents are called "771"' in both and "Larkspur Ltd" in both and "Delft Signs" in both
    assert "Larkspur Ltd, bill 771" in one and "Delft" not in one


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", "Type the document's number, too."),
        ("nothing-like-it", 'No document "nothing-like-it" has been read from Xero.'),
        ("<!channel>", 'No document "<!channel>" has been read from Xero.'),
        ("old-1", "It is dated before 1 Jan 2026"),
        ("d-1", "Only approved documents are put on projects."),
        ("inv-1", "Documents of this kind are not put on projects"),
    ],
)
async def test_given_what_stands_nowhere_when_why_is_typed_then_it_says_so_and_what_to_do(world: World, words: str, told: str) -> None:
    world.xero.approves_bill("OLD-1", "Mill Couriers", [line(400)], date="2025-12-20")
    world.xero.enters("ACCPAY", "D-1", "Mill Couriers", [line(400)], date="2026-11-20", status="DRAFT")
    world.xero.approves_invoice("INV-1", "Quay Trust", [line(400, account="200")], date="2026-11-20")
    await world.sync()

    assert told in await why(world, words)


@pytest.mark.parametrize("person", [VERA, ADA])
async def test_given_somebody_who_sees_counts_only_when_why_is_typed_then_nothing_is_told_of_any_document(
    world: World, person: str
) -> None:
    world.xero.approves_bill("GR-1", "Gantry Riggers", [line(1980)], date="2026-11-20")
    await world.sync()

    known, unknown = await why(world, "GR-1", person), await why(world, "nothing", person)

    assert known == unknown and "is shown to bookkeepers, controllers and project managers" in known


async def test_given_a_write_that_scoro_refused_when_why_is_typed_then_the_problem_is_told(world: World) -> None:
    world.scoro.has_project("Blue Pylon", no=704)
    world.xero.has_option("Blue Pylon")
    refused = b'{"status":"ERROR","statusCode":400,"messages":{"error":["Not allowed for this bill"]}}'
    fault = Fault(r".*/bills/modify/\d+", times=None, status=200, headers={"content-type": "application/json"}, body=refused)
    world.scoro.traffic.add(fault)
    world.xero.approves_bill("GR-1", "Gantry Riggers", [line(1980, option="Blue Pylon")], date="2026-11-20")
    await world.sync()

    said = await why(world, "GR-1")

    assert "→ Waits." in said and "put on Blue Pylon with £1,980.00, could not be done. " in said and "Not allowed for this bill" in said
