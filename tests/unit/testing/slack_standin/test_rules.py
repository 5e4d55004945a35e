"""What may go out to Slack: every length, count and shape, a mistake each."""

from typing import Any

import pytest

from xero_sync.testing.standins.slack import check_outgoing
from xero_sync.testing.standins.slack.rules import METHODS

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str = "October", value: str = "10", **more: Any) -> Json:
    return {"text": plain(text), "value": value, **more}


def button(text: str = "Put on", action_id: str = "a", **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def section(**parts: Any) -> Json:
    return {"type": "section", **(parts or {"text": mrkdwn("text")})}


def field(element: Json, label: str = "Note", **more: Any) -> Json:
    return {"type": "input", "label": plain(label), "element": element, **more}


def confirm(**other: Json) -> Json:
    return {"title": plain("Sure?"), "text": mrkdwn("Really?"), "confirm": plain("Yes"), "deny": plain("No")} | other


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Choose"), "blocks": list(blocks) or [section()], **more}


TYPED = {"type": "plain_text_input", "action_id": "said"}
MENU = {"type": "static_select", "action_id": "m"}
LONGEST = option("x" * 75, "v" * 150)
GOOD_BLOCKS = [
    {"type": "header", "text": plain("x" * 150)},
    section(text=mrkdwn("x" * 3000)),
    section(fields=[mrkdwn("x")] * 10, accessory=button()),
    {"type": "context", "elements": [mrkdwn("x"), plain("y"), {"type": "image", "image_url": "https://x.example/i", "alt_text": "i"}]},
    {"type": "divider"},
    actions(*(button("x" * 75, str(number), value="v" * 2000, style="danger", confirm=confirm()) for number in range(25))),
    actions(MENU | {"options": [LONGEST] * 100, "placeholder": plain("p" * 150), "initial_option": LONGEST}),
    actions({"type": "external_select", "action_id": "e", "min_query_length": 0}, {"type": "overflow", "options": [option()] * 5}),
    actions({"type": "checkboxes", "action_id": "c", "options": [{"text": mrkdwn("*Always*"), "value": "1"}]}),
    actions({"type": "datepicker", "action_id": "d", "initial_date": "2027-03-31"}),
    field(TYPED | {"multiline": True, "max_length": 3000}, hint=plain("h"), optional=True, block_id="b" * 255),
]


@pytest.mark.parametrize("block", [pytest.param(block, id=f"{number} {block['type']}") for number, block in enumerate(GOOD_BLOCKS)])
def test_given_a_block_at_its_limits_when_checked_then_it_may_go(block: Json) -> None:
    assert check_outgoing("chat.postMessage", {"channel": "C1", "text": "t", "team_id": "T1", "blocks": [block]}) == []


BAD_BLOCKS = [
    ({"type": "header", "text": plain("x" * 151)}, "/blocks/0/text/text has 151"),
    ({"type": "header", "text": mrkdwn("x")}, "/blocks/0/text/type is 'mrkdwn'"),
    (section(text=mrkdwn("x" * 3001)), "/blocks/0/text/text has 3001"),
    (section(text=mrkdwn("")), "/blocks/0/text/text has 0"),
    (section(text=plain("x") | {"verbatim": True}), "/blocks/0/text/verbatim is not known"),
    (section(block_id="b"), "/blocks/0 needs text or fields"),
    (section(fields=[mrkdwn("x")] * 11), "/blocks/0/fields has 11"),
    (section(fields=[mrkdwn("x" * 2001)]), "/blocks/0/fields/0/text has 2001"),
    (section(text=plain("x"), block_id="b" * 256), "/blocks/0/block_id has 256"),
    (section(text=plain("x"), colour="red"), "/blocks/0/colour is not known"),
    ({"type": "banner"}, "/blocks/0/type is 'banner'"),
    ({"type": "context", "elements": [mrkdwn("x")] * 11}, "/blocks/0/elements has 11"),
    ({"type": "context", "elements": []}, "/blocks/0/elements has 0"),
    (actions(*(button(action_id=str(number)) for number in range(26))), "/blocks/0/elements has 26"),
    (actions(button(), button()), "/blocks/0 has action_id 'a' more than once"),
    (actions(button("x" * 76)), "/blocks/0/elements/0/text/text has 76"),
    (actions({"type": "button", "text": mrkdwn("x")}), "/blocks/0/elements/0/text/type is 'mrkdwn'"),
    (actions(button(value="v" * 2001)), "/blocks/0/elements/0/value has 2001"),
    (actions(button(url="u" * 3001)), "/blocks/0/elements/0/url has 3001"),
    (actions(button(action_id="a" * 256)), "/blocks/0/elements/0/action_id has 256"),
    (actions(button(style="green")), "/blocks/0/elements/0/style must look like"),
    (actions(button(accessibility_label="x" * 76)), "/blocks/0/elements/0/accessibility_label has 76"),
    (actions(button(confirm=confirm(title=plain("x" * 101)))), "/blocks/0/elements/0/confirm/title/text has 101"),
    (actions(button(confirm=confirm(text=mrkdwn("x" * 301)))), "/blocks/0/elements/0/confirm/text/text has 301"),
    (actions(button(confirm=confirm(confirm=plain("x" * 31)))), "/blocks/0/elements/0/confirm/confirm/text has 31"),
    (actions(button(confirm=confirm(deny=plain("x" * 31)))), "/blocks/0/elements/0/confirm/deny/text has 31"),
    (actions(button(confirm={"title": plain("x"), "text": plain("x"), "confirm": plain("x")})), "/confirm/deny is missing"),
    (actions(MENU | {"options": [option("x" * 76)]}), "/blocks/0/elements/0/options/0/text/text has 76"),
    (actions(MENU | {"options": [option(value="v" * 151)]}), "/blocks/0/elements/0/options/0/value has 151"),
    (actions(MENU | {"options": [option(description=plain("d" * 76))]}), "/options/0/description/text has 76"),
    (actions(MENU | {"options": [option()] * 101}), "/blocks/0/elements/0/options has 101"),
    (actions(MENU | {"options": []}), "/blocks/0/elements/0/options has 0"),
    (actions(MENU), "/blocks/0/elements/0 needs either options or option_groups"),
    (actions(MENU | {"option_groups": [{"label": plain("x" * 76), "options": [option()]}]}), "/option_groups/0/label/text has 76"),
    (actions(MENU | {"options": [option()], "placeholder": plain("p" * 151)}), "/blocks/0/elements/0/placeholder/text has 151"),
    (actions(MENU | {"options": [option()], "initial_option": option("May")}), "/blocks/0/elements/0 starts with an option"),
    (actions({"type": "overflow", "action_id": "o", "options": [option()] * 6}), "/blocks/0/elements/0/options has 6"),
    (actions({"type": "checkboxes", "action_id": "c", "options": [option()] * 11}), "/blocks/0/elements/0/options has 11"),
    (actions({"type": "datepicker", "action_id": "d", "initial_date": "31 March"}), "/blocks/0/elements/0/initial_date must look like"),
    (actions(TYPED), "/blocks/0/elements/0/type is 'plain_text_input'"),
    (field(TYPED, "x" * 2001), "/blocks/0/label/text has 2001"),
    (field(TYPED, hint=plain("x" * 2001)), "/blocks/0/hint/text has 2001"),
    (field(button()), "/blocks/0/element/type is 'button'"),
    ({"type": "markdown", "text": ""}, "/blocks/0/text has 0"),
    ("a text", "/blocks/0/type is None"),
]


@pytest.mark.parametrize(("block", "sentence"), [pytest.param(*case, id=case[1]) for case in BAD_BLOCKS])
def test_given_a_bad_block_when_checked_then_one_sentence_says_where(block: Any, sentence: str) -> None:
    found = check_outgoing("chat.postMessage", {"channel": "C1", "text": "t", "blocks": [block]})

    assert [violation.error for violation in found] == ["invalid_blocks"] and sentence in found[0].sentence


TO = {"channel": "C1", "text": "t"}
BAD_MESSAGES = [
    ({"channel": "C1"}, "no_text", "/text is missing"),
    ({"channel": "C1", "blocks": [section()]}, "invalid_arguments", "/text is missing"),
    ({"text": "t"}, "invalid_arguments", "/channel is missing"),
    (TO | {"thread": "1.2"}, "invalid_arguments", "/thread is not an argument"),
    (TO | {"text": "t" * 40_001}, "invalid_arguments", "/text has 40001"),
    (TO | {"unfurl_links": "no"}, "invalid_arguments", "/unfurl_links must be true or false"),
    (TO | {"metadata": {"event_type": "x"}}, "invalid_arguments", "/metadata/event_payload is missing"),
    (TO | {"blocks": [{"type": "divider"}] * 51}, "invalid_blocks", "/blocks has 51"),
    (TO | {"blocks": [section(text=plain("x"), block_id="b")] * 2}, "invalid_blocks", "block_id 'b' more than once"),
    (TO | {"blocks": [section(text=plain("x" * 2251))] * 4}, "msg_blocks_too_long", "hold 9004 characters"),
    (TO | {"blocks": {"type": "divider"}}, "invalid_blocks", "/blocks must be a list"),
]


@pytest.mark.parametrize(("args", "error", "sentence"), [pytest.param(*case, id=f"{case[1]} {case[2]}") for case in BAD_MESSAGES])
def test_given_a_bad_message_when_checked_then_it_is_refused_as_slack_would(args: Json, error: str, sentence: str) -> None:
    found = check_outgoing("chat.postMessage", args)

    assert [violation.error for violation in found] == [error] and sentence in found[0].sentence


BAD_VIEWS = [
    (modal(title=plain("x" * 25)), "/view/title/text has 25"),
    (modal(submit=plain("x" * 25)), "/view/submit/text has 25"),
    (modal(close=plain("x" * 25)), "/view/close/text has 25"),
    (modal(private_metadata="x" * 3001), "/view/private_metadata has 3001"),
    (modal(callback_id="x" * 256), "/view/callback_id has 256"),
    (modal(*[{"type": "divider"}] * 101), "/view/blocks has 101"),
    (modal(field(TYPED)), "/view/submit is missing although there is an input"),
    (modal(section(text=plain("x"), block_id="b"), section(text=plain("y"), block_id="b")), "block_id 'b' more than once"),
    (modal({"type": "markdown", "text": "x"}), "/view/blocks/0/type is 'markdown'"),
    ({"type": "modal", "blocks": [section()]}, "/view/title is missing"),
    ({"type": "home", "title": plain("x"), "blocks": [section()]}, "/view/title is not known"),
    ({"type": "panel"}, "/view/type is 'panel'"),
    ("a view", "/view must be an object"),
]


@pytest.mark.parametrize(("view", "sentence"), [pytest.param(*case, id=case[1]) for case in BAD_VIEWS])
def test_given_a_bad_view_when_checked_then_one_sentence_says_where(view: Any, sentence: str) -> None:
    found = check_outgoing("views.open", {"trigger_id": "1.2.3", "view": view})

    assert [violation.error for violation in found] == ["invalid_arguments"] and sentence in found[0].sentence


@pytest.mark.parametrize(
    ("method", "args", "sentence"),
    [
        pytest.param("views.open", {"view": modal()}, "one of trigger_id, interactivity_pointer is missing", id="no trigger"),
        pytest.param("views.update", {"view": modal()}, "one of view_id, external_id is missing", id="no view id"),
        pytest.param("users.info", {}, "/user is missing", id="no user"),
        pytest.param("users.list", {}, "users.list is not a method of this stand-in", id="no method"),
        pytest.param("options ack", {"options": [option()] * 101}, "/options has 101 items, 0 to 100 are allowed", id="too many options"),
        pytest.param("options ack", {"text": "x"}, "one of options, option_groups is missing", id="no options"),
        pytest.param("command ack", {"text": ""}, "/text is missing", id="an empty answer"),
        pytest.param("response_url", {"blocks": [section()]}, "/text is missing", id="an answer without text"),
    ],
)
def test_given_other_things_an_app_sends_when_bad_then_they_are_caught_too(method: str, args: Json, sentence: str) -> None:
    assert sentence in [violation.sentence for violation in check_outgoing(method, args)]


def test_given_an_answer_that_only_deletes_when_checked_then_it_needs_no_text() -> None:
    assert check_outgoing("response_url", {"text": "", "delete_original": True}) == []


@pytest.mark.parametrize("method", METHODS)
def test_given_the_team_that_bolt_puts_into_every_call_when_checked_then_it_is_taken(method: str) -> None:
    without, with_team = ([str(found) for found in check_outgoing(method, args)] for args in ({}, {"team_id": "T0FERROW"}))

    assert with_team == without
