"""What people do in Slack, one file per surface.

A listener authorises, writes one inbox row, acknowledges, shows "Working…" and wakes the writer; nothing else.
"""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from xero_sync.slack.desk import Desk
from xero_sync.slack.listeners import actions, commands, mistakes, options, views
from xero_sync.slack.listeners.visitors import Visitors


def register(app: AsyncApp, desk: Desk) -> None:
    """Every listener of the app, answering from this desk."""
    visitors = Visitors(desk.now)
    mistakes.register(app)
    actions.register(app, desk, visitors)
    options.register(app, desk)
    views.register(app, desk, visitors)
    commands.register(app, desk, visitors)
