"""What a draw is made from, and the metrics it is asked for as bare rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import xarray as xr

from influence.config import Config
from influence.errors import ConfigError
from influence.metrics.bandwidth import bandwidth_unit
from influence.metrics.catalogue import METRICS, Basis, metric_named
from influence.panel.panel import Panel
from influence.uncertainty.draws import Draw, DrawSettings, drawn_basis, drawn_ties, flows_of

DRAWN = tuple(metric.name for metric in METRICS if metric.drawn)
REALISATIONS = 200
"""Random starts of the opinion model in a draw, at most; their own chance is a standard deviation of .035 at most."""


class Labels(NamedTuple):
    """What the rows of draws are: metric and pole of each, '' for a metric without."""

    metrics: tuple[str, ...]
    poles: tuple[str, ...]

    @property
    def balances(self) -> list[int]:
        """Rows that are a balance of a pair of poles."""
        return [i for i, name in enumerate(self.metrics) if "balance" in name]


class Ground(NamedTuple):
    """What draws are made from: the panel of some years and, where that lacks it, of bandwidth's base year."""

    panel: Panel
    base: Panel | None
    config: Config
    poles: tuple[str, ...]
    names: tuple[str, ...]
    draw_settings: DrawSettings
    spread: xr.DataArray


def check_names(names: Sequence[str]) -> None:
    """
    Raises
    ------
    ConfigError : an unknown metric, or one that is not drawn.
    """
    for name in names:
        if not metric_named(name).drawn:
            raise ConfigError(f"{name} is not drawn: {metric_named(name).formula}. Drawn are: {', '.join(DRAWN)}.")


def small(config: Config) -> Config:
    """The settings that draws are made around: with fewer random starts of the opinion model."""
    return replace(config, realisations=min(config.realisations, REALISATIONS))


def ground_of_years(ground: Ground, first: int, last: int) -> Ground:
    """The same for some years alone, with the base year of bandwidth where it is needed and not among them."""
    base_year = ground.config.bandwidth_base_year
    wanted = any(name.endswith("bandwidth") for name in ground.names) and not first <= base_year <= last
    base = ground.panel.of_years(base_year, base_year) if wanted and base_year in ground.panel.years else None
    return ground._replace(panel=ground.panel.of_years(first, last), base=base)


def basis_of(ground: Ground, draw: Draw, drawn: Panel | None = None) -> Basis:
    """What one draw measures on; drawn : its panel, where that has been made."""
    panel = flows_of(ground.panel, ground.spread, ground.draw_settings, draw) if drawn is None else drawn
    made = drawn_basis(panel, ground.config, ground.poles, ground.draw_settings, draw)
    if ground.base is None:
        return made
    return _with_unit(made, flows_of(ground.base, ground.spread, ground.draw_settings, draw))


def _with_unit(basis: Basis, base: Panel) -> Basis:
    """The same where bandwidth is counted in the largest dyad of the base year."""
    told = basis.config.bandwidth_base_year, basis.config.agreement_strength
    return replace(basis, bandwidth_unit=bandwidth_unit(base, *told))


def rows_of(basis: Basis, names: Sequence[str]) -> tuple[Labels, np.ndarray]:
    """Metrics by name as bare rows, (row, year, state), and what each is."""
    metrics, poles, rows = [], [], []
    for name in names:
        values = metric_named(name).make(basis)
        each = [str(pole) for pole in values["pole"].values] if "pole" in values.dims else [""]
        block = values.transpose("pole", "year", "target").values if "pole" in values.dims else values.values[None]
        metrics += [name] * len(each)
        poles += each
        rows.append(block)
    return Labels(tuple(metrics), tuple(poles)), np.concatenate(rows)


def labels_of(ground: Ground, config: Config, ties: xr.DataArray | None = None) -> tuple[Labels, np.ndarray]:
    """Rows by the settings, undrawn."""
    basis = Basis(ground.panel, drawn_ties(ground.panel, config) if ties is None else ties, ground.poles, config)
    return rows_of(basis if ground.base is None else _with_unit(basis, ground.base), ground.names)
