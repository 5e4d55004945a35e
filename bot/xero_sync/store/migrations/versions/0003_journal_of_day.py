"""Find what was done on a day that is about no document: options, for instance."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    without = sa.text("document_id IS NULL")
    op.create_index(
        "ix_journal_without_document", "journal", ["connection_id", "planned_at"], sqlite_where=without, postgresql_where=without
    )
