"""The closed list of what this bot can ever do.

To the books: `PutOnProject` (Scoro), `CreateOption` and `WriteTracking` (Xero), `SetCustomField` (Scoro), `Note` (a comment in Scoro).
Everything else stays with us. Third parties compose from these; a new kind is a change to the core. Every Action says its `key` (same
intent on the same seen state, same key), `reason` (in finance words) and, where it writes, `expects` (what was seen, so that a human's
change in between stops it, and undo knows what to restore).
"""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from xero_sync.domain.decisions import Frozen
from xero_sync.domain.lines import Share
from xero_sync.domain.questions import Choice, Question
from xero_sync.domain.scoro import Module


class _Action(Frozen):
    @property
    def key(self) -> str:
        """The same for the same intent on the same seen state: unique among open journal entries."""
        said = json.dumps(self.model_dump(mode="json", exclude={"reason"}), sort_keys=True)
        return f"{type(self).__name__}:{hashlib.sha256(said.encode()).hexdigest()[:24]}"


class Part(Frozen):
    """So much of one Scoro line on one project, net; 0 where it is on none. The first part of a line keeps its number, the others are new lines.

    A net of 0 leaves nothing of the line: what was divided is one line again, and the others are empty.
    """

    scoro_line_id: int
    project_id: int
    net: Decimal


class PutOnProject(_Action):
    """Put a Scoro document's lines on projects, whole or per line. No shares: take it off.

    shares: by Xero line and project, net. header: the project for the whole document, or -1 for per line (then scoro_lines says which Scoro
    line goes where; a line that is not named is put on none). parts: of the lines whose amount changes because one line is divided, or is one
    again. expects: the shares we wrote before, () for a document on no project. expects_header, expects_lines: the project as Scoro showed
    it, per line where each has its own, and wherever there are parts.
    """

    kind: Literal["put on project"] = "put on project"
    document_id: str
    module: Module
    scoro_document_id: int
    header: int
    scoro_lines: tuple[tuple[int, int], ...] = ()
    parts: tuple[Part, ...] = ()
    shares: tuple[Share, ...] = ()
    expects: tuple[Share, ...] = ()
    expects_header: int = 0
    expects_lines: tuple[tuple[int, int], ...] = ()
    net_total: str
    currency: str
    reason: str

    @property
    def is_repair(self) -> bool:
        """True where everything was there already, and somebody or something took it away."""
        return bool(self.shares) and self.shares == self.expects


class CreateOption(_Action):
    """Create a tracking option named after a project, and bind the two."""

    kind: Literal["create option"] = "create option"
    tracking_category_id: str
    name: str
    project_id: int
    decision_id: str
    reason: str


class WriteTracking(_Action):
    """Give lines of an approved Xero document a tracking option; accounts, amounts and taxes stay as they are (money.md 9).

    expects: the option id that each of these lines carries now, "" for none. decision_id: the answer that asked for it and holds for nothing
    else, "" where the lines are on their project in Scoro anyway.
    """

    kind: Literal["write tracking"] = "write tracking"
    document_id: str
    is_credit_note: bool = False
    tracking_category_id: str
    category_name: str
    tracking_option_id: str
    option_name: str
    expects: tuple[tuple[str, str], ...]
    decision_id: str = ""
    reason: str


class BindOptions(_Action):
    """Remember by id which option belongs to which project, so that later renames change nothing."""

    kind: Literal["bind options"] = "bind options"
    pairs: tuple[tuple[str, int], ...]
    reason: str


class AskPerson(_Action):
    """Put a question to people; the card appears, changes and closes by itself."""

    kind: Literal["ask person"] = "ask person"
    question: Question

    @property
    def cause(self) -> str:
        return self.question.cause

    @property
    def reason(self) -> str:
        return self.question.title


class Hold(_Action):
    """Stop every write for this document in this pass. It beats the writes of all plugins; the reason is shown to people.

    choices: what the card of a document that could not be done offers beside Try again.
    """

    kind: Literal["hold"] = "hold"
    document_id: str
    reason: str
    cause: str = ""
    keys: tuple[str, ...] = ()
    could_not_be_done: bool = False
    choices: tuple[Choice, ...] = ()


class Note(_Action):
    """Write a comment on a document's Scoro copy or on a project."""

    kind: Literal["note"] = "note"
    document_id: str = ""
    project_id: int = 0
    text: str
    reason: str


class SetCustomField(_Action):
    """Write one custom field of a document's Scoro copy."""

    kind: Literal["set custom field"] = "set custom field"
    document_id: str
    custom_field_id: str
    value: str
    expects: str = ""
    reason: str


class Post(_Action):
    """Post a message once; the same text to the same channel is not posted again."""

    kind: Literal["post"] = "post"
    channel: str
    text: str
    reason: str


STATUS_LINE = "status line"
"""What a plugin remembers under this name stands in the status."""


class Remember(_Action):
    """Keep a value for the plugin's next pass: `snapshot.remembered[name]`."""

    kind: Literal["remember"] = "remember"
    name: str
    value: str
    reason: str


Action = Annotated[
    PutOnProject | CreateOption | WriteTracking | BindOptions | AskPerson | Hold | Note | SetCustomField | Post | Remember,
    Field(discriminator="kind"),
]
ACTION: TypeAdapter[Action] = TypeAdapter(Action)

BookWrite = PutOnProject | CreateOption | WriteTracking | Note | SetCustomField
"""The kinds that change Xero or Scoro. In rehearsal none of them is performed."""
