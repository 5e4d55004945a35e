"""How many writes may be done before somebody has to say go on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("connections", sa.Column("writes_left", sa.Integer(), nullable=True))
