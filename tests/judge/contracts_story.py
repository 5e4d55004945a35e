"""A day at the agency on the whole bot, with everything in it that people can see and press: the material for the judge."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from unittest import mock

from tests.judge.contracts_slack import Sent
from tests.judge.contracts_wire import Exchange, Recorder

from xero_sync.clock import SystemClock
from xero_sync.house import House
from xero_sync.slack.app import SlackSettings, open_door
from xero_sync.testing.builders import approves_bills, has_client_projects
from xero_sync.testing.standins.slack import Message, SlackStandIn
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import ADA, BEA, FINN, MIRA, VERA, World

DAY = "2026-11-20"
HOSTILE = "<!channel> & <b>*Sons*</b> _~`" + "x" * 60
COMMANDS = ("", "help", "status", "waiting", "sync", "sync --preview", "start", "<!here> nonsense " + "y" * 200)
NOTICES = "/webhooks/xero"


@dataclass
class Played:
    """What left the bot for Slack, what crossed the wire with Xero, and Xero's notices with our answers."""

    sent: list[Sent] = field(default_factory=list)
    with_xero: list[Exchange] = field(default_factory=list)
    at_the_door: list[Exchange] = field(default_factory=list)

    @property
    def notices(self) -> list[Exchange]:
        return [exchange for exchange in self.at_the_door if exchange.path == NOTICES]

    def listen(self, slack: SlackStandIn) -> None:
        """Write down from now on what the app sends there."""
        judged = slack.judge.judge

        def judge(method: str, args: dict[str, Any]) -> Any:
            self.sent.append(Sent(method, args))
            return judged(method, args)

        slack.judge.judge = judge  # type: ignore[method-assign]


async def play(database_url: str) -> Played:
    """The day, from the rehearsal to the last button."""
    played = Played()
    app = House.web.fget  # type: ignore[attr-defined]
    with mock.patch.object(House, "web", property(lambda house: Recorder(app(house), played.at_the_door))):
        async with World.open(
            database_url, is_live=False, invoices="to_scoro", bills="to_scoro", start_from=date(2026, 1, 1), card_threshold=0
        ) as world:
            played.listen(world.slack)
            world.xero.app = Recorder(world.xero.app, played.with_xero)
            await world.restart()
            await _connect_by_socket(world)
            has_a_day(world)
            await _rehearse(world)
            await _work(world)
            await _refuse_in_forms(world)
            await _press_everything(world)
            await _send_notices(world)
            await _go_wrong(world)
    return played


def has_a_day(world: World) -> None:
    """Bills and sales with every reason to ask, and names nobody should have."""
    has_client_projects(world)
    scoro, xero = world.scoro, world.xero
    scoro.has_project("Harbour Refit", no=412, manager_id=31)
    scoro.has_project("Website", no=388)
    scoro.has_project("Website", no=402)
    scoro.has_project("Old Works", no=355, status="completed")
    scoro.has_project("Pitch: Lantern", no=790, project_type="internal")
    scoro.has_project(HOSTILE, no=666)
    for option in ("Harbor Refit", "Website", "Old Works", "Pitch: Lantern", f"{HOSTILE[:90]}?"):
        xero.has_option(option)
    for contact, amount, option in [
        ("Delft Signs", "740.00", "Harbor Refit"),
        ("Larkspur Ltd", "2400.00", "Website"),
        ("Mill Couriers", "95.00", "Old Works"),
        (HOSTILE, "310.00", f"{HOSTILE[:90]}?"),
    ]:
        approves_bills(world, contact, [amount], account="310", option=option, date=DAY)
    approves_bills(world, "Brightline Studios", ["1250.00", "310.00"], account="310", date=DAY)
    approves_bills(world, f"{HOSTILE} Freelance", ["700.00"], account="310", date=DAY)
    for number in ("09-2026", "09-2026"):
        xero.approves_bill(number, "Rook Sound", [line("1200.00", option="Tidewater Launch")], date=DAY)
    xero.approves_bill("SR-4", "Stage Right", [line("10000.00", account="620", option="Tidewater Launch")], date=DAY)
    xero.approves_bill("EU-1", "Quai Films", [line("500.00", option="Slate Films")], date=DAY, currency="EUR")
    xero.approves_invoice("INV-0301", "Osier Foods", [line("9000.00", account="200", option="Website")], date=DAY)
    xero.approves_invoice("INV-0302", "Quay Ltd", [line("400.00", account="200", option="Pitch: Lantern")], date=DAY)
    xero.approves_credit_note("CN-1", "Rook Sound", [line("50.00", option="Tidewater Launch")], date=DAY)


async def _connect_by_socket(world: World) -> None:
    settings = SlackSettings(world.slack.bot_token, world.slack.app_token, base_url=f"{world.slack.base_url}/api/")
    async with open_door(settings, SystemClock()) as door:
        await door.start()


async def _rehearse(world: World) -> None:
    await world.sync()
    await _press_all(world, world.cards()[0])
    seen = await world.command("start", ADA)
    await _press_all(world, seen.messages[0], ADA)
    await world.sync()


async def _work(world: World) -> None:
    world.scoro.has_project(f"{HOSTILE} new", no=667)
    world.scoro.has_project("Beacon", no=668)
    await world.sync()
    for words in COMMANDS:
        for person in (FINN, VERA):
            await world.command(words, person)


async def _refuse_in_forms(world: World) -> None:
    """A project manager picks somebody else's project; a bookkeeper sends the form after the question was answered."""
    world.xero.approves_bill("FW-1", "Fen Weavers", [line("120.00")], date=DAY)
    for _ in range(4):
        await _next_hour(world)
    (card,) = [card for card in world.cards("Fen Weavers") if card.buttons]
    form = next(button for button in card.buttons if button.startswith("Choose"))
    await world.submit_project(await world.open_form(card, form, MIRA), card, "Tidewater Launch", MIRA)
    view = await world.open_form(card, form, BEA)
    await world.choose_project(card, form, "Tidewater Launch", FINN)
    await world.submit_project(view, card, "Copper Vale Rebrand", BEA)
    for person in (MIRA, BEA):
        await world.slack.close(user=person)


async def _next_hour(world: World) -> None:
    """At most five new cards stand in an hour."""
    await world.clock.advance(3601)
    await world.sync()


async def _press_everything(world: World) -> None:
    """Every button of every card as it stood: the first counts, the others find the card changed."""
    for place, card in enumerate(world.cards()):
        await _press_all(world, card, (FINN, BEA, MIRA, VERA, ADA)[place % 5], is_reversed=place % 2 == 0)
    await world.sync()
    for card in world.cards():
        await _press_all(world, card, is_reversed=True)


async def _press_all(world: World, card: Message, person: str = FINN, *, is_reversed: bool = False) -> None:
    for button in card.buttons[:: -1 if is_reversed else 1]:
        if _is_link(card, button):
            continue
        await world.press(card, button, person)
        if world.slack.views(person):
            await _fill_form(world, person)


def _is_link(card: Message, button: str) -> bool:
    elements = [element for block in card.blocks if block["type"] == "actions" for element in block["elements"]]
    return any("url" in element for element in elements if element["text"]["text"] == button)


async def _fill_form(world: World, person: str) -> None:
    """Choose the last project that is offered and send the form; close it where it is only a sentence, or stays."""
    await world.slack.until(lambda: "Loading" not in world.slack.view(person).plain)
    view = world.slack.view(person)
    if view.fields:
        menu = next(block["element"]["action_id"] for block in view.blocks if block["type"] == "input")
        for query in ("", "Pitch", "no. 666", "nobody's project"):
            await world.slack.search(view, menu, query, person)
        offered = await world.slack.search(view, menu, "", person)
        await world.slack.select(view, menu, offered[-1].text, person, query="")
        await world.slack.submit(view, user=person)
        await world.work()
    if world.slack.views(person):
        await world.slack.close(user=person)


async def _send_notices(world: World) -> None:
    for document_id in world.xero.documents:
        await world.send_webhook(document_id)
    await world.send_webhook(document_id, key="another-key")
    await world.work()


async def _go_wrong(world: World) -> None:
    """The category goes, and the workspace does not show somebody what they are told."""
    world.xero.archives_category("Project")
    await world.sync()
    world.slack.refuses("chat.postEphemeral", "user_not_in_channel", times=None)
    await world.command("sync --preview", BEA)
    await world.sync()
