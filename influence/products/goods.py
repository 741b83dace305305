"""Goods of one year: the products of a store or the bundled sectors, with their states and names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from influence.errors import ConfigError, StateError, suggest
from influence.products.baskets import HS_CODE, Basket
from influence.products.measures import states_in
from influence.products.parties import Party, find_party
from influence.products.sectors import goods_sectors, load_sector_flows
from influence.products.store.catalogue import read_store_info
from influence.products.table import select_products
from influence.schema import REST_OF_WORLD
from influence.states import Registry, bundled_registry

if TYPE_CHECKING:
    import ibis

    from influence.products.store.engine_base import Engine

OTHER_PERIODS = ("before", "until", "since")
"""Words in notes on country numbers that concern other years than those of the files."""


@dataclass(frozen=True)
class Goods:
    """Flows of one year and their description.

    Attributes
    ----------
    flows : see influence.products.measures.
    year : their year.
    home : whether they include domestic sales.
    revision : of the Harmonized System; empty for sectors.
    states : ISO3 codes that buy or sell.
    labels : names by product code.
    title : what they are, in a sentence.
    left_out : a sentence on flows that were left out because they are of no state; empty if there are none.
    registry : names, groups and sectors of the panel.
    """

    flows: ibis.Table
    year: int
    home: bool
    revision: str
    states: frozenset[str]
    labels: Mapping[str, str]
    title: str
    left_out: str = ""
    registry: Registry = field(default_factory=bundled_registry)

    def party(self, text: str) -> Party:
        """Find a state or group in the flows.

        Parameters
        ----------
        text : code or name of a state, or key of a group.

        Returns
        -------
        Party : with those members of a group that are in the flows.

        Raises
        ------
        StateError : an unknown name, or one that is not in the flows.
        """
        party = find_party(text, [self.year], self.registry)
        members = tuple(code for code in party.members(self.year) if code in self.states)
        if members:
            return Party(party.name, ((self.year, self.year, members),))
        who = "none of its members is" if party.is_group else f"{self.registry.name(party.name)} is not"
        raise StateError(
            f"{party.name}: {who} among the {len(self.states)} economies that trade in {self.year} ({self.title})."
        )

    def absent(self, party: Party) -> list[str]:
        """Members of the group that are not in the flows."""
        if not party.is_group:
            return []
        return sorted(set(self.registry.members(party.name, self.year)) - set(party.members(self.year)))

    def scope_notes(self, parties: Sequence[Party]) -> list[str]:
        """Notes on states that product files define otherwise."""
        if not self.revision:
            return []
        table = self.registry.tables.curated("aliases")
        members = {code for party in parties for code in party.members(self.year)}
        notes = table[(table["scheme"] == "m49") & table["iso3"].isin(sorted(members)) & (table["note"] != "")]
        return [
            f"{row.iso3} in product files: {row.note}."
            for row in notes.itertuples()
            if row.note != self.registry.name(row.iso3) and not any(word in row.note for word in OTHER_PERIODS)
        ]

    def codes(self, basket: Basket | None, products: Sequence[str]) -> tuple[str, ...]:
        """Codes to keep.

        Parameters
        ----------
        basket : its codes in the revision of the flows; None: none.
        products : codes; used without a basket.

        Returns
        -------
        tuple of str : empty for all products.

        Raises
        ------
        ConfigError : the basket has no codes in the revision, an invalid code, or an unknown sector.
        """
        if basket is not None:
            return basket.codes_of(self.revision) if self.revision else basket.require_sectors()
        for code in products:
            if not self.revision and code not in self.labels:
                near = suggest(code, list(self.labels))
                raise ConfigError(f"there is no sector {code!r}.{near} Sectors: {', '.join(self.labels)}.")
            if self.revision and not HS_CODE.fullmatch(code):
                raise ConfigError(f"product {code!r} must be an HS code of 2, 4 or 6 digits, with its leading zero.")
        return tuple(dict.fromkeys(products))

    def select(self, table: ibis.Table, codes: Sequence[str]) -> ibis.Table:
        """Rows of a table with these products; all rows without codes."""
        return select_products(table, codes, exact=not self.revision) if codes else table

    def traded(self, engine: Engine, codes: Sequence[str]) -> list[str]:
        """The codes that are traded in the year.

        Raises
        ------
        ConfigError : none of them is.
        """
        rows = engine.to_pandas(self.select(self.flows, codes).select("product").distinct())
        found = [code for code in codes if rows["product"].str.startswith(code).any()]
        if codes and not found:
            raise ConfigError(
                f"nobody traded {', '.join(codes[:8])} in {self.year}: no such product is in {self.title}. Codes "
                "differ between revisions of the HS."
            )
        return found


def load_sector_goods(engine: Engine, year: int | None = None, registry: Registry | None = None) -> Goods:
    """Load the goods sectors of a panel.

    Parameters
    ----------
    engine : that computes.
    year : None: the last.
    registry : of the panel; None: the bundled one.

    Raises
    ------
    YearError : the year has no sector flows.
    PanelError : the table is missing or broken.
    """
    known = registry or bundled_registry()
    flows, sectors = load_sector_flows([year] if year is not None else None, known), goods_sectors(known)
    if year is None:
        year = int(engine.to_pandas(flows.agg(last=flows["year"].max()))["last"].iloc[0])
        flows = flows.filter(flows["year"] == year)
    title = f"{len(sectors)} goods sectors of OECD ICIO"
    return Goods(flows, year, True, "", _states(engine, flows), sectors, title, registry=known)


def load_store_goods(
    engine: Engine, store: Path, year: int | None, labels: Mapping[str, str], registry: Registry | None = None
) -> Goods:
    """Load the products of a store.

    Parameters
    ----------
    engine : that computes.
    store : folder of the store.
    year : None: the last.
    labels : names by product code.
    registry : names and groups of a panel; None: of the bundled one.

    Raises
    ------
    StoreError : no store in the folder, or it lacks the year.
    """
    info = read_store_info(store)
    last = year if year is not None else max(info.years, default=0)
    flows = engine.flows(store, [last] if last else None)
    flow = "" if info.flow is None else f", as {info.flow} were reported"
    title = f"the products of {store} ({info.layout}, {info.revision}{flow})"
    flows = flows.select("year", "exporter", "importer", "product", "value_usd")
    left_out = _left_out(info.origins[last]["excluded"])
    states = _states(engine, flows)
    return Goods(flows, last, False, info.revision, states, labels, title, left_out, registry or bundled_registry())


def _left_out(excluded: Sequence[Mapping[str, Any]]) -> str:
    if not excluded:
        return ""
    value, codes = sum(entry["value_usd"] for entry in excluded), sorted({str(entry["code"]) for entry in excluded})
    listed = f"{', '.join(codes[:8])}{' …' if len(codes) > 8 else ''}"
    return f"Left out of the store, because they are of no state: {listed}, {value:,} USD of this year."


def _states(engine: Engine, flows: ibis.Table) -> frozenset[str]:
    return frozenset(engine.to_pandas(states_in(flows))["state"]) - {REST_OF_WORLD}
