"""The first books."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "seq", name=op.f("pk_audit")),
    )
    op.create_table(
        "bindings",
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("tracking_option_id", sa.Text(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "tracking_option_id", name=op.f("pk_bindings")),
    )
    op.create_table(
        "connections",
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("tenant_name", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("scoro_site", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("live_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("connection_id", name=op.f("pk_connections")),
        sa.UniqueConstraint("scoro_site", "entity", name=op.f("uq_connections_scoro_site_entity")),
        sa.UniqueConstraint("tenant_id", "category", name=op.f("uq_connections_tenant_id_category")),
    )
    op.create_table(
        "decisions",
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("connection_id", "decision_id", name=op.f("pk_decisions")),
    )
    op.create_index(
        "ix_decisions_in_force",
        "decisions",
        ["connection_id", "decided_at"],
        sqlite_where=sa.text("(status NOT IN ('failed', 'withdrawn'))"),
        postgresql_where=sa.text("(status NOT IN ('failed', 'withdrawn'))"),
    )
    op.create_table(
        "deliveries",
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("plugin", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_deliveries")),
    )
    op.create_index("ix_deliveries_due_at", "deliveries", ["connection_id", "due_at"])
    op.create_table(
        "document_keys",
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "key", "document_id", name=op.f("pk_document_keys")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_document_keys_document_id", "document_keys", ["connection_id", "document_id"])
    op.create_table(
        "documents",
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number_key", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duplicate_key", sa.Text(), nullable=False),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("net_order", sa.BigInteger(), nullable=False),
        sa.Column("due_lane", sa.Integer(), nullable=True),
        sa.Column("due_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_mark", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "document_id", name=op.f("pk_documents")),
    )
    op.create_index("ix_documents_contact_id", "documents", ["connection_id", "contact_id", "day"])
    op.create_index("ix_documents_day", "documents", ["connection_id", "day"])
    op.create_index(
        "ix_documents_due",
        "documents",
        ["connection_id", "due_lane", "net_order", "document_id"],
        sqlite_where=sa.text("due_lane IS NOT NULL"),
        postgresql_where=sa.text("due_lane IS NOT NULL"),
    )
    op.create_index(
        "ix_documents_duplicate_key",
        "documents",
        ["connection_id", "duplicate_key"],
        sqlite_where=sa.text("duplicate_key != ''"),
        postgresql_where=sa.text("duplicate_key != ''"),
    )
    op.create_index(
        "ix_documents_number_key",
        "documents",
        ["connection_id", "number_key"],
        sqlite_where=sa.text("number_key != ''"),
        postgresql_where=sa.text("number_key != ''"),
    )
    op.create_table(
        "inbox",
        sa.Column("inbox_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("inbox_id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("connection_id", "dedupe_key", name=op.f("uq_inbox_connection_id_dedupe_key")),
    )
    op.create_index(
        "ix_inbox_taken",
        "inbox",
        ["connection_id", "inbox_id"],
        sqlite_where=sa.text("state = 'taken'"),
        postgresql_where=sa.text("state = 'taken'"),
    )
    op.create_index(
        "ix_inbox_waiting",
        "inbox",
        ["connection_id", "lane", "inbox_id"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "journal",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("attempt_id", sa.Text(), nullable=False),
        sa.Column("action_key", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("plugin", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_journal")),
    )
    op.create_index("ix_journal_action_key", "journal", ["connection_id", "action_key", "entry_id"])
    op.create_index(
        "uq_journal_open",
        "journal",
        ["connection_id", "action_key"],
        unique=True,
        sqlite_where=sa.text("state IN ('planned', 'unknown')"),
        postgresql_where=sa.text("state IN ('planned', 'unknown')"),
    )
    op.create_table(
        "lines",
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("line_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("could_not_be_done", sa.Boolean(), nullable=False),
        sa.Column("shares", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "document_id", "line_id", name=op.f("pk_lines")),
    )
    op.create_index(
        "ix_lines_waiting",
        "lines",
        ["connection_id", "cause"],
        sqlite_where=sa.text("state = 'waiting' AND cause != ''"),
        postgresql_where=sa.text("state = 'waiting' AND cause != ''"),
    )
    op.create_table(
        "links",
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("scoro_document_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "document_id", name=op.f("pk_links")),
        sa.UniqueConstraint("connection_id", "module", "scoro_document_id", name=op.f("uq_links_connection_id_module_scoro_document_id")),
    )
    op.create_table(
        "lists",
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cursor", sa.DateTime(timezone=True), nullable=True),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("highest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "name", name=op.f("pk_lists")),
    )
    op.create_table(
        "messages",
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("ts", sa.Text(), nullable=False),
        sa.Column("shown_hash", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "subject", name=op.f("pk_messages")),
    )
    op.create_index("ix_messages_posted_at", "messages", ["connection_id", "posted_at"])
    op.create_table(
        "questions",
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("plugin", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_label", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("connection_id", "question_id", name=op.f("pk_questions")),
    )
    op.create_index(
        "ix_questions_open",
        "questions",
        ["connection_id", "asked_at"],
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "records",
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("list_name", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("connection_id", "list_name", "record_id", name=op.f("pk_records")),
    )
    op.create_index(
        "ix_records_since",
        "records",
        ["connection_id", "list_name"],
        sqlite_where=sa.text("since IS NOT NULL"),
        postgresql_where=sa.text("since IS NOT NULL"),
    )
    op.create_table(
        "remembered",
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("plugin", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "plugin", "name", name=op.f("pk_remembered")),
    )
    op.create_table(
        "replies",
        sa.Column("reply_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("reply_id", name=op.f("pk_replies")),
    )
    op.create_index(
        "ix_replies_unsent",
        "replies",
        ["connection_id", "reply_id"],
        sqlite_where=sa.text("sent_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL"),
    )
    op.create_table(
        "results",
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "document_id", name=op.f("pk_results")),
    )
    op.create_index("ix_results_checked_day", "results", ["connection_id", "checked_day", "state"])
    op.create_index("ix_results_state", "results", ["connection_id", "state"])
    op.create_table(
        "scoro_documents",
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("scoro_document_id", sa.BigInteger(), nullable=False),
        sa.Column("number_key", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("modified", sa.Text(), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.Column("has_lines", sa.Boolean(), nullable=False),
        sa.Column("are_lines_stale", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "module", "scoro_document_id", name=op.f("pk_scoro_documents")),
    )
    op.create_index("ix_scoro_documents_day", "scoro_documents", ["connection_id", "module", "day", "currency"])
    op.create_index(
        "ix_scoro_documents_number_key",
        "scoro_documents",
        ["connection_id", "module", "number_key"],
        sqlite_where=sa.text("number_key != ''"),
        postgresql_where=sa.text("number_key != ''"),
    )
    op.create_table(
        "shares",
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("line_id", sa.Text(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "document_id", "line_id", "project_id", name=op.f("pk_shares")),
    )
    op.create_index("ix_shares_project_id", "shares", ["connection_id", "project_id"])
