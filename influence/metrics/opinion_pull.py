"""The opinion model on the panel: which pole each state ends with, for all years (equation 9)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from influence.metrics.dependence import dependence
from influence.metrics.opinion import NO_OPINION, basins, by_frequency, partner_weights, run_models, thresholds
from influence.metrics.pull import disjoint_members, state_labels
from influence.panel.panel import Panel
from influence.quality import covered
from influence.schema import REALISATIONS


def opinion_pull(panel: Panel, poles: Sequence[str], *, realisations: int = REALISATIONS, seed: int = 0) -> xr.Dataset:
    """Share of realisations in which each state ends with each pole, with the poles as seeds.

    Parameters
    ----------
    poles : two or more, ISO3 codes or groups; a group without members in a year is left out of that year.
    realisations : number of random starts. seed : of the random numbers.

    Returns
    -------
    share : (pole, year, target), in [0, 1]. z : the same dims, Z of equation 9, mean over the realisations.
    opinion_threshold : (year, target), in [0, 1], the smallest share of a state's trade that, moved to other partners,
        changes its opinion in the most frequent steady state (opinion.smallest_threshold).
    All are NaN for members of any pole, whose opinions are fixed, for states without trade and for those of whose trade
    less than 0.8 was observed.

    Raises
    ------
    StateError : an unknown pole, or poles that share a member.
    """
    portfolios = dependence(panel)
    names = sorted(poles)
    member = disjoint_members(portfolios, names)
    flows = panel.trade["export_usd"].values
    shape = (len(names), *member.shape[1:])
    share, z, threshold = np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape[1:], np.nan)
    present = [np.flatnonzero(member[:, year].any(axis=1)) for year in range(len(flows))]
    years = [year for year, several in enumerate(present) if len(several) > 1]
    weights = {year: partner_weights(flows[year]) for year in years}
    models = [(weights[year], _fixed(member[present[year], year]), len(present[year])) for year in years]
    for year, (finals, settled) in zip(years, run_models(models, realisations, seed), strict=True):
        here = present[year]
        share[here, year], z[here, year] = (
            part.T for part in basins(finals[settled], weights[year], len(here), realisations)
        )
        if settled.any():
            threshold[year] = thresholds(flows[year], by_frequency(finals[settled])[0][0], len(here))
    known = covered(portfolios) & ~np.asarray(member.any(axis=0))
    order = [names.index(pole) for pole in poles]
    labels = state_labels(portfolios)
    dyads, states = ("pole", "year", "target"), ("year", "target")
    return xr.Dataset(
        {
            "share": (dyads, np.where(known, share, np.nan)[order]),
            "z": (dyads, np.where(known, z, np.nan)[order]),
            "opinion_threshold": (states, np.where(known, threshold, np.nan)),
        },
        coords={"pole": list(poles), **labels, "coverage": (states, 1.0 - portfolios["unobserved"].values)},
    )


def _fixed(member: np.ndarray) -> np.ndarray:
    """Position of the opinion that each state is a seed of, -1 for none: member is bool (opinion, state)."""
    return np.where(member.any(axis=0), member.argmax(axis=0), NO_OPINION)
