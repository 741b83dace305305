"""Whose pull reaches a state through its partners (equation 7)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from influence.errors import ConfigError
from influence.metrics.linear import solve_years
from influence.metrics.pull import disjoint_members, has_other_members, state_labels
from influence.quality import known_shares, meets_coverage
from influence.schema import ALPHA


def network_pull(ties: xr.DataArray, poles: Sequence[str], alpha: float = ALPHA) -> xr.DataArray:
    """Pull of each pole, direct and through partners, on each state (equation 7).

    h_p(v) = W_pv + alpha sum_{k not in a pole} W_kv h_p(k): the probability that a walk from v to those it relies on,
    which continues with probability alpha at each further partner, reaches p before another pole. alpha = 0 is the
    direct pull. For a member v of a pole the same equation is evaluated at v: the walk starts there although it ends
    at the members of every pole, and W_pv sums over the members of p other than v.

    Parameters
    ----------
    ties : composite portfolio, dims (year, source, target), shares in [0, 1].
    poles : ISO3 codes or groups; the walk ends at their members.
    alpha : probability that the walk continues, in [0, 1).

    Returns
    -------
    dims (pole, year, target), probability, in [0, 1]; the values of the poles sum to at most 1. Coordinate `coverage`
    (year, target): 1 less the probability that the walk reaches what was not observed. NaN where it is below 0.8, in
    years in which a group has no member, and for a pole of one state itself.

    Raises
    ------
    ConfigError : alpha outside [0, 1). StateError : an unknown pole, or poles that share a member.

    Examples
    --------
    CCC relies on AAA directly, and on DDD, which relies on AAA for 0.6: 0.2 + 0.85 x 0.4 x 0.6.

    >>> import xarray as xr
    >>> codes = ["AAA", "BBB", "CCC", "DDD"]
    >>> zero = (("year", "target"), [[0, 0, 0, 0]])
    >>> rest = (("year", "target"), [[1, 1, 0.3, 0.4]])
    >>> coords = {"year": [2016], "source": codes, "target": codes, "unobserved": zero, "not_covered": rest}
    >>> shares = [[[0, 0, 0.2, 0.6], [0, 0, 0.1, 0], [0, 0, 0, 0], [0, 0, 0.4, 0]]]
    >>> ties = xr.DataArray(shares, coords=coords, dims=("year", "source", "target"))
    >>> network_pull(ties, ("AAA", "BBB")).sel(year=2016, target="CCC").round(3).values
    array([0.404, 0.1  ])
    """
    if not 0 <= alpha < 1:
        raise ConfigError(f"alpha must be at least 0 and below 1, not {alpha:g}.")
    member = disjoint_members(ties, poles)
    system, right = walk_system(ties, member, alpha)
    reached = solve_years(system, right)
    seen = 1.0 - np.clip(reached[:, :, -1], 0.0, 1.0)
    known = meets_coverage(seen) & has_other_members(member)
    values = np.where(known, np.moveaxis(reached[:, :, :-1], 2, 0), np.nan)
    coords = {"pole": list(poles), **state_labels(ties), "coverage": (("year", "target"), seen)}
    return xr.DataArray(values, coords=coords, dims=("pole", "year", "target"), name="pull_network")


def walk_system(ties: xr.DataArray, member: np.ndarray, alpha: float) -> tuple[np.ndarray, np.ndarray]:
    """I - alpha W_o' (year, n, n) and [W_p' ..., unobserved] (year, n, poles + 1), W_o the ties of states in no pole.

    member : bool (pole, year, state).
    """
    shares = known_shares(ties)
    unseen = 1.0 - ties["not_covered"].values - shares.sum(axis=1)
    unseen[unseen < 1e-12] = 0.0
    direct = np.einsum("pyu,yuv->yvp", member.astype(float), shares)
    right = np.concatenate([direct, unseen[:, :, None]], axis=2)
    system = np.multiply(shares.transpose(0, 2, 1), np.where(member.any(axis=0), 0.0, -alpha)[:, None, :], order="C")
    diagonal = np.arange(shares.shape[1])
    system[:, diagonal, diagonal] += 1.0
    return system, right
