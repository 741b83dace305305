"""Results as one long table: every metric, year, state and pole a row, with its coverage and flags."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from influence.metrics.pull import direct_pull, exposure, leader_margin, pairs_of, pole_members, pull_balance
from influence.quality import coverage, covered, words_of
from influence.schema import BASELINE, RESULT_COLUMNS, TIE_COLUMNS, names

KEYS = ["scenario", "metric", "pole", "iso3", "year"]


def pull_results(
    ties: xr.DataArray, poles: Sequence[str], marks: xr.DataArray | None = None, *, scenario: str = BASELINE
) -> pd.DataFrame:
    """Pull of every pole, balance and exposure of every pair, leader and margin, autonomy (schema.RESULT_COLUMNS).

    Parameters
    ----------
    ties : composite portfolio. poles : two or more, ISO3 codes or groups.
    marks : quality of each tie (quality.tie_marks); without it flags hold only 'break' and 'missing'.

    Returns
    -------
    One row a metric, pole, state and year, sorted; `low` and `high` empty until draws are made.
    """
    noted = {pole: _marks_of(ties, marks, pole) for pole in poles}
    rows = [_rows(direct_pull(ties, pole), ties, pole, noted[pole]) for pole in poles]
    for pair in pairs_of(poles):
        both = noted[pair[0]] | noted[pair[1]]
        rows += [_rows(measure(ties, pair), ties, "-".join(pair), both) for measure in (pull_balance, exposure)]
    every = np.bitwise_or.reduce(list(noted.values()))
    margin = leader_margin(ties, poles)
    rows.append(_rows(margin, ties, margin["leader"].values, every))
    alone = ties["autonomy"].where(covered(ties)).rename("autonomy")
    rows.append(_rows(alone.reset_coords(drop=True), ties, "", np.zeros_like(every)))
    return tidy_results(rows, scenario)


def tidy_results(rows: Iterable[pd.DataFrame], scenario: str) -> pd.DataFrame:
    """Rows in the schema's columns and one fixed order."""
    table = pd.concat(list(rows), ignore_index=True).assign(scenario=scenario, low=np.nan, high=np.nan)
    return table.sort_values(["metric", "iso3", "year", "pole"], ignore_index=True)[names(RESULT_COLUMNS)]


def _marks_of(ties: xr.DataArray, marks: xr.DataArray | None, pole: str) -> np.ndarray:
    member = pole_members(ties, pole)
    if marks is None:
        return np.zeros(member.shape, dtype=np.uint8)
    bits = np.where(member[:, :, None], marks.values, 0).astype(np.uint8)
    return np.asarray(np.bitwise_or.reduce(bits, axis=1))


def _rows(values: xr.DataArray, ties: xr.DataArray, pole: str | np.ndarray, marks: np.ndarray) -> pd.DataFrame:
    years, states = ties.indexes["year"], ties.indexes["target"]
    shape = (len(years), len(states))
    frame = pd.DataFrame(
        {
            "year": np.repeat(years.to_numpy(), len(states)),
            "iso3": np.tile(states.to_numpy(dtype=object), len(years)),
            "metric": values.name,
            "pole": np.broadcast_to(np.asarray(pole, dtype=object), shape).ravel(),
            "value": values.values.ravel(),
            "coverage": coverage(ties).values.ravel(),
        }
    )
    broken = np.where(ties["is_break"].values, "break", "").astype(object)
    missing = np.where(np.isnan(values.values), "missing", "").astype(object)
    told = np.where(np.isnan(values.values), "", words_of(marks)).astype(object)
    frame["flag"] = [";".join(filter(None, parts)) for parts in zip(missing.flat, broken.flat, told.flat, strict=True)]
    return frame


def tie_table(
    ties: xr.DataArray, marks: xr.DataArray, *, layer: str = "composite", scenario: str = BASELINE
) -> pd.DataFrame:
    """Every tie above zero as a row (schema.TIE_COLUMNS); unobserved pairs have none."""
    year, source, target = np.nonzero(np.nan_to_num(ties.values) > 0)
    frame = pd.DataFrame(
        {
            "scenario": scenario,
            "year": ties.indexes["year"].to_numpy()[year],
            "source": ties.indexes["source"].to_numpy(dtype=object)[source],
            "target": ties.indexes["target"].to_numpy(dtype=object)[target],
            "layer": layer,
            "value": ties.values[year, source, target],
            "flag": words_of(marks.values[year, source, target]),
        }
    )
    return frame[names(TIE_COLUMNS)]
