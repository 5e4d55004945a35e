"""Scoro's things in Scoro's words, as frozen models. Amounts are net Decimals in the document's currency.

Scoro sends money as strings or noisy floats, flags as 0/1, ids as numbers or strings, names HTML-escaped and empty dates in three ways;
all of that ends here. Source: https://api.scoro.com/api/v2
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal

from pydantic import AfterValidator, AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field

from xero_sync.domain.fold import fold_scoro, unescape

COPY_MINUTES = (1, 6, 21, 81)
"""Scoro's own Xero sync comes some time after Xero: after a change its copy is looked for at once, then after 1, 5, 15 and 60 more minutes."""
CLOSED_STATUSES = frozenset({"completed", "cancelled"})
PER_LINE = -1
NO_PROJECT = 0


def _amount(value: object) -> object:
    if value is None or value == "":
        return Decimal(0)
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise ValueError("not an amount") from None


def _to_cents(amount: Decimal) -> Decimal:
    # Computed sums carry binary noise (70.0299999…); Scoro's books have two places.
    # `adjusted` first: arithmetic with an exponent of a million digits raises an error of its own.
    if not amount.is_finite() or amount.adjusted() >= 13:
        raise ValueError("not an amount")
    return amount.quantize(Decimal("0.01"))


def _id(value: object) -> object:
    return 0 if value in (None, "", False) else value


def _flag(value: object) -> object:
    return False if value in (None, "", "0", 0) else True if value in (1, "1", True) else value


def _text(value: object) -> object:
    return "" if value is None else str(value) if isinstance(value, int) else value


def _texts(value: object) -> object:
    return [str(entry) for entry in value] if isinstance(value, list | tuple) else ()


def _moment(value: object) -> object:
    if value in (None, "", "0000-00-00", "0000-00-00 00:00:00"):
        return None
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _day(value: object) -> object:
    if value in (None, "", "0000-00-00", "0000-00-00 00:00:00"):
        return None
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value


Amount = Annotated[Decimal, BeforeValidator(_amount), AfterValidator(_to_cents)]
Id = Annotated[int, BeforeValidator(_id)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Text = Annotated[str, BeforeValidator(_text)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_texts)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]
"""As Scoro sent it: aware where it named an offset, naive (the site's zone) where it did not. Compared with itself only."""
Day = Annotated[date | None, BeforeValidator(_day)]


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Project(Model):
    project_id: int
    no: Text = ""
    name: Text = Field(validation_alias=AliasChoices("name", "project_name"))
    status: Text = ""
    company_id: Id = 0
    company_name: Text = ""
    manager_id: Id = 0
    manager_email: Text = ""
    project_type: Text = "regular"
    account_id: Text = ""
    project_accounts: Texts = ()
    modified_date: Moment = None
    is_deleted: Flag = False

    @property
    def is_live(self) -> bool:
        return not self.is_deleted and self.status not in CLOSED_STATUSES

    @property
    def plain_name(self) -> str:
        """The name as a person reads it, with tidy spaces; Scoro may send it HTML-escaped."""
        return " ".join(unescape(self.name).split())

    @property
    def plain_company(self) -> str:
        return unescape(self.company_name)

    @property
    def is_internal(self) -> bool:
        return self.project_type == "internal"

    def may_take(self, *, entity: str, is_sale: bool) -> bool:
        """True for a live project of this business entity; an internal one carries cost, never sales (money.md 12)."""
        return self.is_live and self.is_open_to(entity) and not (is_sale and self.is_internal)

    def is_open_to(self, entity: str) -> bool:
        """True where the business entity may use the project; a site with one entity names none."""
        owners = {self.account_id, *self.project_accounts} - {""}
        return not entity or not owners or entity in owners


def tell_apart(projects: Iterable[Project]) -> dict[int, str]:
    """How each of these projects is named, by id: Harbour Refit, or Website (no. 402) where another bears the name too."""
    alike = defaultdict(list)
    for project in projects:
        alike[fold_scoro(project.name)].append(project)
    return {
        project.project_id: f"{project.plain_name} (no. {project.no})" if len(bearers) > 1 and project.no else project.plain_name
        for bearers in alike.values()
        for project in bearers
    }


class AccountingObject(Model):
    """Scoro's wire says finance_object on documents and accounting_object on products for this one thing."""

    accounting_object_id: int = Field(validation_alias=AliasChoices("accounting_object_id", "object_id"))
    symbol: Text = Field(default="", validation_alias=AliasChoices("symbol", "object_symbol"))
    name: Text = ""
    group_name: Text = Field(default="", validation_alias=AliasChoices("group_name", "parent_group_name"))


class Company(Model):
    """A client or supplier. Lists of projects and documents name it by id alone."""

    company_id: int = Field(validation_alias=AliasChoices("company_id", "contact_id", "id"))
    name: Text = ""


class User(Model):
    user_id: int = Field(validation_alias=AliasChoices("user_id", "id"))
    full_name: Text = ""
    email: Text = ""


class CustomField(Model):
    custom_field_id: str = Field(validation_alias=AliasChoices("custom_field_id", "id"))
    name: Text = ""
    modules: Texts = ()


class CustomValue(Model):
    custom_field_id: str = Field(validation_alias=AliasChoices("custom_field_id", "id"))
    value: Text = ""


class Line(Model):
    line_id: Id = Field(validation_alias=AliasChoices("line_id", "id"))
    product_id: Id = 0
    comment: Text = ""
    net: Amount = Field(default=Decimal(0), validation_alias=AliasChoices("net", "sum"))
    project_id: Id = 0
    accounting_object_id: Id = Field(default=0, validation_alias=AliasChoices("accounting_object_id", "finance_object_id"))

    @property
    def is_heading(self) -> bool:
        return self.product_id == -1


Module = Literal["bills", "invoices"]


class Document(Model):
    """A bill or an invoice of Scoro; credits are negative.

    lines: None where only the list row was read, which has none. A bill's reference_no is missing there too.
    """

    module: Module
    scoro_document_id: int = Field(validation_alias=AliasChoices("scoro_document_id", "id"))
    number: Text = Field(default="", validation_alias=AliasChoices("number", "no"))
    reference_no: Text = ""
    company_id: Id = 0
    company_name: Text = ""
    project_id: Id = 0
    currency: Text = ""
    day: Day = Field(default=None, validation_alias=AliasChoices("day", "date"))
    net: Amount = Field(default=Decimal(0), validation_alias=AliasChoices("net", "sum"))
    vat: Amount = Field(default=Decimal(0), validation_alias=AliasChoices("vat_amount", "vat_sum"))
    description: Text = ""
    account_id: Text = ""
    modified_date: Moment = None
    is_deleted: Flag = False
    lines: tuple[Line, ...] | None = Field(default=None, fail_fast=True)
    custom_fields: tuple[CustomValue, ...] | None = Field(default=None, fail_fast=True)

    @property
    def lines_of_value(self) -> tuple[Line, ...]:
        """The lines that carry money, without Scoro's sub-headings."""
        return tuple(line for line in self.lines or () if not line.is_heading and line.net != 0)
