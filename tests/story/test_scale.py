"""Work is proportional to what changed: 24,000 documents, a quiet day, and who goes first."""

import math
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from xero_sync.testing.builders import approves_bills, has_client_projects
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import FINN, World

DOCUMENTS = 24_000
WAITING = 12


def fill(world: World) -> list[str]:
    """24,000 approved bills with stamps over two years; every 2,000th carries an option without a project. The ids of those."""
    world.scoro.has_project("Tidewater Launch")
    world.xero.has_option("Tidewater Launch")
    world.xero.has_option("Northgate Annual Report")
    waiting = []
    for number in range(DOCUMENTS):
        is_waiting = number % (DOCUMENTS // WAITING) == 0
        option = "Northgate Annual Report" if is_waiting else "Tidewater Launch"
        document_id = world.xero.approves_bill(
            f"B-{number}",
            "Pressgang Print",
            [line(100, option=option)],
            date="2026-11-20" if is_waiting else "2026-10-01",
            updated=world.clock.now() - timedelta(minutes=40 * (DOCUMENTS - number)),
        )
        if is_waiting:
            waiting.append(document_id)
    world.scoro.copies_from(world.xero.documents[document_id] for document_id in waiting)
    world.copies = False
    return waiting


async def test_given_24000_mirrored_documents_when_their_project_is_created_then_exactly_the_waiting_ones_are_attached(
    world: World,
) -> None:
    world.settings["connection"] |= {"start_from": "2026-11-01"}
    await world.restart()
    waiting = fill(world)
    await world.sync()
    document_calls = [call for call in world.xero.traffic.calls if call.path.endswith(("/Invoices", "/CreditNotes"))]

    project_id = world.scoro.has_project("Northgate Annual Report")
    rows_before = world.house.database.rows_read
    await world.tick(20 * 60)
    rows_read = world.house.database.rows_read - rows_before

    assert len(document_calls) <= 26
    assert {entry.document_id for entry in world.scoro.finances(project_id)} == {world.scoro.copy_of(each)["id"] for each in waiting}
    assert rows_read < 1_500, f"{rows_read} rows were read for {WAITING} documents"


async def test_given_documents_to_attach_when_synced_then_three_calls_do_for_each_at_the_pace_that_is_set_and_none_for_one_unchanged(
    world: World,
) -> None:
    world.settings["scoro"] |= {"calls_per_second": 3}
    await world.restart()
    has_client_projects(world, [701])
    approves_bills(world, "Pressgang Print", range(1, 81), account="320", option="Tidewater Launch", date="2026-11-20")
    world.scoro.traffic.delay_per_call_seconds = 0.3
    await world.sync()
    calls = [call for call in world.scoro.traffic.calls if "/view/" in call.path or "/modify/" in call.path]
    await world.has_to_be_looked_at(*world.xero.documents)

    await world.work()

    paces = [end.at - start.at for start, end in pairwise(calls[::5])]
    assert len(calls) == 3 * 80 == len([call for call in world.scoro.traffic.calls if "/view/" in call.path or "/modify/" in call.path])
    # Five of the six calls in two seconds are for this lane.
    assert timedelta(seconds=2) <= min(paces) and calls[-1].at - calls[0].at <= timedelta(seconds=2 * len(calls) / 5 / 0.9)


async def test_given_a_quiet_day_when_the_timer_runs_then_few_calls_are_made_and_never_many_at_once(world: World) -> None:
    world.settings["connection"] |= {"invoices": "to_scoro"}
    await world.restart()
    world.scoro.has_project("Tidewater Launch")
    world.xero.has_option("Tidewater Launch")
    world.xero.approves_bill("B-1", "Pressgang Print", [line(100, option="Tidewater Launch")], date="2026-11-20")
    await world.sync()
    await world.clock.advance_to(datetime(2026, 11, 26, tzinfo=UTC))
    for _ in range(10):  # what came due overnight
        await world.tick()
    services = {"Xero": world.xero.traffic.calls, "Scoro": world.scoro.traffic.calls}
    counts = {name: [] for name in services}

    # Ticks come every 30 s; those at which no list is due make no call, so only the others are played.
    while (ahead := await world.seconds_to_next_list()) and world.clock.now() < datetime(2026, 11, 27, 0, 1, tzinfo=UTC):
        before = {name: len(calls) for name, calls in services.items()}
        await world.tick(30 * max(1, math.ceil(ahead / 30)))
        for name, calls in services.items():
            counts[name].append(len(calls) - before[name])

    assert sum(counts["Xero"]) <= 600 and sum(counts["Scoro"]) <= 300, {name: sum(found) for name, found in counts.items()}
    assert max(counts["Xero"]) <= 5 and max(counts["Scoro"]) <= 5, {name: max(found) for name, found in counts.items()}


async def test_given_200_documents_being_attached_when_somebody_presses_or_a_webhook_names_a_bill_then_it_goes_before_the_rest(
    world: World,
) -> None:
    world.scoro.has_projects("Harbour Refit", "Tidewater Launch")
    world.xero.has_option("Tidewater Launch")
    world.xero.has_option("Harbor Refit")
    world.xero.approves_bill("10442", "Delft Signs", [line(740, option="Harbor Refit")], date="2026-11-18")
    await world.sync()
    for number in range(200):
        world.xero.approves_bill(f"B-{number}", "Pressgang Print", [line(100, option="Tidewater Launch")], date="2026-11-20")
    world.scoro.traffic.delay_per_call_seconds = 0.3
    pressed: list[datetime] = []

    async def press() -> None:
        await world.slack.press(world.card("Harbor Refit"), "Put on Harbour Refit", FINN)
        pressed.append(world.clock.now())

    async def new_bill() -> None:
        document_id = world.xero.approves_bill("NEW-1", "Rook Sound", [line(50, option="Tidewater Launch")], date="2026-11-24")
        world.scoro.copies(world.xero.documents[document_id])
        await world.send_webhook(document_id)

    world.at(45, press)
    world.at(75, new_bill)
    await world.sync()

    numbers = [write.before["no"] for write in world.scoro.writes]
    begun = world.scoro.writes[numbers.index("10442")].at - pressed[0]
    assert len(numbers) == len(set(numbers)) == 202
    assert begun <= timedelta(seconds=1 + 3 * 0.3) and numbers.index("10442") < 120, begun
    assert numbers.index("NEW-1") < 170
