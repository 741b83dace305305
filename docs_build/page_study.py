"""What the pages are made from: the bundled panel at the default choices, and the state and year of worked numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd
import xarray as xr

from influence.config import Config
from influence.loading import load_study
from influence.method import Method
from influence.metrics.explain import explain_pull
from influence.panel.panel import Panel
from influence.quality import known_shares
from influence.study import Study


@dataclass(frozen=True, eq=False)
class PageStudy:
    """state, year : of the worked numbers. beside : other states the pictures show."""

    state: str
    year: int
    beside: tuple[str, ...]

    @cached_property
    def study(self) -> Study:
        """The study of the defaults, whatever the machine that builds the site has configured."""
        return load_study(Config())

    @property
    def panel(self) -> Panel:
        """The bundled panel."""
        return self.study.panel

    @property
    def method(self) -> Method:
        """The default choices."""
        return self.study.method

    @property
    def of_year(self) -> Panel:
        """The panel of the year of the worked numbers alone."""
        return self.study.at(self.year).panel

    @property
    def layers(self) -> xr.DataArray:
        """Layers of all years."""
        return self.study.layers

    @property
    def ties(self) -> xr.DataArray:
        """The composite of all years."""
        return self.study.ties

    @cached_property
    def explained(self) -> pd.DataFrame:
        """Every layer's part in each pole's pull on the state, with the figures behind it."""
        return explain_pull(self.study, self.state, self.year)

    @property
    def poles(self) -> tuple[str, ...]:
        """The poles of the defaults."""
        return self.study.poles

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
        return self.study.registry.name(code)

    def called(self, code: str) -> str:
        """The name of a state within a sentence."""
        return self.study.registry.pole_label(code)

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
def page_study_of(state: str, year: int, beside: tuple[str, ...]) -> PageStudy:
    """The study of a build, made once."""
    return PageStudy(state, year, beside)
