"""Alignment at the UN: the position of a state between two poles by its votes (equation 13).

An outcome, never part of a pull: it tests the ties.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr

from influence.errors import StateError, YearError
from influence.panel.panel import Panel
from influence.schema import ALIGNMENT_BASE, BASELINE, RESULT_COLUMNS, names
from influence.states import registry_of

SAME_PLACE = 1e-9
"""Anchors closer to each other than this, on the scale of the ideal points, define no axis."""


def ideal_points(panel: Panel) -> xr.Dataset:
    """Positions of states in the votes of the UN General Assembly, from the panel's own table.

    Returns
    -------
    ideal_point, low, high: dims (year, state), on the source's scale (about -3 to 3; its direction is the source's);
    low and high are the 5 and 95 % quantiles; NaN where a state has no position in a year. All years of the table,
    which may reach beyond those of the panel.

    Raises
    ------
    PanelError : the panel's folder lacks the table, or it has other columns.

    Source: Bailey, Strezhnev & Voeten 2017, "Estimating Dynamic State Preferences from United Nations Voting Data".
    """
    table = panel.table("ideal_points")
    grid = table.set_index(["year", "iso3"]).unstack("iso3").sort_index(axis=1)
    years = range(int(table["year"].min()), int(table["year"].max()) + 1)
    states = sorted(table["iso3"].unique())
    figures = ("ideal_point", "low", "high")
    arrays = {name: (("year", "state"), grid[name].reindex(years).to_numpy()) for name in figures}
    coords = {"year": list(years), "state": states}
    return xr.Dataset(arrays, coords=coords, attrs={"registry": panel.registry})


def anchor(points: xr.Dataset, pole: str, base: tuple[int, int] = ALIGNMENT_BASE) -> float:
    """Mean ideal point of a pole over the base years; for a group the mean over its members' means.

    Years without a position are left out of the mean; a group's member counts in the years of its membership.

    Returns
    -------
    A number on the scale of the ideal points.

    Raises
    ------
    StateError : the pole is not known, or has no position in the base years. YearError : see alignment.
    """
    begin, end = checked_base(points, base)
    years, codes = np.arange(begin, end + 1), points.indexes["state"]
    member = np.array([codes.isin(_members(points, pole, int(year))) for year in years])
    positions = np.where(member, points["ideal_point"].sel(year=years).transpose("year", "state").values, np.nan)
    known = np.isfinite(positions).any(axis=0)
    if not known.any():
        raise StateError(f"pole {pole!r} has no ideal point in {begin}-{end}; choose another pole or other base years.")
    return float(np.nanmean(positions[:, known], axis=0).mean())


def checked_base(points: xr.Dataset, base: tuple[int, int]) -> tuple[int, int]:
    """First and last year of the base.

    Raises
    ------
    YearError : reversed, or outside the years of the points.
    """
    (begin, end), years = base, points.indexes["year"]
    if begin > end:
        raise YearError(f"base years {begin} to {end} run backwards; write {end}:{begin}.")
    if begin not in years or end not in years:
        raise YearError(
            f"base years {begin} to {end} are not in the ideal points; they cover {years[0]} to {years[-1]}."
        )
    return begin, end


def alignment(points: xr.Dataset, poles: Sequence[str], base: tuple[int, int] = ALIGNMENT_BASE) -> xr.Dataset:
    """Position of each state on the axis between two poles (equation 13).

    A_v = 2 (x_v - qbar) / (pbar - qbar) - 1: +1 at p's mean position of the base years, -1 at q's. The anchors are
    fixed, so the value of a pole moves with its votes and a state can be beyond either.

    Parameters
    ----------
    points : ideal_point, low, high, dims (year, state) (ideal_points).
    poles : ISO3 codes or groups (p, q).
    base : first and last year over which the anchors are averaged.

    Returns
    -------
    value, low, high: dims (year, target), no unit, not bounded; low and high are the source's 5-95 % uncertainty range,
    sorted, without the uncertainty of the anchors. NaN where a state has no ideal point. attrs: poles, base, anchors.

    Raises
    ------
    StateError : not two poles, one unknown or without ideal points in the base years, members in common, or both in the
        same place. YearError : base years reversed or outside those of the points.

    Source: Bailey, Strezhnev & Voeten 2017, "Estimating Dynamic State Preferences from United Nations Voting Data".

    Examples
    --------
    >>> import xarray as xr
    >>> position = ("year", "state"), [[1.0, -1.0, 0.5], [0.0, -1.0, 0.5]]
    >>> points = xr.Dataset(dict.fromkeys(("ideal_point", "low", "high"), position),
    ...                     coords={"year": [2000, 2001], "state": ["AAA", "BBB", "CCC"]})
    >>> alignment(points, ("AAA", "BBB"), base=(2000, 2000))["value"].values
    array([[ 1. , -1. ,  0.5],
           [ 0. , -1. ,  0.5]])
    """
    if len(poles) != 2:
        raise StateError(f"alignment is between two poles, not {len(poles)}: {', '.join(poles)}.")
    _check_apart(points, poles)
    p, q = (anchor(points, pole, base) for pole in poles)
    if abs(p - q) < SAME_PLACE:
        raise StateError(
            f"poles {poles[0]} and {poles[1]} have the same mean position in {base[0]}-{base[1]} ({p:.3f}), so there "
            f"is no axis between them; choose other poles or other base years."
        )
    on_axis = 2.0 * (points - q) / (p - q) - 1.0
    low, high = np.sort(np.stack([on_axis["low"].values, on_axis["high"].values]), axis=0)
    dims = on_axis["low"].dims
    aligned = xr.Dataset({"value": on_axis["ideal_point"], "low": (dims, low), "high": (dims, high)})
    return aligned.rename(state="target").assign_attrs(poles="-".join(poles), base=list(base), anchors=[p, q])


def _members(points: xr.Dataset, pole: str, year: int | None) -> list[str]:
    """Codes that make up the pole, in a year or ever."""
    if pole in points.indexes["state"]:
        return [pole]
    registry = registry_of(points)
    name = registry.pole_name(pole)
    return registry.members(name, year) if registry.is_group(name) else [name]


def _check_apart(points: xr.Dataset, poles: Sequence[str]) -> None:
    first, second = (set(_members(points, pole, None)) for pole in poles)
    if shared := sorted(first & second):
        raise StateError(f"poles {poles[0]} and {poles[1]} share {', '.join(shared)}; choose two that do not overlap.")


def alignment_records(aligned: xr.Dataset) -> pd.DataFrame:
    """Alignment as rows of the results table (schema.RESULT_COLUMNS), by state and year.

    Votes depend neither on a scenario nor on the coverage of the ties: the scenario is the baseline, the coverage is
    empty. low and high are the source's uncertainty range. Without a value the flag is 'missing'.
    """
    table = aligned.to_dataframe(dim_order=["target", "year"]).reset_index().rename(columns={"target": "iso3"})
    flag = np.where(table["value"].isna(), "missing", "")
    named = {"scenario": BASELINE, "metric": "alignment", "pole": aligned.attrs["poles"], "coverage": np.nan}
    return table.assign(**named, flag=flag)[names(RESULT_COLUMNS)]
