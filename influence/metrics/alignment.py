"""Alignment at the UN: where a state stands between two poles by its votes (equation 13).

An outcome, never part of a pull: it stands beside the ties to test them.
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
"""Anchors nearer to one another than this, on the scale of the ideal points, make no axis."""


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
    """Where a pole stands: its mean ideal point over the base years; for a group the mean over its members' means.

    Years without a position are left out of the mean; a group's member counts in the years of its membership.

    Raises
    ------
    StateError : the pole is not known, or has no position in the base years. YearError : see alignment.
    """
    begin, end = checked_base(points, base)
    years, codes = np.arange(begin, end + 1), points.indexes["state"]
    held_by = [_members(points, pole, int(year)) for year in years]
    belongs = np.array([codes.isin(members) for members in held_by])
    held = np.where(belongs, points["ideal_point"].sel(year=years).transpose("year", "state").values, np.nan)
    known = np.isfinite(held).any(axis=0)
    if not known.any():
        raise StateError(f"pole {pole!r} has no ideal point in {begin}-{end}; choose another pole or other base years.")
    return float(np.nanmean(held[:, known], axis=0).mean())


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

    A_v = 2 (x_v - qbar) / (pbar - qbar) - 1: +1 where p stood on average in the base years, -1 where q did. The anchors
    stay put, so a pole's own value moves with its votes and a state can stand beyond either.

    Parameters
    ----------
    points : ideal_point, low, high, dims (year, state) (ideal_points).
    poles : ISO3 codes or groups (p, q).
    base : first and last year over which the anchors are averaged.

    Returns
    -------
    value, low, high: dims (year, target), no unit, not bounded; low and high are the source's 5-95 % band, its two ends
    sorted, without the anchors' own uncertainty. NaN where a state has no ideal point. attrs: poles, base, anchors.

    Raises
    ------
    StateError : not two poles, one unknown or without ideal points in the base years, members in common, or both in the
    same place. YearError : base years reversed or outside those of the points.

    Source: Bailey, Strezhnev & Voeten 2017, "Estimating Dynamic State Preferences from United Nations Voting Data".
    """
    if len(poles) != 2:
        raise StateError(f"alignment is between two poles, not {len(poles)}: {', '.join(poles)}.")
    _check_apart(points, poles)
    p, q = (anchor(points, pole, base) for pole in poles)
    if abs(p - q) < SAME_PLACE:
        raise StateError(
            f"poles {poles[0]} and {poles[1]} stood in the same place in {base[0]}-{base[1]} ({p:.3f}); "
            f"between them there is no axis."
        )
    on_axis = 2.0 * (points - q) / (p - q) - 1.0
    band = np.sort(np.stack([on_axis["low"].values, on_axis["high"].values]), axis=0)
    dims = on_axis["low"].dims
    placed = xr.Dataset({"value": on_axis["ideal_point"], "low": (dims, band[0]), "high": (dims, band[1])})
    return placed.rename(state="target").assign_attrs(poles="-".join(poles), base=list(base), anchors=[p, q])


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


def alignment_records(placed: xr.Dataset) -> pd.DataFrame:
    """Alignment as rows of the results table (schema.RESULT_COLUMNS), by state and year.

    Votes do not hang on a scenario nor on what was observed of the ties: the scenario is the baseline, the coverage is
    empty. low and high are the source's band. Without a value the flag is 'missing'.
    """
    table = placed.to_dataframe(dim_order=["target", "year"]).reset_index().rename(columns={"target": "iso3"})
    flag = np.where(table["value"].isna(), "missing", "")
    named = {"scenario": BASELINE, "metric": "alignment", "pole": placed.attrs["poles"], "coverage": np.nan}
    return table.assign(**named, flag=flag)[names(RESULT_COLUMNS)]
