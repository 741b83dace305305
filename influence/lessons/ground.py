"""What the measures of a lesson may look at: the panel, the settings, and what was made of them on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import xarray as xr

from influence.compare.sides import layer_choices
from influence.config import Config
from influence.errors import check_year
from influence.panel.panel import Panel
from influence.ties import build_layers, build_ties


@dataclass(frozen=True)
class Ground:
    """Panel, settings and poles of a lesson; nothing is made twice."""

    panel: Panel
    config: Config
    poles: tuple[str, ...]
    made: dict[Any, Any] = field(default_factory=dict, repr=False)

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """What `make` gives, made at the first call with the key."""
        if key not in self.made:
            self.made[key] = make()
        return self.made[key]

    @property
    def pair(self) -> tuple[str, str]:
        """The poles of a balance."""
        return self.poles[0], self.poles[1]

    def of_year(self, year: int) -> Panel:
        """The panel of one year alone.

        Raises
        ------
        YearError : it is not in the panel.
        """
        check_year(year, self.panel.years)
        return self.once(("year", year), lambda: self.panel.of_years(year, year))

    def layers(self, year: int, base: str | None = None) -> xr.DataArray:
        """Every layer of one year, (layer, source, target), on the settings' base of trade or another."""
        choices = {**layer_choices(self.config), **({"trade_base": base} if base else {})}
        now = self.of_year(year)
        return self.once(("layers", year, base), lambda: build_layers(now, **choices).isel(year=0))

    def ties(self, year: int, weights: Mapping[str, float] | None = None) -> xr.DataArray:
        """The composite of one year, (year, source, target), at the settings' weights or others."""
        used = self.config.weights if weights is None else weights
        now, key = self.of_year(year), ("ties", year, tuple(sorted(used.items())))
        return self.once(key, lambda: build_ties(now, used, **layer_choices(self.config)))

    def all_ties(self, weights: Mapping[str, float] | None = None) -> xr.DataArray:
        """The composite of every year."""
        used = self.config.weights if weights is None else weights
        key = ("ties", tuple(sorted(used.items())))
        return self.once(key, lambda: build_ties(self.panel, used, **layer_choices(self.config)))
