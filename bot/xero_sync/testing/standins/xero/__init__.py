"""Xero's stand-in: its API's rules around books that tests and the demo fill."""

from xero_sync.testing.standins.xero.books import Books
from xero_sync.testing.standins.xero.documents import Line, line
from xero_sync.testing.standins.xero.service import XeroStandIn
from xero_sync.testing.standins.xero.shelves import Write
from xero_sync.testing.standins.xero.switches import Switches
from xero_sync.testing.standins.xero.tracking import Category, Option
from xero_sync.testing.standins.xero.webhooks import Webhook

__all__ = ["Books", "Category", "Line", "Option", "Switches", "Webhook", "Write", "XeroStandIn", "line"]
