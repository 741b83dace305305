"""What trade agreements have been worth beyond tariffs: the estimate that an edit's `depth` is a share of."""

from __future__ import annotations

from typing import NamedTuple

from influence.states import curated

DEPTH_TERM = "agreement_beyond_tariffs"


class Effect(NamedTuple):
    """Log effect on trade with its 5-95 % band, from clustered standard errors."""

    coefficient: float
    low: float
    high: float


def agreement_effect() -> Effect:
    """The estimate in datasets/curated/agreement_effects.csv, which gravity.agreement_effect makes."""
    row = curated("agreement_effects.csv").set_index("term").loc[DEPTH_TERM]
    return Effect(*(float(row[name]) for name in Effect._fields))
