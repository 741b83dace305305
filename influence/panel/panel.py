"""The panel: everything observed, labelled, checked once and never written into."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from influence.errors import ConfigError, PanelError, YearError
from influence.layer_settings import CustomLayer
from influence.panel.agreements import tied_pairs, tied_within
from influence.panel.custom_layers import CustomTies, read_custom_layer
from influence.panel.package import vintages_of
from influence.panel.pacts import pacts_in_force
from influence.panel.rules import check_tables
from influence.panel.tables import TABLES
from influence.schema import AGREEMENT_KINDS, FLAG_NAMES, LAYERS, PACT_KINDS, SERIES_NAMES, names
from influence.states import datasets_dir

OPEN = 9999
"""End of what has none, a year after all others."""
PANEL_TABLES = ("trade", "trade_totals", "attributes", "pacts", "agreements", "memberships", "troops")
"""Tables a panel is made of; the others of tables.TABLES stand beside it."""


@dataclass(frozen=True)
class Panel:
    """Observed trade, capability and institutions of all states and years.

    states : names, places and codes, indexed by ISO3 in the order of every array.
    trade : export_usd (year, exporter, importer), float64 US dollars, NaN where unobserved, 0 where observed to be nil;
        flag and series, int8 positions in schema.FLAG_NAMES and SERIES_NAMES, -1 without a row.
    totals : export_usd, import_usd (year, state), NaN where unobserved; series and flag as above.
    attributes : gdp_usd, cinc, population, domestic_usd (year, state) with *_flag; in_system; troops, NaN where no
        report.
    pacts : effective spells of pledges. memberships, agreements : dated memberships in trade agreements.
    own : layers of one's own, on the same years and states.
    vintages : of its sources, by key, as its data package has them; empty of tables without one.
    """

    states: pd.DataFrame
    trade: xr.Dataset
    totals: xr.Dataset
    attributes: xr.Dataset
    pacts: pd.DataFrame
    agreements: pd.DataFrame
    memberships: pd.DataFrame
    own: tuple[CustomTies, ...] = ()
    vintages: Mapping[str, str] = field(default_factory=dict)

    @property
    def layer_names(self) -> tuple[str, ...]:
        """All layers of ties: ours, then one's own."""
        return (*LAYERS, *(ties.name for ties in self.own))

    @property
    def years(self) -> range:
        """Years of every array."""
        index = self.trade.indexes["year"]
        return range(int(index[0]), int(index[-1]) + 1)

    def with_parts(self, **parts: Any) -> Panel:
        """A copy with other parts; what is in force is found again only where a part it rests on is another."""
        out = replace(self, **parts)
        if not parts.keys() & {"states", "pacts", "agreements", "memberships"}:
            _keep(out, {name: self.__dict__[name] for name in KEPT if name in self.__dict__})
        return out

    def of_years(self, first: int, last: int) -> Panel:
        """The panel of some of its years alone, both included."""
        rows = {"year": slice(first, last)}
        parts = {name: getattr(self, name).sel(rows) for name in ("trade", "totals", "attributes")}
        out = replace(self, **parts, own=tuple(ties.at(**rows) for ties in self.own))
        at = slice(out.years[0] - self.years[0], out.years[-1] + 1 - self.years[0])
        held = {kind: there[at] for kind, there in self.in_force.items()}
        _keep(out, {"in_force": held, "agreement_pairs": tied_within(self.agreement_pairs, out.years)})
        return out

    @cached_property
    def agreement_pairs(self) -> pd.DataFrame:
        """Pairs tied by each trade agreement, with the years both included (agreements.tied_pairs)."""
        return tied_pairs(self.memberships, self.agreements, self.years)

    @cached_property
    def agreement_spells(self) -> Spells:
        """The rows of `agreement_pairs` as places among the states, in their order."""
        pairs = self.agreement_pairs
        return self._spells(pairs["iso3_a"], pairs["iso3_b"], pairs["begin_year"], pairs["end_year"], pairs["kind"])

    @cached_property
    def in_force(self) -> dict[str, np.ndarray]:
        """For each kind of pledge and of trade agreement, whether u is tied to v in the year, bool (year, u, v)."""
        pacts = self.pacts
        spells = self._spells(pacts["source"], pacts["target"], pacts["begin"], pacts["end"], pacts["kind"])
        held = {kind: self._held(spells, spells.kind == kind) for kind in PACT_KINDS}
        return {**held, **self.agreements_in_force()}

    def agreements_in_force(self, rows: np.ndarray | None = None) -> dict[str, np.ndarray]:
        """The same of trade agreements, in both directions, by kind; of some rows of `agreement_pairs` alone (bool)."""
        spells = self.agreement_spells
        kept = np.ones(len(spells.kind), dtype=bool) if rows is None else rows
        back = spells._replace(source=spells.target, target=spells.source)
        return {kind: self._held(spells, kept & (spells.kind == kind), back) for kind in AGREEMENT_KINDS}

    def _spells(
        self, source: pd.Series, target: pd.Series, begin: pd.Series, end: pd.Series, kind: pd.Series
    ) -> Spells:
        states, first = self.states.index, self.years[0]
        return Spells(
            _places(source, states),
            _places(target, states),
            begin.to_numpy(dtype=np.int64) - first,
            end.fillna(OPEN).to_numpy(dtype=np.int64) - first,
            kind.to_numpy(dtype=object),
        )

    def _held(self, spells: Spells, rows: np.ndarray, *more: Spells) -> np.ndarray:
        """Some rows of spells as bool (year, source, target): opened less closed, summed over years."""
        change = np.zeros((len(self.years) + 1, len(self.states), len(self.states)), dtype=np.int16)
        live = rows & (spells.source >= 0) & (spells.target >= 0)
        live &= (spells.end >= spells.begin) & (spells.end >= 0) & (spells.begin < len(self.years))
        opened, closed = np.maximum(spells.begin[live], 0), np.minimum(spells.end[live] + 1, len(self.years))
        for way in (spells, *more):
            np.add.at(change, (opened, way.source[live], way.target[live]), 1)
            np.subtract.at(change, (closed, way.source[live], way.target[live]), 1)
        for year in range(1, len(self.years)):
            change[year] += change[year - 1]
        held = change[:-1] > 0
        held.flags.writeable = False
        return held


class Spells(NamedTuple):
    """Who is tied to whom over which years. source, target : places among the states, -1 for others. begin, end : years
    after the panel's first, both included, those that are open without end. kind : of the tie.
    """

    source: np.ndarray
    target: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    kind: np.ndarray


KEPT = ("agreement_pairs", "agreement_spells", "in_force")
"""Properties that are found once and kept."""


def _keep(panel: Panel, found: Mapping[str, Any]) -> None:
    """Hand a panel what would be found for it: cached properties live in the instance's own mapping."""
    panel.__dict__.update(found)


def load_panel(
    folder: Path | str | None = None,
    *,
    first_year: int | None = None,
    last_year: int | None = None,
    pact_corrections: Mapping[str, bool] | None = None,
    layers: Iterable[CustomLayer] = (),
) -> Panel:
    """The bundled panel, or one of the same tables in `folder`.

    Parameters
    ----------
    first_year, last_year : years to keep; all by default.
    pact_corrections : name -> on or off, for those not to be as datasets/curated/pact_corrections.csv has them.
    layers : of one's own, to be read beside ours.

    Raises
    ------
    PanelError : a table is absent, has the wrong columns or breaks a rule; the rows are shown. The same of a
        layer's file.
    ConfigError : two layers of one name.
    YearError : no such years in the panel.
    """
    import pyarrow as pa

    where = Path(folder) if folder is not None else datasets_dir()
    panel = panel_from_tables(
        _read_tables(where), first_year=first_year, last_year=last_year, pact_corrections=pact_corrections
    )
    panel = panel.with_parts(vintages=vintages_of(where))
    pa.default_memory_pool().release_unused()  # reading leaves 70 MB there that nobody needs again
    return with_custom_layers(panel, layers)


def with_custom_layers(panel: Panel, layers: Iterable[CustomLayer]) -> Panel:
    """The panel with layers of one's own in place of those it has; `panel` itself without any.

    Raises
    ------
    PanelError : see custom_layers.read_custom_layer. ConfigError : two layers of one name.
    """
    listed = tuple(layers)
    twice = [layer.name for i, layer in enumerate(listed) if layer.name in [other.name for other in listed[:i]]]
    if twice:
        raise ConfigError(f"two layers are called {twice[0]!r}; give each a name of its own.")
    if not listed and not panel.own:
        return panel
    own = tuple(read_custom_layer(layer, panel.states.index, panel.years) for layer in listed)
    return panel.with_parts(own=own)


def _read_tables(where: Path) -> dict[str, pd.DataFrame]:
    return {name: read_panel_table(where, name) for name in (*PANEL_TABLES, "states")}


def table_path(folder: Path, name: str) -> Path:
    """Where a table of the panel lies: the states among the curated tables, the others as Parquet."""
    return folder / "curated" / "states.csv" if name == "states" else folder / f"{name}.parquet"


def read_panel_table(folder: Path, name: str) -> pd.DataFrame:
    """One table of the panel with exactly the columns of the schema.

    Raises
    ------
    PanelError : absent, unreadable, or other columns.
    """
    path = table_path(folder, name)
    try:
        if path.suffix == ".csv":
            frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
        else:
            frame = pd.read_parquet(path)
    except (OSError, ValueError) as err:
        raise PanelError(
            f"{path} cannot be read ({str(err).splitlines()[0]}); `influence doctor` tells what is missing, "
            f"`influence data build --raw DIR` makes it anew."
        ) from err
    wanted = names(TABLES[name])
    if list(frame.columns) != wanted:
        raise PanelError(f"{path} has columns {', '.join(frame.columns)}; the schema wants {', '.join(wanted)}.")
    return frame


def panel_from_tables(
    tables: Mapping[str, pd.DataFrame],
    *,
    first_year: int | None = None,
    last_year: int | None = None,
    pact_corrections: Mapping[str, bool] | None = None,
) -> Panel:
    """A checked Panel of the tables of tables.TABLES named in PANEL_TABLES, and states.

    Raises
    ------
    PanelError, YearError : see load_panel.
    """
    check_tables(tables, pd.Index(tables["states"]["iso3"]))
    states = tables["states"].set_index("iso3").sort_index()
    states[["latitude", "longitude"]] = states[["latitude", "longitude"]].astype(float)
    years = _years(tables["trade_totals"], first_year, last_year)
    return Panel(
        states=states,
        trade=_trade_arrays(tables["trade"], tables["trade_totals"], states.index, years),
        totals=_total_arrays(tables["trade_totals"], states.index, years),
        attributes=_attribute_arrays(tables["attributes"], tables["troops"], states.index, years),
        pacts=pacts_in_force(tables["pacts"], pact_corrections or {}),
        agreements=tables["agreements"],
        memberships=tables["memberships"],
    )


def _years(totals: pd.DataFrame, first: int | None, last: int | None) -> range:
    have = range(int(totals["year"].min()), int(totals["year"].max()) + 1)
    begin = have[0] if first is None else first
    end = have[-1] if last is None else last
    if begin not in have or end not in have or begin > end:
        raise YearError(f"years {begin} to {end} are not in the panel; it covers {have[0]} to {have[-1]}.")
    return range(begin, end + 1)


def _trade_arrays(trade: pd.DataFrame, totals: pd.DataFrame, states: pd.Index, years: range) -> xr.Dataset:
    rows = trade[trade["year"].between(years[0], years[-1])]
    at = (
        rows["year"].to_numpy() - years[0],
        _places(rows["exporter"], states),
        _places(rows["importer"], states),
    )
    complete = _grid(totals, "complete", states, years, False).astype(bool)
    value = np.where(complete[:, :, None] & complete[:, None, :], 0.0, np.nan)
    value[at] = rows["export_usd"].to_numpy(dtype=float)
    value[:, np.arange(len(states)), np.arange(len(states))] = 0.0
    flag = np.full(value.shape, -1, dtype=np.int8)
    flag[at] = _places(rows["flag"], pd.Index(FLAG_NAMES))
    series = np.full(value.shape, -1, dtype=np.int8)
    series[at] = _places(rows["source"], pd.Index(SERIES_NAMES))
    dims = ("year", "exporter", "importer")
    return _frozen(
        {"export_usd": (dims, value), "flag": (dims, flag), "series": (dims, series)},
        {"year": list(years), "exporter": states.to_numpy(), "importer": states.to_numpy()},
    )


def _places(words: pd.Series, among: pd.Index) -> np.ndarray:
    """Place of each word in `among`, -1 where it is not there; each different word is looked up once."""
    codes, different = pd.factorize(words, use_na_sentinel=False)
    return np.asarray(among.get_indexer(pd.Index(different))[codes])


def _total_arrays(totals: pd.DataFrame, states: pd.Index, years: range) -> xr.Dataset:
    coded = totals.assign(
        series=_places(totals["source"], pd.Index(SERIES_NAMES)),
        flag=_places(totals["flag"], pd.Index(FLAG_NAMES)),
    )
    blank = {"export_usd": np.nan, "import_usd": np.nan, "series": -1, "flag": -1}
    kinds = {"export_usd": float, "import_usd": float, "series": np.int8, "flag": np.int8}
    return _state_arrays(coded, blank, kinds, states, years)


def _attribute_arrays(attributes: pd.DataFrame, troops: pd.DataFrame, states: pd.Index, years: range) -> xr.Dataset:
    coded = attributes.copy()
    for column in ("gdp_flag", "population_flag", "cinc_flag", "domestic_flag"):
        coded[column] = pd.Categorical(coded[column], categories=FLAG_NAMES).codes
    blank = {"gdp_usd": np.nan, "gdp_flag": -1, "population": np.nan, "population_flag": -1, "cinc": np.nan,
             "cinc_flag": -1, "domestic_usd": np.nan, "domestic_flag": -1, "in_system": False}  # fmt: skip
    kinds = {name: (bool if name == "in_system" else np.int8 if name.endswith("flag") else float) for name in blank}
    arrays = _state_arrays(coded, blank, kinds, states, years)
    hosted = _grid(troops, "troops", states, years, np.nan).astype(float)
    hosted.flags.writeable = False
    return arrays.assign(troops=(("year", "state"), hosted))


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
    for _, values in arrays.values():
        values.flags.writeable = False
    return xr.Dataset(dict(arrays), coords=dict(coords))
