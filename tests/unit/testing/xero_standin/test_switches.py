"""Every switch of the Xero stand-in: what is on the wire differs between its settings, and with one setting it does not."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from tests.unknowns_page import Unknown, unknowns

from xero_sync.testing.standins.xero import Webhook, line

DAY = "2026-11-18"
OPTIONS = "/TrackingCategories/{}/Options"
Replies = list[Any]


def signing_in(**form: str) -> dict[str, Any]:
    return {"data": form, "auth": ("standin-client", "standin-secret")}


async def old_refresh_token_survives_use_of_new(app: Any) -> Replies:
    old = app.xero.issues_refresh_token()
    replies = []
    for number in range(3):
        token = replies[0].json()["refresh_token"] if number == 1 else old
        replies.append(await app.client.post("/connect/token", **signing_in(grant_type="refresh_token", refresh_token=token)))
    return replies


async def web_app_takes_pkce(app: Any) -> Replies:
    app.xero.access.sign_in.registers("https://bot.example/back")
    query = {"response_type": "code", "client_id": "standin-client", "redirect_uri": "https://bot.example/back", "scope": "openid"}
    challenge = {"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"}
    return [await app.client.get("/identity/connect/authorize", params=query | challenge)]


async def if_modified_since_is_inclusive(app: Any) -> Replies:
    app.xero.approves_bill("B-1", "Delft Signs", [line("10")], date=DAY)
    return [await app.ask("GET", "/Invoices", page=1, headers={"If-Modified-Since": "2026-11-25T10:00:00"})]


async def if_modified_since_takes_zones(app: Any) -> Replies:
    return [await app.ask("GET", "/Invoices", page=1, headers={"If-Modified-Since": "2026-11-25T10:00:00Z"})]


async def changed_later(app: Any, change: Callable[[str], Any]) -> Replies:
    """What is listed as changed in the last minute, an hour after a bill came and right after this change."""
    app.xero.has_category("Project", ["Acme", "Birch"])
    bill = app.xero.approves_bill("B-1", "Delft Signs", [line("10", option="Acme")], date=DAY)
    app.time.passes(hours=1)
    change(bill)
    return [await app.ask("GET", "/Invoices", page=1, headers={"If-Modified-Since": "2026-11-25T10:59:00"})]


async def tracking_edit_moves_updated_date(app: Any) -> Replies:
    return await changed_later(app, lambda bill: app.xero.recodes(bill, 1, "Birch"))


async def payment_moves_updated_date(app: Any) -> Replies:
    return await changed_later(app, app.xero.pays)


async def renaming_moves_updated_date(app: Any) -> Replies:
    return await changed_later(app, lambda _: app.xero.renames_option("Acme", "Acme Web"))


async def a_bill(app: Any) -> Replies:
    app.xero.has_option("Acme")
    bill = app.xero.approves_bill("B-1", "Delft Signs", [line("10", option="Acme")], date=DAY)
    return [await app.ask("GET", "/Invoices", page=1), await app.ask("GET", f"/Invoices/{bill}")]


async def puts(app: Any, name: str) -> Replies:
    """PUT of an option beside Acme and the archived Old."""
    category_id = app.xero.has_category("Project", ["Acme"])
    app.xero.has_option("Old", status="ARCHIVED")
    return [await app.ask("PUT", OPTIONS.format(category_id), {"Name": name})]


async def post_active_restores_option(app: Any) -> Replies:
    option_id = app.xero.has_option("Old", status="ARCHIVED")
    path = OPTIONS.format(app.xero.categories[0].category_id)
    return [await app.ask("POST", f"{path}/{option_id}", {"Status": "ACTIVE"})]


async def put_options_takes_json_list(app: Any) -> Replies:
    category_id = app.xero.has_category("Project")
    return [await app.ask("PUT", OPTIONS.format(category_id), {"Options": [{"Name": "Acme"}, {"Name": "Birch"}]})]


async def options_have_hard_limit(app: Any) -> Replies:
    category_id = app.xero.has_category("Project", [f"P-{number}" for number in range(100)])
    return [await app.ask("PUT", OPTIONS.format(category_id), {"Name": "P-100"})]


async def a_third_category(app: Any) -> Replies:
    for name in ("Project", "Team"):
        app.xero.has_category(name)
    return [await app.ask("PUT", "/TrackingCategories", {"Name": "Region"})]


async def used_option_delete_status(app: Any) -> Replies:
    option_id = app.xero.has_option("Acme")
    app.xero.approves_bill("B-1", "Delft Signs", [line("10", option="Acme")], date=DAY)
    return [await app.ask("DELETE", f"{OPTIONS.format(app.xero.categories[0].category_id)}/{option_id}")]


async def posts_tracking(app: Any, document_id: str, option_id: str, kind: str = "Invoices") -> Replies:
    (item,) = app.xero.documents[document_id]["LineItems"]
    lines = [{"LineItemID": item["LineItemID"], "Tracking": [{"TrackingOptionID": option_id}]}]
    return [await app.ask("POST", f"/{kind}/{document_id}", {"LineItems": lines})]


async def archived_option_on_new_line(app: Any) -> Replies:
    option_id = app.xero.has_option("Old", status="ARCHIVED")
    return await posts_tracking(app, app.xero.approves_bill("B-1", "Delft Signs", [line("10")], date=DAY), option_id)


async def good_tracking_is_dropped(app: Any) -> Replies:
    option_id = app.xero.has_option("Acme")
    return await posts_tracking(app, app.xero.approves_bill("B-1", "Delft Signs", [line("10")], date=DAY), option_id)


async def credit_note_tracking_is_editable(app: Any) -> Replies:
    option_id = app.xero.has_option("Acme")
    note = app.xero.approves_credit_note("CN-1", "Delft Signs", [line("10")], date=DAY)
    return await posts_tracking(app, note, option_id, "CreditNotes")


async def paid_bill_is_editable(app: Any) -> Replies:
    option_id = app.xero.has_option("Acme")
    bill = app.xero.approves_bill("B-1", "Delft Signs", [line("10")], date=DAY)
    app.xero.pays(bill)
    return await posts_tracking(app, bill, option_id)


async def posted_after(app: Any, change: Callable[[str], Any], **lapse: float) -> Replies:
    """What the webhook posts once that time has passed after the change of a bill."""
    app.xero.has_category("Project", ["Acme", "Birch"])
    bill = app.xero.approves_bill("B-1", "Delft Signs", [line("10", option="Acme")], date=DAY)
    posted: Replies = []

    async def send(body: bytes, _: dict[str, str]) -> httpx.Response:
        posted.append(body)
        return httpx.Response(200)

    webhook = Webhook(app.xero, "webhook-key-standin", send, status="ok")
    change(bill)
    app.time.passes(**lapse)
    await webhook.work()
    return posted


async def tracking_edit_sends_notice(app: Any) -> Replies:
    return await posted_after(app, lambda bill: app.xero.recodes(bill, 1, "Birch"), hours=1)


async def payment_sends_notice(app: Any) -> Replies:
    return await posted_after(app, app.xero.pays, hours=1)


async def notice_latency_seconds(app: Any) -> Replies:
    return await posted_after(app, lambda bill: app.xero.edits(bill, reference="PO 7"), minutes=1)


async def nothing_there(app: Any) -> Replies:
    return [await app.ask("GET", "/Invoices/B-1")]


async def too_many_calls_body(app: Any) -> Replies:
    app.xero.limits.minute = 0
    return [await app.ask("GET", "/Organisation")]


async def problem_keys_are_lower_case(app: Any) -> Replies:
    app.time.passes(days=365)
    return [await app.ask("GET", "/Organisation")]


async def app_bill_link_works(app: Any) -> Replies:
    bill = app.xero.approves_bill("B-1", "Delft Signs", [line("10")], date=DAY)
    return [await app.client.get(f"/app/!fP3kx/bills/view/{bill}")]


SCENES: dict[str, Callable[[Any], Awaitable[Replies]]] = {
    "tracking_has_option_ids": a_bill,
    "has_updated_string": a_bill,
    "duplicate_name_ignores_case": lambda app: puts(app, "ACME"),
    "duplicate_counts_archived": lambda app: puts(app, "Old"),
    "put_options_may_answer_without_id": lambda app: puts(app, "Birch"),
    "not_unique_but_created": lambda app: puts(app, "Birch"),
    "long_name": lambda app: puts(app, "x" * 101),
    "third_category_status": a_third_category,
    "unquoted_texts_are_bare": a_third_category,
    "not_found_type": nothing_there,
} | {
    scene.__name__: scene
    for scene in (
        *(old_refresh_token_survives_use_of_new, web_app_takes_pkce, if_modified_since_is_inclusive, if_modified_since_takes_zones),
        *(tracking_edit_moves_updated_date, payment_moves_updated_date, renaming_moves_updated_date, post_active_restores_option),
        *(put_options_takes_json_list, options_have_hard_limit, used_option_delete_status, archived_option_on_new_line),
        *(good_tracking_is_dropped, credit_note_tracking_is_editable, paid_bill_is_editable, tracking_edit_sends_notice),
        *(payment_sends_notice, notice_latency_seconds, too_many_calls_body, problem_keys_are_lower_case, app_bill_link_works),
    )
}


def on_the_wire(reply: Any) -> tuple[Any, ...]:
    if isinstance(reply, bytes):
        return (reply,)
    return reply.status_code, reply.headers.get("content-type"), reply.headers.get("location"), reply.content


@pytest.mark.parametrize("unknown", [pytest.param(each, id=each.name) for each in unknowns() if each.service == "Xero"])
async def test_given_each_setting_of_a_switch_when_asked_the_same_then_the_raw_reply_differs(opened: Any, unknown: Unknown) -> None:
    seen = []
    for value in (unknown.default, unknown.default, *unknown.others):
        async with opened() as app:
            setattr(app.xero.switches, unknown.name, value)
            seen.append([on_the_wire(reply) for reply in await SCENES[unknown.name](app)])

    same, default, *others = seen
    assert same == default
    assert all(one != other for number, one in enumerate([default, *others]) for other in others[number:])


async def test_given_the_login_link_when_followed_then_it_shows_the_bill_either_way(app: Any) -> None:
    bill = app.xero.approves_bill("B-1", "Delft Signs", [line("10")], date=DAY)
    path = f"/organisationlogin/default.aspx?shortcode=!fP3kx&redirecturl=/AccountsPayable/Edit.aspx?InvoiceID={bill}"

    pages = []
    for works in (True, False):
        app.xero.switches.app_bill_link_works = works
        pages.append((await app.client.get(path)).text)

    assert pages == ["<h1>Bill B-1</h1>"] * 2
