"""Five ways to see who pulls on a state, side by side: each is one function, and none is the truth.

A lens gives dims (pole, year, target), with its own coverage (year, target), higher where the pole pulls more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import xarray as xr

from influence.metrics.bandwidth import bandwidth_pull
from influence.metrics.dependence import dependence
from influence.metrics.exposure import flows_with_domestic, pole_exposure
from influence.metrics.network_pull import network_pull
from influence.metrics.opinion_pull import opinion_pull
from influence.metrics.pull import direct_pull, disjoint_members, has_other_members, state_labels, sum_over_members
from influence.panel.panel import Panel
from influence.quality import coverage, covered
from influence.specs import LensSpec, function_of, lens_named

if TYPE_CHECKING:
    from influence.study import Study


def lens_pull(study: Study, lens: str = "direct") -> xr.DataArray:
    """Pull of each pole on each state through one of the lenses of specs.LENSES.

    direct : W_pv (equation 5). network : through partners too (equation 7). income : what v's real income gains from
    productivity in p (equation 8). opinion : share of realisations in which v ends with p (equation 9). bandwidth :
    bandwidth times dependence (equation 10). Only the first two look at all layers; the others at trade, and bandwidth
    at trade agreements.

    Returns
    -------
    dims (pole, year, target), name pull_LENS; coordinate `coverage` (year, target). Units differ: compare balances.
    The pull of a group on its own member is that of its other members. NaN where coverage is below 0.8, for a pole of
    one state itself, and where the lens has no value (opinion: for members of any pole, whose opinions are fixed).

    Raises
    ------
    ConfigError : no such lens. StateError, YearError : see the function of the lens.
    """
    spec = lens_named(lens)
    return study.once(("lens", lens), lambda: _looked_through(study, spec))


def _looked_through(study: Study, spec: LensSpec) -> xr.DataArray:
    disjoint_members(study.ties, study.poles)
    pulls = function_of(spec.pull)(study).rename(f"pull_{spec.name}")
    return pulls.assign_attrs(registry=study.registry)


def lens_balance(pulls: xr.DataArray, pair: Sequence[str]) -> xr.DataArray:
    """Balance of two poles through a lens: (p - q) / (|p| + |q|), in [-1, 1] (equation 6).

    The pull on real income may be below 0, hence the sizes. NaN where either pull is NaN, or both are 0.
    """
    at = [pulls.indexes["pole"].get_loc(pole) for pole in pair]
    first, second = (pulls.values[i] for i in at)
    both = np.abs(first) + np.abs(second)
    balance = np.divide(first - second, both, where=both > 0, out=np.full(both.shape, np.nan))
    return (
        pulls[at[0]]
        .drop_vars("pole")
        .copy(data=balance, deep=False)
        .rename(f"balance_{str(pulls.name).removeprefix('pull_')}")
    )


class Verdict(NamedTuple):
    """Who leads, lens by lens: lenses for the first pole, for the second, and those that do not say."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    silent: tuple[str, ...]


def verdict(balances: Mapping[str, float]) -> Verdict:
    """Sort the lenses by the pole that leads through them; with a balance of 0 or no value none leads."""
    first = tuple(name for name, value in balances.items() if value > 0)
    second = tuple(name for name, value in balances.items() if value < 0)
    return Verdict(first, second, tuple(name for name in balances if name not in (*first, *second)))


def direct_lens(study: Study) -> xr.DataArray:
    """Equation 5 for every pole."""
    ties, poles = study.ties, study.poles
    values = np.stack([direct_pull(ties, pole).values for pole in poles])
    coords = {"pole": list(poles), **state_labels(ties), "coverage": (("year", "target"), coverage(ties).values)}
    return xr.DataArray(values, coords=coords, dims=("pole", "year", "target"))


def network_lens(study: Study) -> xr.DataArray:
    """Equation 7."""
    return network_pull(study.ties, study.poles, study.method.alpha)


def income_lens(study: Study) -> xr.DataArray:
    """Equation 8 on the panel's flows with sales at home."""
    panel, method = study.panel, study.method
    portfolios = dependence(panel)
    member = disjoint_members(portfolios, study.poles)
    flows = flows_with_domestic(panel, method.gross_output_ratio).values
    gains = pole_exposure(flows, method.elasticity, member)
    known = covered(portfolios) & has_other_members(member)
    return _by_pole(portfolios, np.where(known, gains, np.nan), study.poles)


def opinion_lens(study: Study) -> xr.DataArray:
    """Equation 9: share of realisations."""
    return opinions(study)["share"]


def opinions(study: Study) -> xr.Dataset:
    """What the opinion model gives (opinion_pull), once a study."""
    method = study.method
    return study.once(
        "opinions", lambda: opinion_pull(study.panel, study.poles, realisations=method.realisations, seed=method.seed)
    )


def bandwidth_lens(study: Study) -> xr.DataArray:
    """Equation 10."""
    method = study.method
    choices = method.bandwidth_base_year, method.agreement_strength, study.bandwidth_unit
    return _of_members(study.panel, bandwidth_pull(study.panel, *choices), study.poles)


def _of_members(panel: Panel, dyads: xr.DataArray, poles: Sequence[str]) -> xr.DataArray:
    """Sum of a measure of dyads over the other members of each pole; NaN where one is, or v is not covered."""
    portfolios = dependence(panel)
    member = disjoint_members(portfolios, poles)
    values = np.stack([sum_over_members(dyads.values, inside) for inside in member])
    known = covered(portfolios) & has_other_members(member)
    return _by_pole(portfolios, np.where(known, values, np.nan), poles)


def _by_pole(portfolios: xr.DataArray, values: np.ndarray, poles: Sequence[str]) -> xr.DataArray:
    seen = (("year", "target"), 1.0 - portfolios["unobserved"].values)
    coords = {"pole": list(poles), **state_labels(portfolios), "coverage": seen}
    return xr.DataArray(values, coords=coords, dims=("pole", "year", "target"))
