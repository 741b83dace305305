"""Custom layers: rows u -> v of a user's file, checked by the rules of the built-in layers, on the axes of a panel.

A row is a tie in a year, or with an end a spell of years, both included. A tie without a row is zero where the source
of the file looked, and missing where it did not: missing is not zero.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from influence.errors import PanelError, StateError, pluralize
from influence.layer_settings import COLUMNS, CustomLayer
from influence.panel.arrays import all_sealed
from influence.panel.user_rows import Fault, Rows, check_names, read_rows
from influence.states import Registry, normalize_name

FIRST, LAST = 1800, 2100
"""Years that a row may have; others are typing errors."""
MOST = 1e100
"""Largest value, so that sums stay finite."""
OPEN = 9999
LONGEST_CODE = 4
"""A text of at most this length may be a mistyped ISO3 code."""
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True)
class CustomTies:
    """A custom layer read from its file: its figures on the axes of a panel, and their origin.

    amounts : value (year, source, target), float64 in the file's unit, 0 for no tie, NaN in the columns of states that
        were not observed in the year; carried, bool: an open spell beyond the last year of the file.
    full : amount at which an intensity is 1. last : last year that the file covers. rows : number in the file;
        outside : number of them in years outside the panel. sha256 : of the file.
    """

    layer: CustomLayer
    amounts: xr.Dataset
    full: float
    last: int
    rows: int
    outside: int
    sha256: str

    @property
    def name(self) -> str:
        """The layer's name."""
        return self.layer.name

    def at(self, **rows: object) -> CustomTies:
        """The layer for some years (year=) or states (source=, target=) only, by label."""
        return replace(self, amounts=all_sealed(self.amounts.sel(rows)))


class Spells(NamedTuple):
    """Rows that keep all rules.

    rows : source, target (positions among the states), begin, end (OPEN while open), value, indexed by row of the file.
    spelled : whether the file has an end column, so that it covers every year from its first to its last.
    """

    rows: pd.DataFrame
    spelled: bool


def read_custom_layer(layer: CustomLayer, states: pd.Index, years: range, registry: Registry) -> CustomTies:
    """Read a custom layer from its file.

    Parameters
    ----------
    layer : its name, file and columns. states, years : axes of the panel. registry : names of its states.

    Raises
    ------
    PanelError : see user_rows.read_rows; a row that breaks a rule (row and column are named); no row in the years.
    """
    place = f"layer {layer.name}, {layer.file}"
    rows = read_rows(Path(layer.file))
    spells, faults = check_rows(rows, layer, states, registry)
    if faults:
        config = f" --config {layer.config_file}" if layer.config_file else ""
        command = f"influence data check {layer.file}{config}"
        raise PanelError(f"{place}: {first_fault(faults)} `{command}` lists every fault.")
    return _on_axes(layer, spells, rows, states, years)


# ---- rules -----------------------------------------------------------------------------------------


def check_rows(rows: Rows, layer: CustomLayer, states: pd.Index, registry: Registry) -> tuple[Spells, list[Fault]]:
    """Spells of the rows that keep all rules, and the faults of the others, in order of rows.

    The rules: known states, none tied to itself, years of four digits, an end not before its beginning, values of 0 or
    more (a strength at most 1), no blank but an open end, one value for each tie and year.

    Parameters
    ----------
    layer : names the columns. states : of the panel, in the order of its arrays. registry : their names.

    Raises
    ------
    PanelError : columns are missing.
    """
    where = (
        f"under layers.{layer.name} in {layer.config_file}" if layer.config_file else "(--columns, where it is checked)"
    )
    how = f"Name {where} which columns are {', '.join(COLUMNS)}."
    end = layer.end or ("end" if "end" in rows.cells.columns else "")
    check_names(rows, [*(getattr(layer, name) for name in COLUMNS), *([end] if end else [])], layer.file, how)
    cells, faults = rows.cells, list(rows.short)
    source, target = (_states(cells[column], states, registry, faults) for column in (layer.source, layer.target))
    begin = _years(cells[layer.year], faults)
    last = _ends(cells[end], begin, faults) if end else begin
    value = _values(cells[layer.value], 1.0 if layer.normalise == "pledge" else MOST, faults)
    same = (source == target) & (source >= 0)
    faults += _faults(cells[layer.target], same, "is the source as well; a state has no tie to itself")
    good = (source >= 0) & (target >= 0) & ~same & (begin > 0) & (last > 0) & ~np.isnan(value)
    table = pd.DataFrame({"source": source, "target": target, "begin": begin, "end": last, "value": value}, cells.index)
    table = table[good]
    faults += _overlaps(table, cells[layer.year])
    return Spells(table, bool(end)), sorted(faults, key=lambda fault: fault.row)


def first_fault(faults: Sequence[Fault]) -> str:
    """The first fault as a sentence, and how many more rows are wrong."""
    first, left = faults[0].describe(), len(faults) - 1
    more = f" {pluralize(left, 'more row is wrong', 'more rows are wrong')}." if left else ""
    return f"{first}{'' if first.endswith('?') else '.'}{more}"


def faults_in(rows: Rows, wrong: pd.Index, column: str, fault: str) -> list[Fault]:
    """The same fault of a column in some rows."""
    return _faults(rows.cells[column], rows.cells.index.isin(wrong), fault)


def _faults(cells: pd.Series, bad: np.ndarray, fault: str) -> list[Fault]:
    found = cells[bad]
    return [Fault(int(row), str(cells.name), text, fault) for row, text in found.items()]


def _by_text(cells: pd.Series, read: Callable[[str], float | str], faults: list[Fault], none: float) -> np.ndarray:
    """Cells as numbers; `read` is called once for each different text and returns a number or the fault as text."""
    answers = {text: read(text) for text in cells.unique()}
    values = {text: none if isinstance(answer, str) else answer for text, answer in answers.items()}
    wrong = {text: answer for text, answer in answers.items() if isinstance(answer, str)}
    if wrong:
        faults += [Fault(int(row), str(cells.name), text, wrong[text]) for row, text in cells.items() if text in wrong]
    return cells.map(values).to_numpy(dtype=float)


def _states(cells: pd.Series, states: pd.Index, registry: Registry, faults: list[Fault]) -> np.ndarray:
    def read(text: str) -> float | str:
        if not text:
            return "is blank; give an ISO3 code or an English name"
        if text.upper() in states:
            return float(states.get_loc(text.upper()))
        if text.isdigit():
            return "is a number, which codebooks read differently (710 is China or South Africa); give an ISO3 code"
        try:
            code = registry.resolve(text)
        except StateError:
            return _unknown(text, registry)
        return float(states.get_loc(code)) if code in states else f"is {code}, which this panel does not have"

    return _by_text(cells, read, faults, -1.0).astype(int)


def _unknown(text: str, registry: Registry) -> str:
    """Why a text is not a state: what it is instead, or the most similar codes and names."""
    for scheme, key in (("name", normalize_name(text)), ("iso3", text.upper())):
        if key in registry.excluded_codes(scheme):
            return f"is not a state of the panel: {registry.excluded_codes(scheme)[key]}"
    known, names = registry.code_map("name"), registry.states["name"]
    codes = get_close_matches(text.upper(), list(names.index), n=3, cutoff=0.65) if len(text) <= LONGEST_CODE else []
    close = get_close_matches(normalize_name(text), list(known), n=3, cutoff=0.6)
    listed = [*(f"{code} ({names[code]})" for code in codes), *(str(names[known[name]]) for name in close)]
    similar = list(dict.fromkeys(listed))
    meant = f"; did you mean {' or '.join(similar)}?" if similar else ""
    return f"is not a state of the panel, by code or English name{meant}"


def _years(cells: pd.Series, faults: list[Fault]) -> np.ndarray:
    def read(text: str) -> float | str:
        if not text:
            return "is blank; give a year"
        good = re.fullmatch(r"\d{4}", text) and FIRST <= int(text) <= LAST
        return float(text) if good else f"is not a year (four digits, {FIRST} to {LAST})"

    return _by_text(cells, read, faults, 0.0).astype(int)


def _ends(cells: pd.Series, begin: np.ndarray, faults: list[Fault]) -> np.ndarray:
    filled = cells.where(cells != "", str(OPEN))
    ends = np.where(cells == "", OPEN, _years(filled.where(cells != "", str(LAST)), faults))
    early = (ends > 0) & (ends < begin)
    faults += _faults(cells, early, "is before the year in which the spell begins")
    return np.where(early, 0, ends)


def _values(cells: pd.Series, most: float, faults: list[Fault]) -> np.ndarray:
    def read(text: str) -> float | str:
        if not text:
            return "is blank; give a number, 0 where the source observed zero"
        if not NUMBER.fullmatch(text):
            return "is not a number (digits and a point, as in 1234.5)"
        number = float(text)
        if number < 0:
            return "is below 0; a tie is a number of 0 or more"
        if number > most:
            return "is above 1; a strength is a number from 0 to 1" if most == 1 else "is too large"
        return number

    return _by_text(cells, read, faults, np.nan)


def _overlaps(table: pd.DataFrame, cells: pd.Series) -> list[Fault]:
    """Rows with a tie and year that an earlier row, by time, also has."""
    order = table.sort_values(["source", "target", "begin", "end"], kind="stable")
    pairs = order.groupby(["source", "target"], sort=False)
    # The end of the spell before, the longest so far: cummax of the group, moved on by one.
    before = pairs["end"].cummax().groupby([order["source"], order["target"]], sort=False).shift()
    bad = (before >= order["begin"]).to_numpy()
    faults = []
    for place in np.flatnonzero(bad):
        row = int(order.index[place])
        other = place - 1
        while order["end"].iloc[other] < order["begin"].iloc[place]:
            other -= 1
        first = order.iloc[other]
        ends = "open" if first["end"] == OPEN else str(int(first["end"]))
        years = str(int(first["begin"])) if first["begin"] == first["end"] else f"{int(first['begin'])} to {ends}"
        fault = f"repeats the pair of row {int(order.index[other])} ({years}); give each pair and year once"
        faults.append(Fault(row, str(cells.name), str(cells[row]), fault))
    return faults


# ---- axes ------------------------------------------------------------------------------------------


def _on_axes(layer: CustomLayer, spells: Spells, rows: Rows, states: pd.Index, years: range) -> CustomTies:
    table = spells.rows
    heard = np.where(table["end"] == OPEN, table["begin"], table["end"])
    last = int(max(heard.max(), table["begin"].max()))
    yearly = _yearly(table, max(last, years[-1]))
    inside = yearly[yearly["year"].between(years[0], years[-1])]
    if inside.empty:
        raise PanelError(
            f"layer {layer.name}, {layer.file}: no row is in the panel's years {years[0]} to {years[-1]}; they are "
            f"in {int(table['begin'].min())} to {last}."
        )
    shape = (len(years), len(states), len(states))
    at = (inside["year"].to_numpy() - years[0], inside["source"].to_numpy(), inside["target"].to_numpy())
    value, carried = np.zeros(shape), np.zeros(shape, dtype=bool)
    value[at] = inside["value"].to_numpy()
    carried[at] = (inside["open"] & (inside["year"] > last)).to_numpy()
    seen = np.zeros(shape[::2], dtype=bool)
    seen[at[0], at[2]] = True
    if layer.looked_at_all:
        seen |= _covered(inside["year"], years, last if spells.spelled else None, int(table["begin"].min()))[:, None]
    np.copyto(value, np.nan, where=~seen[:, None, :])
    dims = ("year", "source", "target")
    coords = {"year": list(years), "source": states.to_numpy(), "target": states.to_numpy()}
    amounts = all_sealed(xr.Dataset({"value": (dims, value), "carried": (dims, carried)}, coords=coords))
    outside = int(((table["end"] < years[0]) | (table["begin"] > years[-1])).sum())
    return CustomTies(layer, amounts, _full(layer, yearly), last, len(rows.cells), outside, rows.sha256)


def _yearly(table: pd.DataFrame, horizon: int) -> pd.DataFrame:
    """Spells as one row a year: source, target, year, value, open; open ones up to the horizon."""
    stop = np.minimum(table["end"].to_numpy(), horizon)
    length = stop - table["begin"].to_numpy() + 1
    at = np.repeat(np.arange(len(table)), length)
    first = np.repeat(np.cumsum(length) - length, length)
    out = table.iloc[at][["source", "target", "value"]].reset_index(drop=True)
    year = table["begin"].to_numpy()[at] + np.arange(len(at)) - first
    return out.assign(year=year, open=(table["end"].to_numpy() == OPEN)[at])


def _covered(listed_years: pd.Series, years: range, last: int | None, first: int) -> np.ndarray:
    """Years that the file covers, bool: with spells all from the first to the last, and later ones with an open spell;
    else the years that have a row.
    """
    listed = np.isin(years, listed_years.unique())
    if last is None:
        return listed
    return np.asarray([first <= year <= last for year in years]) | listed


def _full(layer: CustomLayer, yearly: pd.DataFrame) -> float:
    if layer.normalise != "intensity":
        return float("nan")
    if layer.full is not None:
        return float(layer.full)
    largest = float(yearly.groupby(["year", "target"])["value"].sum().max())
    if largest <= 0:
        raise PanelError(f"layer {layer.name}, {layer.file}: every value is 0; give a number as full.")
    return largest
