"""The map of one year: the region's states and the poles, drawn by the network map, written to a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import xarray as xr

from influence.config import Config
from influence.export.findings import notes_for
from influence.export.network_map import build_network_map
from influence.files import write_text
from influence.graph import build_graph
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


def write_map(
    ties: xr.DataArray,
    results: pd.DataFrame,
    config: Config,
    poles: Sequence[str],
    year: int,
    path: Path,
    *,
    region: str,
) -> Path:
    """Draw the map of `year` and write it to `path`.

    Raises
    ------
    YearError, StateError, OutputError : see build_graph, region_states, write_text.
    """
    states = region_states(ties, region, poles, year)
    at = list(ties.indexes["year"]).index(year)
    members = {pole: [str(code) for code in ties.indexes["source"][pole_members(ties, pole)[at]]] for pole in poles}
    html = build_network_map(
        build_graph(ties, year),
        results[results["year"] == year],
        poles=members,
        states=states,
        notes=notes_for(results, config, poles, year, states),
    )
    write_text(path, html)
    return path
