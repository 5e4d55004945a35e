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
    assert "£740.00 on Harbour Refit" in said and "→ On Harbour Refit. @Bea answered “Put on Harbour Refit”" in said
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

    assert "£300.00 on Tidewater Launch · £90.00 needs no project · £500.00 waits" in said
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


async def test_given_two_bills_of_one_number_and_supplier_when_why_is_typed_then_their_ids_tell_them_apart(world: World) -> None:
    bills = [world.xero.approves_bill("771", "Larkspur Ltd", [line(net)], date="2026-11-20") for net in (400, 500)]
    await world.sync()

    both, one = await why(world, "771 larkspur"), await why(world, bills[1])

    assert all(f"id {bill}" in both for bill in bills) and "type the id: /xero-sync why" in both and "Add the name" not in both
    assert "£500.00 net" in one and "£400.00" not in one


async def test_given_one_suppliers_name_in_anothers_when_the_whole_name_is_typed_then_it_is_that_one(world: World) -> None:
    for supplier in ("Delft", "Delft Signs"):
        world.xero.approves_bill("771", supplier, [line(400)], date="2026-11-20")
    await world.sync()

    both, one = await why(world, "771 del"), await why(world, "771 delft")

    assert "Add the name: /xero-sync why 771 delft." in both
    assert one.startswith("Delft, bill 771")


async def test_given_more_of_one_number_than_are_listed_when_a_name_is_typed_then_the_oldest_is_found_too(world: World) -> None:
    for place in range(25):
        world.xero.approves_bill("1", f"Supplier {place:02}", [line(400)], date=f"2026-{10 + place // 20}-{place % 20 + 1:02}")
    await world.sync()

    listed, oldest = await why(world, "1"), await why(world, "1 supplier 00")

    assert "and 15 more, older than these" in listed and "Supplier 00, bill 1, 1 Oct 2026" in oldest


async def test_given_a_number_that_begins_with_a_hash_when_why_is_typed_then_it_is_found_with_it(world: World) -> None:
    world.xero.approves_bill("#771", "Larkspur Ltd", [line(400)], date="2026-11-20")
    await world.sync()

    assert "Larkspur Ltd, bill #771" in await why(world, "#771")


async def test_given_an_answer_that_waits_for_the_copy_when_why_is_typed_then_the_reason_is_told_beside_it(world: World) -> None:
    world.copies = False
    world.scoro.has_project("Harbour Refit", no=412)
    world.xero.has_option("Harbor Refit")
    world.xero.approves_bill("10442", "Delft Signs", [line(740, option="Harbor Refit")], date="2026-11-20")
    await world.sync()
    await world.press(world.card(HARBOR), "Put on Harbour Refit", BEA)

    said = await why(world, "10442")

    assert "→ Waits. Scoro's copy has not come yet. @Bea answered “Put on Harbour Refit”" in said


async def test_given_an_answer_that_no_project_is_needed_when_why_is_typed_then_its_reach_says_that_xero_stays(world: World) -> None:
    world.xero.has_option("Harbor Refit")
    world.xero.approves_bill("10442", "Delft Signs", [line(740, option="Harbor Refit")], date="2026-11-20")
    await world.sync()
    await world.press(world.card(HARBOR), "No project needed…", BEA)

    said = await why(world, "10442")

    assert "→ Needs no project. @Bea answered “No project needed…”" in said
    assert "For this document only. Nothing is changed in Xero." in said


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

    assert (
        "→ Could not be done." in said
        and "put on Blue Pylon with £1,980.00, could not be done. " in said
        and "Not allowed for this bill" in said
    )
