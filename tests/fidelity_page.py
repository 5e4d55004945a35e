"""docs/fidelity.md: every call the bot makes or takes, who beside us has judged it, and which open questions it rests on.

Write it anew with `.venv/bin/python -m tests.fidelity_page`. What stands here is checked: the calls against the code (tests/test_fidelity.py), the
judges by `make judge`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "fidelity.md"
CONTRACT = {"Xero": "Xero's OpenAPI files", "Slack": "Slack's types and limits"}
XERO_PYTHON, PYXERO, TAP, XERO_LOCAL, SDK = "xero-python", "pyxero", "tap-xero", "xero-local", "Slack's own SDK"
HEAD = """# Who has judged what

The live services cannot be reached from a test. So every call is played with a stand-in, and the stand-in and our client are judged by parties who
did not write them: the vendors' machine-readable contracts, clients that others wrote reading our stand-in (`xero-python`, `pyxero`, `tap-xero`,
Slack's SDK), and our client reading a server that others wrote (`xero-local`). `make judge` does it.

The last column names the open questions a call rests on: [what is not known](unknowns.md).

This page is made from the code: a test compares the two, and `.venv/bin/python -m tests.fidelity_page` writes it anew.
"""


@dataclass(frozen=True)
class Endpoint:
    """One call. judges: who accepts it beside us. rests_on: switches of the service's stand-in."""

    service: str
    call: str
    judges: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()


_X, _S, _L = CONTRACT["Xero"], CONTRACT["Slack"], "Slack"
_LISTED = ("if_modified_since_is_inclusive", "if_modified_since_takes_zones", "tracking_edit_moves_updated_date")
_LISTED += ("payment_moves_updated_date", "renaming_moves_updated_date", "tracking_has_option_ids", "has_updated_string")
_SHOWN = ("tracking_has_option_ids", "has_updated_string", "not_found_type")
_ANY = ("too_many_calls_body", "problem_keys_are_lower_case")
_CHANNEL = ("converted_channel_keeps_id", "metadata_has_limit")
_SCORO = ("status_code", "error_form", "errors_under_http_200", "unknown_site_status", "edge_blocks_library_agents", "limit_window")
_SCORO_LIST = ("from_date_accepts_time", "lists_start_with", "datetimes", "empty_dates", "names_are_html_escaped")
_SCORO_DOCUMENTS = ("detailed_lists_have_lines", "detailed_lists_have_custom_fields", "document_project_name_has_number")
_COPIES = ("copied_bills_keep_xero_number", "void_deletes_copy", "sync_resets_project", "attach_moves_modified_date", "sync_rewrites_lines")
_WRITTEN = ("lines_modify", "header_project_overwrites_lines", "line_projects_can_be_set", "line_sum_wins", "unknown_project_in_write")

ENDPOINTS = (
    Endpoint(
        "Xero",
        "POST /connect/token",
        (_X, XERO_PYTHON, PYXERO, TAP, XERO_LOCAL),
        ("old_refresh_token_survives_use_of_new", "web_app_takes_pkce"),
    ),
    Endpoint("Xero", "GET /connections", (_X, XERO_PYTHON, PYXERO, XERO_LOCAL)),
    Endpoint("Xero", "GET /Organisation", (_X,), _ANY),
    Endpoint("Xero", "GET /Accounts", (_X,), _ANY),
    Endpoint(
        "Xero",
        "GET /TrackingCategories",
        (_X, XERO_PYTHON, PYXERO, TAP),
        (*_ANY, "third_category_status", "used_option_delete_status"),
    ),
    Endpoint(
        "Xero",
        "PUT /TrackingCategories/{id}/Options",
        (_X, XERO_PYTHON, PYXERO),
        (
            "duplicate_name_ignores_case",
            "duplicate_counts_archived",
            "put_options_may_answer_without_id",
            "not_unique_but_created",
            "post_active_restores_option",
            "put_options_takes_json_list",
            "options_have_hard_limit",
            "long_name",
            "unquoted_texts_are_bare",
            *_ANY,
        ),
    ),
    Endpoint(
        "Xero",
        "GET /Invoices",
        (_X, XERO_PYTHON, PYXERO, TAP, XERO_LOCAL),
        (*_LISTED, *_ANY, "paid_bill_is_editable", "archived_option_on_new_line", "good_tracking_is_dropped", "app_bill_link_works"),
    ),
    Endpoint("Xero", "GET /Invoices/{id}", (_X, XERO_LOCAL), (*_SHOWN, *_ANY)),
    Endpoint("Xero", "POST /Invoices/{id}", (_X,), ("paid_bill_is_editable", "good_tracking_is_dropped", *_ANY)),
    Endpoint("Xero", "POST /CreditNotes/{id}", (_X,), ("credit_note_tracking_is_editable", *_ANY)),
    Endpoint("Xero", "GET /CreditNotes", (_X, TAP), (*_LISTED, *_ANY, "credit_note_tracking_is_editable")),
    Endpoint("Xero", "GET /CreditNotes/{id}", (_X, XERO_PYTHON, PYXERO, XERO_LOCAL), (*_SHOWN, *_ANY)),
    Endpoint("Xero", "POST /webhooks/xero, taken", (_X,), ("tracking_edit_sends_notice", "payment_sends_notice", "notice_latency_seconds")),
    Endpoint(
        "Scoro",
        "POST /projects/list",
        (),
        (*_SCORO, *_SCORO_LIST, "project_name_filter", "any_field_is_filterable", "lists_show_other_entities"),
    ),
    Endpoint("Scoro", "POST /projects/view/{id}", (), (*_SCORO, "unknown_id", "names_are_html_escaped", "datetimes", "empty_dates")),
    Endpoint("Scoro", "POST /financeObjects/list", (), (*_SCORO, "finance_objects_writable", "finance_objects_write_answers_ok")),
    Endpoint("Scoro", "POST /companies/list", (), (*_SCORO, *_SCORO_LIST)),
    Endpoint("Scoro", "POST /users/list", (), _SCORO),
    Endpoint("Scoro", "POST /customFields/list", (), _SCORO),
    Endpoint("Scoro", "POST /bills/list", (), (*_SCORO, *_SCORO_LIST, *_SCORO_DOCUMENTS, *_COPIES)),
    Endpoint("Scoro", "POST /invoices/list", (), (*_SCORO, *_SCORO_LIST, *_SCORO_DOCUMENTS, *_COPIES)),
    Endpoint("Scoro", "POST /bills/view/{id}", (), (*_SCORO, "unknown_id", "deleted_can_be_viewed", "datetimes")),
    Endpoint("Scoro", "POST /bills/modify/{id}", (), (*_SCORO, *_WRITTEN, "invoice_accepts_line_projects", "refused_action_code")),
    Endpoint("Scoro", "POST /comments/modify", (), (*_SCORO, "refused_action_code")),
    Endpoint(_L, "auth.test", (_S, SDK)),
    Endpoint(_L, "apps.connections.open", (_S, SDK)),
    Endpoint(
        _L, "chat.postMessage", (_S, SDK), (*_CHANNEL, "private_channel_answers", "posting_to_user_id_opens_dm", "repeated_post_is_known")
    ),
    Endpoint(_L, "chat.postEphemeral", (_S, SDK), ("ephemeral_arrives",)),
    Endpoint(_L, "chat.update", (_S, SDK), _CHANNEL),
    Endpoint(_L, "users.info", (_S, SDK)),
    Endpoint(_L, "views.open", (_S, SDK)),
    Endpoint(_L, "views.update", (_S, SDK)),
    Endpoint(_L, "response_url, posted to", (_S, SDK), ("response_url_replaces_by_default", "used_up_response_url_status")),
    Endpoint(_L, "what people press, type and send, taken", (SDK,), ("stale_press_is_delivered", "interactions_are_retried")),
)


def calls_of(service: str, judge: str = "") -> set[str]:
    """The calls of a service, all or those this judge accepts, without what it sends to us."""
    found = (each for each in ENDPOINTS if each.service == service and not each.call.endswith((", taken", ", posted to")))
    return {each.call for each in found if not judge or judge in each.judges}


def named(method: str, path: str) -> str:
    """A call as the page names it: without the API's address, and with {id} for what changes."""
    path = re.sub(r"^(/api\.xro/2\.0|/api/v2)", "", path)
    path = re.sub(r"/(?:[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|\d+)(?=/|$)", "/{id}", path)
    return f"{method} {'/connections' if path == '/Connections' else path}"


def page() -> str:
    """The whole page."""
    return HEAD + "".join(
        f"\n## {service}\n\n" + "\n".join(_table(service)) + "\n" for service in dict.fromkeys(each.service for each in ENDPOINTS)
    )


def _table(service: str) -> Iterator[str]:
    yield "| Call | Judged by | Rests on |"
    yield "| --- | --- | --- |"
    for each in ENDPOINTS:
        if each.service == service:
            judges = ", ".join(each.judges) or "nobody else: Scoro publishes no contract, and nobody a client of this API"
            yield f"| {each.call} | {judges} | {', '.join(f'`{name}`' for name in dict.fromkeys(each.rests_on))} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
