"""Small worlds for measures: ties straight from a matrix, and graphs whose measures are known in closed form."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from influence.states import bundled_registry


def ties_of(
    matrix: Sequence[Sequence[float]] | np.ndarray,
    labels: Sequence[str] | None = None,
    *,
    unobserved: Sequence[float] | None = None,
    years: Sequence[int] = (2016,),
) -> xr.DataArray:
    """Ties of one or more years, all alike, from shares (source, target); what is left of a column is not_covered."""
    shares = np.asarray(matrix, dtype=float)
    size = len(shares)
    names = list(labels) if labels is not None else [f"S{i:02}" for i in range(size)]
    unseen = np.zeros(size) if unobserved is None else np.asarray(unobserved, dtype=float)
    not_covered = 1.0 - np.nansum(shares, axis=0) - unseen
    every = len(years)
    of_state = ("year", "target")
    coords = {
        "year": list(years),
        "source": names,
        "target": names,
        "not_covered": (of_state, np.tile(not_covered, (every, 1))),
        "unobserved": (of_state, np.tile(unseen, (every, 1))),
        "is_break": (of_state, np.zeros((every, size), dtype=bool)),
        "name": ("target", names),
        "region": ("target", ["Region"] * size),
        "latitude": ("target", np.zeros(size)),
        "longitude": ("target", np.zeros(size)),
    }
    stack = np.tile(shares, (every, 1, 1))
    return xr.DataArray(stack, coords=coords, dims=("year", "source", "target"), name="pull",
                        attrs={"registry": bundled_registry()})  # fmt: skip


def star(leaves: int, share: float = 0.5) -> np.ndarray:
    """The first state pulls on every other, and they on nobody."""
    out = np.zeros((leaves + 1, leaves + 1))
    out[0, 1:] = share
    return out


def cycle(size: int, share: float = 0.5) -> np.ndarray:
    """Each state pulls on the next."""
    return np.roll(np.eye(size), 1, axis=1) * share


def complete(size: int, share: float = 0.1) -> np.ndarray:
    """Every state pulls on every other."""
    return np.full((size, size), share) - np.eye(size) * share


def shuffled(ties: xr.DataArray, seed: int = 0) -> xr.DataArray:
    """The same ties with the states in another order."""
    order = np.random.default_rng(seed).permutation(ties.sizes["target"])
    return ties.isel(source=order, target=order)


def at(measure: xr.DataArray, state: str, year: int = 2016) -> float:
    """One value of a measure over (year, target)."""
    return float(measure.sel(year=year, target=state))
