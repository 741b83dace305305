"""How each metric of the catalogue is made from a study: dims (year, target), or with a pole or a pair before them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from influence.metrics import centrality
from influence.metrics import dependence as trade
from influence.metrics.alignment import alignment
from influence.metrics.blocs import modularity_blocs
from influence.metrics.centrality import outward
from influence.metrics.embedding import embedding
from influence.metrics.lenses import lens_balance, lens_pull
from influence.metrics.paths import path_centralities
from influence.metrics.pull import disjoint_members, has_other_members, state_labels, sum_over_members
from influence.metrics.similarity import similarity
from influence.quality import covered

if TYPE_CHECKING:
    from influence.study import Study


Make = Callable[..., xr.DataArray]
"""From a study (influence.study.Study)."""


def by_pole(values: Sequence[xr.DataArray], labels: Sequence[str]) -> xr.DataArray:
    """One below the other; what else they carry is that of the first."""
    first = values[0]
    stacked = np.stack([one.values for one in values])
    coords = {"pole": list(labels), **first.coords}
    return xr.DataArray(stacked, coords=coords, dims=("pole", *first.dims), name=first.name)


def by_pair(study: Study, of_pair: Callable[[tuple[str, str]], xr.DataArray]) -> xr.DataArray:
    return by_pole([of_pair(pair) for pair in study.pairs], ["-".join(pair) for pair in study.pairs])


def lens_pull_of(lens: str) -> Make:
    return lambda study: lens_pull(study, lens)


def lens_balance_of(lens: str) -> Make:
    def make(study: Study) -> xr.DataArray:
        pulls = lens_pull_of(lens)(study)
        return by_pair(study, lambda pair: lens_balance(pulls, pair))

    return make


def not_covered(study: Study) -> xr.DataArray:
    return study.ties["not_covered"].where(covered(study.ties)).reset_coords(drop=True)


def dependence(study: Study) -> xr.DataArray:
    return study.once("dependence", lambda: trade.dependence(study.panel))


def on_base(study: Study, base: str) -> xr.DataArray:
    return trade.dependence(study.panel, base)


def towards(dyads: Callable[[Study], xr.DataArray], *, adds_up: bool = False) -> Make:
    """A measure of dyads towards each pole; of a group the sum over its members if the measure adds up, else none.

    A group also has a value for its own members: the sum over the others.
    """

    def make(study: Study) -> xr.DataArray:
        values = dyads(study).values
        members = disjoint_members(study.ties, study.poles)
        known = has_other_members(members) & (adds_up | (members.sum(axis=2, keepdims=True) == 1))
        out = np.where(known, np.stack([sum_over_members(values, member) for member in members]), np.nan)
        coords = {"pole": list(study.poles), **state_labels(study.ties)}
        return xr.DataArray(out, coords=coords, dims=("pole", "year", "target"))

    return make


def paths(name: str) -> Make:
    def make(study: Study) -> xr.DataArray:
        return study.once("paths", lambda: path_centralities(study.network))[name]

    return make


def hits(name: str) -> Make:
    def make(study: Study) -> xr.DataArray:
        return study.once("hits", lambda: centrality.hits(study.network))[name]

    return make


def similar(study: Study, method: str = "kappa") -> xr.DataArray:
    return study.once(f"similarity_{method}", lambda: similarity(study.network, method))


def alike(method: str) -> Make:
    """Similarity to each pole; without the whole matrix, only the rows of poles of one state are computed."""

    def dyads(study: Study) -> xr.DataArray:
        if f"similarity_{method}" in study._made:
            return similar(study, method)
        member = disjoint_members(study.ties, study.poles)
        alone = np.flatnonzero((member & (member.sum(axis=2, keepdims=True) == 1)).any(axis=(0, 1)))
        return similarity(study.network, method, sources=alone)

    return towards(dyads)


def bloc(study: Study) -> xr.DataArray:
    return modularity_blocs(study.network, seed=study.method.seed)["bloc"]


def place(axis: str) -> Make:
    def make(study: Study) -> xr.DataArray:
        places = study.once("place", lambda: embedding(similar(study)))
        return outward(study.network, places.sel(axis=axis).values, f"place_{axis}")

    return make


def alignment_of_pairs(study: Study) -> xr.DataArray:
    """Alignment of every pair of poles, the source's range as coordinates low and high; no coverage of ties."""
    points = study.points
    labels = state_labels(study.ties)
    base = (study.method.alignment_base[0], study.method.alignment_base[-1])
    placed = [alignment(points, pair, base).reindex(labels).transpose("year", "target") for pair in study.pairs]
    names = ["-".join(pair) for pair in study.pairs]
    value, low, high = (by_pole([p[part] for p in placed], names) for part in ("value", "low", "high"))
    unknown = (("year", "target"), np.full(value.shape[1:], np.nan))
    ends = {"low": (value.dims, low.values), "high": (value.dims, high.values)}
    return value.assign_coords({"coverage": unknown, **ends})


def vulnerability(study: Study) -> xr.DataArray:
    return trade.vulnerability(study.panel, study.method.elasticity + 1.0, study.method.gross_output_ratio)
