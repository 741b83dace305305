"""Tables of what changed between two sides: states by layer and lens, ranks, ties, blocs and distances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from influence.comparison.distance import deltacon, qap, weighted_jaccard
from influence.comparison.edges import edge_changes
from influence.comparison.ranks import rank_table
from influence.comparison.sides import ComparisonSide
from influence.errors import StateError
from influence.layers import trade_breaks
from influence.metrics.blocs import modularity_blocs
from influence.metrics.pull import direct_pull, has_other_members, pairs_of, pole_members, pole_states, pull_balance
from influence.quality import covered
from influence.results import metric_results
from influence.specs import LAYERS, LENSES
from influence.study import Study
from influence.ties import yearly_weights

STATE_COLUMNS = ["iso3", "metric", "pole", "before", "after", "change", "low", "high", "flag"]
KEYS = ["iso3", "metric", "pole"]
DISTANCES = {
    "weighted_jaccard": "Weighted Jaccard distance", "deltacon_similarity": "DeltaCon similarity",
    "qap_correlation": "QAP correlation",
}  # fmt: skip
"""Titles of the measures of distance."""
MEMBER = "pole"
"""Flag of the balance of a member of one of its poles: shown, and counted in no headline."""


class Comparison(NamedTuple):
    """Tables of a comparison.

    states : iso3, metric (pull_LENS, balances, layer_NAME: the contribution of a layer to the direct pull), pole,
        before, after, change, low and high of the change (over the bounds of a scenario's response, or over draws),
        flag (break: no change across a series break; pole: a member of one of the poles). ranks : see rank_table.
    edges : see edge_changes. blocs : iso3, before and after (the member of its bloc that pulls most), moved.
    distance : measure, value, note. attribution : iso3, share of DeltaCon's distance.
    """

    states: pd.DataFrame
    ranks: pd.DataFrame
    edges: pd.DataFrame
    blocs: pd.DataFrame
    distance: pd.DataFrame
    attribution: pd.DataFrame

    def __repr__(self) -> str:
        return f"<Comparison: {', '.join(f'{name} {len(table)}' for name, table in self._asdict().items())} rows>"


def compare_sides(
    first: ComparisonSide, second: ComparisonSide, study: Study, *, states: Sequence[str] | None = None
) -> Comparison:
    """All tables of two sides, on the states that they share.

    states : those in the tables of states and ranks; all by default. Ties, blocs and distances cover all.

    Raises
    ------
    StateError : the sides share fewer than two states, or a pole is not among them.
    """
    poles, seed = study.poles, study.method.seed
    one, other = shared_ties(first.ties, second.ties)
    codes = [str(code) for code in one.indexes["target"]]
    wanted = [code for code in codes if states is None or code in set(states)]
    known = _known(one), _known(other)
    changes = _state_changes(first, second, study)
    change = deltacon(*known)
    return Comparison(
        states=changes[changes["iso3"].isin(wanted)].reset_index(drop=True),
        ranks=rank_table(first, second, poles, wanted),
        edges=edge_changes(known[0], known[1], codes),
        blocs=_bloc_changes(one, other, seed),
        distance=_distances(known, change.similarity, seed),
        attribution=pd.DataFrame({"iso3": codes, "share": change.attribution}).sort_values(
            ["share", "iso3"], ascending=[False, True], ignore_index=True
        ),
    )


def shared_ties(first: xr.DataArray, second: xr.DataArray) -> tuple[xr.DataArray, xr.DataArray]:
    """Both on the states that they share, sorted.

    Raises
    ------
    StateError : fewer than two.
    """
    codes = sorted(set(first.indexes["target"]) & set(second.indexes["target"]))
    if len(codes) < 2:
        raise StateError(f"the two graphs share {len(codes)} states; a comparison needs two or more.")
    return first.sel(source=codes, target=codes), second.sel(source=codes, target=codes)


def _known(ties: xr.DataArray) -> np.ndarray:
    """Shares of the one year, NaN in columns of states whose coverage is below 0.8."""
    return np.where(covered(ties)[0][None, :], ties.values[0], np.nan)


def _distances(known: tuple[np.ndarray, np.ndarray], similarity: float, seed: int) -> pd.DataFrame:
    found = qap(known[0], known[1], seed=seed)
    rows = [
        ("weighted_jaccard", weighted_jaccard(known[0], known[1]), "0 the same ties, 1 none in common"),
        ("deltacon_similarity", similarity, "1 the same ties, near 0 very different ties"),
        ("qap_correlation", found.correlation, f"p = {found.p:.2g} by {found.permutations} permutations of states"),
    ]
    return pd.DataFrame(rows, columns=["measure", "value", "note"])


def _bloc_changes(first: xr.DataArray, second: xr.DataArray, seed: int) -> pd.DataFrame:
    """Bloc of each state on both sides, named by its strongest member; moved : whether it changed."""
    leaders = [modularity_blocs(ties, seed=seed)["leader"].values[0] for ties in (first, second)]
    table = pd.DataFrame({"iso3": first.indexes["target"], "before": leaders[0], "after": leaders[1]})
    both = (table["before"] != "") & (table["after"] != "")
    return table[both].assign(moved=lambda f: f["before"] != f["after"]).reset_index(drop=True)


def _state_changes(first: ComparisonSide, second: ComparisonSide, study: Study) -> pd.DataFrame:
    tables = [_measured(side, study) for side in (first, second)]
    both = tables[0].merge(tables[1], on=KEYS, suffixes=("_before", "_after"), how="inner")
    broken = _broken(first, second)
    cut = both["iso3"].isin(broken)
    member = (both["metric"] == "pull_balance") & _is_member(both, (first, second), study)
    out = both.rename(columns={"value_before": "before", "value_after": "after"})
    out["change"] = (out["after"] - out["before"]).where(~cut)
    out["flag"] = np.where(cut, np.where(member, f"break;{MEMBER}", "break"), np.where(member, MEMBER, ""))
    bounds = _bounds(first, second, study)
    out = out.merge(bounds, on=KEYS, how="left") if len(bounds) else out.assign(low=np.nan, high=np.nan)
    out[["low", "high"]] = out[["low", "high"]].where(~cut, np.nan)
    return out.sort_values(KEYS, ignore_index=True)[STATE_COLUMNS]


def _is_member(rows: pd.DataFrame, sides: Sequence[ComparisonSide], study: Study) -> pd.Series:
    """Whether the state of a row belongs on either side to one of the two poles of the row."""

    def of(side: ComparisonSide, pair: Sequence[str]) -> pd.Index:
        return side.ties.indexes["target"][pole_states(side.ties, pair).values[0]]

    members = {"-".join(pair): {code for side in sides for code in of(side, pair)} for pair in study.pairs}
    found = [code in members.get(pole, ()) for code, pole in zip(rows["iso3"], rows["pole"], strict=True)]
    return pd.Series(found, rows.index)


def _measured(side: ComparisonSide, study: Study) -> pd.DataFrame:
    """iso3, metric, pole, value of one side: every lens of a panel, the direct one of a graph from a file."""
    parts = [_direct_rows(side.ties, study.poles)]
    if side.study is not None:
        parts.append(layer_rows(side.study.at(side.year)))
        parts.append(_lens_rows(side.study, side.year))
    return pd.concat(parts, ignore_index=True)


def _direct_rows(ties: xr.DataArray, poles: Sequence[str]) -> pd.DataFrame:
    rows = [_long(direct_pull(ties, pole).values[0], ties, "pull_direct", pole) for pole in poles]
    for pair in pairs_of(poles):
        rows.append(_long(pull_balance(ties, pair).values[0], ties, "pull_balance", "-".join(pair)))
    return pd.concat(rows, ignore_index=True)


def _long(values: np.ndarray, ties: xr.DataArray, metric: str, pole: str) -> pd.DataFrame:
    return pd.DataFrame({"iso3": ties.indexes["target"], "metric": metric, "pole": pole, "value": values})


def layer_rows(study: Study) -> pd.DataFrame:
    """Contribution of each layer to the direct pull in the study's one year: its weight times the pole's share."""
    layers, ties, used = study.layers, study.ties, study.weighing
    there = {name: np.any(layers["unobserved"].sel(layer=name).values < 1, axis=1) for name in used}
    weight = yearly_weights(there, study.method.weights)
    seen = covered(ties)[0]
    rows = []
    for name in used:
        shares = layers.sel(layer=name).values[0]
        for pole in study.poles:
            member = pole_members(ties, pole)[0]
            part = weight[name][0] * np.nansum(shares[member], axis=0)
            rows.append(_long(np.where(seen & has_other_members(member), part, np.nan), ties, f"layer_{name}", pole))
    return pd.concat(rows, ignore_index=True)


def _lens_rows(study: Study, year: int) -> pd.DataFrame:
    """Every lens but the direct one; bandwidth only if its base year is in the panel."""
    lenses, now = list(LENSES)[1:], study.at(year)
    if study.method.bandwidth_base_year in study.years:
        now = now.with_bandwidth_unit(study.panel)
    else:
        lenses.remove("bandwidth")
    table = metric_results(now, [name for lens in lenses for name in (f"pull_{lens}", f"balance_{lens}")])
    return table[[*KEYS, "value"]]


def _broken(first: ComparisonSide, second: ComparisonSide) -> set[str]:
    """States without a change: their trade series breaks between the two years, or a custom layer covers them on one
    side only.
    """
    if first.panel is None or second.panel is None or first.year == second.year:
        return set()
    early, late = sorted((first.year, second.year))
    breaks = trade_breaks(first.panel)
    rows = slice(early + 1 - first.panel.years[0], late + 1 - first.panel.years[0])
    index = first.panel.states.index
    return set(index[breaks[rows].any(axis=0)]) | _seen_on_one_side(first, second)


def _seen_on_one_side(first: ComparisonSide, second: ComparisonSide) -> set[str]:
    """States for which a custom layer with a weight was observed on one side only; all if it exists there only."""
    out: set[str] = set()
    if first.study is None or second.study is None:
        return out
    sides = [side.study.at(side.year).layers for side in (first, second) if side.study is not None]
    for name in first.study.weighing:
        if name in LAYERS:
            continue
        one, other = ((layers["unobserved"].sel(layer=name).isel(year=0) < 1).to_series() for layers in sides)
        states = one.index.intersection(other.index)
        if one.any() != other.any():
            return set(states)
        out |= set(states[one[states].to_numpy() != other[states].to_numpy()])
    return out


def _bounds(first: ComparisonSide, second: ComparisonSide, study: Study) -> pd.DataFrame:
    """Smallest and largest change over the variants of both sides."""
    if not first.variants and not second.variants:
        return pd.DataFrame(columns=[*KEYS, "low", "high"])
    sides = []
    for side in (first, second):
        plain = [] if side.study is None else [side.study.at(side.year)]
        rows = [pd.concat([_direct_rows(one.ties, study.poles), layer_rows(one)]) for one in [*plain, *side.variants]]
        rows = rows or [_direct_rows(side.ties, study.poles)]
        sides.append(pd.concat([r.set_index(KEYS)["value"] for r in rows], axis=1))
    before, after = (side.agg(["min", "max"], axis=1) for side in sides)
    both = pd.DataFrame({"low": after["min"] - before["max"], "high": after["max"] - before["min"]})
    return both.reset_index()
