"""Who pulls on whom, directly: pull, balance, exposure and the leading pole (equations 5 and 6).

A pole is a state or a named, dated group; its pull is the sum over its members. Values are NaN where less than 0.8 of
a state's reliance was observed, where the tie itself was not observed, and for the members of the pole.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd
import xarray as xr

from influence.errors import StateError
from influence.quality import covered
from influence.states import registry_of


def pole_members(ties: xr.DataArray, pole: str) -> np.ndarray:
    """Which states make up the pole in each year, bool (year, source).

    Raises
    ------
    StateError : the pole is not known, or none of its members is among the states of `ties`.
    """
    codes = ties.indexes["source"]
    years = ties.indexes["year"]
    if pole in codes:
        return np.broadcast_to(codes == pole, (len(years), len(codes)))
    registry = registry_of(ties)
    name = registry.pole_name(pole)
    if not registry.is_group(name):
        if name in codes:
            return pole_members(ties, name)
        raise StateError(f"pole {pole!r} is not among the {len(codes)} states of these ties.")
    member = np.array([codes.isin(registry.members(name, int(year))) for year in years])
    if not member.any():
        raise StateError(
            f"group {pole!r} has no member among the {len(codes)} states of these ties in {years[0]}-{years[-1]}."
        )
    return member


def direct_pull(ties: xr.DataArray, pole: str) -> xr.DataArray:
    """Pull of a pole on each state (equation 5): pull_p(v) = sum of W_uv over the members u of p.

    Parameters
    ----------
    ties : composite portfolio, dims (year, source, target), shares in [0, 1].
    pole : ISO3 code or group.

    Returns
    -------
    dims (year, target), in [0, 1]; NaN for the pole's own members, where a member's tie was not observed, and where
    coverage is below 0.8.

    Raises
    ------
    StateError : no such pole, or it has no tie with any state in any of the years.
    """
    if not isinstance(pole, str):
        raise StateError(f"direct_pull takes one pole, not {pole!r}; of several: lens_pull(panel, ties, poles).")
    member = pole_members(ties, pole)
    shares = ties.values
    pull = np.empty(member.shape)
    for year in range(len(member)):
        pull[year] = shares[year, member[year]].sum(axis=0)
    if not (np.nan_to_num(pull) > 0).any():
        raise StateError(f"pole {pole!r} has no ties with any state in these years; choose another.")
    seen = covered(ties) & ~member & np.asarray(member.any(axis=1))[:, None]
    return by_state(ties, np.where(seen, pull, np.nan), "pull_direct")


def pull_balance(ties: xr.DataArray, poles: Sequence[str]) -> xr.DataArray:
    """Lean of each state between two poles (equation 6).

    B_v = (pull_p - pull_q) / (pull_p + pull_q): +1 only p pulls, -1 only q.

    Parameters
    ----------
    ties : composite portfolio, dims (year, source, target), shares in [0, 1].
    poles : two ISO3 codes or groups (p, q).

    Returns
    -------
    dims (year, target), in [-1, 1]; NaN where neither pulls, for the poles themselves and where coverage is below 0.8.

    Raises
    ------
    StateError : not two poles, a pole not among the states of `ties`, a pole without ties, members in common.
    """
    first, second = _pair_of_pulls(ties, poles)
    both = first + second
    balance = np.divide(first - second, both, where=both > 0, out=np.full(both.shape, np.nan))
    return by_state(ties, balance, "pull_balance")


def exposure(ties: xr.DataArray, poles: Sequence[str]) -> xr.DataArray:
    """How much of each state's reliance rests on the two poles together: pull_p + pull_q, in [0, 1]."""
    first, second = _pair_of_pulls(ties, poles)
    return by_state(ties, first + second, "exposure")


def _pair_of_pulls(ties: xr.DataArray, poles: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    if len(poles) != 2:
        raise StateError(f"a balance is between two poles, not {len(poles)}: {', '.join(poles)}.")
    disjoint_members(ties, poles)
    return direct_pull(ties, poles[0]).values, direct_pull(ties, poles[1]).values


def disjoint_members(ties: xr.DataArray, poles: Sequence[str]) -> np.ndarray:
    """Members of several poles, bool (pole, year, source).

    Raises
    ------
    StateError : an unknown pole, or two poles that share a member.
    """
    members = np.stack([pole_members(ties, pole) for pole in poles])
    for i, j in combinations(range(len(poles)), 2):
        shared = members[i] & members[j]
        if shared.any():
            who = ", ".join(sorted(ties.indexes["source"][shared.any(axis=0)]))
            raise StateError(f"poles {poles[i]} and {poles[j]} share {who}; a balance needs two that do not overlap.")
    return members


def leader_margin(ties: xr.DataArray, poles: Sequence[str]) -> xr.DataArray:
    """Lead of the strongest pole over the next: pull of the first less pull of the second, in [0, 1].

    Returns
    -------
    dims (year, target); coordinate `leader` (year, target) names the strongest pole, '' where there is none or a tie.
    NaN where any pole's pull is.

    Raises
    ------
    StateError : fewer than two poles; see direct_pull.
    """
    if len(poles) < 2:
        raise StateError("a leader needs two or more poles.")
    pulls = np.stack([direct_pull(ties, pole).values for pole in poles])
    known = ~np.isnan(pulls).any(axis=0)
    ranked = np.sort(np.where(known, pulls, 0.0), axis=0)
    margin = np.where(known, ranked[-1] - ranked[-2], np.nan)
    best = np.where(known, pulls, 0.0).argmax(axis=0)
    leader = np.where(known & (margin > 0), np.array(poles, dtype=object)[best], "")
    return by_state(ties, margin, "leader_margin").assign_coords(leader=(("year", "target"), leader.astype(str)))


def pairs_of(poles: Sequence[str]) -> list[tuple[str, str]]:
    """Every pair of poles, in the order given."""
    return list(combinations(poles, 2))


def state_labels(ties: xr.DataArray) -> dict[str, pd.Index]:
    """Coordinates of a measure over (year, target)."""
    return {"year": ties.indexes["year"], "target": ties.indexes["target"]}


def by_state(ties: xr.DataArray, values: np.ndarray, name: str) -> xr.DataArray:
    """Values (year, state) as a measure: dims (year, target), the labels of `ties`."""
    return xr.DataArray(values, coords=state_labels(ties), dims=("year", "target"), name=name)
