"""When two names are the same name: cases and marks nobody sees fold together, and nothing else does."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.domain.examples import unhurried

from xero_sync.domain.fold import fold, fold_scoro, unescape

WORDS = st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=6), min_size=1, max_size=4)
SPACES = ["  ", "\u00a0", "\u2009", "\u202f", "\u3000", "\t", " \n"]
DASHES = ["-", *map(chr, range(0x2010, 0x2016)), "\u2212"]
UNSEEN = ["\u200b", "\ufeff", "\ufe0e", "\ufe0f", "\u200e", "\u200f"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Tidewater Launch", "TIDEWATER launch", id="case"),
        pytest.param("STRASSE 9", "Straße 9", id="full case folding"),
        pytest.param("ΟΔΟΣ", "οδος", id="final sigma"),
        pytest.param("\u0410\u0432\u0440\u043e\u0440\u0430", "\u0430\u0432\u0440\u043e\u0440\u0430", id="case in Cyrillic"),
        pytest.param("  Acme  Web ", "Acme Web", id="spaces at the ends and doubled"),
        pytest.param("Acme\u00a0Web", "Acme Web", id="no-break space"),
        pytest.param("Acme\u3000Web", "Acme Web", id="ideographic space"),
        pytest.param("Web \u2013 2026", "Web - 2026", id="en dash"),
        pytest.param("Web \u2014 2026", "Web - 2026", id="em dash"),
        pytest.param("\u22125 degrees", "-5 degrees", id="minus sign"),
        pytest.param("Kestrel\u2019s Foods", "Kestrel's Foods", id="curly apostrophe"),
        pytest.param("\u201cPitch\u201d", '"Pitch"', id="curly quotes"),
        pytest.param("F\u00e4lder", "Fa\u0308lder", id="composed and taken apart"),
        pytest.param("Fa\u200b\u0308lder", "F\u00e4lder", id="an unseen mark inside a letter"),
        pytest.param("Acme\u200bWeb", "AcmeWeb", id="zero-width space"),
        pytest.param("\ufeffAcme", "Acme", id="byte order mark"),
        pytest.param("Heart \u2764\ufe0f", "Heart \u2764", id="emoji presentation"),
        pytest.param("\u212bngstrom", "\u00e5ngstrom", id="Angstrom sign"),
    ],
)
def test_given_two_spellings_of_one_name_when_folded_then_they_are_equal(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Cafe Lumen", "Caf\u00e9 Lumen", id="accent"),
        pytest.param("\u0410urora", "Aurora", id="look-alike from another script"),
        pytest.param("\uff21urora", "Aurora", id="full-width letter"),
        pytest.param("Web \u2460", "Web 1", id="number in a circle"),
        pytest.param("Phase 1", "Phase 10", id="digits"),
        pytest.param("Phase 1", "Phase", id="a trailing number"),
        pytest.param("3576 - Web", "Web", id="a number in front"),
        pytest.param("Harbor Refit", "Harbour Refit", id="one letter"),
        pytest.param("AcmeWeb", "Acme Web", id="a missing space"),
        pytest.param("A-B", "A B", id="dash and space"),
        pytest.param("A-B", "A_B", id="dash and underscore"),
        pytest.param("Acme (Web)", "Acme [Web]", id="brackets"),
        pytest.param("\u0645\u06cc\u200c\u0631\u0648\u062f", "\u0645\u06cc\u0631\u0648\u062f", id="joiners are letters' business"),
        pytest.param("\U0001f469\u200d\U0001f4bb", "\U0001f469\U0001f4bb", id="joined emoji"),
        pytest.param("R&amp;D", "R&D", id="Xero's names are no HTML"),
    ],
)
def test_given_names_that_only_look_alike_when_folded_then_they_differ(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        pytest.param("Harbour &amp; Sons", "Harbour & Sons", id="an entity"),
        pytest.param("Kestrel&#039;s &quot;Web&quot;", 'Kestrel\'s "Web"', id="numbered and named"),
        pytest.param("A &#x26; B", "A & B", id="hexadecimal"),
        pytest.param("A &amp;amp; B", "A &amp; B", id="decoded once"),
        pytest.param("A & B", "A & B", id="a bare ampersand"),
        pytest.param("Art&notes", "Art&notes", id="no entity without its semicolon"),
        pytest.param("Bed&copyright;", "Bed&copyright;", id="nor one that only begins like one"),
        pytest.param("&nosuchthing; Web", "&nosuchthing; Web", id="an unknown one stays"),
    ],
)
def test_given_a_name_as_scoro_sends_it_when_read_then_whole_entities_are_decoded_once(sent: str, read: str) -> None:
    assert (unescape(sent), fold_scoro(sent)) == (read, fold(read))


def test_given_every_character_when_folded_twice_then_it_is_as_folded_once() -> None:
    twice_is_more = [
        f"U+{code:04X}"
        for code in range(0x110000)
        if unicodedata.category(chr(code)) not in ("Cn", "Co", "Cs") and fold(fold(f"a{chr(code)}b")) != fold(f"a{chr(code)}b")
    ]

    assert twice_is_more == []


def test_given_a_letter_that_folds_to_several_when_a_mark_follows_it_then_folding_again_changes_nothing() -> None:
    letters = [chr(code) for code in range(0x110000) if len(chr(code).casefold()) > 1]
    names = [letter + chr(mark) for letter in letters for mark in range(0x300, 0x370)]

    assert len(letters) > 100 and [name for name in names if fold(fold(name)) != fold(name)] == []


@unhurried
@given(st.text())
def test_given_any_text_when_folded_twice_then_it_is_as_folded_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@unhurried
@given(st.text())
def test_given_any_text_when_taken_apart_or_composed_then_it_folds_equal(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@unhurried
@given(WORDS, st.data())
def test_given_a_name_when_spaces_dashes_and_unseen_marks_vary_then_it_folds_equal(words: list[str], data: st.DataObject) -> None:
    spaced = data.draw(st.sampled_from(SPACES)).join(word + data.draw(st.sampled_from([*UNSEEN, ""])) for word in words)
    dashed = data.draw(st.sampled_from(DASHES)).join(words)

    assert (fold(spaced), fold(dashed)) == (fold(" ".join(words)), fold("-".join(words)))


@unhurried
@given(WORDS)
def test_given_a_name_when_its_case_varies_then_it_folds_equal(words: list[str]) -> None:
    name = " ".join(words)

    # Upper case is not always undone by lower case (ı), but full case folding is what `str.casefold` says.
    assert fold(name.casefold()) == fold(name)


@unhurried
@given(WORDS, st.integers(min_value=0, max_value=9))
def test_given_a_name_when_a_digit_is_added_then_it_is_another_name(words: list[str], digit: int) -> None:
    name = " ".join(words)

    assert fold(f"{name}{digit}") != fold(name) and fold(f"{name} {digit}") != fold(name)


@unhurried
@given(st.text())
def test_given_plain_text_when_it_comes_escaped_from_scoro_then_it_is_the_same_name(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;").replace("'", "&#039;")

    assert fold_scoro(escaped) == fold(text)
