"""The data of a lesson as one table: what the balance of its states is computed from, as the sources give it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from influence.layers import capability_of, strength_in_force
from influence.lessons.model import Lesson
from influence.metrics.pull import pole_members
from influence.panel.panel import Panel
from influence.schema import FLAG_NAMES, SERIES_NAMES
from influence.study import Study
from influence.ties import checked_weights

COLUMNS = ["year", "what", "source", "target", "value", "unit", "series", "flag"]
"""source -> target as goods or pledges go; a figure of one state has it as the target. An empty value: not observed."""


def extract(lesson: Lesson, study: Study) -> pd.DataFrame:
    """Trade with every partner, totals, pledges and agreements in force, capability of all they are from; weights.

    Raises
    ------
    YearError : a year outside the panel. StateError : no such state in it.
    """
    parts = [_weights(study)]
    for year in lesson.years:
        now = study.at(year).panel
        at = [study.panel.states.index.get_loc(code) for code in lesson.states if code in study.panel.states.index]
        parts += [_trade(now, at, year), _totals(now, at, year)]
        pledges = [_pledges(now, study, at, year, layer) for layer in ("alliance", "agreement")]
        named = {code for table in pledges for side in ("source", "target") for code in table[side]}
        members = [pole_members(study.at(year).ties, pole)[0] for pole in study.poles]
        poles = study.panel.states.index[np.any(members, axis=0)]
        parts += [*pledges, _sizes(now, study, sorted(named | {*lesson.states} | {*poles}), year)]
    return pd.concat([part for part in parts if len(part)], ignore_index=True)[COLUMNS]


def _weights(study: Study) -> pd.DataFrame:
    rows = [("", "weight", layer, "", round(weight, 12), "share", "configuration", "")
            for layer, weight in checked_weights(study.method.weights, study.panel.layer_names).items()]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def _trade(now: Panel, at: list[int], year: int) -> pd.DataFrame:
    """Goods flows of the states, both ways, those that nobody observed among them with an empty value."""
    codes, cell = now.states.index.to_numpy(dtype=str), now.trade.isel(year=0)
    value, flag, series = (cell[name].values for name in ("export_usd", "flag", "series"))
    wanted = np.zeros(value.shape, dtype=bool)
    wanted[at, :] = wanted[:, at] = True
    np.fill_diagonal(wanted, False)
    u, v = np.nonzero(wanted)
    known = ~np.isnan(value[u, v])
    return pd.DataFrame({
        "year": year, "what": "goods exports", "source": codes[u], "target": codes[v], "value": value[u, v],
        "unit": "USD", "series": _words(series[u, v], SERIES_NAMES),
        "flag": np.where(known, np.where(flag[u, v] < 0, "observed", _words(flag[u, v], FLAG_NAMES)), "missing"),
    })  # fmt: skip


def _totals(now: Panel, at: list[int], year: int) -> pd.DataFrame:
    codes, cell = now.states.index.to_numpy(dtype=str)[at], now.totals.isel(year=0)
    parts = []
    for column, word in (("export_usd", "all goods exports"), ("import_usd", "all goods imports")):
        value = cell[column].values[at]
        parts.append(pd.DataFrame({
            "year": year, "what": word, "source": "", "target": codes, "value": value, "unit": "USD",
            "series": _words(cell["series"].values[at], SERIES_NAMES),
            "flag": np.where(np.isnan(value), "missing", _words(cell["flag"].values[at], FLAG_NAMES)),
        }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _pledges(now: Panel, study: Study, at: list[int], year: int, layer: str) -> pd.DataFrame:
    """Strength of each pledge to the states, or of each agreement with them, where there is one."""
    kinds = study.method.pact_strength if layer == "alliance" else study.method.agreement_strength
    codes, strength = now.states.index.to_numpy(dtype=str), strength_in_force(now, kinds)[0][:, at]
    u, i = np.nonzero(strength)
    word = "strength of pledge" if layer == "alliance" else "strength of trade agreement"
    return pd.DataFrame({
        "year": year, "what": word, "source": codes[u], "target": codes[np.array(at, dtype=int)][i],
        "value": strength[u, i], "unit": "share", "series": "", "flag": "",
    })  # fmt: skip


def _sizes(now: Panel, study: Study, codes: list[str], year: int) -> pd.DataFrame:
    """Capability of the states named."""
    by_gdp = study.method.capability == "gdp"
    at = now.states.index.get_indexer(pd.Index(codes))
    value = capability_of(now, study.method.capability)[0][at]
    flag = now.attributes["gdp_flag" if by_gdp else "cinc_flag"].values[0][at]
    return pd.DataFrame({
        "year": year, "what": "GDP" if by_gdp else "CINC", "source": "", "target": codes, "value": value,
        "unit": "USD" if by_gdp else "share of world", "series": "",
        "flag": np.where(np.isnan(value), "missing", _words(flag, FLAG_NAMES)),
    })  # fmt: skip


def _words(places: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    """Names at places; '' for -1."""
    return np.array([*names, ""], dtype=object)[places]
