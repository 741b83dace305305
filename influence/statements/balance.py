"""Who relies on whom, in words: the five classes of a balance, the sentence of a state, and when its lead changed."""

from __future__ import annotations

import pandas as pd

from influence.statements.catalogue import fill
from influence.statements.numbers import signed

EQUAL_BELOW = 0.05
"""A balance nearer to zero is 'about equally': the larger pull is at most 1.11 times the smaller."""
MUCH_MORE_FROM = 1 / 3
"""From here on it is 'much more': one pull is at least twice the other."""


def relies(balance: float, first: str, second: str) -> str:
    """'relies much more on the United States than on China': the class of a balance between two powers."""
    if abs(balance) < EQUAL_BELOW:
        return fill("relies_equally", first=first, second=second)
    leader, other = (first, second) if balance > 0 else (second, first)
    name = "relies_much_more" if abs(balance) >= MUCH_MORE_FROM else "relies_more"
    return fill(name, leader=leader, other=other)


def relies_with_balance(balance: float, first: str, second: str) -> str:
    """The class with its number: 'relies more on China than on the United States (+0.21)'."""
    return f"{relies(balance, first, second)} ({signed(balance)})"


def state_sentence(state: str, year: int, balance: float, first: str, second: str) -> str:
    """The sentence of a state in a year, with its balance."""
    return fill("state_balance", year=year, state=state, relies=relies(balance, first, second), balance=signed(balance))


def state_title(state: str, year: int, balance: float, first: str, second: str) -> str:
    """The same as a title."""
    words = relies(balance, first, second)
    return fill("state_balance_title", year=year, state=state, relies=words, balance=signed(balance))


def agreement_sentence(low: float, high: float) -> str:
    """Whether every definition gives the same power the lead."""
    return fill("definitions_differ" if low < 0 < high else "definitions_agree")


def crossing_sentence(state: str, found: pd.DataFrame, first: str, second: str, years: tuple[int, int]) -> str:
    """When the lead in a state last changed. found : its rows of trends.lasting_crossing, one or none."""
    if found.empty:
        return fill("no_crossing", first=years[0], last=years[1])
    row = found.iloc[0]
    target, origin = (first, second) if row["direction"] > 0 else (second, first)
    name = "crossing" if row["holds"] else "crossing_undone"
    return fill(name, state=state, origin=origin, target=target, year=int(row["year"]))
