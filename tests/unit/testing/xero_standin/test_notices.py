"""What the stand-in posts when a document has changed."""

import base64
import hashlib
import hmac
import json

from xero_sync.testing.standins.xero import XeroStandIn, line
from xero_sync.testing.standins.xero.notices import signature_of

KEY = "webhook-key-standin"
DAY = "2026-11-18"


def test_given_a_changed_bill_when_noticed_then_the_event_names_it_and_not_what_it_is(xero: XeroStandIn) -> None:
    bill = xero.approves_bill("B-1", "Delft Signs", [line("100.00")], date=DAY)

    (event,) = json.loads(xero.notice(bill, key=KEY)[0])["events"]

    assert (event["resourceId"], event["tenantId"], event["eventCategory"]) == (bill, xero.tenant_id, "INVOICE")
    assert event["eventDateUtc"] == "2026-11-25T10:00:00.000" and "data" not in event


def test_given_a_credit_note_when_noticed_then_the_event_has_its_type_and_status(xero: XeroStandIn) -> None:
    note = xero.approves_credit_note("CN-1", "Delft Signs", [line("100.00")], date=DAY)

    (event,) = json.loads(xero.notice(note, key=KEY)[0])["events"]

    assert (event["eventCategory"], event["data"]) == ("CREDITNOTE", {"Type": "ACCPAYCREDIT", "Status": "AUTHORISED"})


def test_given_two_notices_when_posted_then_each_is_signed_as_its_bytes_are_and_they_are_numbered(xero: XeroStandIn) -> None:
    bill = xero.approves_bill("B-1", "Delft Signs", [line("100.00")], date=DAY)

    sent = [xero.notice(bill, key=KEY) for _ in range(2)]

    expected = [base64.b64encode(hmac.new(KEY.encode(), body, hashlib.sha256).digest()).decode() for body, _ in sent]
    assert [headers["x-xero-signature"] for _, headers in sent] == expected
    assert [json.loads(body)["firstEventSequence"] for body, _ in sent] == [1, 2]


def test_given_a_webhook_is_set_up_when_xero_asks_then_some_signatures_are_wrong_by_one_character(xero: XeroStandIn) -> None:
    sent = xero.intents_to_receive(KEY)

    wrong_in = [
        sum(one != other for one, other in zip(headers["x-xero-signature"], signature_of(body, KEY), strict=True))
        for body, headers, _ in sent
    ]
    assert [status for _, _, status in sent] == [401, 200, 401, 401] and wrong_in == [1, 0, 1, 1]
    assert all(json.loads(body)["events"] == [] and json.loads(body)["firstEventSequence"] == 0 for body, _, _ in sent)
