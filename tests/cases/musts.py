"""What `must` and `must_not` ask of each case beside its keys, in their order: where it is asserted, or why it cannot be.

A word before the colon is a key of `then` that the harness compares; a path is a test file that asserts it; "later" needs the issue that not_yet.py names.
"""

from __future__ import annotations

ATTACHED, CARDS, WRITES = "attachments: the exact set", "cards: the exact set", "xero_writes: the exact set"
MATCHING = "tests/cases/test_matching_pairs.py"
OPTIONS, UNKNOWN = "tests/story/test_options.py", "tests/story/test_unknown.py"
TRACKING = "tests/story/test_write_tracking.py"
CLIENT = "tests/unit/clients/test_xero_client.py"
LATER = "later"

MUSTS: dict[str, tuple[str, ...]] = {
    "tra-4381": (
        f"{TRACKING}: dropped tracking is told, by the line read again",
        f"{TRACKING}: ids and names go together, and the other category stays",
        f"{TRACKING}: no amount moves, every line is sent with its id",
        "cards: open, and message xero_dropped_tracking; both choices stand on it",
        "cards: open",
        ATTACHED,
        WRITES,
    ),
    "tra-5fce": (
        f"{OPTIONS}: the read-back comes before the answer",
        "cards: open, and message not_created",
        f"{OPTIONS}: nothing is bound",
        f"{OPTIONS}: it can be pressed again, and the second attempt has a key of its own",
        "cards: message not_created",
        WRITES,
    ),
    "tra-b096": ("tests/unit/clients/test_mutated_replies.py: both forms of a contact's defaults are read", LATER, ATTACHED, WRITES),
    "tra-e4eb": (
        "bindings: 502 has the option's id",
        "xero_writes: one, on the category's Options path",
        f"{OPTIONS}: read back first",
        WRITES,
        CARDS,
        WRITES,
    ),
    "tra-f9af": (ATTACHED, "tests/unit/loop/test_settle.py: the reason says that the option is archived", CARDS, CARDS, WRITES),
    "doc-2989": (
        f"{CLIENT}: groups of forty bring them all",
        f"{CLIENT}: a group that is not found is split",
        f"{CLIENT}: asked for alone before it counts as missing",
        "detached: none of them",
        "detached: none of them",
    ),
    "doc-5746": (ATTACHED, CARDS, CARDS, ATTACHED),
    "doc-7829": (ATTACHED, ATTACHED, "tests/unit/loop/test_settle.py: a line of no value needs no project", ATTACHED, ATTACHED, ATTACHED),
    "doc-ab66": (
        f"{CLIENT}: every list is asked for by page",
        f"{UNKNOWN}: the whole bill is read before anything is decided",
        CARDS,
        f"{UNKNOWN}: nothing is taken off",
    ),
    "doc-f40f": (
        "request_counts: at most two reads",
        ATTACHED,
        "Cannot be asserted on people's side: paging that only repeats ends the listing, and there is nothing for a person to do.",
        "request_counts: at most two reads",
        "request_counts: two reads",
        "request_counts: two reads, the second exactly full",
    ),
    "mat-2912": (
        f"{MATCHING}: the card names letter 1",
        "expect: pair b",
        "expect: pair d",
        "expect: pair a",
        "expect: pair b has no card",
    ),
    "mat-9401": (CARDS, f"{MATCHING}: both numbers stand on the card", ATTACHED, "cards: candidates has both"),
    "mat-9fd6": ("expect: pairs a and b", "expect: pairs c and d", "expect: pairs a and b", f"{MATCHING}: the projects in the other order"),
    "mat-d2ad": (
        f"{MATCHING}: client and number of each stand on the card",
        f"{MATCHING}: 655 stands first",
        "after_click: INV-1002 follows, INV-1003 is asked about",
        ATTACHED,
        "cards: candidates has the two live ones",
        CARDS,
    ),
    "sla-3484": (
        "slack_calls: views.open, and tests/unit/slack/test_project_form.py: the form opens before anything is looked up",
        "slack_calls: an ephemeral message each time",
        "tests/unit/slack/test_project_form.py: the card stays as it is",
        "slack_calls: two presses, two calls",
        "tests/unit/slack/test_project_form.py: nothing is read before the form is open",
        "slack_calls: an ephemeral message each time",
    ),
    "sla-5cc2": (
        "limits: answered while every call of Scoro takes four seconds",
        "expect: labels_differ",
        "limits: max_value_chars, and the value is read as a number",
        "limits: max_options",
        "limits: answered in time",
        "tests/unit/slack/test_project_form.py: nothing found is an empty list",
    ),
    "sla-aba1": (LATER,) * 5,
    "pla-2a46": (
        "cards: one card of connection_health",
        f"{UNKNOWN}: a list that is refused comes again at growing distances",
        "cards: one card, and another check posts no second one",
        "cursor and attachments_changed",
        "attachments_changed: none, and every call names the organisation's id",
        "tests/unit/clients/test_oauth.py: a token that is refused is renewed once",
        "attachments_changed: none",
    ),
    "pla-5362": (
        "request_header: whole seconds of UTC",
        "attachments_new: two, and a second check writes nothing",
        "cursor_after_max, cursor_after_min",
        "attachments_new: two, and a second check writes nothing",
        "attachments_new: c2 is there",
        "cursor_after_max",
    ),
    "pla-8437": (
        "tests/unit/clients/test_http.py: markup and other kinds are told before they are parsed",
        f"{UNKNOWN}: one card after the second failure, gone when it works",
        "attachments_changed: none in tracking_html",
        "cards: Xero's own words out of the XML; xero_writes: one",
        "cards: none",
        "cards: none in token_503",
        "cursor: as it was in list_503 and token_503",
    ),
}
