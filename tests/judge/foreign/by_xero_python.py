"""Xero's own client for Python: refresh, connections, categories, one option's life, invoices by page and since a moment, one credit note."""

import json
import sys
from datetime import datetime

import addresses
from xero_python.accounting import AccountingApi, TrackingOption
from xero_python.api_client import ApiClient, Configuration
from xero_python.api_client.oauth2 import OAuth2Token
from xero_python.identity import IdentityApi

told = json.loads(sys.argv[1])
url = told["url"]
addresses.of_xero_python(url)
token = {
    "access_token": "used up",
    "refresh_token": told["refresh_token"],
    "scope": told["scopes"],
    "expires_in": 1800,
    "expires_at": 1.0,
    "token_type": "Bearer",
}
client = ApiClient(
    Configuration(oauth2_token=OAuth2Token(client_id=told["client_id"], client_secret=told["client_secret"])),
    oauth2_token_getter=lambda: dict(token),
    oauth2_token_saver=token.update,
)


def tracking_of(line: object) -> list:
    return [[entry.tracking_category_id, entry.name, entry.tracking_option_id, entry.option] for entry in line.tracking or ()]


def document_of(row: object, row_id: str, number: str) -> dict:
    return {
        "id": row_id,
        "number": number,
        "type": row.type,
        "status": row.status,
        "date": row.date.isoformat(),
        "currency": getattr(row.currency_code, "value", row.currency_code),
        "sub_total": str(row.sub_total),
        "total_tax": str(row.total_tax),
        "total": str(row.total),
        "contact": row.contact.name,
        "updated": f"{row.updated_date_utc:%Y-%m-%dT%H:%M:%S}",
        "lines": [
            {
                "id": each.line_item_id,
                "amount": str(each.line_amount),
                "tax": str(each.tax_amount),
                "account": each.account_code,
                "tracking": tracking_of(each),
            }
            for each in row.line_items
        ],
    }


def invoice_of(row: object) -> dict:
    return document_of(row, row.invoice_id, row.invoice_number)


def options_of(category: object) -> list:
    return [{"id": each.tracking_option_id, "name": each.name, "status": each.status} for each in category.options]


connections = IdentityApi(client, base_url=url).get_connections()
tenant = connections[0].tenant_id
books = AccountingApi(client, base_url=f"{url}/api.xro/2.0")
categories = books.get_tracking_categories(tenant, include_archived=True).tracking_categories
project = next(each for each in categories if each.name == told["category"])
created = books.create_tracking_options(tenant, project.tracking_category_id, TrackingOption(name=told["option"])).options[0]
renamed = books.update_tracking_options(
    tenant, project.tracking_category_id, created.tracking_option_id, TrackingOption(name=told["renamed"])
).options[0]
used = told["used_option_id"]
archived = books.update_tracking_options(tenant, project.tracking_category_id, used, TrackingOption(status="ARCHIVED")).options[0]
invoices, page = [], 1
while True:
    found = books.get_invoices(tenant, page=page, page_size=told["page_size"])
    invoices += found.invoices
    if page >= found.pagination.page_count:
        break
    page += 1
since = books.get_invoices(tenant, if_modified_since=datetime.fromisoformat(told["since"]), page=1)
note = books.get_credit_note(tenant, told["credit_note_id"]).credit_notes[0]

print(
    json.dumps(
        {
            "has_refreshed": token["refresh_token"] != told["refresh_token"],
            "connections": [[each.tenant_id, each.tenant_name] for each in connections],
            "categories": [
                {"id": each.tracking_category_id, "name": each.name, "status": each.status, "options": options_of(each)}
                for each in categories
            ],
            "created": [created.tracking_option_id, created.name],
            "renamed": [renamed.tracking_option_id, renamed.name],
            "archived": [archived.tracking_option_id, archived.status],
            "pages": page,
            "invoices": [invoice_of(each) for each in invoices],
            "since": sorted(each.invoice_id for each in since.invoices),
            "credit_note": document_of(note, note.credit_note_id, note.credit_note_number),
        }
    )
)
