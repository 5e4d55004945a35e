"""What listeners need of the house: to look something up, to write down what was asked, to wake the writer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from xero_sync.domain.questions import Choice
from xero_sync.errors import XeroSyncError
from xero_sync.loop.ports import Rendered
from xero_sync.reports.card import QuestionCard
from xero_sync.slack.blocks import FormOrigin, Pressed


class NotRecorded(XeroSyncError):
    """Not recorded, press again."""

    code = "not-recorded"


@dataclass(frozen=True)
class Look:
    """What a button is about, as things stand now.

    refusal: why this person cannot press it, "" where they can. choice: missing where the button itself is not in use any more.
    """

    refusal: str = ""
    card: QuestionCard | None = None
    choice: Choice | None = None


@dataclass(frozen=True)
class ProjectOption:
    """One project a person can pick: how it is listed."""

    project_id: int
    label: str


class Desk(Protocol):
    """Reading answers at once; writing is one row in the inbox, in at most 1.5 seconds, else NotRecorded.

    person_id: the Slack user's id; a stranger's is one no role can be found for.
    """

    def now(self) -> datetime: ...

    async def look(self, pressed: Pressed, person_id: str, *, project_id: int | None = None) -> Look:
        """Whether this person may give this answer. project_id: the one picked in the form, None while none is."""
        ...

    async def record_press(self, pressed: Pressed, person_id: str, *, channel: str, message_ts: str, dedupe_key: str) -> bool:
        """Write the press down; False where the very same one was recorded before."""
        ...

    async def record_form(self, origin: FormOrigin, project_id: int, person_id: str, *, dedupe_key: str) -> bool:
        """Write down a press that came with a project picked in its form."""
        ...

    async def record_command(self, words: Sequence[str], person_id: str, *, channel: str, dedupe_key: str) -> bool:
        """Write down a command whose answer comes later, as a reply."""
        ...

    async def working(self, pressed: Pressed, person_id: str, *, channel: str, message_ts: str, label: str) -> Rendered | None:
        """The card as it looks while the press is worked on; None where this message is not the question's card."""
        ...

    async def has_shown(self, pressed: Pressed, *, channel: str, message_ts: str) -> None:
        """Note that a listener has changed this card by itself, so that it is brought to what the books say in any case."""
        ...

    def wake(self) -> None:
        """Have the writer look at the inbox."""
        ...

    async def history_message(self, words: str, person_id: str) -> Rendered:
        """words: a day, "" for the last ones."""
        ...

    async def undo_day_message(self, words: str) -> Rendered:
        """Asks before everything of this day is undone."""
        ...

    async def search_projects(self, words: str, question_id: str) -> Sequence[ProjectOption]:
        """The live projects whose number, name or client have these words, best first, at most 100."""
        ...

    async def refuse_command(self, words: Sequence[str], person_id: str) -> str:
        """Why this person cannot give this command, "" where they can."""
        ...

    async def status_message(self, person_id: str) -> Rendered: ...

    async def waiting_message(self, person_id: str) -> Rendered: ...

    async def why_message(self, words: str, person_id: str) -> Rendered:
        """words: a document's number or id, and where several have the number words of the contact's name."""
        ...
