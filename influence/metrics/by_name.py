"""Any centrality of networkx by its name."""

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

    An argument called `weight` receives the pull, one called `distance` the distance; functions that read `weight` as a
    distance (betweenness, load, percolation) receive the distance. Everything else is as in networkx: its closeness and
    eigenvector use incoming ties.

    Parameters
    ----------
    ties : the composite or a layer, dims (year, source, target), shares in [0, 1].
    name : of the function, for example "closeness_centrality" (networkx_names). year : one of the years of `ties`.

    Returns
    -------
    dims (target), unit and range as in networkx; NaN for a state without any known tie, and for all where the
    network's coverage (quality.network_coverage, coordinate `coverage`) is below 0.8.

    Raises
    ------
    ConfigError : networkx has no such measure of a node, it needs more than a graph, or it fails on this one (the
        message quotes networkx). YearError : no such year.

    Examples
    --------
    >>> import influence as inf
    >>> ties = inf.build_ties(inf.load_panel(first_year=2016, last_year=2016))
    >>> networkx_centrality(ties, "out_degree_centrality", 2016).sel(target="USA").item() > 0.9
    True
    """
    function, arguments = _call_for(name)
    graph = build_graph(ties, year)
    try:
        values = function(graph, **arguments)
    except (nx.NetworkXException, NotImplementedError, ArithmeticError) as err:
        raise ConfigError(f"networkx cannot compute {name} of the graph of {year}: {err}") from err
    if not isinstance(values, Mapping) or not all(isinstance(values.get(code), Real) for code in graph):
        raise ConfigError(f"networkx.{name} does not return one number a state; choose another centrality.")
    states = ties.indexes["target"]
    seen = float(network_coverage(ties.sel(year=[year]))[0])
    known = {code for code in graph if graph.degree(code) and meets_coverage(seen)}
    column = np.array([float(values[code]) if code in known else math.nan for code in states])
    coords = {"target": states, "coverage": ("target", np.full(len(states), seen))}
    return xr.DataArray(column, coords=coords, dims="target", name=name)


def networkx_names() -> list[str]:
    """Names that networkx_centrality accepts."""
    return sorted(name for name in dir(nx) if _is_measure(name) and not _required_arguments(getattr(nx, name)))


def _call_for(name: str) -> tuple[Callable[..., Any], dict[str, str]]:
    """The function, and the edge attribute that each of its arguments receives."""
    if not _is_measure(name):
        names = networkx_names()
        message = f"networkx has no centrality {name!r}."
        raise ConfigError(message + (suggest(name, names) or f" Allowed: {', '.join(names)}."))
    function = getattr(nx, name)
    required = _required_arguments(function)
    if required:
        raise ConfigError(f"networkx.{name} needs {', '.join(required)} besides the graph; choose another centrality.")
    weight = "distance" if name.startswith(WEIGHT_IS_LENGTH) else "pull"
    known = {"weight": weight, "distance": "distance"}
    return function, {key: known[key] for key in inspect.signature(function).parameters if key in known}


def _is_measure(name: str) -> bool:
    named_so = name.endswith(("_centrality", "_centrality_numpy")) and not name.startswith(NOT_OF_NODES)
    return (named_so or name in OTHER_MEASURES) and callable(getattr(nx, name, None))


def _required_arguments(function: Callable[..., Any]) -> list[str]:
    """Arguments without a default, after the graph."""
    parameters = list(inspect.signature(function).parameters.values())[1:]
    return [p.name for p in parameters if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD]
