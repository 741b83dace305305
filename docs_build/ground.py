"""What the pages are made from: the bundled panel at the default settings, each thing made once."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd
import xarray as xr

from influence.comparison.sides import layer_choices
from influence.config import Config
from influence.layers import build_layers
from influence.metrics.explain import explain_pull
from influence.panel.panel import Panel, load_panel
from influence.quality import known_shares
from influence.states import pole_label
from influence.ties import build_ties


@dataclass(frozen=True, eq=False)
class Ground:
    """state, year : of the worked numbers. beside : other states the pictures show. config : the defaults, whatever
    the machine that builds the site has set."""

    state: str
    year: int
    beside: tuple[str, ...]
    config: Config = field(default_factory=Config)

    @cached_property
    def panel(self) -> Panel:
        """The bundled panel."""
        return load_panel()

    @cached_property
    def of_year(self) -> Panel:
        """The panel of the year of the worked numbers alone."""
        return self.panel.of_years(self.year, self.year)

    @cached_property
    def layers(self) -> xr.DataArray:
        """Layers of all years."""
        return build_layers(self.panel, **layer_choices(self.config))

    @cached_property
    def ties(self) -> xr.DataArray:
        """The composite of all years."""
        return build_ties(self.panel, self.config.weights, **layer_choices(self.config))

    @cached_property
    def explained(self) -> pd.DataFrame:
        """Every layer's part in each pole's pull on the state, with the figures behind it."""
        return explain_pull(self.panel, self.state, self.year, self.poles, weights=self.config.weights)

    @property
    def poles(self) -> tuple[str, ...]:
        """The poles of the settings."""
        return self.config.poles

    @property
    def codes(self) -> list[str]:
        """Codes of the panel's states, in the order of its arrays."""
        return [str(code) for code in self.panel.states.index]

    @property
    def at(self) -> int:
        """Place of the state in the panel's arrays."""
        return self.codes.index(self.state)

    def name(self, code: str) -> str:
        """Short English name of a state."""
        return str(self.panel.states.loc[code, "name"])

    def called(self, code: str) -> str:
        """The name of a state within a sentence."""
        return pole_label(code)

    @cached_property
    def flows(self) -> np.ndarray:
        """Goods exports (exporter, importer) of the year, US dollars; NaN where unobserved."""
        return np.asarray(self.of_year.trade["export_usd"].values[0])

    @cached_property
    def shares(self) -> np.ndarray:
        """Composite ties (source, target) of the year; NaN where unobserved."""
        return np.asarray(self.ties.sel(year=self.year).values)

    @cached_property
    def known(self) -> np.ndarray:
        """The ties of the year that may be measured on, 0 where none is known (quality.known_shares)."""
        return np.asarray(known_shares(self.ties.sel(year=[self.year]))[0])

    def attribute(self, name: str) -> np.ndarray:
        """An attribute of every state in the year."""
        return np.asarray(self.of_year.attributes[name].values[0])


@lru_cache(maxsize=2)
def ground_of(state: str, year: int, beside: tuple[str, ...]) -> Ground:
    """The ground of a build."""
    return Ground(state, year, beside)
