"""The one way names are folded. Two names with equal folds are the same name; nothing else ever is."""

from __future__ import annotations

import html
import unicodedata

_DROPPED = dict.fromkeys(map(ord, "\u200b\ufeff\ufe0e\ufe0f\u200e\u200f"))
_DASHES = dict.fromkeys([*range(0x2010, 0x2016), 0x2212], "-")
_QUOTES = dict.fromkeys(range(0x2018, 0x201C), "'") | dict.fromkeys(range(0x201C, 0x2020), '"')
_PLAIN: dict[int, str | None] = {**_DROPPED, **_DASHES, **_QUOTES}


def fold(name: str) -> str:
    """The comparison key of a name as Xero writes it.

    Invisible marks dropped, canonical composition, every Unicode space one plain space, dashes and curly quotes plain, full case folding.
    Not folded: accents, look-alike letters, compatibility forms, digits, joiners. `fold(fold(x)) == fold(x)`.
    """
    composed = unicodedata.normalize("NFC", name.translate(_PLAIN))
    spaced = " ".join(composed.split())
    # Folding can take letters apart; composing again makes the key the same however often it is folded.
    return unicodedata.normalize("NFC", spaced.casefold())


def fold_scoro(name: str) -> str:
    """The comparison key of a name as Scoro writes it: HTML entities are decoded once, then as `fold`."""
    return fold(html.unescape(name))
