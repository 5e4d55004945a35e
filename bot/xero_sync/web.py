"""What answers over HTTP: health, Xero's webhooks, and Slack where it is not connected by Socket Mode."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from starlette.applications import Starlette
from starlette.routing import Route

from xero_sync.clock import Clock
from xero_sync.store.books import Books


def web_app(
    *,
    books_by_tenant: Mapping[str, Books],
    webhook_key: str,
    wake: Callable[[str], None],
    clock: Clock,
    is_connected: Callable[[], Awaitable[bool]],
    slack_routes: Sequence[Route] = (),
) -> Starlette:
    """The app. books_by_tenant: by Xero tenant id. webhook_key: "" where no webhooks are set up."""
    return Starlette(routes=[*slack_routes])
