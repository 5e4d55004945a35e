"""Xero's stand-in with 24,000 bills of three lines, in a process of its own: what it costs must not count for a reader.

Prints one line of JSON when it answers: url, client_id, client_secret, refresh_token, tenant_id. `PUT /_delay/SECONDS` makes every call take so long.
It ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import date, timedelta

from starlette.types import Receive, Scope, Send

from xero_sync.clock import SystemClock
from xero_sync.testing.standins.served import serve
from xero_sync.testing.standins.xero import XeroStandIn, line

DOCUMENTS, LINES = 24_000, 3


def books() -> XeroStandIn:
    xero = XeroStandIn(now=SystemClock().now, minute_limit=None, day_limit=None, concurrent_limit=None)
    options = [f"Project {number:03}" for number in range(80)]
    xero.has_category("Project", options)
    for number in range(DOCUMENTS):
        lines = [
            line(f"{100 + place}.{number % 100:02}", option=options[(number + place) % 80], description=f"Item {number}-{place}")
            for place in range(LINES)
        ]
        xero.approves_bill(f"B-{number}", f"Supplier {number % 400}", lines, date=date(2026, 11, 1) - timedelta(days=number % 700))
    return xero


async def main() -> None:
    xero = books()
    xero.traffic.on_call.append(lambda _: xero.traffic.calls.clear())  # ten readings of fifty megabytes would stay in memory

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/_delay/"):
            xero.traffic.delay_per_call_seconds = float(scope["path"].rpartition("/")[2])
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        await xero.app(scope, receive, send)

    async with serve(app) as url:
        told = {"url": url, "client_id": xero.client_id, "client_secret": xero.client_secret, "tenant_id": xero.tenant_id}
        print(json.dumps({**told, "refresh_token": xero.issues_refresh_token()}), flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
