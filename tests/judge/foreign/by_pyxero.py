"""pyxero: refresh, connections, categories, one option's life (in XML), invoices by page and since a moment, one credit note."""

import json
import sys
from datetime import datetime

import addresses
import xero
import xero.auth
from xero.manager import Manager

TRACKING = ("TrackingCategoryID", "Name", "TrackingOptionID", "Option")
told = json.loads(sys.argv[1])
url = told["url"]
addresses.of_pyxero(url)
token = {"access_token": "used up", "refresh_token": told["refresh_token"], "expires_at": 1.0}
credentials = xero.auth.OAuth2Credentials(told["client_id"], told["client_secret"], token=token, scope=told["scopes"])
credentials.base_url = url
credentials.refresh()
tenants = credentials.get_tenants()
credentials.tenant_id = tenants[0]["tenantId"]
books = xero.Xero(credentials)


def options_at(path: str) -> Manager:
    """pyxero has no call for options: a manager of its own kind, with their address."""
    manager = Manager(f"TrackingCategories/{path}", credentials)
    manager.singular = "Option"
    return manager


def document_of(row: dict, row_id: str, number: str) -> dict:
    return {
        "id": row[row_id],
        "number": row[number],
        "type": row["Type"],
        "status": row["Status"],
        "date": f"{row['Date']:%Y-%m-%d}",
        "currency": row["CurrencyCode"],
        "sub_total": str(row["SubTotal"]),
        "total_tax": str(row["TotalTax"]),
        "total": str(row["Total"]),
        "contact": row["Contact"]["Name"],
        "updated": f"{row['UpdatedDateUTC']:%Y-%m-%dT%H:%M:%S}",
        "lines": [
            {
                "id": each["LineItemID"],
                "amount": str(each["LineAmount"]),
                "tax": str(each["TaxAmount"]),
                "account": each.get("AccountCode"),
                "tracking": [[entry[key] for key in TRACKING] for entry in each.get("Tracking", ())],
            }
            for each in row["LineItems"]
        ],
    }


categories = books.trackingcategories.filter(includeArchived=True)
project = next(each for each in categories if each["Name"] == told["category"])
options = f"{project['TrackingCategoryID']}/Options"
(created,) = options_at(options).put({"Name": told["option"]})["Options"]
(renamed,) = options_at(f"{options}/{created['TrackingOptionID']}").save({"Name": told["renamed"]})["Options"]
(archived,) = options_at(f"{options}/{told['used_option_id']}").save({"Status": "ARCHIVED"})["Options"]
invoices, page = [], 1
while found := books.invoices.filter(page=page, pageSize=told["page_size"]):
    invoices += found
    page += 1
since = books.invoices.filter(since=datetime.fromisoformat(told["since"]), page=1)
note = books.creditnotes.get(told["credit_note_id"])[0]

print(
    json.dumps(
        {
            "has_refreshed": credentials.token["refresh_token"] != told["refresh_token"],
            "connections": [[each["tenantId"], each["tenantName"]] for each in tenants],
            "categories": [
                {
                    "id": each["TrackingCategoryID"],
                    "name": each["Name"],
                    "status": each["Status"],
                    "options": [{"id": one["TrackingOptionID"], "name": one["Name"], "status": one["Status"]} for one in each["Options"]],
                }
                for each in categories
            ],
            "created": [created["TrackingOptionID"], created["Name"]],
            "renamed": [renamed["TrackingOptionID"], renamed["Name"]],
            "archived": [archived["TrackingOptionID"], archived["Status"]],
            "pages": page - 1,
            "invoices": [document_of(each, "InvoiceID", "InvoiceNumber") for each in invoices],
            "since": sorted(each["InvoiceID"] for each in since),
            "credit_note": document_of(note, "CreditNoteID", "CreditNoteNumber"),
        }
    )
)
