"""What the measures may look at: the panel, the settings, and the publishers' reference files where at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xarray as xr

from influence.compare.sides import layer_choices
from influence.config import Config
from influence.errors import ValidationError, check_year
from influence.metrics.lenses import choices_of, lens_pull
from influence.panel.panel import Panel
from influence.ties import build_ties

REFERENCE_FOLDER = "reference"


@dataclass(frozen=True)
class Evidence:
    """Panel and settings, and what was made of them on the way, so that nothing is made twice.

    points : positions at the UN (alignment.load_ideal_points). reference : folder of the publishers' files, or None.
    """

    panel: Panel
    config: Config
    points: xr.Dataset
    reference: Path | None = None
    made: dict[Any, Any] = field(default_factory=dict, repr=False)

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """What `make` gives, made at the first call with the key."""
        if key not in self.made:
            self.made[key] = make()
        return self.made[key]

    def file(self, name: str) -> Path | None:
        """A reference file, in the folder or in its folder `reference`; None where it is in neither."""
        if self.reference is None:
            return None
        found = (self.reference / REFERENCE_FOLDER / name, self.reference / name)
        return next((path for path in found if path.is_file()), None)

    def of_years(self, first: int, last: int) -> Panel:
        """The panel of some of its years alone.

        Raises
        ------
        YearError : it does not cover them. ValidationError : a year that is none.
        """
        for year in (first, last):
            if not isinstance(year, int):
                raise ValidationError(f"a year must be a whole number, not {year!r}.")
            check_year(year, self.panel.years)
        return self.once(("years", first, last), lambda: self.panel.of_years(first, last))

    def ties(self, first: int, last: int, weights: Mapping[str, float], base: str | None = None) -> xr.DataArray:
        """The composite of some years, at other weights and base of trade than the settings' where given."""
        choices = layer_choices(self.config)
        if base is not None:
            choices["trade_base"] = base
        key = ("ties", first, last, tuple(sorted(weights.items())), choices["trade_base"])
        return self.once(key, lambda: build_ties(self.of_years(first, last), weights, **choices))

    def trade(self, first: int, last: int, base: str = "two_way") -> xr.DataArray:
        """The trade layer alone, as ties: shares of each state's goods trade."""
        return self.ties(first, last, {"trade": 1.0}, base)

    def lens(self, lens: str, poles: Sequence[str]) -> xr.DataArray:
        """Pull of the poles through a lens in all years, dims (pole, year, target)."""
        years = self.panel.years

        def make() -> xr.DataArray:
            ties = self.ties(years[0], years[-1], self.config.weights)
            return lens_pull(self.panel, ties, poles, lens, choices_of(self.config))

        return self.once(("lens", lens, tuple(poles)), make)
