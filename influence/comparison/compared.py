"""Compare two years, a year and a scenario, or two graphs from files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import NamedTuple

import pandas as pd

from influence.comparison.sides import ComparisonSide, parse_side
from influence.comparison.tables import MEMBER, Comparison, compare_sides
from influence.comparison.verdict import sides_verdict
from influence.metrics.pull import pole_states
from influence.schema import ALL
from influence.study import Study

BOUNDS_NOTE = (
    "over elasticities 1.5 to 8, without tariff peaks and, where a depth is assumed, over the estimated effect of "
    "agreements"
)
MOST_SHOWN = 15
"""States in the HTML of a comparison."""


class Compared(NamedTuple):
    """Two sides and what changed between them.

    found : the tables. states : the states shown; None for all that both sides have. range_note : what low and high
    are, in words.
    """

    found: Comparison
    first: ComparisonSide
    second: ComparisonSide
    poles: tuple[str, ...]
    names: Mapping[str, str]
    verdict: str
    study: Study
    states: Sequence[str] | None = None
    range_note: str = BOUNDS_NOTE

    def __repr__(self) -> str:
        rows = self._largest()
        pair = "-".join(self.poles[:2])
        largest = f"; largest change {rows['iso3'].iloc[0]} {rows['change'].iloc[0]:+.3f}" if len(rows) else ""
        return f"<Compared: {self.first.label} to {self.second.label}, balance {pair} of {len(rows)} states{largest}>"

    def _repr_html_(self) -> str:
        rows = self._largest().head(MOST_SHOWN)
        table = rows[["iso3", "before", "after", "change", "low", "high"]].round(3)
        table.insert(0, "state", rows["iso3"].map(self.names).fillna(rows["iso3"]))
        title = f"Balance {'-'.join(self.poles[:2])}, {self.first.label} to {self.second.label}: largest changes"
        return f"<p>{escape(title)}</p>{table.to_html(index=False, na_rep='', border=0)}<p>{escape(self.verdict)}</p>"

    def _largest(self) -> pd.DataFrame:
        return balance_rows(self.found, "-".join(self.poles[:2])).dropna(subset=["change"])


def compare(
    first: str | int, second: str | int, study: Study, progress: Callable[[str], None] = lambda _: None, *,
    bounds: bool = True,
) -> Compared:  # fmt: skip
    """Compare two sides: for each state, its ties, and the whole network.

    Parameters
    ----------
    first, second : see parse_side: 2018, '2018', '2018:tpp_with_us', '2018:my_scenario.yaml' or 'my_graph.graphml'.
    study : gives panel, method, poles and region. Tables of states are of its region, or of all states if one side is
        a graph from a file.
    progress : called with a line of text at each step.
    bounds : compute a scenario also at the bounds of its response, which gives each change its low and high. Without
        it they are NaN until uncertainty.comparing.with_draws fills them.

    Returns
    -------
    found.states : balances in [-1, 1] and pulls in [0, 1] of each state before and after, the change and its range.
    found.ranks, edges, blocs, distance, attribution : see tables.Comparison. verdict : one sentence on whether two
    years differ by more than normal variation; empty for other sides.

    Raises
    ------
    StateError, YearError, ScenarioError, SourceError : see parse_side and tables.compare_sides.

    Examples
    --------
    >>> import influence as inf
    >>> study = inf.load_study(first_year=2016, last_year=2016)
    >>> compared = inf.compare("2016", "2016", study)
    >>> float(compared.found.states["change"].abs().max())
    0.0
    """
    sides = []
    for text in (first, second):
        progress(f"making {text}")
        sides.append(parse_side(text, study, bounds=bounds))
    progress("comparing")
    states = None if study.region == ALL or sides[0].study is None else study.region_states()
    found = compare_sides(sides[0], sides[1], study, states=states)
    verdict = sides_verdict(sides[0], sides[1], study.pair, states)
    return Compared(found, sides[0], sides[1], study.poles, dict(study.panel.states["name"]), verdict, study, states)


def shown_edges(compared: Compared) -> pd.DataFrame:
    """Rows of the ties between the states shown and the members of the poles."""
    edges = compared.found.edges
    if compared.states is None:
        return edges
    ties = compared.second.ties
    members = pole_states(ties, compared.poles).values[0]
    shown = {*compared.states, *ties.indexes["source"][members]}
    return edges[edges["source"].isin(shown) & edges["target"].isin(shown)]


def balance_rows(found: Comparison, label: str | None = None, *, members: bool = False) -> pd.DataFrame:
    """Rows of the balance, the largest change first.

    label : of one pair, CHN-USA; all pairs by default. members : include the members of the two poles, which no
    headline counts.
    """
    rows = found.states[found.states["metric"] == "pull_balance"]
    if label is not None:
        rows = rows[rows["pole"] == label]
    if not members:
        rows = rows[~rows["flag"].str.contains(MEMBER)]
    order = rows["change"].abs().sort_values(ascending=False, kind="stable").index
    return rows.loc[order].reset_index(drop=True)
