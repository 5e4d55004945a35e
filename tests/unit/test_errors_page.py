"""docs/errors.md is what the exception tree says, and it says it in short sentences with a code of each its own."""

from __future__ import annotations

import re
from collections import Counter

from tests.unit.errors_page import PAGE, errors, page, sentence_of

MOST_WORDS = 20


def test_given_docs_when_compared_with_the_classes_then_the_page_says_what_they_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: .venv/bin/python -m tests.unit.errors_page"


def test_given_every_error_when_its_code_is_looked_up_then_no_other_has_it() -> None:
    counts = Counter(error.code for _, error in errors())

    assert [code for code, count in counts.items() if count > 1] == []


def test_given_every_error_when_raised_without_a_message_then_it_is_one_line_of_short_sentences() -> None:
    long = [
        sentence
        for _, error in errors()
        for sentence in re.split(r"(?<=[.;])\s", sentence_of(error))
        if not sentence.endswith((".", ";")) or len(sentence.split()) > MOST_WORDS
    ]

    assert long == []
