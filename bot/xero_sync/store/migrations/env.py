"""What Alembic runs: the migrations, in the transaction that `Database.migrate` has opened."""

from __future__ import annotations

from alembic import context

from xero_sync.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
