"""Results as one long table: every metric, year, state and pole a row, with its coverage and flags."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import xarray as xr

from influence.layers import trade_breaks
from influence.metrics.by_name import networkx_centrality
from influence.metrics.catalogue import Metric, metric_named
from influence.metrics.dependence import dependence
from influence.metrics.pull import by_state, direct_pull, exposure, leader_margin, pairs_of, pole_members, pull_balance
from influence.metrics.trends import lasting_crossing, slope, turning_points
from influence.quality import MARKS, coverage, covered, state_marks, tie_marks, words_of
from influence.schema import BASELINE, RESULT_COLUMNS, TIE_COLUMNS, names
from influence.study import Study

KEYS = ["scenario", "metric", "pole", "iso3", "year"]


def pull_results(
    ties: xr.DataArray, poles: Sequence[str], marks: xr.DataArray | None = None, *, scenario: str = BASELINE
) -> pd.DataFrame:
    """Pull of every pole, balance and exposure of every pair, leader and margin, not_covered (schema.RESULT_COLUMNS).

    Parameters
    ----------
    ties : composite portfolio. poles : two or more, ISO3 codes or groups.
    marks : quality of each tie (quality.tie_marks); without it flags hold only 'break' and 'missing'.

    Returns
    -------
    One row a metric, pole, state and year, sorted; `low` and `high` empty until draws are made.
    """
    quality = _Quality(ties, ties["is_break"].values, marks)
    noted = {pole: quality.of_poles([pole]) for pole in poles}
    rows = [_rows(direct_pull(ties, pole), quality, pole, noted[pole]) for pole in poles]
    for pair in pairs_of(poles):
        both = noted[pair[0]] | noted[pair[1]]
        rows += [_rows(measure(ties, pair), quality, "-".join(pair), both) for measure in (pull_balance, exposure)]
    margin = leader_margin(ties, poles)
    rows.append(_rows(margin, quality, margin["leader"].values, quality.of_poles(poles)))
    alone = ties["not_covered"].where(covered(ties)).rename("not_covered")
    rows.append(_rows(alone.reset_coords(drop=True), quality, "", quality.states))
    return tidy_results(rows, scenario)


def tidy_results(rows: Iterable[pd.DataFrame], scenario: str) -> pd.DataFrame:
    """Rows in the schema's columns and one fixed order."""
    table = pd.concat(list(rows), ignore_index=True).assign(scenario=scenario)
    table = table.assign(**{end: np.nan for end in ("low", "high") if end not in table})
    return table.sort_values(["metric", "iso3", "year", "pole"], ignore_index=True)[names(RESULT_COLUMNS)]


def metric_results(
    study: Study, names_wanted: Sequence[str], marks: xr.DataArray | None = None, *, scenario: str = BASELINE
) -> pd.DataFrame:
    """Metrics of the catalogue by name, as one long table (schema.RESULT_COLUMNS).

    Parameters
    ----------
    marks : quality of each tie of the composite (quality.tie_marks); without it flags hold only 'break' and 'missing'.

    Raises
    ------
    ConfigError : an unknown metric. StateError, YearError : see the function of the metric.
    """
    beside = _qualities(study, marks)
    wanted = [metric_named(name) for name in names_wanted]
    return tidy_results([rows for m in wanted for rows in _metric_rows(m, study, beside[m.rests_on])], scenario)


def trend_tables(study: Study, names_wanted: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Trends of metrics of the catalogue: slopes, turning_points and crossings by name (see metrics.trends).

    Every table begins with metric and pole; nothing is computed across a break of what the metric rests on.

    Raises
    ------
    ConfigError, StateError, YearError : see metric_results.
    """
    measures = {"slopes": slope, "turning_points": turning_points, "crossings": lasting_crossing}
    tables: dict[str, list[pd.DataFrame]] = {name: [] for name in measures}
    beside = _qualities(study, None)
    for metric in map(metric_named, names_wanted):
        values = metric.make(study)
        breaks = by_state(study.ties, beside[metric.rests_on].breaks, "is_break")
        poles = [str(pole) for pole in values["pole"].values] if "pole" in values.dims else [""]
        for pole in poles:
            one = (values.sel(pole=pole) if pole else values).reset_coords(drop=True)
            for name, measure in (
                ("slopes", slope),
                ("turning_points", turning_points),
                ("crossings", lasting_crossing),
            ):
                found = measure(one, breaks)
                tables[name].append(found.assign(metric=metric.name, pole=pole))
    out = {name: pd.concat(parts, ignore_index=True) for name, parts in tables.items()}
    return {name: t[["metric", "pole", *t.columns.drop(["metric", "pole"])]] for name, t in out.items()}


def _qualities(study: Study, marks: xr.DataArray | None) -> dict[str, _Quality]:
    """What a record has beside a value, by what the metric rests on."""
    ties = study.ties
    return {
        "composite": _Quality(ties, ties["is_break"].values, marks),
        "trade": _Quality(
            dependence(study.panel),
            trade_breaks(study.panel),
            None if marks is None else tie_marks(study.panel, {"trade": 1.0}),
        ),
        "votes": _Quality(ties, np.zeros(ties["is_break"].shape, dtype=bool), None),
    }


def networkx_results(
    ties: xr.DataArray, name: str, years: Sequence[int], marks: xr.DataArray | None = None
) -> pd.DataFrame:
    """A centrality of networkx by its name (by_name.networkx_centrality), as the long table of those years.

    Raises
    ------
    ConfigError, YearError : see networkx_centrality.
    """
    of_years = ties.sel(year=list(years))
    values = xr.concat([networkx_centrality(ties, name, year) for year in years], of_years["year"])
    quality = _Quality(of_years, of_years["is_break"].values, None if marks is None else marks.sel(year=list(years)))
    return tidy_results([_rows(values.rename(name), quality, "", quality.states)], BASELINE)


def _metric_rows(metric: Metric, study: Study, quality: _Quality) -> list[pd.DataFrame]:
    values = metric.make(study).rename(metric.name)
    if "pole" in values.dims:
        labels = [str(label) for label in values["pole"].values]
        groups = dict(zip(labels, [(p,) for p in study.poles], strict=True)) if labels == list(study.poles) else {
            "-".join(pair): pair for pair in study.pairs
        }  # fmt: skip
        return [_rows(values.sel(pole=label), quality, label, quality.of_poles(groups[label])) for label in labels]
    if "leader" in values.coords:
        marks = quality.of_poles(study.poles) if metric.family == "pull" else quality.states
        return [_rows(values, quality, values["leader"].values, marks)]
    return [_rows(values, quality, "", quality.states)]


@dataclass(frozen=True)
class _Quality:
    """What a record has beside a value: coverage, breaks and marks of the ties it rests on."""

    ties: xr.DataArray
    breaks: np.ndarray
    marks: xr.DataArray | None

    @cached_property
    def states(self) -> np.ndarray:
        if self.marks is None:
            return np.zeros(self.breaks.shape, dtype=np.uint8)
        return state_marks(self.ties, self.marks)

    def of_poles(self, poles: Sequence[str]) -> np.ndarray:
        return np.bitwise_or.reduce([_marks_of(self.ties, self.marks, pole) for pole in poles])


def _marks_of(ties: xr.DataArray, marks: xr.DataArray | None, pole: str) -> np.ndarray:
    member = pole_members(ties, pole)
    if marks is None:
        return np.zeros(member.shape, dtype=np.uint8)
    bits = np.where(member[:, :, None], marks.values, 0).astype(np.uint8)
    return np.asarray(np.bitwise_or.reduce(bits, axis=1))


def _rows(values: xr.DataArray, quality: _Quality, pole: str | np.ndarray, marks: np.ndarray) -> pd.DataFrame:
    years, states = quality.ties.indexes["year"], quality.ties.indexes["target"]
    shape = (len(years), len(states))
    seen = values["coverage"] if "coverage" in values.coords else coverage(quality.ties)
    nothing = np.isnan(values.values)
    frame = pd.DataFrame(
        {
            "year": np.repeat(years.to_numpy(), len(states)),
            "iso3": np.tile(states.to_numpy(dtype=object), len(years)),
            "metric": values.name,
            "pole": np.broadcast_to(np.asarray(pole, dtype=object), shape).ravel(),
            "value": values.values.ravel(),
            "coverage": seen.values.ravel(),
        }
    )
    for end in ("low", "high"):
        if end in values.coords:
            frame[end] = values[end].values.ravel()
    frame["flag"] = _FLAG_WORDS[nothing.astype(int), quality.breaks.astype(int), np.where(nothing, 0, marks)].ravel()
    return frame


def _flag_words() -> np.ndarray:
    """Text of every combination of missing, break and marks."""
    words = words_of(np.arange(1 << len(MARKS)))
    out = np.empty((2, 2, len(words)), dtype=object)
    for missing, broken, bits in np.ndindex(out.shape):
        parts = ("missing" if missing else "", "break" if broken else "", str(words[bits]))
        out[missing, broken, bits] = ";".join(filter(None, parts))
    return out


_FLAG_WORDS = _flag_words()


def tie_table(ties: xr.DataArray, marks: xr.DataArray) -> pd.DataFrame:
    """Every composite tie above zero as a row (schema.TIE_COLUMNS); unobserved pairs have none."""
    year, source, target = np.nonzero(np.nan_to_num(ties.values) > 0)
    frame = pd.DataFrame(
        {
            "scenario": BASELINE,
            "year": ties.indexes["year"].to_numpy()[year],
            "source": ties.indexes["source"].to_numpy(dtype=object)[source],
            "target": ties.indexes["target"].to_numpy(dtype=object)[target],
            "layer": "composite",
            "value": ties.values[year, source, target],
            "flag": words_of(marks.values[year, source, target]),
        }
    )
    return frame[names(TIE_COLUMNS)]
