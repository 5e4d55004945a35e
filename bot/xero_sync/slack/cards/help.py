"""What can be typed, and the question before the rehearsal ends."""

from __future__ import annotations

from typing import Final

from xero_sync.loop.ports import Rendered
from xero_sync.reports.history import HistoryDay, options_stay
from xero_sync.reports.words import long_day, short_day
from xero_sync.slack.blocks import NAME, actions, button, context, escape, notification, section

START_CONFIRM: Final = "start.confirm"
FIRST_TEN: Final = "start.first.ten"
UNDO_DAY_CONFIRM: Final = "undo.day.confirm"
COMMANDS: Final = (
    ("status", "how the connection stands: what is on projects, what waits, when it looks again"),
    ("waiting", "what waits, oldest first, with the reason"),
    ("waiting --ask", "post the card of the oldest question that has none, to be answered"),
    ("why 10442", "why the document of this number stands where it stands, line by line"),
    ("history", "what was done in the last days, and by whom answers were given"),
    ("history 24 Nov", "every write of that day: what, from where to where, and why"),
    ("sync", "look at Xero and Scoro now instead of at the next check"),
    ("sync --preview", "the same, with a list of what would be done"),
    ("undo 10442", "put the document back to where it was before the last write for it, and on hold"),
    ("undo 24 Nov", "the same for everything of that day, or of today; for controllers"),
    ("hold 10442", "leave the document where it is, and out of what would be written"),
    ("resume 10442", "lift the hold: it goes where Xero and earlier answers say"),
    ("start", "end the rehearsal, all at once or the first ten and then ask; for admins"),
    ("rehearse", "back to the rehearsal: nothing is written until start; for admins"),
    ("help", "this list"),
)


def help_message(unknown: str = "") -> Rendered:
    """Every command. unknown: what was typed instead of one."""
    lead = f'*There is no command "{escape(unknown, NAME)}".* These are known:' if unknown else "*What you can type*"
    lines = [f"`/xero-sync {word}` · {meaning}" for word, meaning in COMMANDS]
    blocks = (section(lead, *lines), context("Amounts and suppliers are shown according to your role. An admin sets roles."))
    return Rendered(notification(f'There is no command "{unknown}".' if unknown else "What you can type."), blocks)


def start_message() -> Rendered:
    """Asks before the rehearsal ends."""
    blocks = (
        section(
            "*End the rehearsal?*",
            "From then on documents are put on their projects in Scoro, and options people asked for are created in Xero.",
            "Answers given so far are carried out.",
            "*First ten, then ask me*: ten writes, the largest first; then a card says what is left and asks whether to go on.",
        ),
        actions(
            "start",
            [
                button("End the rehearsal", START_CONFIRM, "start", is_primary=True),
                button("First ten, then ask me", FIRST_TEN, "first ten"),
            ],
        ),
    )
    return Rendered("End the rehearsal? Press the button to confirm.", blocks)


def undo_day_message(day: HistoryDay) -> Rendered:
    """Asks before everything of a day is undone."""
    title = f"Undo everything of {long_day(day.day)}?"
    blocks = (
        section(
            f"*{title}*",
            "What was put on projects on that day, or taken off, goes back to where it was before in Scoro.",
            "These documents are then on hold.",
            f"What was changed since is left as it is, and named. {options_stay(day.count('option created'))}",
        ),
        actions("undo", [button(f"Undo {short_day(day.day)}", UNDO_DAY_CONFIRM, str(day.day))]),
    )
    return Rendered(f"{title} Press the button to confirm.", blocks)
