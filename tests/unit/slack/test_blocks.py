"""Escaping, shortening and ids: what every card is made of."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from xero_sync.slack.blocks import (
    FormOrigin,
    Pressed,
    clip,
    escape,
    escape_but_people,
    link,
    mention,
    moment,
    sections,
    text_length,
    within,
)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("<!channel>", "&lt;!channel&gt;", id="a broadcast"),
        pytest.param("Tern & Teal", "Tern &amp; Teal", id="an ampersand"),
        pytest.param("&amp;", "&amp;amp;", id="an entity stays what was typed"),
        pytest.param("two\nlines\tand more", "two lines and more", id="one line"),
        pytest.param("שלום", "\u2068שלום\u2069", id="right to left is fenced off"),
        pytest.param("a\u202eb", "\u2068a\u202eb\u2069", id="an override is fenced off"),
    ],
)
def test_given_a_name_of_others_when_escaped_then_slack_shows_it_and_does_nothing_else(name: str, shown: str) -> None:
    assert escape(name) == shown


def test_given_a_long_name_when_escaped_then_it_is_cut_between_characters_and_stays_short() -> None:
    escaped = escape("&" * 500, 80)

    assert escaped == "&amp;" * 31 + "…"


def test_given_a_text_of_the_allowed_length_when_clipped_then_nothing_is_missing() -> None:
    assert clip("a" * 75, 75) == "a" * 75


def test_given_our_own_sentence_when_escaped_then_people_are_still_named() -> None:
    text = escape_but_people("Already answered by <@U_CARA>: Put on <!here> & more.")

    assert text == "Already answered by <@U_CARA>: Put on &lt;!here&gt; &amp; more."


@pytest.mark.parametrize(
    ("person_id", "shown"),
    [
        pytest.param("U012AB3CD", "<@U012AB3CD>", id="a Slack user"),
        pytest.param("terminal:dana", "dana", id="the terminal"),
        pytest.param("U1> <!channel", "U1&gt; &lt;!channel", id="no id at all"),
    ],
)
def test_given_a_person_when_mentioned_then_only_a_real_id_becomes_a_mention(person_id: str, shown: str) -> None:
    assert mention(person_id) == shown


def test_given_an_address_when_linked_then_nothing_in_it_ends_the_link() -> None:
    assert link("https://go.xero.com/?a=1&b=<|>", "Xero") == "<https://go.xero.com/?a=1&amp;b=%3C%7C%3E|Xero>"


def test_given_an_instant_of_another_zone_when_shown_then_the_fallback_is_in_utc() -> None:
    at = datetime(2026, 11, 24, 1, 30, tzinfo=timezone(timedelta(hours=5)))

    assert moment(at) == f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|23 Nov 2026, 20:30 UTC>"


def test_given_many_lines_when_put_in_sections_then_none_is_longer_than_slack_takes() -> None:
    blocks = sections(["a" * 1_000] * 7)

    assert [len(block["text"]["text"]) for block in blocks] == [2_001, 2_001, 2_001, 1_000]


def test_given_more_lines_than_there_is_room_for_when_kept_within_it_then_the_rest_is_said_to_be_missing() -> None:
    assert within(["one", "two", "three"], 8) == ["one", "two", "…"]


def test_given_blocks_when_their_text_is_counted_then_menus_and_dialogs_count_too() -> None:
    blocks = [{"text": {"text": "abc"}, "elements": [{"text": {"text": "de"}, "confirm": {"title": {"text": "f"}}}]}]

    assert text_length(blocks) == 6


@pytest.mark.parametrize("choice_id", ["put-412", "a|b", "none"])
def test_given_a_pressed_choice_when_written_to_a_button_and_read_then_it_is_the_same(choice_id: str) -> None:
    pressed = Pressed("q1", choice_id, 3)

    assert Pressed.read(str(pressed)) == pressed


def test_given_a_form_when_its_origin_is_read_then_it_knows_choice_and_card() -> None:
    origin = FormOrigin(Pressed("q1", "a|b", 3), "C_FIN", "1795529100.000000")

    assert FormOrigin.read(str(origin)) == origin


@pytest.mark.parametrize("value", ["", "waiting", "q1|choice", "q1|choice|x", "|choice|1", "q1||1"])
def test_given_a_value_that_is_no_card_of_ours_when_read_then_there_is_nothing(value: str) -> None:
    assert Pressed.read(value) is None
