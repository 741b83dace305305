"""States in the title of a treaty: 'CEFTA withdrawal Czech Republic Hungary' names Czechia and Hungary."""

from __future__ import annotations

from influence.states import bundled_registry, normalize_name

LONGEST_NAME = 6
"""Words in the longest name looked for: 'Lao People's Democratic Republic' folds to five."""

EMPTY_WORDS = frozenset(
    {"agreement", "and", "area", "association", "free", "fta", "of", "on", "the", "to", "trade", "treaty"}
)


def states_and_words(title: str) -> tuple[list[str], list[str]]:
    """ISO3 codes of the states that a title names, in its order, and the words that are not part of a state's name.

    The longest name wins: 'Papua New Guinea' is not Guinea.
    """
    names = bundled_registry().code_map("name")
    words = normalize_name(title).split()
    states: list[str] = []
    others: list[str] = []
    at = 0
    while at < len(words):
        size = next((n for n in range(LONGEST_NAME, 0, -1) if " ".join(words[at : at + n]) in names), 0)
        if size:
            states.append(names[" ".join(words[at : at + size])])
        else:
            others.append(words[at])
        at += size or 1
    return states, others


def likeness(title: str, other: str) -> float:
    """Share of the shorter title's states and words that the other also has, in [0, 1]; 0 where one has none."""
    one, two = _parts(title), _parts(other)
    return len(one & two) / min(len(one), len(two)) if one and two else 0.0


def _parts(title: str) -> set[str]:
    states, words = states_and_words(title)
    return {*states, *words} - EMPTY_WORDS
