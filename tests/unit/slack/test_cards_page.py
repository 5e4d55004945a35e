"""docs/cards.md is what the cards say, and they say it in short sentences."""

from __future__ import annotations

import re

from tests.unit.slack.page import PAGE, page, samples

from xero_sync.testing.standins.slack import check_outgoing

MOST_WORDS = 20


def test_given_docs_when_compared_with_the_cards_then_the_page_says_what_they_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: .venv/bin/python -m tests.unit.slack.page"


def test_given_every_card_when_its_sentences_are_counted_then_none_is_over_twenty_words() -> None:
    sentences = [
        sentence for line in page().splitlines() if line.startswith(">") for sentence in re.split(r"[.?!:;·]\s|[.?!:;·]$", line[1:])
    ]

    long = [sentence for sentence in sentences if len(re.findall(r"[\w'£€-]+", sentence)) > MOST_WORDS]

    assert long == []


def test_given_every_card_when_judged_then_slack_takes_it() -> None:
    violations = [
        (name, str(violation))
        for _, name, blocks in samples()
        if blocks
        for violation in check_outgoing("chat.postMessage", {"channel": "C_FIN", "text": "a card", "blocks": list(blocks)})
        if "/type is 'input'" not in str(violation)
    ]

    assert violations == []
