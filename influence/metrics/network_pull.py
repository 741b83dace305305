"""Whose pull reaches a state through its partners (equation 7)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from influence.errors import ConfigError
from influence.metrics.linear import solve_years
from influence.metrics.pull import disjoint_members, state_labels
from influence.quality import known_shares, meets_coverage
from influence.schema import ALPHA


def network_pull(ties: xr.DataArray, poles: Sequence[str], alpha: float = ALPHA) -> xr.DataArray:
    """Pull of each pole, direct and through partners, on each state (equation 7).

    h_p(v) = W_pv + alpha sum_{k not in a pole} W_kv h_p(k): the chance that a walk from v to those it relies on, which
    ends with chance 1 - alpha at each further partner, comes to p before another pole. alpha = 0 is the direct pull.

    Parameters
    ----------
    ties : composite portfolio, dims (year, source, target), shares in [0, 1].
    poles : ISO3 codes or groups; the members of all of them are where the walk ends.
    alpha : in [0, 1).

    Returns
    -------
    dims (pole, year, target), in [0, 1]; the poles' values sum to 1 at most. Coordinate `coverage` (year, target): 1
    less the chance that the walk comes to what nobody observed. NaN where it is below 0.8, and for the pole's own.

    Raises
    ------
    ConfigError : alpha outside [0, 1). StateError : an unknown pole, or poles that share a member.
    """
    if not 0 <= alpha < 1:
        raise ConfigError(f"alpha must be at least 0 and below 1, not {alpha:g}.")
    member = disjoint_members(ties, poles)
    system, right = walk_system(ties, member, alpha)
    reached = solve_years(system, right)
    seen = 1.0 - np.clip(reached[:, :, -1], 0.0, 1.0)
    known = meets_coverage(seen) & ~member & np.any(member, axis=2, keepdims=True)
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
    own = np.arange(shares.shape[1])
    system[:, own, own] += 1.0
    return system, right
