"""Find what was done about a document, and what on a day."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("journal", sa.Column("document_id", sa.Text(), nullable=True))
    journal = sa.table("journal", sa.column("entry_id"), sa.column("action"), sa.column("document_id"))
    connection = op.get_bind()
    kept = connection.execute(sa.select(journal.c.entry_id, journal.c.action)).all()
    named = [{"entry": row.entry_id, "document": json.loads(row.action).get("document_id")} for row in kept]
    if of_documents := [row for row in named if row["document"]]:
        change = sa.update(journal).where(journal.c.entry_id == sa.bindparam("entry")).values(document_id=sa.bindparam("document"))
        connection.execute(change, of_documents)
    is_about_document = sa.text("document_id IS NOT NULL")
    for name, columns in (("ix_journal_document_id", ["document_id", "entry_id"]), ("ix_journal_planned_at", ["planned_at"])):
        op.create_index(name, "journal", ["connection_id", *columns], sqlite_where=is_about_document, postgresql_where=is_about_document)
