"""What one connection does with its books: frozen into every Snapshot. Where each value came from is settings.py's matter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator

from xero_sync.domain import xero
from xero_sync.domain.accounts import Need

Direction = Literal["to_scoro", "to_xero", "off"]
Mode = Literal["rehearsal", "live"]
Standing = Literal["rehearsal", "asks first", "live"]
"""Whether a pass writes. asks first: it is live, the first writes that were allowed are done, and somebody has to say go on."""
Role = Literal["viewer", "project manager", "bookkeeper", "controller", "admin"]


class Member(BaseModel):
    """One person's role; a project manager is named with the Scoro user whose projects are theirs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Role = "viewer"
    scoro_user_id: int = 0


class ConnectionSettings(BaseModel):
    """The books' settings of one connection.

    Amounts are net, in the document's own currency. `start_from`: documents dated before it are left alone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    bills: Literal["to_scoro", "off"] = "to_scoro"
    invoices: Direction = "off"
    match_projects: bool = True
    project_category: str = "Project"
    sync_objects: bool = False
    object_category: str = ""
    copies_by: Literal["scoro"] = "scoro"
    create_options: Literal["ask", "off"] = "ask"
    divide_lines: bool = False
    write_tracking: bool = False
    card_threshold: Decimal = Decimal("250.00")
    cards_per_hour: int = Field(default=5, ge=1)
    start_from: date | None = None
    time_zone: str = "UTC"
    channel: str = ""
    people: Mapping[str, Member] = Field(default_factory=dict)
    manager_limit: Decimal = Decimal("1000.00")
    account_needs: Mapping[str, Need] = Field(default_factory=dict)
    plugins: Mapping[str, Mapping[str, object]] = Field(default_factory=dict)

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f'"{value}" is no time zone; write one like Europe/London') from None
        return value

    @field_validator("people", mode="before")
    @classmethod
    def _short_forms(cls, value: object) -> object:
        # {"U012": "controller"} is what most people write.
        if isinstance(value, Mapping):
            return {person: {"role": member} if isinstance(member, str) else member for person, member in value.items()}
        return value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def direction_of(self, document: xero.Document) -> Direction:
        """Which way documents of this kind go; kinds the bot never touches are off."""
        if document.is_bill:
            return self.bills
        return self.invoices if document.is_sale else "off"

    def concerns(self, document: xero.Document) -> bool:
        """True for a document that is to reach Scoro under these settings."""
        is_early = self.start_from is not None and document.day < self.start_from
        return self.match_projects and self.direction_of(document) == "to_scoro" and not is_early
