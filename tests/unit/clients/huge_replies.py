"""A process of its own that is sent replies of 50 MB, and says what became of each and how much memory it took at most.

python -m tests.unit.clients.huge_replies
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from tests.unit.clients.test_mutated_replies import DOCUMENT, ID, PAGINATION, SCORO_CALLS, XERO_CALLS, scoro_says, xero_says

from xero_sync.clients.budget import scoro_budget, xero_budget
from xero_sync.clients.oauth import BearerToken
from xero_sync.clients.scoro import ScoroClient
from xero_sync.clients.xero import XeroClient
from xero_sync.errors import RemoteError
from xero_sync.testing.clock import SteppedClock

SIZE = 50 * 1024 * 1024
CHUNK = 1 << 16
HOLE = "<here>"


@dataclass(frozen=True)
class Huge:
    """A body that has one part over and over again where HOLE stands in the frame."""

    frame: str
    part: bytes
    times: int

    async def chunks(self) -> AsyncIterator[bytes]:
        before, after = self.frame.encode().split(HOLE.encode())
        many = max(CHUNK // len(self.part), 1)
        yield before
        for done in range(0, self.times, many):
            times = min(many, self.times - done)
            # Keys have to differ, or they are one.
            yield b"".join(self.part % (done + each) for each in range(times)) if b"%d" in self.part else self.part * times
        yield after


def filled(frame: object, part: str, *, bare: bool = True) -> Huge:
    """As many parts as make 50 MB; bare: in place of the quoted HOLE, not inside its quotes."""
    told = json.dumps(frame, ensure_ascii=False)
    encoded = part.encode()
    return Huge(told.replace(f'"{HOLE}"', HOLE) if bare else told, encoded, SIZE // len(encoded))


def invoices(rows: object) -> dict[str, Any]:
    return xero_says(Invoices=rows, pagination=PAGINATION)


BILL = {**DOCUMENT, "InvoiceID": ID}
LINES = Huge(filled(invoices([{**BILL, "LineItems": [HOLE, {}]}]), "{},").frame.replace(f"{HOLE}, ", HOLE), b"{},", 190_000)
REPLIES: dict[str, Huge] = {
    "one long text": filled(invoices([{**BILL, "Reference": HOLE}]), "\u20ac", bare=False),
    "rows that are nothing": Huge(json.dumps(invoices([HOLE, None])).replace(f'"{HOLE}", ', HOLE), b"null,", SIZE // 5),
    "empty rows": Huge(json.dumps(invoices([HOLE, {}])).replace(f'"{HOLE}", ', HOLE), b"{},", SIZE // 3),
    "as many empty rows as are read": Huge(json.dumps(invoices([HOLE, {}])).replace(f'"{HOLE}", ', HOLE), b"{},", 190_000),
    "as many empty lines as are read": LINES,
    "as many lines that are none as are read": Huge(LINES.frame, b"0,", 900_000),
    "as many keys as are read": Huge(
        json.dumps(invoices([{**BILL, HOLE: 0}])).replace(f'"{HOLE}": 0', f'{HOLE}"end": 0'), b'"%d":0,', 900_000
    ),
    "one long amount": Huge(json.dumps(invoices([{**BILL, "SubTotal": HOLE}])).replace(f'"{HOLE}"', HOLE), b"9", SIZE),
    "one long number": Huge(json.dumps(invoices([HOLE])).replace(f'"{HOLE}"', HOLE), b"9", SIZE),
    "nothing but depth": Huge(HOLE, b"[", SIZE),
    "depth of objects": Huge(HOLE, b'{"a":', SIZE // 5),
    "spaces": Huge(json.dumps(invoices([])) + HOLE, b" ", SIZE),
    "a page of HTML": Huge(f"<html>{HOLE}</html>", b"<p>Sorry</p>", SIZE // 12),
}
SCORO_REPLIES: dict[str, Huge] = {
    "empty rows": Huge(json.dumps(scoro_says([HOLE, {}])).replace(f'"{HOLE}", ', HOLE), b"{},", SIZE // 3),
    "as many empty rows as are read": Huge(json.dumps(scoro_says([HOLE, {}])).replace(f'"{HOLE}", ', HOLE), b"{},", 190_000),
}


class Sends(httpx.AsyncBaseTransport):
    """Answers everything with this body, piece by piece."""

    def __init__(self, huge: Huge) -> None:
        self.huge = huge

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        headers = {"content-type": "application/json", "date": "Thu, 26 Nov 2026 10:00:00 GMT"}
        return httpx.Response(200, headers=headers, stream=_Stream(self.huge))


class _Stream(httpx.AsyncByteStream):
    def __init__(self, huge: Huge) -> None:
        self._huge = huge

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._huge.chunks()


async def asked_of_xero(huge: Huge, call: Callable[[XeroClient], Awaitable[Any]]) -> str:
    clock = SteppedClock()
    budget = xero_budget(clock, per_day=5000)
    client = XeroClient.open(auth=BearerToken("token"), clock=clock, budget=budget, tenant_id="t", transport=Sends(huge))
    return await said_by(call(client))


async def asked_of_scoro(huge: Huge, call: Callable[[ScoroClient], Awaitable[Any]]) -> str:
    clock = SteppedClock()
    client = ScoroClient.open(
        base_url="https://ferrowpike.example",
        api_key="ScoroAPI_0123456789abcde",
        company_account_id="",
        clock=clock,
        budget=scoro_budget(clock),
        transport=Sends(huge),
    )
    return await said_by(call(client))


async def said_by(call: Awaitable[Any]) -> str:
    try:
        return type(await call).__name__
    except RemoteError as error:
        return error.code


async def every_one() -> dict[str, str]:
    """What became of each reply, by the call and the reply."""
    said = {}
    for name, huge in REPLIES.items():
        for call in ("documents", "tracking_categories"):
            said[f"Xero {call}: {name}"] = await asked_of_xero(huge, XERO_CALLS[call][1])
    for name, huge in SCORO_REPLIES.items():
        for call in ("projects", "documents", "document"):
            said[f"Scoro {call}: {name}"] = await asked_of_scoro(huge, SCORO_CALLS[call][1])
    return said


def peak_mb() -> int:
    """The most memory this process has had."""
    if (status := Path("/proc/self/status")).exists():
        # ru_maxrss is no less than what the process that started this one had.
        kilobytes = next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(kilobytes) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1 << 20 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    answers = asyncio.run(every_one())
    sys.stdout.write(json.dumps({"said": answers, "peak_mb": peak_mb()}))
