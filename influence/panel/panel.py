"""The panel: everything observed, labelled, checked once and never written into."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from influence.errors import ConfigError, YearError
from influence.group_settings import CustomGroup
from influence.layer_settings import CustomLayer
from influence.panel.agreements import tied_pairs, tied_within
from influence.panel.arrays import attribute_arrays, places_among, sealed, total_arrays, trade_arrays
from influence.panel.custom_layers import CustomTies, read_custom_layer
from influence.panel.package import vintages_of
from influence.panel.pacts import pacts_in_force
from influence.panel.rules import check_tables
from influence.schema import AGREEMENT_KINDS, PACT_KINDS
from influence.specs import LAYERS
from influence.states import Registry, bundled_registry
from influence.tables import Tables, bundled_tables, datasets_dir, read_panel_table

OPEN = 9999
"""End of what has none, a year after all others."""
PANEL_TABLES = ("trade", "trade_totals", "attributes", "pacts", "agreements", "memberships", "troops")
"""Tables a panel is made of; the others of table_columns.TABLES are read on request."""


@dataclass(frozen=True)
class Panel:
    """Observed trade, capability and institutions of all states and years.

    states : names, places and codes, indexed by ISO3 in the order of every array.
    trade : export_usd (year, exporter, importer), float64 US dollars, NaN where unobserved, 0 where observed to be 0;
        flag and series, int8 positions in schema.FLAG_NAMES and SERIES_NAMES, -1 without a row.
    totals : export_usd, import_usd (year, state), NaN where unobserved; series and flag as above.
    attributes : gdp_usd, cinc, population, domestic_usd (year, state) with *_flag; in_system; troops, NaN where no
        report.
    pacts : effective spells of pledges. memberships, agreements : dated memberships in trade agreements.
    custom : custom layers, on the same years and states.
    vintages : of its sources, by key, as its data package has them; empty of tables without one.
    registry : names, codes and groups of its states. It holds the panel's own tables: see table and curated.
    """

    states: pd.DataFrame
    trade: xr.Dataset
    totals: xr.Dataset
    attributes: xr.Dataset
    pacts: pd.DataFrame
    agreements: pd.DataFrame
    memberships: pd.DataFrame
    custom: tuple[CustomTies, ...] = ()
    vintages: Mapping[str, str] = field(default_factory=dict)
    registry: Registry = field(default_factory=bundled_registry)

    def __repr__(self) -> str:
        years, where = self.years, self.registry.tables.folder
        return f"<Panel: {len(self.states)} states, {years[0]}-{years[-1]}, from {where or 'memory'}>"

    def table(self, name: str) -> pd.DataFrame:
        """An observed table of the panel's own folder, all its years; changes to it change nothing.

        Raises
        ------
        PanelError : no such table, or the folder lacks it.
        """
        return self.registry.tables.observed(name)

    def curated(self, name: str) -> pd.DataFrame:
        """A curated table of the panel's own folder as text, e.g. 'events'.

        Raises
        ------
        PanelError : the folder lacks it.
        """
        return self.registry.tables.curated(name)

    @property
    def layer_names(self) -> tuple[str, ...]:
        """All layers of ties: the bundled ones, then custom layers."""
        return (*LAYERS, *(ties.name for ties in self.custom))

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
        out = replace(self, **parts, custom=tuple(ties.at(**rows) for ties in self.custom))
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
        held = {kind: self._in_force(spells, spells.kind == kind) for kind in PACT_KINDS}
        return {**held, **self.agreements_in_force()}

    def agreements_in_force(self, rows: np.ndarray | None = None) -> dict[str, np.ndarray]:
        """The same of trade agreements, in both directions, by kind; of some rows of `agreement_pairs` alone (bool)."""
        spells = self.agreement_spells
        kept = np.ones(len(spells.kind), dtype=bool) if rows is None else rows
        back = spells._replace(source=spells.target, target=spells.source)
        return {kind: self._in_force(spells, kept & (spells.kind == kind), back) for kind in AGREEMENT_KINDS}

    def _spells(
        self, source: pd.Series, target: pd.Series, begin: pd.Series, end: pd.Series, kind: pd.Series
    ) -> Spells:
        states, first = self.states.index, self.years[0]
        return Spells(
            places_among(source, states),
            places_among(target, states),
            begin.to_numpy(dtype=np.int64) - first,
            end.fillna(OPEN).to_numpy(dtype=np.int64) - first,
            kind.to_numpy(dtype=object),
        )

    def _in_force(self, spells: Spells, rows: np.ndarray, *more: Spells) -> np.ndarray:
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
        return sealed(change[:-1] > 0)


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
    folder: Path | str | None = None, *, first_year: int | None = None, last_year: int | None = None,
    pact_corrections: Mapping[str, bool] | None = None, layers: Iterable[CustomLayer] = (),
    groups: Sequence[CustomGroup] | Mapping[str, Any] = (),
) -> Panel:  # fmt: skip
    """The bundled panel, or one of the same tables in `folder`.

    Parameters
    ----------
    first_year, last_year : years to keep; all by default.
    pact_corrections : name -> on or off, for those not to be as datasets/curated/pact_corrections.csv has them.
    layers : custom layers, read beside the bundled ones. groups : custom groups (Registry.with_groups).

    Raises
    ------
    PanelError : a table is absent, has the wrong columns or breaks a rule; the rows are shown. The same of a
        layer's file.
    ConfigError : two layers of one name.
    YearError : no such years in the panel.
    """
    import pyarrow as pa

    where = Path(folder) if folder is not None else datasets_dir()
    source = bundled_tables() if where == datasets_dir() else Tables(where)
    read = {name: read_panel_table(where, name) for name in (*PANEL_TABLES, "states")}
    panel = _checked_panel(read, source, (first_year, last_year), pact_corrections or {})
    panel = replace(panel, vintages=vintages_of(where), registry=Registry(source).with_groups(groups))
    pa.default_memory_pool().release_unused()  # reading leaves 70 MB there that nobody needs again
    return with_custom_layers(panel, layers)


def with_custom_layers(panel: Panel, layers: Iterable[CustomLayer]) -> Panel:
    """The panel with custom layers in place of those it has; `panel` itself without any.

    Raises
    ------
    PanelError : see custom_layers.read_custom_layer. ConfigError : two layers of one name.
    """
    listed = tuple(layers)
    twice = [layer.name for i, layer in enumerate(listed) if layer.name in [other.name for other in listed[:i]]]
    if twice:
        raise ConfigError(f"two layers are called {twice[0]!r}; give each its own name.")
    taken = [layer.name for layer in listed if layer.name in LAYERS]
    if taken:
        raise ConfigError(f"layer {taken[0]!r} is registered already; give the custom layer another name.")
    if not listed and not panel.custom:
        return panel
    custom = tuple(read_custom_layer(layer, panel.states.index, panel.years, panel.registry) for layer in listed)
    return panel.with_parts(custom=custom)


def panel_from_tables(
    tables: Mapping[str, pd.DataFrame], *, first_year: int | None = None, last_year: int | None = None,
    pact_corrections: Mapping[str, bool] | None = None,
) -> Panel:  # fmt: skip
    """A checked Panel of the tables of table_columns.TABLES named in PANEL_TABLES, and states.

    Raises
    ------
    PanelError, YearError : see load_panel.
    """
    return _checked_panel(tables, Tables(None, tables), (first_year, last_year), pact_corrections or {})


def _checked_panel(
    tables: Mapping[str, pd.DataFrame],
    source: Tables,
    ends: tuple[int | None, int | None],
    pact_corrections: Mapping[str, bool],
) -> Panel:
    check_tables(tables, pd.Index(tables["states"]["iso3"]))
    states = tables["states"].set_index("iso3").sort_index()
    states[["latitude", "longitude"]] = states[["latitude", "longitude"]].astype(float)
    years = _years(tables["trade_totals"], *ends)
    return Panel(
        states=states,
        trade=trade_arrays(tables["trade"], tables["trade_totals"], states.index, years),
        totals=total_arrays(tables["trade_totals"], states.index, years),
        attributes=attribute_arrays(tables["attributes"], tables["troops"], states.index, years),
        pacts=pacts_in_force(tables["pacts"], pact_corrections, source.curated("pact_corrections")),
        agreements=tables["agreements"],
        memberships=tables["memberships"],
        registry=Registry(source),
    )


def _years(totals: pd.DataFrame, first: int | None, last: int | None) -> range:
    have = range(int(totals["year"].min()), int(totals["year"].max()) + 1)
    begin = have[0] if first is None else first
    end = have[-1] if last is None else last
    if begin not in have or end not in have or begin > end:
        raise YearError(f"years {begin} to {end} are not in the panel; it covers {have[0]} to {have[-1]}.")
    return range(begin, end + 1)
