"""The one way names are folded. Two names with equal folds are the same name; nothing else ever is."""

from __future__ import annotations

import html
import re
import unicodedata
from html.entities import html5

_DROPPED = dict.fromkeys(map(ord, "\u200b\ufeff\ufe0e\ufe0f\u200e\u200f"))
_DASHES = dict.fromkeys([*range(0x2010, 0x2016), 0x2212], "-")
_QUOTES = dict.fromkeys(range(0x2018, 0x201C), "'") | dict.fromkeys(range(0x201C, 0x2020), '"')
_PLAIN: dict[int, str | None] = {**_DROPPED, **_DASHES, **_QUOTES}
_ENTITY = re.compile(r"&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]*);")


def fold(name: str) -> str:
    """The comparison key of a name as Xero writes it.

    Invisible marks dropped, canonical composition, every Unicode space one plain space, dashes and curly quotes plain, full case folding.
    Not folded: accents, look-alike letters, compatibility forms, digits, joiners. `fold(fold(x)) == fold(x)`.
    """
    composed = unicodedata.normalize("NFC", name.translate(_PLAIN))
    spaced = " ".join(composed.split())
    # Folding can take letters apart; composing again makes the key the same however often it is folded.
    return unicodedata.normalize("NFC", spaced.casefold())


def unescape(name: str) -> str:
    """A name as a person reads it: the HTML entities Scoro may send decoded, once.

    Only whole entities, with their semicolon: "Art&notes" is a name, not "Art¬es".
    """
    return _ENTITY.sub(_decode, name)


def _decode(entity: re.Match[str]) -> str:
    word = entity[1]
    return html.unescape(entity[0]) if word.startswith("#") else html5.get(f"{word};", entity[0])


def fold_scoro(name: str) -> str:
    """The comparison key of a name as Scoro writes it: HTML entities are decoded once, then as `fold`."""
    return fold(unescape(name))
