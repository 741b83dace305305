"""A comparison with its two sides: years of the panel, scenarios or files, for the states of a region."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from influence.compare.comparison import Comparison, compare_sides
from influence.compare.sides import Side, parse_side
from influence.compare.verdict import sides_verdict
from influence.metrics.pull import pole_members
from influence.schema import ALL
from influence.study import Study

BOUNDS = (
    "over trade elasticities of 1.5 to 8, without tariff peaks and, where a depth is assumed, over the estimated "
    "effect of agreements"
)
"""What low and high of a change are, without draws."""


class Compared(NamedTuple):
    """A comparison and its sides. states : which to show; None for all that both sides have. range_note : what its low
    and high are, in words.
    """

    found: Comparison
    first: Side
    second: Side
    poles: tuple[str, ...]
    names: Mapping[str, str]
    verdict: str
    study: Study
    states: Sequence[str] | None = None
    range_note: str = BOUNDS


def compared_of(
    first: str, second: str, study: Study, progress: Callable[[str], None] = lambda _: None, *, bounds: bool = True,
) -> Compared:  # fmt: skip
    """Compare two sides (sides.parse_side) on the states of the study's region; of a graph from a file on all.

    bounds : low and high by the bounds of a scenario's answer; draws (uncertainty.comparing) go further.

    Raises
    ------
    StateError, YearError, ScenarioError, SourceError : see parse_side and compare_sides.
    """
    sides = []
    for text in (first, second):
        progress(f"computing {text}")
        sides.append(parse_side(text, study, bounds=bounds))
    progress("comparing")
    states = None if study.region == ALL or sides[0].study is None else study.region_states()
    found = compare_sides(sides[0], sides[1], study, states=states)
    verdict = sides_verdict(sides[0], sides[1], study.pair, states)
    return Compared(found, sides[0], sides[1], study.poles, dict(study.panel.states["name"]), verdict, study, states)


def shown_edges(compared: Compared) -> pd.DataFrame:
    """Ties between the states shown and the members of the poles."""
    edges = compared.found.edges
    if compared.states is None:
        return edges
    ties = compared.second.ties
    members = np.any([pole_members(ties, pole)[0] for pole in compared.poles], axis=0)
    shown = {*compared.states, *ties.indexes["source"][members]}
    return edges[edges["source"].isin(shown) & edges["target"].isin(shown)]


def balance_rows(found: Comparison, label: str) -> pd.DataFrame:
    """Rows of the balance of a pair (CHN-USA), the largest change first."""
    rows = found.states[(found.states["metric"] == "pull_balance") & (found.states["pole"] == label)]
    order = rows["change"].abs().sort_values(ascending=False, kind="stable").index
    return rows.loc[order].reset_index(drop=True)
