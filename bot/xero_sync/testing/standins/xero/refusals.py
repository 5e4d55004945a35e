"""How a refusal goes out: what is known of its form, and by switch what is not (Xero API, section 8)."""

from starlette.responses import Response

from xero_sync.testing.standins.xero.switches import Switches
from xero_sync.testing.standins.xero.wire import Fields, Refusal, as_xml, encoded

TOO_MANY = "You have made too many requests. Please wait before you try again."
AWAY = {
    "maintenance": "The Xero API is currently offline for maintenance",
    "unavailable": "The Xero API is temporarily unavailable",
    "organisation": "The Organisation is offline",
}


def away(why: str) -> Refusal:
    """503 with one of the three sentences of section 8, plain text whatever was asked for."""
    return Refusal(503, AWAY[why])


def answer_to(refused: Refusal, switches: Switches, *, as_json: bool) -> Response:
    """The response. Sentences are plain text; 401 and 403 are JSON, whatever was asked for."""
    body = refused.body
    if refused.status == 429 and not body:
        body = _too_many(switches)
    if isinstance(body, str):
        kind = switches.not_found_type if refused.status == 404 and body else "text/plain"
        return Response(body, refused.status, refused.headers, kind)
    if switches.problem_keys_are_lower_case and "Title" in body:
        body = {key.lower(): value for key, value in body.items()}
    if as_json or refused.status in (401, 403, 429):
        return Response(encoded(body), refused.status, refused.headers, "application/json")
    return Response(as_xml("ApiException", body), refused.status, refused.headers, "text/xml")


def _too_many(switches: Switches) -> Fields | str:
    match switches.too_many_calls_body:
        case "text":
            return TOO_MANY
        case "json":
            return {"Type": None, "Title": "Too Many Requests", "Status": 429, "Detail": TOO_MANY, "Extensions": {}}
        case _:
            return ""
