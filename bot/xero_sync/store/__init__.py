"""Our own books: the mirror of both systems, the ledger of what was done, what was asked. One code path for SQLite and PostgreSQL."""
