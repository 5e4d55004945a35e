"""What people do in Slack, one file per surface.

A listener authorises, writes one inbox row, acknowledges, shows "Working…" and wakes the writer; nothing else.
"""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from xero_sync.slack.desk import Desk
from xero_sync.slack.listeners import actions, commands, mistakes, options, orders, views
from xero_sync.slack.listeners.in_hand import InHand
from xero_sync.slack.listeners.visitors import Visitors


def register(app: AsyncApp, desk: Desk) -> InHand:
    """Every listener of the app, answering from this desk; what comes back knows which are at work."""
    visitors, in_hand = Visitors(desk.now), InHand()
    mistakes.register(app)
    actions.register(app, desk, visitors, in_hand)
    orders.register(app, desk, visitors, in_hand)
    options.register(app, desk, in_hand)
    views.register(app, desk, visitors, in_hand)
    commands.register(app, desk, visitors, in_hand)
    return in_hand
