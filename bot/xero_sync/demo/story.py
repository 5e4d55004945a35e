"""The story, step by step: what people do in Xero, Scoro and Slack, and what they see.

Every step ends with its facts read back from the books.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import TypeVar

import aiohttp

from xero_sync.demo.agency import ADA, BEA, FINN, VERA, Agency
from xero_sync.demo.checker import Checker, Claim
from xero_sync.demo.process import WEBHOOK_KEY, BotProcess
from xero_sync.demo.telling import Teller
from xero_sync.testing.standins.slack import CannotDo, Message, Seen
from xero_sync.testing.standins.traffic import Call
from xero_sync.testing.standins.xero import line

T = TypeVar("T")

POLL_SECONDS = 0.02
LONGEST_WAIT_SECONDS = 40.0
AT_REST_SECONDS = 2.0
"""A result message that disagrees with the books and does not change for so long will not change any more."""
WAITING_AT_THE_END = ["RS-77", "M-204"]
"""Rook Sound's bill is left for the finance team, and the courier's is too small to ask about at once."""


class NeverHappened(Exception):
    """What the story waits for did not come. The text says what."""


@dataclass
class Stage:
    """Everybody who takes part."""

    agency: Agency
    bot: BotProcess
    checker: Checker
    teller: Teller

    async def until(self, what: str, claim: Callable[[], T | None], seconds: float = LONGEST_WAIT_SECONDS) -> T:
        """What the claim gives as soon as it is true. Raises NeverHappened where it stays untrue, or where the bot has ended."""
        try:
            async with asyncio.timeout(seconds):
                while not (found := _look(claim)):
                    if not self.bot.is_running:
                        raise NeverHappened(f"The bot has ended by itself. Its log ends with:\n{self.bot.last_words}")
                    await asyncio.sleep(POLL_SECONDS)
                return found
        except TimeoutError:
            raise NeverHappened(f"Within {seconds:.0f} seconds this did not happen: {what}.") from None

    def check(self, *claims: Claim, summary: str = "") -> None:
        """Read these facts back, and say which hold."""
        self.teller.report(self.checker.check(self.teller.steps[-1]["title"], claims), summary)

    async def result(self) -> Message:
        """The result message of the day once it has come to rest: the bot edits it at the end of its work."""
        loop = asyncio.get_running_loop()
        last, since = "", loop.time()

        def is_at_rest() -> bool:
            nonlocal last, since
            text = self.result_card.plain
            if text != last:
                last, since = text, loop.time()
            agrees = not any(claim.differs() for claim in self.checker.result_card(text))
            # One that disagrees is shown all the same: the check that follows says in which figure.
            return "Nothing is missing." in text and (agrees or loop.time() - since > AT_REST_SECONDS)

        await self.until("the result message says that nothing is missing", is_at_rest)
        return self.result_card

    @property
    def result_card(self) -> Message:
        return self.agency.slack.card("Xero to Scoro", "Checked:")

    async def show_result(self) -> None:
        card = await self.result()
        self.teller.show("#finance", card.plain)
        self.check(*self.checker.result_card(card.plain))

    async def check_now(self) -> None:
        """A bookkeeper types /xero-sync sync, which looks at Xero and Scoro now instead of at the next check."""
        await self.agency.slack.command("sync", BEA)

    async def tell_by_webhook(self, document_id: str) -> None:
        """Xero tells the bot that a document has changed, as it does within seconds of an approval."""
        body, headers = self.agency.xero.notice(document_id, key=WEBHOOK_KEY)
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.post(f"{self.bot.url}/webhooks/xero", data=body, headers=headers) as answer,
            ):
                status = answer.status
        except aiohttp.ClientError as error:
            raise NeverHappened(f"The bot took no notice from Xero: {error}.") from error
        if status != 200:
            raise NeverHappened(f"The bot answered Xero's notice with {status}.")


def _look(claim: Callable[[], T | None]) -> T | None:
    try:
        return claim()
    except CannotDo:
        # What a person would look for is not there yet.
        return None


@dataclass(frozen=True)
class Step:
    title: str
    play: Callable[[Stage], Awaitable[None]]


async def rehearse(stage: Stage) -> None:
    xero, scoro = stage.agency.xero, stage.agency.scoro
    approved = sum(fields["Status"] == "AUTHORISED" for fields in xero.documents.values())
    stage.teller.say(
        f"Ferrow & Pike Ltd has {approved} approved bills and credit notes in Xero, and {len(scoro.projects)} projects in Scoro."
    )
    stage.teller.say("Scoro's own Xero sync has copied them; none is on a project. The bot is started, and begins as a rehearsal.")
    await stage.bot.start()
    await stage.until("the first result message stands in Slack", lambda: stage.result_card.has("Rehearsal"))
    await stage.show_result()
    stage.check(stage.checker.nothing_written_to_scoro(), stage.checker.options_created())


async def go_live(stage: Stage) -> None:
    slack = stage.agency.slack
    stage.teller.say("Ada, the admin, types /xero-sync start and confirms.")
    asked = await slack.command("start", ADA)
    question = await stage.until("Ada is asked whether to end the rehearsal", lambda: asked.messages)
    await slack.press(question[0], "End the rehearsal", ADA)
    told = await stage.until("Ada is told that the rehearsal is over", lambda: _told(stage, ADA, "The rehearsal is over"))
    stage.teller.show("only Ada", told.plain)
    await stage.until("the result message counts what is on projects", lambda: not stage.result_card.has("Rehearsal"))
    await stage.show_result()
    for words in ("Harbor Refit", "Brightline Studios", "Rook Sound", '"Website"'):
        card = await stage.until(f"a card about {words} stands in Slack", partial(slack.card, words))
        stage.teller.show("#finance", card.plain)
        stage.check(*stage.checker.question_card(card.plain))


async def put_on_the_suggestion(stage: Stage) -> None:
    stage.teller.say("Xero's option is called “Harbor Refit”, Scoro's project “Harbour Refit”.")
    stage.teller.say("Finn, the controller, presses the suggestion.")
    card = await _press(stage, "Harbor Refit", "Put on Harbour Refit", FINN)
    done = await stage.until("the card says what came of it", lambda: _answered(stage, card))
    stage.teller.show("#finance", done.plain)
    _check_put_on(stage, done, "Harbour Refit", ["10442", "10451"])
    await stage.show_result()


async def choose_a_project(stage: Stage) -> None:
    slack = stage.agency.slack
    stage.teller.say("Brightline Studios is a freelancer; its bills carry no option. Finn presses Choose project… and searches for “tide”.")
    card = await _press(stage, "Brightline Studios", "Choose project…", FINN)
    form = await stage.until("the form is open", lambda: next((view for view in slack.views(FINN) if view.fields), None))
    (field,) = form.fields
    offered = await slack.search(form, field, "tide", FINN)
    stage.teller.show("only Finn", "\n".join([form.plain, *(f"  {option.text}" for option in offered)]))
    await slack.select(form, field, offered[0].text, FINN, query="tide")
    await slack.submit(form, user=FINN)
    done = await stage.until("the card says what came of it", lambda: _answered(stage, card))
    stage.teller.show("#finance", done.plain)
    _check_put_on(stage, done, "Tidewater Launch", ["2210", "2211"])


async def create_the_option(stage: Stage) -> None:
    agency, slack = stage.agency, stage.agency.slack
    stage.teller.say("Another bill of Brightline Studios is approved, again without option. Bea, the bookkeeper, types /xero-sync sync.")
    agency.approves("2219", "Brightline Studios", [line(980, description="Motion design, part two")], on=["Tidewater Launch"])
    await stage.check_now()
    card = await stage.until("a card suggests the project of their last bills", lambda: slack.card("2219", "Create option and use it"))
    stage.teller.show("#finance", card.plain)
    stage.check(*stage.checker.question_card(card.plain), stage.checker.options_created())
    stage.teller.say("Bea presses Create option and use it.")
    await slack.press(card, "Create option and use it", BEA)
    done = await stage.until("the card says what came of it", lambda: _answered(stage, card))
    stage.teller.show("#finance", done.plain)
    _check_put_on(stage, done, "Tidewater Launch", ["2219"])
    stage.check(
        stage.checker.option_once("Tidewater Launch"),
        stage.checker.options_created("Tidewater Launch"),
    )


async def press_together(stage: Stage) -> None:
    slack = stage.agency.slack
    stage.teller.say("Two open projects are called Website. Finn and Bea press the same button at the same moment.")
    card = await stage.until("the card stands in Slack", lambda: slack.card('"Website"'))
    button = "Website: Osier Foods (no. 402)"
    seen = await asyncio.gather(slack.press(card, button, FINN), slack.press(card, button, BEA))
    done = await stage.until("the card says what came of it", lambda: _answered(stage, card))
    stage.teller.show("#finance", done.plain)
    late, told = await stage.until("the slower one is told so", lambda: _told_too_late(stage, seen))
    stage.teller.show(f"only {_name(stage, late)}", told)
    first = re.search(r"Answered by (@\w+)", done.plain)
    stage.check(
        stage.checker.says(f"{_name(stage, late)} is told who was first", told, first[1] if first else "nobody"),
        *stage.checker.answered_card(done.plain, "Website (no. 402)", ["771"]),
        stage.checker.on_project("771", stage.agency.project(402)),
        stage.checker.written_once("771"),
    )


async def approve_later(stage: Stage) -> None:
    agency = stage.agency
    stage.teller.say("Two more bills are approved: one with the new option, and one with “Harbor Refit”, which was answered before.")
    edit = [line(1150, option="Tidewater Launch", description="Edit")]
    later = agency.approves("OF-52", "Oakum Films", edit, on=["Tidewater Launch"])
    signs = [line(310, account="320", option="Harbor Refit", description="Door signs")]
    agency.approves("10466", "Delft Signs", signs, on=["Harbour Refit"])
    stage.teller.say("The rigging bill GR-101 is voided. Xero tells the bot.")
    agency.voids(agency.bill("GR-101"))
    await stage.tell_by_webhook(later)
    await stage.until("both bills are on their projects", lambda: all(_is_on_a_project(stage, number) for number in ("OF-52", "10466")))
    await stage.until("the voided bill is off its project", lambda: not _is_on_a_project(stage, "GR-101"))
    await stage.show_result()
    stage.check(
        stage.checker.on_project("OF-52", agency.project("Tidewater Launch")),
        stage.checker.on_project("10466", agency.project("Harbour Refit")),
        stage.checker.on_no_project("GR-101"),
    )


async def share_out(stage: Stage) -> None:
    agency, slack = stage.agency, stage.agency.slack
    stage.teller.say("Pressgang Print bills two projects, with a delivery and a discount that belong to neither of them alone.")
    typed = [
        line(900, account="320", option="Quay Lantern", description="Banners"),
        line(300, account="320", option="Blue Pylon", description="Signs"),
        line("184.00", account="320", description="Delivery"),
        line("-126.37", account="320", description="Early order discount"),
    ]
    bill = agency.approves("PP-3340", "Pressgang Print", typed, on=["Quay Lantern", "Blue Pylon", None, None])
    # 57.63 by 900 to 300, to the cent.
    agency.belongs[bill] = {agency.project("Quay Lantern"): Decimal("943.22"), agency.project("Blue Pylon"): Decimal("314.41")}
    await stage.tell_by_webhook(bill)
    card = await stage.until("a card asks about the rest of the bill", lambda: slack.card("PP-3340", "Spread over this bill's projects"))
    stage.teller.show("#finance", card.plain)
    stage.check(stage.checker.says("the card says how much is attached", card.plain, "2 projects, £1,200.00 attached"))
    stage.teller.say("Bea presses Spread over this bill's projects: by net value, as one amount, in Scoro alone.")
    await slack.press(card, "Spread over this bill's projects", BEA)
    await stage.until("the whole bill is on its projects", lambda: stage.checker.is_in_its_place("PP-3340"))
    stage.check(stage.checker.in_its_place("PP-3340"))
    stage.teller.say("Pressgang credits £300.00 net, without option. In Xero the credit note is allocated to that bill.")
    note = agency.credits("PP-C20", "Pressgang Print", [line(300, account="320", description="Banners misprinted")], to=bill)
    agency.belongs[note] = {agency.project("Quay Lantern"): Decimal("-225.00"), agency.project("Blue Pylon"): Decimal("-75.00")}
    await stage.check_now()
    card = await stage.until("a card offers to follow the bill", lambda: slack.card("PP-C20", "Follow the bills"))
    stage.teller.show("#finance", card.plain)
    await slack.press(card, "Follow the bills", FINN)
    await stage.until("both projects have their part of it", lambda: stage.checker.is_in_its_place("PP-C20"))
    await stage.show_result()
    stage.check(stage.checker.in_its_place("PP-C20"))


async def follow_a_change(stage: Stage) -> None:
    agency, slack = stage.agency, stage.agency.slack
    stage.teller.say("HF-208 of Halyard Films was coded to the wrong job: in Xero its line moves from Quay Lantern to Lantern Night.")
    bill = agency.recodes("HF-208", "Lantern Night", "Lantern Night")
    stage.teller.say("Finn types /xero-sync sync --preview.")
    await slack.command("sync --preview", FINN)
    preview = await stage.until("Finn sees what would be done", lambda: _told(stage, FINN, "HF-208"))
    stage.teller.show("only Finn", preview.plain)
    await stage.tell_by_webhook(bill)
    await stage.until("the bill has moved", lambda: _is_on(stage, "HF-208", "Lantern Night"))
    stage.check(
        stage.checker.says("the preview names both projects", preview.plain, "Lantern Night"),
        stage.checker.on_project("HF-208", agency.project("Lantern Night")),
    )


async def undo_and_resume(stage: Stage) -> None:
    agency, slack = stage.agency, stage.agency.slack
    stage.teller.say("Bea is not sure about that, and types /xero-sync undo HF-208.")
    await slack.command("undo HF-208", BEA)
    told = await stage.until("Bea is told where it goes", lambda: _told(stage, BEA, "on hold"))
    stage.teller.show("only Bea", told.plain)
    await stage.until("the bill is back", lambda: _is_on(stage, "HF-208", "Quay Lantern"))
    stage.check(stage.checker.on_shares("HF-208", agency.project("Quay Lantern")))
    stage.teller.say("She asks why it stands there, and then lifts the hold with /xero-sync resume HF-208.")
    asked = await slack.command("why HF-208", BEA)
    await stage.until("Bea sees why", lambda: asked.messages)
    stage.teller.show("only Bea", asked.plain)
    await slack.command("resume HF-208", BEA)
    await stage.until("the bill is where Xero says", lambda: _is_on(stage, "HF-208", "Lantern Night"))
    stage.check(
        stage.checker.says("why names who undid it", asked.plain, "@Bea answered “Undo”"),
        stage.checker.on_project("HF-208", agency.project("Lantern Night")),
    )


async def the_same_bill_twice(stage: Stage) -> None:
    agency = stage.agency
    stage.teller.say("Moss & Mallow's bill MM-17 is entered and approved a second time, as mm-17.")
    again = line("2240.80", option="Salt & Marsh Guide", description="Illustrations")
    bill = agency.approves("mm-17", "Moss & Mallow", [again], on=[None])
    await stage.tell_by_webhook(bill)
    card = await stage.until("a card says so", lambda: agency.slack.card("Possible duplicate", "mm-17"))
    stage.teller.show("#finance", card.plain)
    stage.check(stage.checker.on_no_project("mm-17"), stage.checker.on_project("MM-17", agency.project("Salt & Marsh Guide")))
    stage.teller.say("It is voided in Xero, and the card closes by itself.")
    agency.voids(bill)
    await stage.tell_by_webhook(bill)
    closed = await stage.until("the card has closed", lambda: _closed(stage, card))
    stage.teller.show("#finance", closed.plain)
    stage.check(stage.checker.on_no_project("mm-17"))


async def ask_for_status(stage: Stage) -> None:
    stage.teller.say("Finn types /xero-sync status.")
    asked = await stage.agency.slack.command("status", FINN)
    await stage.until("Finn sees the status", lambda: asked.messages)
    stage.teller.show("only Finn", asked.plain)
    stage.check(*stage.checker.status(asked.plain, stage.agency.today))


async def kill_in_the_middle(stage: Stage) -> None:
    agency = stage.agency
    stage.teller.say("A bill of Gantry Riggers is approved. The bot puts it on its project.")
    stage.teller.say("When Scoro has done so, and before it can answer, the bot is killed.")
    rigging = [line(1980, account="320", option="Blue Pylon", description="Rigging")]
    bill = agency.approves("GR-118", "Gantry Riggers", rigging, on=["Blue Pylon"])
    copy = agency.scoro.copy_of(bill) or {}
    killed = asyncio.Event()

    async def kill(call: Call) -> None:
        # Hooks run when the service has acted and before the caller sees the answer.
        if call.path.endswith(f"/bills/modify/{copy['id']}") and not killed.is_set():
            await stage.bot.kill()
            killed.set()

    agency.scoro.traffic.on_call.append(kill)
    await stage.tell_by_webhook(bill)
    try:
        await asyncio.wait_for(killed.wait(), LONGEST_WAIT_SECONDS)
    except TimeoutError:
        raise NeverHappened("The bot did not put the bill on its project.") from None
    agency.scoro.traffic.on_call.remove(kill)
    before = stage.result_card.plain
    stage.check(stage.checker.on_project("GR-118", agency.project("Blue Pylon")), stage.checker.written_once("GR-118"))
    stage.teller.say("It is started again. It looks in Scoro what became of the write, and does not send it a second time.")
    await stage.bot.start()
    await stage.until("the result message counts the bill", lambda: stage.result_card.plain != before)
    await stage.show_result()
    stage.check(stage.checker.on_project("GR-118", agency.project("Blue Pylon")), stage.checker.written_once("GR-118"))


async def refuse_a_viewer(stage: Stage) -> None:
    slack = stage.agency.slack
    stage.teller.say("Vera has no role but viewer. She presses No project needed… on the card of Rook Sound.")
    card = slack.card("Rook Sound")
    seen = await slack.press(card, "No project needed…", VERA)
    await stage.until("Vera is told why not", lambda: seen.messages)
    stage.teller.show("only Vera", seen.plain)
    stage.check(
        stage.checker.says("Vera is told who can decide", seen.plain, "A bookkeeper or controller can"),
        stage.checker.says("the card still asks", slack.latest(card).plain, "No project needed…"),
        stage.checker.on_no_project("RS-77"),
    )
    stage.teller.say("She types /xero-sync waiting, and sees counts, but no supplier and no amount.")
    asked = await slack.command("waiting", VERA)
    await stage.until("Vera sees what waits", lambda: asked.messages)
    stage.teller.show("only Vera", asked.plain)
    stage.check(*stage.checker.waiting_counts(asked.plain))


async def close_the_books(stage: Stage) -> None:
    scoro = stage.agency.scoro
    stage.teller.say("Every document and every project is read back once more.")
    books = stage.checker.books
    rows = [(f"{row['project_name']} (no. {row['no']})", books.net_on(key)) for key, row in scoro.projects.items()]
    stage.teller.show("Scoro", "\n".join(f"{name:<40}{net:>12,.2f}" for name, net in rows if net))
    documents = list(stage.checker.every_document(WAITING_AT_THE_END))
    stage.check(*documents, summary=f"each of {len(documents)} documents is where it belongs, and only there")
    projects = list(stage.checker.every_project(WAITING_AT_THE_END))
    stage.check(*projects, summary=f"each of {len(projects)} projects has its net to the cent")
    stage.check(*stage.checker.nothing_twice())


STORY = (
    Step("The bot is set up, and rehearses", rehearse),
    Step("An admin ends the rehearsal", go_live),
    Step("A name one letter off", put_on_the_suggestion),
    Step("A freelancer without option", choose_a_project),
    Step("A project that has no option yet", create_the_option),
    Step("Two people press one button", press_together),
    Step("Bills approved later", approve_later),
    Step("What belongs to several projects", share_out),
    Step("A bill changes after it is on its project", follow_a_change),
    Step("Undone, and taken up again", undo_and_resume),
    Step("The same bill twice", the_same_bill_twice),
    Step("How do we stand?", ask_for_status),
    Step("Killed in the middle of a write", kill_in_the_middle),
    Step("A viewer is refused", refuse_a_viewer),
    Step("The books at the end", close_the_books),
)


async def _press(stage: Stage, words: str, button: str, user: str) -> Message:
    card = await stage.until(f"a card about {words} stands in Slack", lambda: stage.agency.slack.card(words))
    await stage.agency.slack.press(card, button, user)
    return card


def _check_put_on(stage: Stage, card: Message, project: str, numbers: Sequence[str]) -> None:
    """What the answered card says, and where these bills stand."""
    project_id = stage.agency.project(project)
    placed = [stage.checker.on_project(number, project_id) for number in numbers]
    stage.check(*stage.checker.answered_card(card.plain, project, numbers), *placed)


def _answered(stage: Stage, card: Message) -> Message | None:
    """The card as it stands, once somebody's answer was carried out for every document on it."""
    now = stage.agency.slack.latest(card)
    is_done = re.search(r" (?:is|are) on .+\.", now.plain) and not re.search(r" waits?\. ", now.plain)
    return now if is_done and now.has("Answered by") and not now.buttons else None


def _told(stage: Stage, user: str, words: str) -> Message | None:
    return next((message for message in stage.agency.slack.ephemerals(user) if message.has(words)), None)


def _told_too_late(stage: Stage, seen: Sequence[Seen]) -> tuple[str, str] | None:
    """Who pressed too late, and what they were told: in answer to the press itself, or a moment later."""
    for one in seen:
        told = [*one.messages, *stage.agency.slack.ephemerals(one.user_id)]
        if found := next((message.plain for message in told if message.has("Already answered by")), None):
            return one.user_id, found
    return None


def _name(stage: Stage, user: str) -> str:
    return stage.agency.slack.workspace.name_of(user)


def _is_on_a_project(stage: Stage, number: str) -> bool:
    return bool(stage.checker.books.shares(stage.agency.bill(number)))


def _is_on(stage: Stage, number: str, project: str) -> bool:
    return stage.checker.books.shares(stage.agency.bill(number)).keys() == {stage.agency.project(project)}


def _closed(stage: Stage, card: Message) -> Message | None:
    now = stage.agency.slack.latest(card)
    return now if now.has("Closed by itself") else None
