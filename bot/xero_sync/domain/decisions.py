"""What people decided. A button carries a choice that *is* a Decision; it holds for later documents within its stated reach."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from xero_sync.domain.lines import Share


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


# How far an answer goes (money.md rule 16).


class TheseDocuments(Frozen):
    """The documents the card showed; of their lines those that waited for this cause: one that comes later is asked about anew.

    A choice names neither documents nor lines: they are those that wait when it is pressed. No line_ids in an answer: every line it fits.
    """

    kind: Literal["documents"] = "documents"
    document_ids: tuple[str, ...] = ()
    line_ids: tuple[str, ...] = ()
    cause: str = ""

    def is_about(self, line_id: str) -> bool:
        """False for a line that came after the answer."""
        return not self.line_ids or line_id in self.line_ids


class ThisOption(Frozen):
    """Every document, now and later, whose line carries this option; with a contact only that contact's."""

    kind: Literal["option"] = "option"
    tracking_option_id: str
    contact_id: str = ""


class ThisAccount(Frozen):
    kind: Literal["account"] = "account"
    account_code: str


class ThisSupplier(Frozen):
    """Lines of this contact (with this option, where one is named) on documents dated until `until`, which has to be named."""

    kind: Literal["supplier"] = "supplier"
    contact_id: str
    tracking_option_id: str = ""
    until: date


class ThisProject(Frozen):
    kind: Literal["project"] = "project"
    project_id: int


Reach = Annotated[TheseDocuments | ThisOption | ThisAccount | ThisSupplier | ThisProject, Field(discriminator="kind")]


# What was decided.


class PutOn(Frozen):
    """Put the lines within reach on this project. 0 in a choice means: the person picks one in the form."""

    kind: Literal["put on"] = "put on"
    project_id: int = 0
    reach: Reach


class Spread(Frozen):
    """Spread the lines within reach over the projects of their own document, as one amount (money.md rule 4)."""

    kind: Literal["spread"] = "spread"
    reach: TheseDocuments


class FollowBills(Frozen):
    """Share the lines of a credit note over the projects of the bills it was allocated to (money.md rule 5).

    weights: how much each project was to get when that was decided, without sign; the credit note is shared out in this proportion.
    """

    kind: Literal["follow bills"] = "follow bills"
    weights: tuple[tuple[int, Decimal], ...]
    reach: TheseDocuments


class NoProjectNeeded(Frozen):
    """The lines within reach belong on no project."""

    kind: Literal["no project needed"] = "no project needed"
    reach: Reach


class LeaveOut(Frozen):
    """The lines within reach are no project money for now: counted apart, written nowhere."""

    kind: Literal["leave out"] = "leave out"
    reach: Reach


class CountAccount(Frozen):
    """A balance sheet account's lines count as project money after all (money.md rule 3)."""

    kind: Literal["count account"] = "count account"
    reach: ThisAccount


class MakeOption(Frozen):
    """Create the project's option in Xero; with a reach of documents these are then put on the project."""

    kind: Literal["make option"] = "make option"
    project_id: int
    reach: Reach


class UseOption(Frozen):
    """Give the lines within reach this project's tracking option in Xero, in place of the one they carry (money.md rule 9)."""

    kind: Literal["use option"] = "use option"
    project_id: int
    tracking_option_id: str
    reach: TheseDocuments


class NoOptionNeeded(Frozen):
    """Do not ask again for an option of this project."""

    kind: Literal["no option needed"] = "no option needed"
    reach: ThisProject


class BothAreReal(Frozen):
    """The documents of one possible duplicate are all real."""

    kind: Literal["both are real"] = "both are real"
    reach: TheseDocuments


class TryAgain(Frozen):
    """Look at these documents again, as if they had changed."""

    kind: Literal["try again"] = "try again"
    reach: TheseDocuments


class FollowXero(Frozen):
    """Take the documents off the projects somebody put them on in Scoro, once, and put them where Xero and earlier answers say.

    project_ids: where they were in Scoro when that was asked; a later move is asked about anew.
    """

    kind: Literal["follow xero"] = "follow xero"
    project_ids: tuple[int, ...]
    reach: TheseDocuments


class FollowChange(Frozen):
    """Put a document of a closed month where Xero says now. shares: what it says, for another change is asked about anew."""

    kind: Literal["follow change"] = "follow change"
    shares: tuple[Share, ...]
    reach: TheseDocuments


class KeepAsClosed(Frozen):
    """Leave a document of a closed month where it is, a known difference to Xero. shares: what Xero says, for another change is asked anew."""

    kind: Literal["keep as closed"] = "keep as closed"
    shares: tuple[Share, ...]
    reach: TheseDocuments


class PutOnHold(Frozen):
    """Undone: the documents are as they were before, and nothing is written for them until somebody resumes them.

    before: where their lines were, net by Xero line and project; a line that is not named was on no project.
    """

    kind: Literal["put on hold"] = "put on hold"
    before: tuple[Share, ...] = ()
    reach: TheseDocuments


class Resume(Frozen):
    """Lift the hold of these documents: they go where Xero and earlier answers say."""

    kind: Literal["resume"] = "resume"
    reach: TheseDocuments


class Reply(Frozen):
    """A plugin's own answer: data for its next pass, under its cause."""

    kind: Literal["reply"] = "reply"
    value: str
    reach: TheseDocuments = TheseDocuments()


Decision = Annotated[
    PutOn
    | Spread
    | FollowBills
    | NoProjectNeeded
    | LeaveOut
    | CountAccount
    | MakeOption
    | UseOption
    | NoOptionNeeded
    | BothAreReal
    | TryAgain
    | FollowXero
    | FollowChange
    | KeepAsClosed
    | PutOnHold
    | Resume
    | Reply,
    Field(discriminator="kind"),
]
DECISION: TypeAdapter[Decision] = TypeAdapter(Decision)

DecisionStatus = Literal["standing", "open", "done", "failed"]
"""standing: holds by itself. open, done, failed: it asked for one write, and what became of it."""


class Decided(Frozen):
    """A decision with who made it, when, at which question, and what became of it."""

    decision_id: str
    decision: Decision
    person_id: str
    decided_at: datetime
    cause: str = ""
    label: str = ""
    status: DecisionStatus = "standing"
    problem: str = ""
    net: Decimal | None = None

    @property
    def is_in_force(self) -> bool:
        return self.status != "failed"
