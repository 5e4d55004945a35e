"""What differs between two names, in words a person can check. Pure."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from xero_sync import fold

_MOST_TOLD = 2


def tell_difference(in_xero: str, in_scoro: str) -> str:
    """The words that differ, and letters that only look like others; "" for names that are equal, or have little in common.

    in_xero, in_scoro: as people read them.
    """
    ours, theirs = in_xero.split(), in_scoro.split()
    runs = [
        (ours[start:end], theirs[other_start:other_end])
        for kind, start, end, other_start, other_end in _opcodes(list(map(fold, ours)), list(map(fold, theirs)))
        if kind != "equal"
    ]
    if len(runs) > _MOST_TOLD:
        return ""
    told = [_told(" ".join(xero_words), " ".join(scoro_words)) for xero_words, scoro_words in runs]
    look_alikes = [
        sentence
        for xero_words, scoro_words in runs
        for words, where in ((xero_words, "Xero"), (scoro_words, "Scoro"))
        for word in words
        for sentence in _odd_letters(word, where)
    ]
    return " ".join([*told, *look_alikes])


def _told(in_xero: str, in_scoro: str) -> str:
    if not in_xero or not in_scoro:
        return f'Only {"Xero" if in_xero else "Scoro"} has "{in_xero or in_scoro}".'
    extra = _one_more(fold(in_xero), fold(in_scoro)) or _one_more(fold(in_scoro), fold(in_xero))
    return f'Xero writes "{in_xero}", Scoro "{in_scoro}"' + (f': one "{extra}".' if extra else ".")


def _one_more(shorter: str, longer: str) -> str:
    """The one character the longer name has more than the other, "" where they differ otherwise."""
    changes = [code for code in _opcodes(shorter, longer) if code[0] != "equal"]
    if len(changes) != 1 or changes[0][0] != "insert":
        return ""
    added = longer[changes[0][3] : changes[0][4]]
    return added if len(added) == 1 and added.isalnum() else ""


def _odd_letters(word: str, where: str) -> Iterator[str]:
    """One sentence for each letter of another script than the rest of its word. A word wholly in one script has none, whichever it is."""
    letters = [(place, letter) for place, letter in enumerate(word, 1) if letter.isalpha()]
    scripts = Counter(_script(letter) for _, letter in letters).most_common()
    for place, letter in letters if len(scripts) > 1 else ():
        if _script(letter) != scripts[0][0]:
            yield f'Letter {place} of "{word}" in {where} is {unicodedata.name(letter, "not a known letter")} (U+{ord(letter):04X}).'


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _opcodes(one: list[str] | str, other: list[str] | str) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
