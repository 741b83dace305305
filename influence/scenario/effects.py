"""What trade agreements have been worth beyond tariffs: the estimate that an edit's `depth` is a share of."""

from __future__ import annotations

from typing import NamedTuple

from influence.errors import ScenarioError
from influence.panel.panel import Panel

DEPTH_TERM = "agreement_beyond_tariffs"


class Effect(NamedTuple):
    """Log effect on trade with its 5-95 % band, from clustered standard errors."""

    coefficient: float
    low: float
    high: float


def agreement_effect(panel: Panel, term: str = DEPTH_TERM) -> Effect:
    """An estimate of the panel's curated table agreement_effects, which gravity.agreement_effect makes.

    Raises
    ------
    ScenarioError : no such estimate.
    """
    table = panel.curated("agreement_effects").set_index("term")
    if term not in table.index:
        raise ScenarioError(f"there is no estimate {term!r}; there are: {', '.join(table.index)}.")
    row = table.loc[term]
    return Effect(*(float(row[name]) for name in Effect._fields))
