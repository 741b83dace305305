"""Which goods hold the lever: who supplies and who buys each product, how concentrated, and what rests on a pole.

Every measure is an Ibis expression on `flows`: year, exporter, importer, product, value_usd (int64, whole US dollars),
one row a pair and product. exporter == importer is a sale at home. ROW, the rest of the world of the sector file,
counts in totals and is nobody's partner. Sums stay whole numbers until one last division, so that every engine, and
every order of the rows, gives the same number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from influence.errors import ConfigError, StateError
from influence.schema import REST_OF_WORLD, SIDES
from influence.states import code_map, group_members, pole_name

if TYPE_CHECKING:
    import ibis

KEY = ("year", "state", "product")
ENDS = {"imports": ("importer", "exporter"), "exports": ("exporter", "importer")}


@dataclass(frozen=True)
class Party:
    """A state, or a dated group that acts as one: `spells` are (first year, last year, members), by year and sorted."""

    name: str
    spells: tuple[tuple[int, int, tuple[str, ...]], ...]

    @property
    def is_group(self) -> bool:
        """Whether it is a group."""
        return self.name not in code_map("iso3")

    def members(self, year: int) -> tuple[str, ...]:
        """ISO3 codes of who belongs to it in the year."""
        return next((held for first, last, held in self.spells if first <= year <= last), ())

    def holds(self, state: ibis.Value, year: ibis.Value) -> Any:
        """Whether the state belongs to it in the year: a boolean expression."""
        return reduce(or_, [year.between(first, last) & state.isin(held) for first, last, held in self.spells])


def party_of(text: str, years: Sequence[int]) -> Party:
    """A state or group by code, name or key, with its members in these years.

    Raises
    ------
    StateError : neither a state nor a group, or a group that has no member in any of the years.
    """
    name = pole_name(text)
    if name in code_map("iso3"):
        return Party(name, ((min(years), max(years), (name,)),))
    spells: list[tuple[int, int, tuple[str, ...]]] = []
    for year in sorted(set(years)):
        held = tuple(group_members(name, year))
        if spells and spells[-1][1:] == (year - 1, held):
            spells[-1] = (spells[-1][0], year, held)
        elif held:
            spells.append((year, year, held))
    if not spells:
        raise StateError(f"group {name!r} has no member in {', '.join(map(str, sorted(set(years))))}.")
    return Party(name, tuple(spells))


def states_in(flows: ibis.Table) -> ibis.Table:
    """Who buys or sells anything: one column, state."""
    import ibis

    sides = [flows.select(state=flows[end]).distinct() for end in ("exporter", "importer")]
    return ibis.union(*sides, distinct=True)


def united(flows: ibis.Table, party: Party) -> ibis.Table:
    """Flows as they are when the party's members are one state that bears its name.

    Returns
    -------
    flows, one row a pair and product, with a column `between`: true for what members sell each other. Those rows have
    the party on both sides, as have sales at home, which are not `between`.
    """
    import ibis

    sells = party.holds(flows["exporter"], flows["year"])
    buys = party.holds(flows["importer"], flows["year"])
    seen = flows.select(
        year=flows["year"],
        exporter=ibis.ifelse(sells, ibis.literal(party.name), flows["exporter"]),
        importer=ibis.ifelse(buys, ibis.literal(party.name), flows["importer"]),
        product=flows["product"],
        between=sells & buys & (flows["exporter"] != flows["importer"]),
        value_usd=flows["value_usd"],
    )
    keys = ("year", "exporter", "importer", "product", "between")
    return seen.group_by(*keys).agg(value_usd=seen["value_usd"].sum())


def seen_from(flows: ibis.Table, side: str) -> ibis.Table:
    """Flows abroad from one side: year, state, partner, product, value_usd.

    Parameters
    ----------
    side : imports (the state buys, its partners are suppliers) or exports (it sells, they are markets).

    Raises
    ------
    ConfigError : no such side.
    """
    if side not in SIDES:
        raise ConfigError(f"products are seen from {' or '.join(SIDES)}, not {side!r}.")
    state, partner = ENDS[side]
    abroad = flows.filter(flows["exporter"] != flows["importer"])
    return abroad.select("year", "product", "value_usd", state=abroad[state], partner=abroad[partner])


def supplier_shares(flows: ibis.Table) -> ibis.Table:
    """Share of each supplier u in v's imports of product k: x_uvk / sum_u x_uvk.

    Returns
    -------
    year, state (v), product, partner (u), value_usd, total_usd, share in (0, 1]; they sum to 1 over the partners, ROW
    among them. No row: nobody reported such a flow.
    """
    return _shares(seen_from(flows, "imports"))


def market_shares(flows: ibis.Table) -> ibis.Table:
    """Share of each market v in u's exports of product k: x_uvk / sum_v x_uvk; columns as supplier_shares."""
    return _shares(seen_from(flows, "exports"))


def _shares(seen: ibis.Table) -> ibis.Table:
    seen = seen.group_by(*KEY).mutate(total_usd=seen["value_usd"].sum())
    seen = seen.filter(seen["value_usd"] > 0)
    return seen.select(*KEY, "partner", "value_usd", "total_usd", share=ratio(seen["value_usd"], seen["total_usd"]))


def supply_concentration(seen: ibis.Table) -> ibis.Table:
    """Concentration of v's trade in product k on few partners: sum_u x_uvk^2 / (sum_u x_uvk)^2 (equation 11).

    Parameters
    ----------
    seen : of seen_from; on imports the concentration of v's suppliers, on exports that of its markets.

    Returns
    -------
    year, state, product, total_usd, partners, unnamed_share, concentration in [0, 1], at least 1/partners where all
    are named. The rest of the world is many: it adds nothing, so with a share r of it the value is too low by at most
    r^2.
    """
    import ibis

    named = seen["partner"] != REST_OF_WORLD
    value = seen["value_usd"]
    # Squares of dollars do not fit into 64 bits; decimals are exact on every engine.
    exact = value.cast("decimal(19, 0)")
    found = seen.group_by(*KEY).agg(
        total_usd=value.sum(),
        partners=(named & (value > 0)).sum(),
        unnamed=ibis.ifelse(named, 0, value).sum(),
        squares=ibis.ifelse(named, exact * exact, ibis.literal(0).cast("decimal(38, 0)")).sum(),
    )
    found = found.filter(found["total_usd"] > 0)
    total = found["total_usd"].cast("float64")
    return found.select(
        *KEY, "total_usd", "partners",
        unnamed_share=ratio(found["unnamed"], found["total_usd"]),
        concentration=found["squares"].cast("float64") / (total * total),
    )  # fmt: skip


def world_concentration(flows: ibis.Table) -> ibis.Table:
    """Concentration of the world's supply of product k on few exporters: sum_u X_uk^2 / (sum_u X_uk)^2.

    X_uk is what u exports of k to all. Returns year, product, world_usd, exporters, world_concentration in [0, 1].
    """
    world = supply_concentration(_world_exports(flows))
    return world.select(
        "year", "product",
        world_usd=world["total_usd"], exporters=world["partners"], world_concentration=world["concentration"],
    )  # fmt: skip


def world_shares(flows: ibis.Table) -> ibis.Table:
    """Share of exporter u in the world's exports of product k; columns as supplier_shares, the state is 'world'."""
    return _shares(_world_exports(flows))


def _world_exports(flows: ibis.Table) -> ibis.Table:
    """The world as one buyer of what each exports."""
    import ibis

    seen = seen_from(flows, "exports")
    sold = seen.group_by("year", "product", partner=seen["state"]).agg(value_usd=seen["value_usd"].sum())
    return sold.mutate(state=ibis.literal("world"))


def largest_partner(seen: ibis.Table) -> ibis.Table:
    """v's largest partner in product k: year, state, product, largest, largest_usd; of equals the first by code.

    No row where only the rest of the world sells (or buys).
    """
    import ibis

    named = seen.filter((seen["partner"] != REST_OF_WORLD) & (seen["value_usd"] > 0))
    order = [ibis.desc(named["value_usd"]), named["partner"]]
    placed = named.mutate(place=ibis.row_number().over(group_by=list(KEY), order_by=order))
    first = placed.filter(placed["place"] == 0)
    return first.select(*KEY, largest=first["partner"], largest_usd=first["value_usd"])


def pole_share(seen: ibis.Table, poles: Sequence[Party]) -> ibis.Table:
    """Part of each pole in v's trade in product k: the sum of its members' shares.

    Returns
    -------
    year, state, product, pole, pole_usd, total_usd, pole_share in [0, 1]; one row a pole, 0 where it sells (or buys)
    nothing of what others do.
    """
    import ibis

    value, year = seen["value_usd"], seen["year"]
    parts = {
        f"part_{place}": ibis.ifelse(party.holds(seen["partner"], year), value, 0).sum()
        for place, party in enumerate(poles)
    }
    sums = seen.group_by(*KEY).agg(total_usd=value.sum(), **parts)
    sums = sums.filter(sums["total_usd"] > 0)
    rows = [
        sums.select(
            *KEY, "total_usd", pole=ibis.literal(party.name), pole_usd=sums[f"part_{place}"],
            pole_share=ratio(sums[f"part_{place}"], sums["total_usd"]),
        )
        for place, party in enumerate(poles)
    ]  # fmt: skip
    return rows[0] if len(rows) == 1 else ibis.union(*rows)


def ratio(part: ibis.Value, whole: ibis.Value) -> Any:
    """Two whole numbers divided once, as float64."""
    return part.cast("float64") / whole.cast("float64")
