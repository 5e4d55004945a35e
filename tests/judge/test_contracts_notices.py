"""Xero's notices as the stand-in sends them, and our answers, judged by Xero's own file."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.judge.contracts import NotAccepted
from tests.judge.contracts_notices import judge_notice
from tests.judge.contracts_story import Played


def test_given_a_day_at_the_agency_when_its_notices_are_judged_then_xero_sends_such_and_takes_our_answers(played: Played) -> None:
    *genuine, forged = played.notices

    for exchange in genuine:
        judge_notice(exchange, is_genuine=True)
    judge_notice(forged, is_genuine=False)

    assert {event["eventCategory"] for exchange in genuine for event in json.loads(exchange.body)["events"]} == {"INVOICE", "CREDITNOTE"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"status": 202}, "Xero wants 200", id="another status"),
        pytest.param({"reply": b"ok"}, "a body or a cookie", id="a body"),
        pytest.param({"reply_headers": {"set-cookie": "a=b"}}, "a body or a cookie", id="a cookie"),
    ],
)
def test_given_an_answer_xero_would_not_take_when_judged_then_it_is_not_accepted(
    played: Played, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(NotAccepted, match=said):
        judge_notice(replace(played.notices[0], **changes), is_genuine=True)  # type: ignore[arg-type]


@pytest.mark.parametrize("forgotten", ["resourceUrl", "tenantType", "eventDateUtc", "resourceId"])
def test_given_a_notice_that_lacks_something_when_judged_then_it_is_not_accepted(played: Played, forgotten: str) -> None:
    body = json.loads(played.notices[0].body)
    del body["events"][0][forgotten]

    with pytest.raises(NotAccepted, match=f"'{forgotten}' is a required property"):
        judge_notice(replace(played.notices[0], body=json.dumps(body).encode()), is_genuine=True)


def test_given_a_credit_notes_notice_without_its_type_when_judged_then_it_is_not_accepted(played: Played) -> None:
    noted = next(exchange for exchange in played.notices if b"CREDITNOTE" in exchange.body)
    body = json.loads(noted.body)
    del body["events"][0]["data"]["Type"]

    with pytest.raises(NotAccepted, match="'Type' is a required property"):
        judge_notice(replace(noted, body=json.dumps(body).encode()), is_genuine=True)
