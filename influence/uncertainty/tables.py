"""Ranges, probabilities and ranks of the draws, in the long table of results and as a separate table."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from influence.metrics.dependence import dependence
from influence.metrics.pull import pairs_of, pole_members
from influence.schema import BASELINE, RANGE_COLUMNS, RESULT_COLUMNS, names
from influence.study import Study
from influence.uncertainty.accumulator import Drawn, probability_name
from influence.uncertainty.mirror import disputed

KEYS = ["metric", "pole", "iso3", "year"]
DISPUTED = "disputed"
"""Flag of a number that uses a flow whose two reports differ tenfold or more."""
MUCH = 0.1
"""Share of a state's trade from which a disputed partner flags the numbers without a pole."""


def range_table(drawn: Drawn) -> pd.DataFrame:
    """One row for each metric, pole, state and year with a value, sorted (schema.RANGE_COLUMNS): the value without
    draws, median, range and probability over the draws, and the number of draws.
    """
    rows = _rows(drawn.ranges).dropna(subset=["value"])
    return rows.assign(scenario=BASELINE).sort_values(KEYS, ignore_index=True)[names(RANGE_COLUMNS)]


def with_ranges(results: pd.DataFrame, drawn: Drawn, study: Study) -> pd.DataFrame:
    """A long table (results.metric_results) with low and high of metrics that have draws, and two more metrics: the
    probability that the first pole of a pair leads (p_leads, p_leads_NETWORK ...) and the rank of a state by a balance
    (rank_NAME), with coverage and flags of the balance. Numbers that use disputed flows are flagged.
    """
    rows = _rows(drawn.ranges)
    named = results.assign(pole=results["pole"].where(results["metric"] != "leader_margin", ""))
    ends = named[KEYS].merge(rows[[*KEYS, "low", "high"]], on=KEYS, how="left")
    has_range = results["low"].notna() | results["high"].notna()  # of alignment, from its source
    filled = {
        end: results[end].where(has_range, pd.Series(ends[end].to_numpy(), index=results.index))
        for end in ("low", "high")
    }
    out = pd.concat([results.assign(**filled), *_shown_by_draws(results, rows)], ignore_index=True)
    out = _flagged(out, study)
    return out.sort_values(["metric", "iso3", "year", "pole"], ignore_index=True)[names(RESULT_COLUMNS)]


def _rows(ranges: xr.Dataset) -> pd.DataFrame:
    """metric, pole, iso3, year, and the values of each row."""
    shape = ranges["value"].shape
    metric, pole, year, state = (ranges[name].values for name in ("metric", "pole", "year", "target"))
    grid = np.indices(shape).reshape(3, -1)
    frame = {"metric": metric[grid[0]], "pole": pole[grid[0]], "iso3": state[grid[2]], "year": year[grid[1]],
             "draws": ranges["made"].values[grid[1]]}  # fmt: skip
    values = {name: ranges[name].values.ravel() for name in ("value", "median", "low", "high", "p_leads")}
    return pd.DataFrame({**frame, **values})


def _shown_by_draws(results: pd.DataFrame, rows: pd.DataFrame) -> list[pd.DataFrame]:
    """Rows of probabilities and ranks, with coverage and flags of the balance."""
    beside = results.drop(columns=["value", "low", "high"])
    out = []
    for balance in rows.loc[rows["metric"].str.contains("balance"), "metric"].unique():
        if balance.startswith("rank_"):
            columns, name = {}, balance
        else:
            columns, name = {"value": rows["p_leads"], "low": np.nan, "high": np.nan}, probability_name(balance)
        values = rows.assign(**columns)[rows["metric"] == balance][[*KEYS, "value", "low", "high"]]
        found = beside.merge(values.assign(metric=balance.removeprefix("rank_")), on=KEYS)
        out.append(found.assign(metric=name))
    return out


def _flagged(table: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The table with the flag DISPUTED."""
    flows, poles = disputed(study.panel), study.poles
    if not flows.values.any():
        return table
    of_pole = {pole: (pole_members(flows, pole)[:, :, None] & flows.values).any(axis=1) for pole in poles}
    of_pole |= {"-".join(pair): of_pole[pair[0]] | of_pole[pair[1]] for pair in pairs_of(poles)}
    much = np.nan_to_num(dependence(study.panel).values) >= MUCH
    of_pole[""] = (flows.values & much).any(axis=1)
    years, codes = flows["year"].values, flows["target"].values
    flagged = {
        (pole, codes[s], years[y]) for pole, there in of_pole.items() for y, s in zip(*np.nonzero(there), strict=True)
    }
    keys = zip(table["pole"], table["iso3"], table["year"], strict=True)
    rests = np.array([key in flagged for key in keys]) & table["value"].notna().to_numpy()
    flags = table["flag"].to_numpy(dtype=object, copy=True)
    flags[rests] = [f"{flag};{DISPUTED}" if flag else DISPUTED for flag in flags[rests]]
    return table.assign(flag=flags)
