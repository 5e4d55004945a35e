"""Options written on lines of approved documents in Xero, where the settings allow it. money.md rule 9."""

import json
from collections.abc import AsyncIterator
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest

from xero_sync.testing.builders import has_client_projects
from xero_sync.testing.standins.traffic import Fault
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import BEA, MIRA, World

pytestmark = pytest.mark.usefixtures("second_run_changes_nothing")

USE = 'Use option "Blue Pylon" on this line'
WRITE = r".*/(Invoices|CreditNotes)/[0-9a-f-]+"


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    """A connection that may write options on documents."""
    async with World.open(database_url, write_tracking=True, card_threshold="0.00", invoices="to_scoro") as opened:
        yield opened
        assert opened.slack.violations == []


def approves_misspelt(world: World, kind: str = "ACCPAY") -> tuple[int, str]:
    """The project Blue Pylon with its option, and a document of two lines, the first of them on the option "Blue Pylom"."""
    project_id = has_client_projects(world, [705])[705]
    world.xero.has_option("Blue Pylom")
    lines = [
        line("2600.00", option="Blue Pylom", account="310", description="Retainer"),
        line("19.99", account="429", description="Licence"),
    ]
    return project_id, world.xero.enters(kind, "B-2240", "Gorse Lighting Hire", lines, date="2026-11-02")


def option_on(world: World, document_id: str, number: int) -> list[str]:
    return [entry["Option"] for entry in world.xero.documents[document_id]["LineItems"][number - 1].get("Tracking") or []]


def amounts(world: World, document_id: str) -> list[Any]:
    fields = world.xero.documents[document_id]
    lines = [
        [item.get(key) for key in ("LineItemID", "LineAmount", "TaxAmount", "UnitAmount", "AccountCode")] for item in fields["LineItems"]
    ]
    return [fields["SubTotal"], fields["TotalTax"], fields["Total"], *lines]


def changes_an_amount(world: World, document_id: str) -> None:
    """A cent more on the first line, which nobody asked for."""
    changed = [
        line("2600.01", option="Blue Pylon", account="310", description="Retainer"),
        line("19.99", account="429", description="Licence"),
    ]
    world.xero.edits(document_id, lines=changed)


def posts(world: World) -> list[str]:
    return [call.path for call in world.xero.traffic.calls if call.method == "POST" and "/Invoices" in call.path]


# Another option in place of the one the line carries.


async def test_given_a_misspelt_option_when_the_right_one_is_pressed_then_xero_and_scoro_have_it_and_no_amount_moved(world: World) -> None:
    project_id, document_id = approves_misspelt(world)
    await world.sync()
    before = deepcopy(amounts(world, document_id))

    await world.press("Blue Pylom", USE, user=BEA)

    assert (option_on(world, document_id, 1), option_on(world, document_id, 2)) == (["Blue Pylon"], [])
    assert amounts(world, document_id) == before
    assert world.on_project(project_id) == [Decimal("2600.00")]
    assert len(posts(world)) == 1


async def test_given_a_second_category_on_the_line_when_the_option_is_written_then_the_other_one_stays(world: World) -> None:
    world.xero.has_category("Region", ["North"])
    _, document_id = approves_misspelt(world)
    world.xero.recodes(document_id, 1, "North", "Region")
    await world.sync()

    await world.press("Blue Pylom", USE)

    assert sorted(option_on(world, document_id, 1)) == ["Blue Pylon", "North"]


async def test_given_tracking_that_xero_drops_when_pressed_then_the_card_stays_and_says_so_and_nothing_is_attached(world: World) -> None:
    project_id, document_id = approves_misspelt(world)
    await world.sync()
    answer = deepcopy(dict(world.xero.documents[document_id]))
    answer["LineItems"][0]["Tracking"] = []
    world.xero.traffic.add(
        Fault(
            WRITE,
            method="POST",
            status=200,
            body=json.dumps({"Invoices": [answer]}, default=float).encode(),
            headers={"Content-Type": "application/json"},
        )
    )

    await world.press("Blue Pylom", USE)

    card = world.card("Blue Pylom")
    assert "there is no tracking with it on the line" in card.plain and USE in card.buttons and "Put on Blue Pylon" in card.buttons
    assert (world.on_project(project_id), len(posts(world))) == ([], 1)


async def test_given_xero_took_the_old_option_away_too_when_put_on_the_project_in_scoro_alone_then_it_is_there(world: World) -> None:
    project_id, document_id = approves_misspelt(world)
    await world.sync()

    def drops(call: Any) -> None:
        if call.method == "POST" and "/Invoices/" in call.path:
            world.xero.recodes(document_id, 1, None)

    world.xero.traffic.on_call.append(drops)
    await world.press("Blue Pylom", USE)
    card = world.card("Blue Pylom")
    assert "there is no tracking with it on the line" in card.plain

    await world.clock.advance(60)
    await world.press("Blue Pylom", "Put on Blue Pylon")

    assert (world.on_project(project_id), option_on(world, document_id, 1), len(posts(world))) == ([Decimal("2600.00")], [], 1)


async def test_given_xero_dropped_the_option_once_when_pressed_again_then_it_is_there(world: World) -> None:
    project_id, document_id = approves_misspelt(world)
    await world.sync()

    def drops_once(call: Any) -> None:
        if call.method == "POST" and "/Invoices/" in call.path and len(posts(world)) == 1:
            world.xero.recodes(document_id, 1, None)

    world.xero.traffic.on_call.append(drops_once)
    await world.press("Blue Pylom", USE)
    await world.clock.advance(60)

    await world.press("Blue Pylom", USE)

    assert (world.on_project(project_id), option_on(world, document_id, 1)) == ([Decimal("2600.00")], ["Blue Pylon"])


async def test_given_a_bill_with_a_payment_when_xero_refuses_then_its_words_stand_on_the_card(world: World) -> None:
    world.xero.switches.paid_bill_is_editable = False
    _, document_id = approves_misspelt(world)
    world.xero.pays(document_id, "100.00")
    await world.sync()

    await world.press("Blue Pylom", USE)

    assert "as it has a payment or credit note allocated to it" in world.card("Blue Pylom").plain
    assert (option_on(world, document_id, 1), len(posts(world))) == (["Blue Pylom"], 1)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"drop": "after"}, id="lost after it was done"),
        pytest.param({"drop": "before"}, id="lost before"),
        pytest.param({"status": 503}, id="unavailable"),
    ],
)
async def test_given_the_reply_is_lost_when_pressed_then_the_option_is_there_in_the_end(world: World, fault: dict[str, Any]) -> None:
    project_id, document_id = approves_misspelt(world)
    await world.sync()
    before = deepcopy(amounts(world, document_id))
    world.xero.traffic.add(Fault(WRITE, method="POST", **fault))

    await world.press("Blue Pylom", USE)
    await world.tick(300)

    assert (option_on(world, document_id, 1), amounts(world, document_id)) == (["Blue Pylon"], before)
    assert world.on_project(project_id) == [Decimal("2600.00")]


async def test_given_xero_changes_an_amount_while_writing_then_it_is_put_back_once_and_told(world: World) -> None:
    project_id, document_id = approves_misspelt(world)
    await world.sync()
    before = deepcopy(amounts(world, document_id))

    def spoils(call: Any) -> None:
        if call.method == "POST" and "/Invoices/" in call.path and len(posts(world)) == 1:
            fields = world.xero.record(document_id).fields
            fields["LineItems"][0] |= {"LineAmount": Decimal("2600.01"), "UnitAmount": Decimal("2600.01")}
            fields |= {"SubTotal": Decimal("2620.00"), "Total": fields["Total"] + Decimal("0.01")}

    world.xero.traffic.on_call.append(spoils)

    await world.press("Blue Pylom", USE)

    assert amounts(world, document_id) == before
    assert "Xero changed amounts while the option was written. It was put back as it was." in world.card("Blue Pylom").plain
    assert (len(posts(world)), world.on_project(project_id)) == (2, [])


async def test_given_amounts_that_cannot_be_put_back_when_the_option_was_written_then_the_card_sends_people_to_xero(world: World) -> None:
    project_id, document_id = approves_misspelt(world)
    await world.sync()

    def spoils(call: Any) -> None:
        if call.method == "POST" and "/Invoices/" in call.path and len(posts(world)) == 1:
            changes_an_amount(world, document_id)

    world.xero.traffic.on_call.append(spoils)
    world.xero.traffic.add(Fault(WRITE, method="POST", after=1, status=500))

    await world.press("Blue Pylom", USE)

    assert "It could not be put back. Correct the document in Xero." in world.card("Blue Pylom").plain
    assert (len(posts(world)), world.on_project(project_id)) == (2, [])
    # Xero has the option now: what is there is followed.
    await world.sync()


async def test_given_the_reply_is_lost_and_an_amount_changed_with_it_when_it_is_read_back_then_a_person_is_told(world: World) -> None:
    _, document_id = approves_misspelt(world)
    await world.sync()

    def spoils(call: Any) -> None:
        if call.method == "POST" and "/Invoices/" in call.path:
            changes_an_amount(world, document_id)

    world.xero.traffic.on_call.append(spoils)
    world.xero.traffic.add(Fault(WRITE, method="POST", drop="after"))

    await world.press("Blue Pylom", USE)
    await world.tick(300)

    assert "Xero shows other amounts than before the option was written." in (await world.command("why B-2240")).plain
    assert len(posts(world)) == 1
    await world.sync()


async def test_given_an_option_written_in_xero_when_the_day_is_looked_up_then_it_stands_with_its_bill(world: World) -> None:
    approves_misspelt(world)
    await world.sync()
    await world.press("Blue Pylom", USE)

    assert 'Gorse Lighting Hire, bill B-2240: given option "Blue Pylon" on 1 line in Xero' in (await world.command("history today")).plain


async def test_given_a_paid_bill_or_a_locked_month_when_asked_then_changing_xero_is_not_offered(world: World) -> None:
    _, document_id = approves_misspelt(world)
    world.xero.pays(document_id)
    await world.sync()

    assert USE not in world.card("Blue Pylom").buttons


async def test_given_a_project_manager_when_pressed_then_it_is_refused(world: World) -> None:
    approves_misspelt(world)
    await world.sync()

    await world.press("Blue Pylom", USE, user=MIRA)

    assert posts(world) == []


# An answer about a line without option.


async def test_given_a_line_without_option_when_a_project_is_chosen_then_the_line_gets_its_option_in_xero_too(world: World) -> None:
    project_id = has_client_projects(world, [705])[705]
    document_id = world.xero.approves_bill("B-1", "Gorse Lighting Hire", [line(900, account="310")], date="2026-11-02")
    await world.sync()

    await world.choose_project("Gorse Lighting Hire", "Choose project…", "Blue Pylon", user=BEA)

    assert option_on(world, document_id, 1) == ["Blue Pylon"]
    assert world.on_project(project_id) == [Decimal(900)]


async def test_given_xero_refuses_the_option_when_a_project_was_chosen_then_scoro_has_it_and_the_card_says_what_xero_said(
    world: World,
) -> None:
    world.xero.switches.paid_bill_is_editable = False
    project_id = has_client_projects(world, [705])[705]
    document_id = world.xero.approves_bill("B-1", "Gorse Lighting Hire", [line(900, account="310")], date="2026-11-02")
    world.xero.pays(document_id, "100.00")
    await world.sync()

    await world.choose_project("Gorse Lighting Hire", "Choose project…", "Blue Pylon", user=BEA)

    assert (option_on(world, document_id, 1), world.on_project(project_id)) == ([], [Decimal(900)])
    assert "has a payment or credit note" in world.card("Gorse Lighting Hire").plain
