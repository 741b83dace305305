"""Tables of a panel as labelled arrays on one set of states and years."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from influence.schema import FLAG_NAMES, SERIES_NAMES


def trade_arrays(trade: pd.DataFrame, totals: pd.DataFrame, states: pd.Index, years: range) -> xr.Dataset:
    rows = trade[trade["year"].between(years[0], years[-1])]
    at = (
        rows["year"].to_numpy() - years[0],
        places_among(rows["exporter"], states),
        places_among(rows["importer"], states),
    )
    complete = _grid(totals, "complete", states, years, False).astype(bool)
    value = np.where(complete[:, :, None] & complete[:, None, :], 0.0, np.nan)
    value[at] = rows["export_usd"].to_numpy(dtype=float)
    value[:, np.arange(len(states)), np.arange(len(states))] = 0.0
    flag = np.full(value.shape, -1, dtype=np.int8)
    flag[at] = places_among(rows["flag"], pd.Index(FLAG_NAMES))
    series = np.full(value.shape, -1, dtype=np.int8)
    series[at] = places_among(rows["source"], pd.Index(SERIES_NAMES))
    dims = ("year", "exporter", "importer")
    return _frozen(
        {"export_usd": (dims, value), "flag": (dims, flag), "series": (dims, series)},
        {"year": list(years), "exporter": states.to_numpy(), "importer": states.to_numpy()},
    )


def places_among(words: pd.Series, among: pd.Index) -> np.ndarray:
    """Place of each word in `among`, -1 where it is not there; each different word is looked up once."""
    codes, different = pd.factorize(words, use_na_sentinel=False)
    return np.asarray(among.get_indexer(pd.Index(different))[codes])


def total_arrays(totals: pd.DataFrame, states: pd.Index, years: range) -> xr.Dataset:
    coded = totals.assign(
        series=places_among(totals["source"], pd.Index(SERIES_NAMES)),
        flag=places_among(totals["flag"], pd.Index(FLAG_NAMES)),
    )
    blank = {"export_usd": np.nan, "import_usd": np.nan, "series": -1, "flag": -1}
    kinds = {"export_usd": float, "import_usd": float, "series": np.int8, "flag": np.int8}
    return _state_arrays(coded, blank, kinds, states, years)


def attribute_arrays(attributes: pd.DataFrame, troops: pd.DataFrame, states: pd.Index, years: range) -> xr.Dataset:
    coded = attributes.copy()
    for column in ("gdp_flag", "population_flag", "cinc_flag", "domestic_flag"):
        coded[column] = pd.Categorical(coded[column], categories=FLAG_NAMES).codes
    blank = {"gdp_usd": np.nan, "gdp_flag": -1, "population": np.nan, "population_flag": -1, "cinc": np.nan,
             "cinc_flag": -1, "domestic_usd": np.nan, "domestic_flag": -1, "in_system": False}  # fmt: skip
    kinds = {name: (bool if name == "in_system" else np.int8 if name.endswith("flag") else float) for name in blank}
    arrays = _state_arrays(coded, blank, kinds, states, years)
    hosted = _grid(troops, "troops", states, years, np.nan).astype(float)
    return arrays.assign(troops=(("year", "state"), sealed(hosted)))


def _state_arrays(
    table: pd.DataFrame, blank: Mapping[str, object], kinds: Mapping[str, type], states: pd.Index, years: range
) -> xr.Dataset:
    dims = ("year", "state")
    arrays: dict[str, tuple[tuple[str, ...], np.ndarray]] = {
        name: (dims, _grid(table, name, states, years, empty).astype(kinds[name])) for name, empty in blank.items()
    }
    return _frozen(arrays, {"year": list(years), "state": states.to_numpy()})


def _grid(table: pd.DataFrame, column: str, states: pd.Index, years: range, blank: object) -> np.ndarray:
    rows = table[table["year"].between(years[0], years[-1])]
    values = rows[column].to_numpy()
    grid = np.full((len(years), len(states)), blank, dtype=np.result_type(values.dtype, type(blank)))
    grid[rows["year"].to_numpy() - years[0], states.get_indexer(rows["iso3"])] = values
    return grid


def _frozen(arrays: Mapping[str, tuple[tuple[str, ...], np.ndarray]], coords: Mapping[str, object]) -> xr.Dataset:
    return all_sealed(xr.Dataset(dict(arrays), coords=dict(coords)))


def sealed(values: np.ndarray) -> np.ndarray:
    """The array itself, closed to writing: panels share their arrays."""
    values.flags.writeable = False
    return values


def all_sealed(data: xr.Dataset) -> xr.Dataset:
    """The data themselves, every array closed to writing."""
    for array in data.data_vars.values():
        sealed(array.values)
    return data
