"""The tables of our own books, and how instants, amounts and texts are kept the same way on both databases.

Every row belongs to a connection. Amounts are integers in 1/10000 beside their currency:
text cannot be summed, and SQLite's numerics are floats.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    and_,
    literal_column,
)

_PLACES = Decimal("0.0001")
_CENTS = Decimal("0.01")
_LARGEST_MINOR = 2**63 - 1


def to_minor(amount: Decimal) -> int:
    """The amount in 1/10000. Raises ValueError for one that has more places, is no number, or is too large to be money."""
    if not amount.is_finite() or abs(amount) * 10_000 > _LARGEST_MINOR:
        raise ValueError(f"{amount} is no amount of money")
    minor = amount.scaleb(4)
    if minor != minor.to_integral_value():
        raise ValueError(f"{amount} has more than four decimal places")
    return int(minor)


def from_minor(minor: int) -> Decimal:
    """The amount of so many 1/10000, with two places where that is exact and four where it is not."""
    amount = Decimal(minor).scaleb(-4)
    return amount.quantize(_CENTS) if minor % 100 == 0 else amount.quantize(_PLACES)


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept and given back in UTC. SQLite drops an offset silently, so it never gets one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without its time zone")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy calls it so
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Amount(TypeDecorator[Decimal]):
    """A Decimal, kept as an integer in 1/10000; a sum of them is one too."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy calls it so
        return None if value is None else to_minor(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002 - SQLAlchemy calls it so
        return None if value is None else from_minor(int(value))  # a sum is a numeric on PostgreSQL


class Words(TypeDecorator[str]):
    """Text of others. PostgreSQL refuses the NUL character, so it is left out on both."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy calls it so
        return None if value is None else value.replace("\x00", "")


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts up by itself in an INTEGER key only.
_Serial = BigInteger().with_variant(Integer(), "sqlite")


def _serial(name: str) -> Column[int]:
    return Column(name, _Serial, primary_key=True, autoincrement=True)


def _connection() -> Column[str]:
    return Column("connection_id", Text, nullable=False)


def _words(name: str) -> Column[str]:
    return Column(name, Words, nullable=False)


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _id(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def _at(name: str, *, is_known: bool = True) -> Column[datetime]:
    return Column(name, Instant, nullable=not is_known)


def _amount(name: str, *, is_known: bool = True) -> Column[Decimal]:
    return Column(name, Amount, nullable=not is_known)


def _key(*names: str) -> PrimaryKeyConstraint:
    return PrimaryKeyConstraint("connection_id", *names)


def _index(name: str, *columns: str) -> Index:
    return Index(name, "connection_id", *columns)


def _partial(name: str, where: ColumnElement[bool], *columns: Column[Any], is_unique: bool = False) -> ColumnElement[bool]:
    """The condition of an index that holds only the rows a lookup is about: the lookup has to state the very same one."""
    Index(name, columns[0].table.c.connection_id, *columns, unique=is_unique, sqlite_where=where, postgresql_where=where)
    return where


def _said(word: str) -> ColumnElement[str]:
    # A literal: SQLite takes a partial index only for a condition it can read, not for a bound value.
    return literal_column(f"'{word}'")


connections = Table(
    "connections",
    metadata,
    _connection(),
    _words("tenant_id"),
    _words("tenant_name"),
    _words("category"),
    _words("scoro_site"),
    _words("entity"),
    _words("mode"),
    _at("created_at"),
    _at("first_read_at", is_known=False),
    _at("live_at", is_known=False),
    _at("paused_until", is_known=False),
    Column("writes_left", Integer),
    _key(),
    UniqueConstraint("tenant_id", "category"),
    UniqueConstraint("scoro_site", "entity"),
)

# The mirror.

lists = Table(
    "lists",
    metadata,
    _connection(),
    _words("name"),
    _at("due_at"),
    _at("cursor", is_known=False),
    _number("page"),
    _at("started_at", is_known=False),
    _at("highest", is_known=False),
    _at("last_read_at", is_known=False),
    _number("failures"),
    _words("problem"),
    _flag("is_complete"),
    _key("name"),
)

records = Table(
    "records",
    metadata,
    _connection(),
    _words("list_name"),
    _words("record_id"),
    _words("text"),
    _at("first_seen_at"),
    _at("changed_at"),
    _at("since", is_known=False),
    _key("list_name", "record_id"),
)
has_since = _partial("ix_records_since", records.c.since.is_not(None), records.c.list_name)

documents = Table(
    "documents",
    metadata,
    _connection(),
    _words("document_id"),
    _words("kind"),
    _words("number_key"),
    _words("contact_id"),
    Column("day", Date, nullable=False),
    _at("updated_at"),
    _words("duplicate_key"),
    _flag("is_complete"),
    _words("digest"),
    _words("text"),
    # Minus the absolute net in 1/10000: ascending, the largest comes first.
    _id("net_order"),
    Column("due_lane", Integer),
    _at("due_since", is_known=False),
    _number("due_mark"),
    _key("document_id"),
    _index("ix_documents_contact_id", "contact_id", "day"),
    _index("ix_documents_day", "day"),
)
is_due = _partial(
    "ix_documents_due", documents.c.due_lane.is_not(None), documents.c.due_lane, documents.c.net_order, documents.c.document_id
)
has_document_number = _partial("ix_documents_number_key", documents.c.number_key != _said(""), documents.c.number_key)
has_duplicate_key = _partial("ix_documents_duplicate_key", documents.c.duplicate_key != _said(""), documents.c.duplicate_key)

document_keys = Table(
    "document_keys",
    metadata,
    _connection(),
    _words("key"),
    _words("document_id"),
    _key("key", "document_id"),
    _index("ix_document_keys_document_id", "document_id"),
    sqlite_with_rowid=False,
)

scoro_documents = Table(
    "scoro_documents",
    metadata,
    _connection(),
    _words("module"),
    _id("scoro_document_id"),
    _words("number_key"),
    Column("day", Date),
    _words("currency"),
    _words("modified"),
    _flag("is_deleted"),
    _flag("has_lines"),
    _flag("are_lines_stale"),
    _words("text"),
    _key("module", "scoro_document_id"),
    _index("ix_scoro_documents_day", "module", "day", "currency"),
)
has_number = _partial(
    "ix_scoro_documents_number_key", scoro_documents.c.number_key != _said(""), scoro_documents.c.module, scoro_documents.c.number_key
)

links = Table(
    "links",
    metadata,
    _connection(),
    _words("document_id"),
    _words("module"),
    _id("scoro_document_id"),
    _key("document_id"),
    UniqueConstraint("connection_id", "module", "scoro_document_id"),
)

# The ledger.

journal = Table(
    "journal",
    metadata,
    _serial("entry_id"),
    _connection(),
    _words("attempt_id"),
    _words("action_key"),
    _words("action"),
    _words("plugin"),
    _words("state"),
    _at("planned_at"),
    Column("outcome", Words),
    Column("document_id", Words),
    _index("ix_journal_action_key", "action_key", "entry_id"),
)
is_open_entry = _partial("uq_journal_open", journal.c.state.in_([_said("planned"), _said("unknown")]), journal.c.action_key, is_unique=True)

is_about_document = _partial("ix_journal_document_id", journal.c.document_id.is_not(None), journal.c.document_id, journal.c.entry_id)
_partial("ix_journal_planned_at", is_about_document, journal.c.planned_at)
is_about_no_document = _partial("ix_journal_without_document", journal.c.document_id.is_(None), journal.c.planned_at)

results = Table(
    "results",
    metadata,
    _connection(),
    _words("document_id"),
    _words("state"),
    _words("currency"),
    _amount("net"),
    _at("checked_at"),
    Column("checked_day", Date, nullable=False),
    _key("document_id"),
    _index("ix_results_state", "state"),
    _index("ix_results_checked_day", "checked_day", "state"),
)

lines = Table(
    "lines",
    metadata,
    _connection(),
    _words("document_id"),
    _words("line_id"),
    _number("position"),
    _amount("net"),
    _words("state"),
    _words("rule"),
    _words("reason"),
    _words("cause"),
    _flag("could_not_be_done"),
    _words("shares"),
    _key("document_id", "line_id"),
)
is_waiting_line = _partial("ix_lines_waiting", and_(lines.c.state == _said("waiting"), lines.c.cause != _said("")), lines.c.cause)

shares = Table(
    "shares",
    metadata,
    _connection(),
    _words("document_id"),
    _words("line_id"),
    _id("project_id"),
    _amount("net"),
    _words("currency"),
    _id("entry_id"),
    _key("document_id", "line_id", "project_id"),
    _index("ix_shares_project_id", "project_id"),
)

bindings = Table(
    "bindings",
    metadata,
    _connection(),
    _words("tracking_option_id"),
    _id("project_id"),
    _at("bound_at"),
    _id("entry_id"),
    _key("tracking_option_id"),
)

months = Table(
    "months",
    metadata,
    _connection(),
    Column("month", Date, nullable=False),
    _words("person_id"),
    _at("at"),
    _words("figures"),
    _key("month"),
)

audit = Table(
    "audit",
    metadata,
    _connection(),
    _id("seq"),
    _at("at"),
    _words("kind"),
    _words("body"),
    _words("previous_hash"),
    _words("hash"),
    _key("seq"),
)

remembered = Table("remembered", metadata, _connection(), _words("plugin"), _words("name"), _words("value"), _key("plugin", "name"))

deliveries = Table(
    "deliveries",
    metadata,
    _serial("delivery_id"),
    _connection(),
    _words("plugin"),
    _words("outcome"),
    _at("due_at"),
    _number("failures"),
    _words("problem"),
    _index("ix_deliveries_due_at", "due_at"),
)

# What was asked.

inbox = Table(
    "inbox",
    metadata,
    _serial("inbox_id"),
    _connection(),
    _number("lane"),
    _words("kind"),
    _words("body"),
    _words("person_id"),
    _words("dedupe_key"),
    _at("at"),
    _words("state"),
    _at("finished_at", is_known=False),
    Column("answer", Words),
    UniqueConstraint("connection_id", "dedupe_key"),
)
is_in_inbox = _partial("ix_inbox_waiting", inbox.c.state == _said("waiting"), inbox.c.lane, inbox.c.inbox_id)
is_taken = _partial("ix_inbox_taken", inbox.c.state == _said("taken"), inbox.c.inbox_id)

decisions = Table(
    "decisions",
    metadata,
    _connection(),
    _words("decision_id"),
    _words("decision"),
    _words("person_id"),
    _at("decided_at"),
    _words("cause"),
    _words("label"),
    _words("status"),
    _words("problem"),
    _amount("net", is_known=False),
    _key("decision_id"),
)
is_in_force = _partial("ix_decisions_in_force", decisions.c.status.not_in([_said("failed"), _said("withdrawn")]), decisions.c.decided_at)

questions = Table(
    "questions",
    metadata,
    _connection(),
    _words("question_id"),
    _words("question"),
    _words("plugin"),
    _words("state"),
    _number("revision"),
    _at("asked_at"),
    _words("answered_by"),
    _at("answered_at", is_known=False),
    _words("answer_label"),
    _words("decision_id"),
    _words("problem"),
    _at("closed_at", is_known=False),
    _key("question_id"),
)
is_open_question = _partial("ix_questions_open", questions.c.state == _said("open"), questions.c.asked_at)

messages = Table(
    "messages",
    metadata,
    _connection(),
    _words("subject"),
    _words("channel"),
    _words("ts"),
    _words("shown_hash"),
    _words("state"),
    _at("posted_at"),
    _at("updated_at"),
    _number("revision"),
    _key("subject"),
    _index("ix_messages_posted_at", "posted_at"),
)

replies = Table(
    "replies",
    metadata,
    _serial("reply_id"),
    _connection(),
    _words("channel"),
    _words("person_id"),
    _words("text"),
    _at("at"),
    _at("sent_at", is_known=False),
)
is_unsent = _partial("ix_replies_unsent", replies.c.sent_at.is_(None), replies.c.reply_id)
