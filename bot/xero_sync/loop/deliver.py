"""Hand what came of Actions to the plugins that carry it elsewhere. Slack is `announce`'s matter."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from xero_sync.errors import PluginError
from xero_sync.log import logger
from xero_sync.loop.connection import Connection

_AGAIN_AFTER_MINUTES: Final = (1, 5, 15, 60)

log = logger(__name__)


async def deliver(connection: Connection) -> None:
    """Hand stored outcomes to the plugins that carry them elsewhere; at least once, with their own retry."""
    if not connection.plugins.delivers():
        return
    books = connection.books
    async with books.database.read() as db:
        due = await books.ledger.due_deliveries(db, connection.clock.now())
    for delivery in due:
        try:
            await connection.plugins.deliver(delivery.plugin, delivery.outcome)
        except PluginError as error:
            log.warning("deliver.failed", plugin=delivery.plugin, problem=error.message)
            minutes = _AGAIN_AFTER_MINUTES[min(delivery.failures, len(_AGAIN_AFTER_MINUTES) - 1)]
            async with books.database.write() as db:
                await books.ledger.delivery_failed(
                    db, delivery.delivery_id, error.message, next_at=connection.clock.now() + timedelta(minutes=minutes)
                )
        else:
            async with books.database.write() as db:
                await books.ledger.delivered(db, delivery.delivery_id)
