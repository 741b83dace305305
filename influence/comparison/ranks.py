"""Rank of each state by its balance, on both sides of a comparison."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from influence.comparison.sides import ComparisonSide
from influence.metrics.pull import headline_balance, pairs_of

COLUMNS = ["iso3", "pole", "before", "before_low", "before_high", "after", "after_low", "after_high"]


def rank_table(
    first: ComparisonSide, second: ComparisonSide, poles: Sequence[str], states: Sequence[str]
) -> pd.DataFrame:
    """Rank of each state by its balance: 1 for the largest, the mean rank for equal balances.

    States without a balance on either side, and members of the poles, have no rank. Low and high are NaN until
    uncertainty.comparing fills them.

    Returns
    -------
    iso3, pole (the pair), before, before_low, before_high, after, after_low, after_high.
    """
    tables = []
    for pair in pairs_of(poles):
        sides = {}
        for name, side in (("before", first), ("after", second)):
            balance = headline_balance(side.ties, pair).isel(year=0).to_series()
            sides[name] = balance[balance.index.isin(states)].dropna().rank(ascending=False)
        both = pd.concat(sides, axis=1, join="inner").rename_axis("iso3").reset_index()
        tables.append(both.assign(pole="-".join(pair)))
    return pd.concat(tables, ignore_index=True).reindex(columns=COLUMNS).sort_values(
        ["pole", "before", "iso3"], ignore_index=True
    ).astype(dict.fromkeys(COLUMNS[2:], np.float64))  # fmt: skip
