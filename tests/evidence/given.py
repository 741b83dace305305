"""Studies whose parts are given, for worlds that are no panel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import xarray as xr

from influence.method import Method
from influence.panel.panel import Panel
from influence.states import bundled_registry
from influence.study import Study


class GivenStudy(Study):
    """A study whose ties, pulls and positions are given; it is itself in every year and by the expected method."""

    expected: Mapping[str, Any]

    def of_years(self, first: int, last: int) -> Study:
        """Itself: the parts are of the years that are asked for."""
        return self

    def with_method(self, **changes: Any) -> Study:
        """Itself, if the changes are those that the ties are given for."""
        assert changes == self.expected
        return self

    def with_poles(self, poles: Sequence[str]) -> Study:
        """The same parts between other poles."""
        return replace(self, poles=tuple(poles))


def given_study(
    years: range = range(2016, 2017),
    *,
    ties: xr.DataArray | None = None,
    lenses: Mapping[str, xr.DataArray] | None = None,
    points: xr.Dataset | None = None,
    flows: xr.DataArray | None = None,
    expected: Mapping[str, Any] | None = None,
    **choices: Any,
) -> Study:
    """A study of some years. lenses : pulls by lens. points : positions at the UN. flows : goods exports.

    expected : the choices of method that the ties are given for. choices : of the method.
    """
    codes = [] if ties is None else list(ties.indexes["target"])
    panel = SimpleNamespace(
        years=years, registry=bundled_registry(), states=pd.DataFrame(index=codes),
        trade=None if flows is None else xr.Dataset({"export_usd": flows}),
    )  # fmt: skip
    made = {"ties": ties, "points": points, **{("lens", name): pulls for name, pulls in (lenses or {}).items()}}
    study = GivenStudy(cast(Panel, panel), Method(**choices), _made=made)
    object.__setattr__(study, "expected", expected or {})
    return study
