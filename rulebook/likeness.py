"""Which valid word was probably meant by one that is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rulebook.folding import fold

_SHORTEST_WORD = 2
"""Signs of the shortest word that is compared: a single sign is like too many."""

_SIGNS_PER_SLIP = 3
"""One slip of the hand is forgiven in words of up to five signs, two from six signs on, and so forth."""


def most_like(text: str, words: Mapping[str, str]) -> list[str]:
    """Return what the words most like the text stand for, each once; empty where nothing is like it.

    A word the text contains goes before one of which the text is a part, and that before one that a slip of the hand
    (a sign changed, added or left out, two swapped) makes of it.
    """
    written = fold(text)
    if len(written) < _SHORTEST_WORD:
        return []
    found = longest_contained(written, words) or _containing(written, words) or _fewest_slips_away(written, words)
    return list(dict.fromkeys(words[word] for word in found))


def longest_contained(text: str, words: Iterable[str]) -> list[str]:
    """Return the longest of the words that stand in the text."""
    found = [word for word in words if len(word) >= _SHORTEST_WORD and word in text]
    longest = max(map(len, found), default=0)
    return [word for word in found if len(word) == longest]


def _containing(text: str, words: Mapping[str, str]) -> list[str]:
    """The words of which the text is a part, where these all stand for one thing."""
    found = [word for word in words if text in word]
    return found if len({words[word] for word in found}) == 1 else []


def _fewest_slips_away(text: str, words: Iterable[str]) -> list[str]:
    """The words fewest slips away, none further than their length forgives; swapped signs go before others."""
    # Imported here: most commands never need a proposal, and start-up counts.
    from rapidfuzz.distance import OSA

    slips_of = {}
    for word in words:
        forgiven = max(1, min(len(word), len(text)) // _SIGNS_PER_SLIP)
        slips = OSA.distance(text, word, score_cutoff=forgiven)
        if slips <= forgiven and _is_likely(word, text):
            slips_of[word] = slips
    fewest = min(slips_of.values(), default=0)
    found = [word for word, slips in slips_of.items() if slips == fewest]
    return [word for word in found if sorted(word) == sorted(text)] or found


def _is_likely(word: str, text: str) -> bool:
    """Whether a slip from the word to the text says enough: of two signs the first stays, or both are swapped."""
    if min(len(word), len(text)) > _SHORTEST_WORD:
        return True
    return len(word) == len(text) and (word[0] == text[0] or sorted(word) == sorted(text))
