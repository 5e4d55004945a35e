"""Our client: all pages into typed models; with "mirror" as a second argument, on into the tables too."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from xero_sync.clients.budget import xero_budget
from xero_sync.clients.oauth import ClientCredentials
from xero_sync.clients.xero import XeroClient
from xero_sync.clock import SystemClock
from xero_sync.domain.lanes import rank
from xero_sync.domain.match import duplicate_key
from xero_sync.store.books import Books
from xero_sync.store.database import Database
from xero_sync.store.mirror import DocumentRow


async def main(told: dict[str, str], *, has_mirror: bool) -> None:
    clock = SystemClock()
    auth = ClientCredentials(told["client_id"], told["client_secret"], clock=clock, token_url=f"{told['url']}/connect/token")
    client = XeroClient.open(
        auth=auth, clock=clock, budget=xero_budget(clock, per_day=100_000), api_url=told["url"], tenant_id=told["tenant_id"]
    )
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'books.db'}", clock=clock)
        if has_mirror:
            await database.migrate()
        books = Books(database, "benchmark")
        cpu, begun, documents, calls = resource.getrusage(resource.RUSAGE_SELF).ru_utime, time.perf_counter(), 0, 0
        async for page in client.document_pages("invoices"):
            calls += 1
            documents += len(page.documents)
            if has_mirror:
                rows = [
                    DocumentRow(
                        document_id=document.document_id, kind="invoices", document=document, duplicate_key=duplicate_key(document),
                        is_complete=True, text=document.model_dump_json(), is_due=True,
                    )
                    for document in page.documents
                ]  # fmt: skip
                async with database.write() as db:
                    await books.mirror.put_documents(db, rows, lane=rank("backfill"), at=clock.now())
        wall = time.perf_counter() - begun
        used = resource.getrusage(resource.RUSAGE_SELF)
        await database.close()
    await client.aclose()
    found = {"documents": documents, "calls": calls, "cpu": used.ru_utime - cpu, "wall": wall, "megabytes": used.ru_maxrss / 1024}
    print(json.dumps(found))


asyncio.run(main(json.loads(sys.argv[1]), has_mirror="mirror" in sys.argv[2:]))
