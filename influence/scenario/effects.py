"""The estimated effect of trade agreements beyond tariffs: the value that an edit's `depth` is a share of."""

from __future__ import annotations

from typing import NamedTuple

from influence.errors import ScenarioError
from influence.states import curated

DEPTH_TERM = "agreement_beyond_tariffs"


class Effect(NamedTuple):
    """Log effect on trade with its 5-95 % uncertainty range, from clustered standard errors."""

    coefficient: float
    low: float
    high: float


def agreement_effect(term: str = DEPTH_TERM) -> Effect:
    """An estimate of datasets/curated/agreement_effects.csv (gravity.agreement_effect makes them; a test holds them).

    Raises
    ------
    ScenarioError : no such estimate.
    """
    table = curated("agreement_effects.csv").set_index("term")
    if term not in table.index:
        raise ScenarioError(f"there is no estimate {term!r}; there are: {', '.join(table.index)}.")
    row = table.loc[term]
    return Effect(*(float(row[name]) for name in Effect._fields))
