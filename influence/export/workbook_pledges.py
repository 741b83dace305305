"""The sheets of pledges and of trade agreements: strengths as values, shares as formulas (equation 3)."""

from __future__ import annotations

import numpy as np

from influence.export.workbook_numbers import Numbers
from influence.export.workbook_sheets import HEAD, Book, begin_sheet, letter
from influence.portfolios import pledge_portfolio


def write_pledges(book: Book, numbers: Numbers, layer: str) -> None:
    """Pledges or agreements in force (equation 3): strength of each partner's, and the share of reliance it gives."""
    what = {"alliance": "Pledges of defence in force", "agreement": "Trade agreements in force"}[layer]
    notes = (
        f"Equation 3: share = strength x capability of the partner, over the state's own capability and all that is "
        f"pledged to it. Capability: {'GDP, US dollars' if numbers.method.capability == 'gdp' else 'CINC'}.",
    )
    begin_sheet(book, layer, what, notes, numbers, 3)
    words = ("looked at by the sources (1 yes, 0 no)", "own capability", "capability pledged", "pledgers without one",
             "not observed", "not_covered")  # fmt: skip
    for row, word in enumerate(words, 2):
        book.text(layer, row, 1, word)
    book.text(layer, HEAD, 2, "capability", "figure head")
    size = "dollars" if numbers.method.capability == "gdp" else "share"
    for row, value in enumerate(numbers.capability, book.layout.first):
        book.number(layer, row, 2, value, size)
    for i in range(len(numbers.states)):
        _pledges_to(book, numbers, layer, i, size)
    book.sheets[layer].set_column(2, 2, 22)
    book.sheets[layer].set_column(3, 2 + 2 * len(numbers.states), 19)


def _pledges_to(book: Book, numbers: Numbers, layer: str, i: int, size: str) -> None:
    """The two columns of one state: strength of what is in force, as values, and shares, as formulas."""
    first, last = book.layout
    strong, share = letter(3 + 2 * i), letter(4 + 2 * i)
    strength, place = numbers.strength[layer][:, i], first + int(numbers.at[i])
    seen = bool(numbers.looked_at[i]) or layer == "agreement"
    pledged, missing, shares, not_covered, unseen = pledge_column(strength, numbers.capability, place - first, seen)
    book.text(layer, HEAD, 3 + 2 * i, f"strength to {numbers.states[i]}", "figure head")
    book.text(layer, HEAD, 4 + 2 * i, f"share of {numbers.states[i]}", "figure head")
    s, c = book.layout.column(strong), book.layout.column("$C")
    some = f"SUM({s})"
    unknown = f'OR({share}$4="",{share}$6>0,N({share}$4)+{share}$5<=0)'
    hidden = f"IF({share}$3=0,1,IF({some}=0,0,IF({unknown},1,0)))"
    alone = f"IF({share}$7=1,0,IF({some}=0,1,{share}$4/({share}$4+{share}$5)))"
    column = 4 + 2 * i
    book.number(layer, 2, column, float(seen), "whole")
    book.formula(
        layer, 3, column, f'IF($C{place + 1}="","",$C{place + 1})', size, float(numbers.capability[place - first])
    )
    book.formula(layer, 4, column, f"SUMPRODUCT({s},{c})", size, pledged)
    book.formula(layer, 5, column, f'SUMPRODUCT(({s}>0)*({c}=""))', "whole", missing)
    book.formula(layer, 6, column, hidden, "share", unseen)
    book.formula(layer, 7, column, alone, "share", not_covered)
    for k, row in enumerate(range(first, last + 1)):
        book.number(layer, row, 3 + 2 * i, strength[k], "strength")
        cell = f"{strong}{row + 1}"
        text = f"IF(OR({share}$7=1,{cell}=0),0,{cell}*$C{row + 1}/({share}$4+{share}$5))"
        book.formula(layer, row, column, text, "share", shares[k])


def pledge_column(
    strength: np.ndarray, capability: np.ndarray, place: int, seen: bool
) -> tuple[float, float, np.ndarray, float, float]:
    """One column of equation 3: capability pledged, pledgers without one, shares, not_covered, unobserved."""
    square = np.zeros((1, len(strength), len(strength)))
    square[0, :, place] = strength
    shares, not_covered, unseen = (part[0] for part in pledge_portfolio(square, capability[None, :]))
    pledged = float(np.nansum(strength * capability))
    missing = float(((strength > 0) & np.isnan(capability)).sum())
    if not seen:
        return pledged, missing, np.zeros_like(strength), 0.0, 1.0
    return pledged, missing, shares[:, place], float(not_covered[place]), float(unseen[place])
