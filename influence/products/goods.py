"""What there is to ask about goods in a year: products of a store, or the bundled sectors, and who is in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from influence.errors import ConfigError, StateError, suggest
from influence.products.baskets import HS_CODE, Basket
from influence.products.measures import Party, party_of, states_in
from influence.products.sectors import goods_sectors, sector_flows
from influence.products.table import answer, of_products
from influence.schema import REST_OF_WORLD
from influence.states import curated, load_states

if TYPE_CHECKING:
    import ibis

    from influence.products.store.engine import Engine

UNSEEN = ("before", "until", "since")


@dataclass(frozen=True)
class Goods:
    """Flows of a year and what they are.

    flows : as in influence.products.measures. home : whether sales at home are in them. revision : of the Harmonized
    System; empty: sectors. states : codes that buy or sell. labels : names by product code. title : in a sentence.
    left_out : a sentence on what is not in the flows because it is no state's; empty if nothing.
    """

    flows: ibis.Table
    year: int
    home: bool
    revision: str
    states: frozenset[str]
    labels: Mapping[str, str]
    title: str
    left_out: str = ""

    def party(self, text: str) -> Party:
        """A state or group that is in the flows; of a group those members that are.

        Raises
        ------
        StateError : not known, or not in the flows.
        """
        party = party_of(text, [self.year])
        held = tuple(code for code in party.members(self.year) if code in self.states)
        if held:
            return Party(party.name, ((self.year, self.year, held),))
        who = "none of its members is" if party.is_group else f"{load_states().loc[party.name, 'name']} is not"
        raise StateError(
            f"{party.name}: {who} among the {len(self.states)} economies that trade in {self.year} ({self.title})."
        )

    def absent(self, party: Party) -> list[str]:
        """Members of the group in the year that are not in the flows."""
        if not party.is_group:
            return []
        return sorted(set(party_of(party.name, [self.year]).members(self.year)) - set(party.members(self.year)))

    def scope_notes(self, parties: Sequence[Party]) -> list[str]:
        """What product files mean by a state where that is not quite the state."""
        if not self.revision:
            return []
        table = curated("aliases.csv")
        held = {code for party in parties for code in party.members(self.year)}
        notes = table[(table["scheme"] == "m49") & table["iso3"].isin(sorted(held)) & (table["note"] != "")]
        own = load_states()["name"]
        return [
            f"{row.iso3} in product files: {row.note}."
            for row in notes.itertuples()
            if row.note != own[row.iso3] and not any(word in row.note for word in UNSEEN)
        ]

    def codes(self, basket: Basket | None, products: Sequence[str]) -> tuple[str, ...]:
        """Codes to keep: of a basket in the revision of the flows, or those named; none: all.

        Raises
        ------
        ConfigError : the basket has none here; a code of another form, or an unknown sector.
        """
        if basket is not None:
            return basket.codes_of(self.revision) if self.revision else basket.sectors_or_fail()
        for code in products:
            if not self.revision and code not in goods_sectors():
                near = suggest(code, list(goods_sectors()))
                raise ConfigError(f"there is no sector {code!r}.{near} Sectors: {', '.join(goods_sectors())}.")
            if self.revision and not HS_CODE.fullmatch(code):
                raise ConfigError(f"product {code!r} must be an HS code of 2, 4 or 6 digits, with its leading zero.")
        return tuple(dict.fromkeys(products))

    def of_codes(self, table: ibis.Table, codes: Sequence[str]) -> ibis.Table:
        """Rows of a table with a column product that are of these codes; all for none."""
        return of_products(table, codes, exact=not self.revision) if codes else table

    def traded(self, engine: Engine, codes: Sequence[str]) -> list[str]:
        """Which of the codes anybody trades in the year.

        Raises
        ------
        ConfigError : nobody trades any of them.
        """
        rows = answer(engine, self.of_codes(self.flows, codes).select("product").distinct())
        found = [code for code in codes if rows["product"].str.startswith(code).any()]
        if codes and not found:
            told = f"nobody traded {', '.join(codes[:8])} in {self.year}"
            raise ConfigError(f"{told}: no such product is in {self.title}. Codes differ between revisions of the HS.")
        return found


def sector_goods(engine: Engine, year: int | None = None, folder: Path | None = None) -> Goods:
    """The bundled goods sectors of a year, the last by default.

    Raises
    ------
    YearError : no sectors of that year. PanelError : the table is absent or broken.
    """
    flows = sector_flows([year] if year is not None else None, folder)
    if year is None:
        year = int(answer(engine, flows.agg(last=flows["year"].max()))["last"].iloc[0])
        flows = flows.filter(flows["year"] == year)
    title = f"{len(goods_sectors())} goods sectors of OECD ICIO"
    return Goods(flows, year, True, "", _states(engine, flows), goods_sectors(), title)


def store_goods(engine: Engine, store: Path, year: int | None, labels: Mapping[str, str]) -> Goods:
    """The products of a store in a year, the last by default.

    Raises
    ------
    StoreError : no store, or not this year in it.
    """
    from influence.products.store.catalogue import read_store_info

    info = read_store_info(store)
    last = year if year is not None else max(info.years, default=0)
    flows = engine.flows(store, [last] if last else None)
    title = f"the products of {store} ({info.layout}, {info.revision})"
    if info.flow is not None:
        title = f"the products of {store} ({info.layout}, {info.revision}, as {info.flow} were reported)"
    flows = flows.select("year", "exporter", "importer", "product", "value_usd")
    left_out = _left_out(info.origins[last]["excluded"])
    return Goods(flows, last, False, info.revision, _states(engine, flows), labels, title, left_out)


def _left_out(excluded: Sequence[Mapping[str, Any]]) -> str:
    if not excluded:
        return ""
    value, codes = sum(entry["value_usd"] for entry in excluded), sorted({str(entry["code"]) for entry in excluded})
    told = f"{', '.join(codes[:8])}{' …' if len(codes) > 8 else ''}"
    return f"Left out when the store was filled, as no state: {told}, {value:,} USD of this year."


def _states(engine: Engine, flows: ibis.Table) -> frozenset[str]:
    return frozenset(answer(engine, states_in(flows))["state"]) - {REST_OF_WORLD}
