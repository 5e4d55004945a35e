"""Xero's own client for Python at its best: a thousand documents a page, and no more of a page kept than it takes to count."""

import json
import resource
import sys
import time

from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient, Configuration
from xero_python.api_client.oauth2 import OAuth2Token, TokenApi

told = json.loads(sys.argv[1])
TokenApi.refresh_token_url = TokenApi.client_credentials_token_url = f"{told['url']}/connect/token"
token = {
    "access_token": "used up", "refresh_token": told["refresh_token"], "expires_in": 1800, "expires_at": 1.0, "token_type": "Bearer",
    "scope": ["offline_access", "accounting.invoices"],
}  # fmt: skip
client = ApiClient(
    Configuration(oauth2_token=OAuth2Token(client_id=told["client_id"], client_secret=told["client_secret"])),
    oauth2_token_getter=lambda: dict(token),
    oauth2_token_saver=token.update,
)
accounting = AccountingApi(client, base_url=f"{told['url']}/api.xro/2.0")
cpu, begun, documents, page = resource.getrusage(resource.RUSAGE_SELF).ru_utime, time.perf_counter(), 0, 1
while True:
    read = accounting.get_invoices(told["tenant_id"], page=page, page_size=1000)
    documents += len(read.invoices)
    if page >= read.pagination.page_count:
        break
    page += 1
used = resource.getrusage(resource.RUSAGE_SELF)
print(
    json.dumps(
        {
            "documents": documents,
            "calls": page,
            "cpu": used.ru_utime - cpu,
            "wall": time.perf_counter() - begun,
            "megabytes": used.ru_maxrss / 1024,
        }
    )
)
