"""The test of the whole idea: does a change of pull go with a later change of alignment at the UN?

For each lag k, over states v and years t, poles left out:

    A_v,t+k - A_v,t = b_k (B_v,t - B_v,t-1) + mu_v + tau_t + e_vt        (k = 0: A_v,t - A_v,t-1, the same year)

B is the balance of pull (equation 6), A the alignment (equation 13), both +1 at the first pole and -1 at the second, so
b_k > 0 says that states drift towards the pole whose pull on them grew. What is later is strictly later: the outcome
begins where the change of pull ends. State effects take out each state's own drift, year effects what moved all.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr

from influence.errors import ConfigError, StateError
from influence.metrics.panel_regression import Fit, holm, permutation_p, two_way_regression
from influence.metrics.trends import change

LAGS = (0, 1, 2, 3, 5)
PERMUTATIONS = 999
SIGNIFICANT = 0.05
DIRECTIONS = ("pull_then_alignment", "alignment_then_pull")
COLUMNS = ["direction", "lag", *Fit._fields, "p_permuted", "p_holm", "permutations"]


def pull_then_alignment(
    balance: xr.DataArray,
    breaks: xr.DataArray,
    aligned: xr.DataArray,
    lags: Sequence[int] = LAGS,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> pd.DataFrame:
    """Regression of later changes of alignment on changes of pull, one row a lag (the equation above).

    Parameters
    ----------
    balance : balance of pull, dims (year, target), in [-1, 1], NaN for the poles, who are thereby left out.
    breaks : bool, the labels of `balance`; no change of pull is taken across one.
    aligned : alignment between the same poles, dims (year, target); other years and states than the balance's may be
        there, what either lacks is left out.
    lags : years k, 0 or more. permutations, seed : deals of the histories of pull among the states.

    Returns
    -------
    COLUMNS: direction, lag; coefficient (alignment per unit of balance), se (clustered by state), t, p, low, high (5-95
    %), n, states, years; sd_x and sd_y, standard deviations of the yearly change of pull and of the change of
    alignment; p_permuted; p_holm, p_permuted adjusted for the number of lags; permutations.

    Raises
    ------
    ConfigError : no lags, a negative or doubled one, or no permutation. StateError : fewer than 10 states with both.
    YearError, StateError : breaks of other years or states than the balance.

    Source: two-way effects and clusters: Cameron & Miller 2015, "A Practitioner's Guide to Cluster-Robust Inference";
    outcomes by horizon: Jordà 2005, "Estimation and Inference of Impulse Responses by Local Projections".
    """
    whole = xr.zeros_like(aligned, dtype=bool)
    return _by_lag(DIRECTIONS[0], (balance, breaks), (aligned, whole), _checked(lags, permutations), seed)


def alignment_then_pull(
    balance: xr.DataArray,
    breaks: xr.DataArray,
    aligned: xr.DataArray,
    lags: Sequence[int] = LAGS[1:],
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> pd.DataFrame:
    """The other way round, as a check: B_v,t+k - B_v,t = b_k (A_v,t - A_v,t-1) + mu_v + tau_t + e_vt.

    As pull_then_alignment, with the parts exchanged; histories of alignment are dealt out. Where this finds as much,
    pull does not come first.
    """
    whole = xr.zeros_like(aligned, dtype=bool)
    return _by_lag(DIRECTIONS[1], (aligned, whole), (balance, breaks), _checked(lags, permutations), seed)


def _checked(lags: Sequence[int], permutations: int) -> list[tuple[int, int]]:
    if not lags or min(lags) < 0 or len(set(lags)) < len(lags):
        raise ConfigError(f"lags {', '.join(map(str, lags)) or 'none'}: give one or more different years, 0 or later.")
    if permutations < 1:
        raise ConfigError(f"permutations are {permutations}; give 1 or more, 999 for a p of 0.001.")
    return [(int(lag), permutations) for lag in lags]


def _by_lag(
    direction: str,
    first: tuple[xr.DataArray, xr.DataArray],
    later: tuple[xr.DataArray, xr.DataArray],
    lags: Sequence[tuple[int, int]],
    seed: int,
) -> pd.DataFrame:
    rows = []
    for lag, permutations in lags:
        x, y = xr.align(change(*first), change(*later, ahead=lag), join="inner")
        try:
            fit = two_way_regression(y.values, x.values)
        except StateError as err:
            raise StateError(f"lag {lag}: {err}") from err
        chance = permutation_p(y.values, x.values, fit.t, permutations, seed)
        rows.append((direction, lag, *fit, chance, np.nan, permutations))
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.assign(p_holm=holm(table["p_permuted"].to_numpy()))
