"""What trade agreements have been worth beyond tariffs: the estimate that an edit's `depth` is a share of."""

from __future__ import annotations

from typing import NamedTuple

from influence.panel.panel import Panel

DEPTH_TERM = "agreement_beyond_tariffs"


class Effect(NamedTuple):
    """Log effect on trade with its 5-95 % band, from clustered standard errors."""

    coefficient: float
    low: float
    high: float


def agreement_effect(panel: Panel) -> Effect:
    """An estimate of the panel's curated table agreement_effects, which gravity.agreement_effect makes."""
    row = panel.curated("agreement_effects").set_index("term").loc[DEPTH_TERM]
    return Effect(*(float(row[name]) for name in Effect._fields))
