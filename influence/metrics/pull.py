"""Who pulls on whom, directly: pull, balance, exposure and the leading pole (equations 5 and 6).

A pole is a state or a named, dated group. Its pull on a state is the sum over its members other than that state, so
that a group also pulls on its own members, and a single state has no pull on itself. Values are NaN where less than
0.8 of a state's reliance was observed and where the tie itself was not observed. Members of a pole have values;
headlines do not count them (pole_states).
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
    """Which states make up the pole in each year, bool (year, state); `ties` may be any measure over (year, target).

    Raises
    ------
    StateError : the pole is not known, or none of its members is among the states of `ties`.
    """
    codes = ties.indexes["target"]
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


def has_other_members(member: np.ndarray) -> np.ndarray:
    """Whether a pole has a member besides the state itself: bool (..., state), the shape of `member`.

    False for the only member of a pole, and for every state where the pole has no member.
    """
    return np.asarray(member.sum(axis=-1, keepdims=True) > member)


def pole_states(ties: xr.DataArray, poles: Sequence[str]) -> xr.DataArray:
    """States that belong to one of the poles, bool (year, target): shown, and never counted in a headline.

    Raises
    ------
    StateError : see pole_members.
    """
    member = np.any([pole_members(ties, pole) for pole in poles], axis=0)
    return by_state(ties, member, "pole_states")


def direct_pull(ties: xr.DataArray, pole: str) -> xr.DataArray:
    """Pull of a pole on each state (equation 5): pull_p(v) = sum of W_uv over the members u of p other than v.

    Parameters
    ----------
    ties : composite portfolio, dims (year, source, target), shares in [0, 1], with the coordinate `unobserved`.
    pole : ISO3 code or group.

    Returns
    -------
    dims (year, target), share of v's reliance, in [0, 1]. NaN for a pole of one state itself, where a member's tie was
    not observed, in years in which a group has no member, and where coverage is below 0.8.

    Raises
    ------
    StateError : no such pole, several poles, or a pole that has no tie with any state in any of the years.

    Examples
    --------
    >>> import xarray as xr
    >>> codes = ["AAA", "BBB", "CCC"]
    >>> coords = {"year": [2016], "source": codes, "target": codes, "unobserved": (("year", "target"), [[0, 0, 0.5]])}
    >>> shares = [[[0, 0.3, 0.2], [0.1, 0, 0.1], [0.4, 0.2, 0]]]
    >>> ties = xr.DataArray(shares, coords=coords, dims=("year", "source", "target"))
    >>> direct_pull(ties, "AAA").values
    array([[nan, 0.3, nan]])
    """
    if not isinstance(pole, str):
        raise StateError(f"direct_pull takes one pole, not {pole!r}; for several use lens_pull(panel, ties, poles).")
    member = pole_members(ties, pole)
    pull = sum_over_members(ties.values, member)
    if not (np.nan_to_num(pull) > 0).any():
        raise StateError(f"pole {pole!r} has no ties with any state in these years; choose another.")
    known = covered(ties) & has_other_members(member)
    return by_state(ties, np.where(known, pull, np.nan), "pull_direct")


def sum_over_members(dyads: np.ndarray, member: np.ndarray) -> np.ndarray:
    """Sum of dyads (year, source, target) over the members (year, source) other than the target, (year, target).

    NaN where a member's dyad is missing. A state's dyad with itself is left out.
    """
    out = np.empty(member.shape)
    for year, inside in enumerate(member):
        rows = dyads[year, inside]
        rows[np.arange(len(rows)), np.flatnonzero(inside)] = 0.0
        out[year] = rows.sum(axis=0)
    return out


def pull_balance(ties: xr.DataArray, poles: Sequence[str]) -> xr.DataArray:
    """Balance of each state between two poles (equation 6): B_v = (pull_p - pull_q) / (pull_p + pull_q).

    Parameters
    ----------
    ties : composite portfolio, dims (year, source, target), shares in [0, 1].
    poles : two ISO3 codes or groups (p, q).

    Returns
    -------
    dims (year, target), in [-1, 1]: +1 where v relies on p alone of the two, -1 on q alone. NaN where neither pulls and
    where either pull is (direct_pull).

    Raises
    ------
    StateError : not two poles, a pole not among the states of `ties`, a pole without ties, members in common.

    Examples
    --------
    >>> import influence as inf
    >>> ties = inf.build_ties(inf.load_panel(first_year=2016, last_year=2016))
    >>> balance = pull_balance(ties, ("CHN", "USA")).sel(year=2016)
    >>> bool(balance.sel(target="LAO") > 0 > balance.sel(target="CAN"))
    True
    """
    first, second = _pair_of_pulls(ties, poles)
    both = first + second
    balance = np.divide(first - second, both, where=both > 0, out=np.full(both.shape, np.nan))
    return by_state(ties, balance, "pull_balance")


def headline_balance(ties: xr.DataArray, poles: Sequence[str]) -> xr.DataArray:
    """pull_balance of the states outside both poles, NaN for their members: what counts and means are made of."""
    return pull_balance(ties, poles).where(~pole_states(ties, poles))


def exposure(ties: xr.DataArray, poles: Sequence[str]) -> xr.DataArray:
    """Share of each state's reliance that is on the two poles together: pull_p + pull_q.

    Parameters
    ----------
    ties, poles : as for pull_balance.

    Returns
    -------
    dims (year, target), in [0, 1]; NaN where either pull is (direct_pull).

    Raises
    ------
    StateError : see pull_balance.

    Examples
    --------
    >>> import influence as inf
    >>> ties = inf.build_ties(inf.load_panel(first_year=2016, last_year=2016))
    >>> both = exposure(ties, ("CHN", "USA")).sel(year=2016, target="CAN")
    >>> bool(both > direct_pull(ties, "USA").sel(year=2016, target="CAN"))
    True
    """
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
            codes = ", ".join(sorted(ties.indexes["source"][shared.any(axis=0)]))
            raise StateError(f"poles {poles[i]} and {poles[j]} share {codes}; choose two that do not overlap.")
    return members


def leader_margin(ties: xr.DataArray, poles: Sequence[str]) -> xr.DataArray:
    """Lead of the strongest pole over the next: the largest direct pull less the second largest.

    Parameters
    ----------
    ties : composite portfolio, dims (year, source, target), shares in [0, 1].
    poles : two or more ISO3 codes or groups.

    Returns
    -------
    dims (year, target), share of reliance, in [0, 1]; coordinate `leader` (year, target) names the strongest pole, ''
    where there is none or two are equal. NaN where any pole's pull is (direct_pull).

    Raises
    ------
    StateError : fewer than two poles; see direct_pull.

    Examples
    --------
    >>> import influence as inf
    >>> ties = inf.build_ties(inf.load_panel(first_year=2016, last_year=2016))
    >>> margin = leader_margin(ties, ("CHN", "USA", "eu"))
    >>> margin["leader"].sel(year=2016, target="CAN").item()
    'USA'
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
