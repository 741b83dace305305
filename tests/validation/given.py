"""Inputs whose parts are given, for worlds that are no panel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import xarray as xr

from influence.method import Method
from influence.panel.panel import Panel
from influence.states import bundled_registry
from influence.study import Study
from influence.validation.inputs import Inputs


class Given(Inputs):
    """Ties, pulls of a lens and panels by what a measure asks for; anything else it asks for is an error."""

    made: Mapping[Any, Any]

    def of_years(self, first: int, last: int) -> Panel:
        """The panel under ("years", first, last)."""
        return cast(Panel, self.made["years", first, last])

    def ties(self, first: int, last: int, weights: Mapping[str, float], base: str | None = None) -> xr.DataArray:
        """The ties under ("ties", first, last, weights, base)."""
        return self.made["ties", first, last, tuple(weights.items()), base]

    def lens(self, lens: str, poles: Sequence[str]) -> xr.DataArray:
        """The pulls under ("lens", lens, poles)."""
        return self.made["lens", lens, tuple(poles)]


def given_inputs(
    years: range = range(2016, 2017),
    made: Mapping[Any, Any] | None = None,
    *,
    reference: Path | None = None,
    points: xr.Dataset | None = None,
    **choices: Any,
) -> Inputs:
    """Inputs of some years. made : parts by key. points : positions at the UN. choices : of the method."""
    panel = cast(Panel, SimpleNamespace(years=years, registry=bundled_registry()))
    inputs = Given(Study(panel, Method(**choices), _made={"points": points}), reference)
    inputs.made = dict(made or {})
    return inputs
