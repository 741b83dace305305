"""What the measures of published findings look at: a study, and the publishers' reference files where at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import xarray as xr

from influence.errors import ValidationError
from influence.metrics.lenses import lens_pull
from influence.panel.panel import Panel
from influence.study import Study

REFERENCE_FOLDER = "reference"


class Inputs(NamedTuple):
    """study : panel, method and poles. reference : folder of the publishers' files, or None."""

    study: Study
    reference: Path | None = None

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
        YearError : it does not cover them. ValidationError : a year that is not a whole number.
        """
        for year in (first, last):
            if not isinstance(year, int):
                raise ValidationError(f"a year must be a whole number, not {year!r}.")
        return self.study.of_years(first, last).panel

    def ties(self, first: int, last: int, weights: Mapping[str, float], base: str | None = None) -> xr.DataArray:
        """The composite of some years, at other weights and trade base than the study's where given."""
        self.of_years(first, last)
        chosen = {"weights": weights} | ({} if base is None else {"trade_base": base})
        return self.study.of_years(first, last).with_method(**chosen).ties

    def trade(self, first: int, last: int, base: str = "two_way") -> xr.DataArray:
        """The trade layer alone, as ties: shares of each state's goods trade."""
        return self.ties(first, last, {"trade": 1.0}, base)

    def lens(self, lens: str, poles: Sequence[str]) -> xr.DataArray:
        """Pull of the poles through a lens in all years, dims (pole, year, target)."""
        return lens_pull(self.study.with_poles(poles), lens)
