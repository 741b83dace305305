"""Whom tables, graphs and figures of a year show: the states of a region and the poles."""

from __future__ import annotations

from collections.abc import Sequence

import xarray as xr

from influence.metrics.pull import pole_members
from influence.states import group_members


def region_states(ties: xr.DataArray, region: str, poles: Sequence[str], year: int) -> list[str]:
    """The region's states that the ties hold, with the members of the poles; sorted.

    Raises
    ------
    StateError : no such group.
    """
    codes = ties.indexes["target"]
    at = list(ties.indexes["year"]).index(year)
    members = {str(code) for pole in poles for code in codes[pole_members(ties, pole)[at]]}
    return sorted({code for code in group_members(region, year) if code in codes} | members)
