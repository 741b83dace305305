"""Five ways to see who pulls on a state, side by side: each is one function, and none is the truth.

A lens gives dims (pole, year, target), with its own coverage (year, target), higher where the pole pulls more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import xarray as xr

from influence.config import Config
from influence.errors import ConfigError, suggest
from influence.metrics.bandwidth import Unit, bandwidth_pull
from influence.metrics.dependence import dependence
from influence.metrics.exposure import flows_with_domestic, pole_exposure
from influence.metrics.network_pull import network_pull
from influence.metrics.opinion_pull import opinion_pull
from influence.metrics.pull import direct_pull, disjoint_members, has_other_members, state_labels, sum_over_members
from influence.panel.panel import Panel
from influence.quality import coverage, covered
from influence.schema import (
    AGREEMENT_STRENGTH,
    ALPHA,
    BANDWIDTH_BASE_YEAR,
    ELASTICITY,
    GROSS_OUTPUT_RATIO,
    LENSES,
    REALISATIONS,
)


class LensChoices(NamedTuple):
    """What the lenses may be told; see the functions that take each.

    bandwidth_unit : the largest dyad of the base year, for a panel that does not hold that year.
    """

    alpha: float = ALPHA
    elasticity: float = ELASTICITY
    gross_output_ratio: float = GROSS_OUTPUT_RATIO
    realisations: int = REALISATIONS
    seed: int = 0
    bandwidth_base_year: int = BANDWIDTH_BASE_YEAR
    agreement_strength: Mapping[str, float] = AGREEMENT_STRENGTH
    bandwidth_unit: Unit | None = None


def choices_of(config: Config, bandwidth_unit: Unit | None = None) -> LensChoices:
    """The lenses' part of the settings."""
    told = {name: getattr(config, name) for name in LensChoices._fields if name != "bandwidth_unit"}
    return LensChoices(**told, bandwidth_unit=bandwidth_unit)


def lens_pull(
    panel: Panel, ties: xr.DataArray, poles: Sequence[str], lens: str = "direct", choices: LensChoices | None = None
) -> xr.DataArray:
    """Pull of each pole on each state through one of the lenses of schema.LENSES.

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
    if lens not in _LENSES:
        raise ConfigError(f"there is no lens {lens!r}.{suggest(lens, list(LENSES))} Lenses are: {', '.join(LENSES)}.")
    disjoint_members(ties, poles)
    return _LENSES[lens](panel, ties, poles, choices or LensChoices()).rename(f"pull_{lens}")


def lens_balance(pulls: xr.DataArray, pair: Sequence[str]) -> xr.DataArray:
    """Lean between two poles as a lens sees it: (p - q) / (|p| + |q|), in [-1, 1] (equation 6).

    The pull on real income may be below nought, hence the sizes. NaN where either pull is, or both are nought.
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
    """Sort the lenses by the pole they see ahead; a balance of nought or without value says nothing."""
    first = tuple(name for name, value in balances.items() if value > 0)
    second = tuple(name for name, value in balances.items() if value < 0)
    return Verdict(first, second, tuple(name for name in balances if name not in (*first, *second)))


def _direct(_: Panel, ties: xr.DataArray, poles: Sequence[str], choices: LensChoices) -> xr.DataArray:
    values = np.stack([direct_pull(ties, pole).values for pole in poles])
    coords = {"pole": list(poles), **state_labels(ties), "coverage": (("year", "target"), coverage(ties).values)}
    return xr.DataArray(values, coords=coords, dims=("pole", "year", "target"))


def _network(_: Panel, ties: xr.DataArray, poles: Sequence[str], choices: LensChoices) -> xr.DataArray:
    return network_pull(ties, poles, choices.alpha)


def _income(panel: Panel, ties: xr.DataArray, poles: Sequence[str], choices: LensChoices) -> xr.DataArray:
    portfolios = dependence(panel)
    member = disjoint_members(portfolios, poles)
    flows = flows_with_domestic(panel, choices.gross_output_ratio).values
    gains = pole_exposure(flows, choices.elasticity, member)
    known = covered(portfolios) & has_other_members(member)
    return _by_pole(portfolios, np.where(known, gains, np.nan), poles)


def _opinion(panel: Panel, ties: xr.DataArray, poles: Sequence[str], choices: LensChoices) -> xr.DataArray:
    return opinion_pull(panel, poles, realisations=choices.realisations, seed=choices.seed)["share"]


def _bandwidth(panel: Panel, ties: xr.DataArray, poles: Sequence[str], choices: LensChoices) -> xr.DataArray:
    told = choices.bandwidth_base_year, choices.agreement_strength, choices.bandwidth_unit
    return _of_members(panel, bandwidth_pull(panel, *told), poles)


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


_LENSES: dict[str, Callable[[Panel, xr.DataArray, Sequence[str], LensChoices], xr.DataArray]] = {
    "direct": _direct,
    "network": _network,
    "income": _income,
    "opinion": _opinion,
    "bandwidth": _bandwidth,
}
