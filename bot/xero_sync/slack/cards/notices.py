"""Small cards: a problem, the questions that wait for a card of their own, a plugin's own message."""

from __future__ import annotations

from typing import Final

from xero_sync.loop.ports import Rendered
from xero_sync.reports.card import GoOnCard, ProblemCard, SummaryCard
from xero_sync.reports.words import amounts, counted
from xero_sync.slack.blocks import (
    ALL_TEXT,
    NAME,
    actions,
    button,
    context,
    escape,
    mention,
    notification,
    section,
    sections,
    sentence,
    within,
)
from xero_sync.slack.cards.result import SHOW_WAITING

GO_ON: Final = "go.on"
STOP_HERE: Final = "stop.here"


def problem_message(card: ProblemCard) -> Rendered:
    """What an admin has to know, and the fix; once it is over, that."""
    title = f"*{escape(card.title)}*"
    if card.is_over:
        blocks = (section(title), context("Over: it works again. Nothing has to be done."))
        return Rendered(notification(f"Over: {sentence(card.title)}"), blocks)
    fix = f"*What to do:* {escape(card.fix)}" if card.fix.strip() else ""
    lines = [line for line in (title, escape(card.text), fix) if line]
    return Rendered(notification(f"{sentence(card.title)} {card.text} {card.fix}"), tuple(sections(lines)))


def go_on_message(card: GoOnCard) -> Rendered:
    """The first ten are done: whether to go on; once somebody has said so, who."""
    title = "The first ten are done. Go on?"
    if card.state != "asking":
        said = f"{mention(card.by)} " if card.by else ""
        how = f"Gone on, as {said}said." if card.state == "went on" else f"Back to the rehearsal, as {said}said."
        return Rendered(notification("The first ten are done."), (section("*The first ten are done.*"), context(how)))
    net = f" · {amounts(card.net)} net" if card.net else ""
    wait = "waits to be put on its project" if card.count == 1 else "wait to be put on their projects"
    waits = f"{counted(card.count, 'document')} {wait}{net}"
    lines = [f"*{title}*", waits, "`/xero-sync history today` lists what was done, `sync --preview` what would be."]
    blocks = (
        section(*lines),
        actions("go.on", [button("Go on", GO_ON, "go on", is_primary=True), button("Stop here", STOP_HERE, "stop")]),
        context("_Stop here: back to the rehearsal. What was written stays. An admin decides._"),
    )
    return Rendered(notification(f"{title} {waits}."), blocks)


def summary_message(card: SummaryCard) -> Rendered:
    """How many questions have no card yet; what they are about."""
    if not card.count:
        text = "Every open question has its card."
        return Rendered(notification(text), (context(text),))
    net = f" · {amounts(card.net)} net" if card.net else ""
    title = f"*{counted(card.count, 'more question')} {'waits' if card.count == 1 else 'wait'}*{net}"
    lines = [title, *(f"• {escape(title, 2 * NAME)}" for title in card.titles)]
    if more := card.count - len(card.titles):
        lines.append(f"and {more:,} more")
    blocks = (
        *sections(within(lines, ALL_TEXT - 200)),
        actions("summary", [button("What is waiting", SHOW_WAITING, "waiting")]),
        context("_New cards come a few an hour; these follow._"),
    )
    return Rendered(notification(f"{counted(card.count, 'more question')} without a card yet."), blocks)


def plain_message(text: str) -> Rendered:
    """A plugin's own words, with nothing in them that Slack would act on."""
    lines = [escape(line) for line in text.splitlines() if line.strip()]
    return Rendered(notification(text), tuple(sections(within(lines or ["…"], ALL_TEXT))))
