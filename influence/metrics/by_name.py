"""Any centrality that networkx has, asked for by its name."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from numbers import Real
from typing import Any

import networkx as nx
import numpy as np
import xarray as xr

from influence.errors import ConfigError, suggest
from influence.graph import build_graph
from influence.quality import meets_coverage, network_coverage

OTHER_MEASURES = (
    "clustering", "constraint", "core_number", "effective_size", "pagerank", "square_clustering", "trophic_levels",
)  # fmt: skip
"""Measures of a node that networkx does not call a centrality."""
NOT_OF_NODES = ("edge_", "group_", "approximate_", "global_reaching", "local_reaching")
WEIGHT_IS_LENGTH = ("betweenness", "load", "percolation")
"""Beginnings of the names for which networkx reads `weight` as a distance."""


def networkx_centrality(ties: xr.DataArray, name: str, year: int) -> xr.DataArray:
    """Centrality `name` of networkx on the graph of one year (build_graph).

    An argument called `weight` is given the pull, one called `distance` the distance; functions that read `weight` as a
    distance (betweenness and its like) get the distance. Everything else is as networkx has it: mind that its
    closeness and eigenvector look at incoming ties.

    Returns
    -------
    dims (target); NaN for a state without any known tie, and for all in a year of which less than 0.8 of the network
    is known (quality.network_coverage, coordinate `coverage`).

    Raises
    ------
    ConfigError : networkx has no such measure of a node, it needs more than a graph, or it cannot take this one (its
        own words are told). YearError : no such year.
    """
    function, arguments = _call_of(name)
    graph = build_graph(ties, year)
    try:
        values = function(graph, **arguments)
    except (nx.NetworkXException, NotImplementedError, ArithmeticError) as err:
        raise ConfigError(f"networkx cannot compute {name} of the graph of {year}: {err}") from err
    if not isinstance(values, Mapping) or not all(isinstance(values.get(code), Real) for code in graph):
        raise ConfigError(f"networkx.{name} does not give one number a state; ask for another centrality.")
    states = ties.indexes["target"]
    seen = float(network_coverage(ties.sel(year=[year]))[0])
    told = {code for code in graph if graph.degree(code) and meets_coverage(seen)}
    column = np.array([float(values[code]) if code in told else math.nan for code in states])
    coords = {"target": states, "coverage": ("target", np.full(len(states), seen))}
    return xr.DataArray(column, coords=coords, dims="target", name=name)


def networkx_names() -> list[str]:
    """Names that networkx_centrality may be asked for."""
    return sorted(name for name in dir(nx) if _is_measure(name) and not _lacking(getattr(nx, name)))


def _call_of(name: str) -> tuple[Callable[..., Any], dict[str, str]]:
    """The function and the edge attributes its arguments are given."""
    if not _is_measure(name):
        have = networkx_names()
        raise ConfigError(f"networkx has no centrality {name!r}.{suggest(name, have) or ' It has: ' + ', '.join(have)}")
    function = getattr(nx, name)
    lacking = _lacking(function)
    if lacking:
        raise ConfigError(f"networkx.{name} needs {', '.join(lacking)} besides the graph; it cannot be asked by name.")
    weight = "distance" if name.startswith(WEIGHT_IS_LENGTH) else "pull"
    known = {"weight": weight, "distance": "distance"}
    return function, {key: known[key] for key in inspect.signature(function).parameters if key in known}


def _is_measure(name: str) -> bool:
    called_so = name.endswith(("_centrality", "_centrality_numpy")) and not name.startswith(NOT_OF_NODES)
    return (called_so or name in OTHER_MEASURES) and callable(getattr(nx, name, None))


def _lacking(function: Callable[..., Any]) -> list[str]:
    """Arguments without a default, after the graph."""
    parameters = list(inspect.signature(function).parameters.values())[1:]
    return [p.name for p in parameters if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD]
