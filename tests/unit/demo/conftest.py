"""The demo's services on their sockets, without a bot."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from xero_sync.clock import SystemClock
from xero_sync.demo.agency import Agency
from xero_sync.demo.page.opening import add_drafts
from xero_sync.demo.page.show import Show, open_show


def opened_agency() -> Agency:
    agency = Agency(now=SystemClock().now)
    add_drafts(agency)
    return agency


@pytest.fixture
async def show(tmp_path: Path) -> AsyncIterator[Show]:
    async with open_show(opened_agency(), tmp_path) as opened:
        yield opened
