"""The states in tables, graphs and figures of a year: those of a region and the poles."""

from __future__ import annotations

from collections.abc import Sequence

import xarray as xr

from influence.metrics.pull import pole_members
from influence.panel.panel import Panel
from influence.panel.regions import region_members
from influence.states import group_members


def region_states(
    ties: xr.DataArray, region: str, poles: Sequence[str], year: int, *, panel: Panel | None = None
) -> list[str]:
    """The region's states that the ties hold, with the members of the poles; sorted.

    panel : of the ties; without it a region is a group (regions.region_members describes what else it may be).

    Raises
    ------
    StateError : no such region.
    """
    codes = ties.indexes["target"]
    at = list(ties.indexes["year"]).index(year)
    members = {str(code) for pole in poles for code in codes[pole_members(ties, pole)[at]]}
    inside = group_members(region, year) if panel is None else region_members(panel, region, year)
    return sorted({code for code in inside if code in codes} | members)
