"""What Xero posts to an app when a document has changed: its webhooks (Xero API, section 5)."""

import base64
import hashlib
import hmac
import json

from xero_sync.testing.standins.xero.shelves import Shelves
from xero_sync.testing.standins.xero.wire import Fields, Record

API_URL = "https://api.xero.com/api.xro/2.0"
CATEGORIES = {"Invoices": "INVOICE", "CreditNotes": "CREDITNOTE", "Contacts": "CONTACT"}


def event_about(books: Shelves, record: Record, event_type: str) -> Fields:
    """One event. Only that of a credit note says what the document is; its time has no zone."""
    said = {key: record.fields.get(key) for key in ("Type", "Status")}
    return {
        "resourceUrl": f"{API_URL}/{record.kind}/{record.record_id}",
        "resourceId": record.record_id,
        "tenantId": books.tenant_id,
        "tenantType": "ORGANISATION",
        "eventCategory": CATEGORIES[record.kind],
        "eventType": event_type,
        "eventDateUtc": books.now().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3],
        **({"data": said} if record.kind == "CreditNotes" else {}),
    }


def notice_of(events: list[Fields], first: int, entropy: str) -> bytes:
    """The body, with Xero's own spacing: read and written again it would have another signature."""
    last = first + max(len(events) - 1, 0)
    inside = json.dumps(events, separators=(",", ":"))
    return f'{{"events":{inside},"firstEventSequence": {first},"lastEventSequence": {last}, "entropy": "{entropy}"}}'.encode()


def one_character_wrong(signature: str) -> str:
    """A signature that differs in one character, as Xero sends some when it asks whether an app checks them."""
    return ("A" if signature[0] != "A" else "B") + signature[1:]


def signature_of(body: bytes, key: str) -> str:
    """`x-xero-signature`; the key as Xero shows it, not decoded."""
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()
