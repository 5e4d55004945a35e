"""Every kind of document and line: what of it reaches which project, to the cent, and what is left out, with the reason."""

from decimal import Decimal
from typing import Any

import pytest

from xero_sync.testing.builders import has_client_projects
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import World

pytestmark = pytest.mark.usefixtures("second_run_changes_nothing")

OPTIONS = {701: "Tidewater Launch", 702: "Copper Vale Rebrand"}


async def takes_sales_too(world: World) -> dict[int, int]:
    world.settings["connection"] |= {"invoices": "to_scoro"}
    await world.restart()
    return has_client_projects(world, OPTIONS)


def enters(world: World, kind: str, *lines: Any, **more: Any) -> str:
    """The id of a document of Corner Hardware, dated in the open month."""
    return world.xero.enters(kind, "88104", "Corner Hardware", lines, date="2026-11-20", **more)


def on_both(world: World, projects: dict[int, int]) -> tuple[Decimal, Decimal]:
    """What Scoro's books show on Tidewater Launch and on Copper Vale Rebrand."""
    return sum(world.on_project(projects[701]), Decimal(0)), sum(world.on_project(projects[702]), Decimal(0))


# Types and states.


@pytest.mark.parametrize(
    ("kind", "account", "on_project"),
    [
        pytest.param("ACCPAY", "320", Decimal("412.50"), id="bill"),
        pytest.param("ACCREC", "200", Decimal("412.50"), id="sales invoice"),
        pytest.param("ACCPAYCREDIT", "320", Decimal("-412.50"), id="supplier's credit note"),
        pytest.param("ACCRECCREDIT", "200", Decimal("-412.50"), id="credit note for a client"),
    ],
)
async def test_given_each_type_when_approved_then_its_net_is_on_the_project_with_its_sign(
    world: World, kind: str, account: str, on_project: Decimal
) -> None:
    projects = await takes_sales_too(world)
    enters(world, kind, line("412.50", account=account, option=OPTIONS[701]))

    await world.sync()

    assert on_both(world, projects) == (on_project, 0)


@pytest.mark.parametrize(
    ("credit", "document", "account"), [("ACCPAYCREDIT", "ACCPAY", "320"), ("ACCRECCREDIT", "ACCREC", "200")], ids=["supplier", "client"]
)
async def test_given_a_credit_note_when_it_is_allocated_then_both_stay_where_their_own_lines_put_them(
    world: World, credit: str, document: str, account: str
) -> None:
    projects = await takes_sales_too(world)
    document_id = enters(world, document, line(1000, account=account, option=OPTIONS[701]))
    note_id = world.xero.enters(credit, "CN-88", "Corner Hardware", [line(250, account=account, option=OPTIONS[702])], date="2026-11-21")
    await world.sync()
    await world.clock.advance(60)

    world.xero.allocates(note_id, {document_id: 300})
    await world.sync()

    assert on_both(world, projects) == (Decimal(1000), Decimal(-250))


@pytest.mark.parametrize(("kind", "account"), [("ACCPAY", "320"), ("ACCREC", "200")])
async def test_given_a_document_that_is_approved_and_paid_between_two_checks_when_synced_then_it_is_on_its_project(
    world: World, kind: str, account: str
) -> None:
    projects = await takes_sales_too(world)
    document_id = enters(world, kind, line("412.50", account=account, option=OPTIONS[701]), status="DRAFT")
    await world.sync()
    await world.clock.advance(60)

    world.xero.approves(document_id)
    world.xero.pays(document_id)
    await world.sync()

    assert world.xero.documents[document_id]["Status"] == "PAID"
    assert on_both(world, projects) == (Decimal("412.50"), 0)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("APOVERPAYMENT", "overpayments and prepayments are never put on projects"),
        ("ARPREPAYMENT", "overpayments and prepayments are never put on projects"),
        ("SPEND-PREPAYMENT", "overpayments and prepayments are never put on projects"),
        ("RECEIVE-OVERPAYMENT", "overpayments and prepayments are never put on projects"),
        ("ACCNEW", 'Xero calls it "ACCNEW", a kind of document that is not known here'),
    ],
)
async def test_given_money_paid_ahead_or_a_kind_nobody_knows_when_synced_then_it_is_left_out_with_the_reason_and_the_rest_goes_on(
    world: World, kind: str, reason: str
) -> None:
    projects = await takes_sales_too(world)
    enters(world, kind, line(5000, option=OPTIONS[701]))
    world.xero.approves_bill("B-1", "Delft Signs", [line("96.25", option=OPTIONS[702])], date="2026-11-20")

    await world.sync()

    assert reason in (await world.command("why 88104")).plain
    assert on_both(world, projects) == (0, Decimal("96.25"))
    assert "Checked: 1 document, £96.25 net" in world.card("Xero to Scoro").plain


async def test_given_what_is_not_read_when_status_is_typed_then_overpayments_and_prepayments_are_named(world: World) -> None:
    await world.sync()

    assert "Not read: company cards, journals, overpayments, prepayments" in (await world.command("status")).plain


async def test_given_a_bill_of_a_repeating_template_when_it_is_approved_then_it_is_a_bill_like_any_and_before_that_left_alone(
    world: World,
) -> None:
    projects = has_client_projects(world, OPTIONS)
    template = {"RepeatingInvoiceID": "428c0d75-909f-4b04-8403-a48dc27283b0"}
    document_id = enters(world, "ACCPAY", line(300, option=OPTIONS[701]), status="DRAFT", **template)
    await world.sync()
    said = (await world.command("why 88104")).plain
    await world.clock.advance(60)

    world.xero.approves(document_id)
    await world.sync()

    assert "Only approved documents are put on projects." in said
    assert on_both(world, projects) == (Decimal(300), 0)


async def test_given_an_expense_claim_that_xero_shows_as_a_bill_when_synced_then_each_line_is_on_its_project(world: World) -> None:
    projects = has_client_projects(world, OPTIONS)
    lines = [line("23.40", account="493", option=OPTIONS[701]), line("61.85", account="493", option=OPTIONS[702])]
    world.xero.approves_bill("", "Mira Hall", lines, date="2026-11-20")

    await world.sync()

    assert on_both(world, projects) == (Decimal("23.40"), Decimal("61.85"))


# Amounts.


@pytest.mark.parametrize(
    ("line_amount_types", "amount", "net"),
    [("Exclusive", "118.99", "118.99"), ("Inclusive", "118.99", "99.16"), ("NoTax", "118.99", "118.99")],
)
async def test_given_each_way_of_writing_amounts_when_synced_then_the_net_is_on_the_project(
    world: World, line_amount_types: str, amount: str, net: str
) -> None:
    projects = has_client_projects(world, OPTIONS)
    enters(world, "ACCPAY", line(amount, option=OPTIONS[701]), line(0, option=OPTIONS[702]), line_amount_types=line_amount_types)

    await world.sync()

    assert on_both(world, projects) == (Decimal(net), 0)


async def test_given_fs_02_when_approved_then_each_project_has_xeros_own_nets_and_the_rebate_counts(world: World) -> None:
    projects = has_client_projects(world, OPTIONS)
    enters(
        world,
        "ACCPAY",
        line("118.99", tax="19.84", option=OPTIONS[701]),
        line("42.00", tax="2.00", option=OPTIONS[702]),
        line("65.00", tax="0.00", option=OPTIONS[702]),
        line("37.45", tax="6.24", option=OPTIONS[701]),
        line("-10.00", tax="-1.67", option=OPTIONS[701], description="Rebate"),
        line_amount_types="Inclusive",
    )

    await world.sync()

    (booked,) = world.xero.documents.values()
    assert (booked["SubTotal"], booked["TotalTax"], booked["Total"]) == (Decimal("227.03"), Decimal("26.41"), Decimal("253.44"))
    assert world.on_project(projects[701]) == [Decimal("-8.33"), Decimal("31.21"), Decimal("99.15")]
    assert world.on_project(projects[702]) == [Decimal("40.00"), Decimal("65.00")]
    assert on_both(world, projects) == (Decimal("122.03"), Decimal("105.00"))
    assert "£227.03 net" in world.card("Xero to Scoro").plain


async def test_given_a_discount_on_a_sales_line_when_synced_then_what_is_left_of_it_is_on_the_project(world: World) -> None:
    projects = await takes_sales_too(world)
    document_id = enters(world, "ACCREC", line("900.00", account="200", option=OPTIONS[701]))
    (sold,) = world.xero.documents[document_id]["LineItems"]
    world.xero.edits(document_id, LineItems=[{**sold, "UnitAmount": Decimal(1000), "DiscountRate": Decimal(10)}])

    await world.sync()

    assert on_both(world, projects) == (Decimal(900), 0)


async def test_given_headings_between_the_lines_when_synced_then_only_lines_of_value_are_put_anywhere(world: World) -> None:
    projects = has_client_projects(world, OPTIONS)
    document_id = enters(world, "ACCPAY", line("120.00", option=OPTIONS[701]), line("80.00", option=OPTIONS[702]))
    first, second = world.xero.documents[document_id]["LineItems"]
    headings = [{"Description": words, "LineItemID": f"00000000-0000-4000-8000-00000000000{place}"} for place, words in enumerate("AB", 1)]
    world.xero.edits(document_id, LineItems=[headings[0], first, headings[1], second])

    await world.sync()

    assert on_both(world, projects) == (Decimal(120), Decimal(80))


async def test_given_unit_prices_of_four_decimals_when_synced_then_the_lines_own_amounts_count(world: World) -> None:
    projects = has_client_projects(world, OPTIONS)
    document_id = enters(world, "ACCPAY", line("100.01", quantity=3, option=OPTIONS[701]), line("0.07", quantity=7, option=OPTIONS[702]))

    await world.sync()

    assert [sold["UnitAmount"] for sold in world.xero.documents[document_id]["LineItems"]] == [Decimal("33.3367"), Decimal("0.0100")]
    assert on_both(world, projects) == (Decimal("100.01"), Decimal("0.07"))


async def test_given_a_bill_in_euro_when_synced_then_it_stands_in_euro_and_is_never_added_to_pounds(world: World) -> None:
    projects = has_client_projects(world, OPTIONS)
    enters(world, "ACCPAY", line("1160.00", tax=0, option=OPTIONS[701]), currency="EUR", CurrencyRate=Decimal("1.16"))
    world.xero.approves_bill("B-1", "Delft Signs", [line("96.25", option=OPTIONS[701])], date="2026-11-20")

    await world.sync()

    found = {(entry.net, entry.currency) for entry in world.scoro.finances(projects[701])}
    assert found == {(Decimal("1160.00"), "EUR"), (Decimal("96.25"), "GBP")}
    assert "Checked: 2 documents, €1,160.00 and £96.25 net" in world.card("Xero to Scoro").plain
