"""Measures of trade by product: shares and concentration of suppliers and markets, and the share of a pole.

Every measure is an Ibis expression on `flows`: year, exporter, importer, product, value_usd (int64, whole US dollars),
one row a pair and product. exporter == importer is a domestic sale. ROW, the rest of the world of the sector file,
counts in totals and is no partner. Sums stay whole numbers until one last division, so that every engine, and every
order of the rows, gives the same number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from influence.errors import ConfigError
from influence.products.parties import Party
from influence.schema import REST_OF_WORLD, SIDES

if TYPE_CHECKING:
    import ibis

KEY = ("year", "state", "product")
SIDE_COLUMNS = {"imports": ("importer", "exporter"), "exports": ("exporter", "importer")}


def states_in(flows: ibis.Table) -> ibis.Table:
    """All states that buy or sell: one column, state."""
    import ibis

    sides = [flows.select(state=flows[end]).distinct() for end in ("exporter", "importer")]
    return ibis.union(*sides, distinct=True)


def pair_totals(flows: ibis.Table) -> ibis.Table:
    """Exports of each pair and year: X_uv = sum over products k of x_uvk.

    Parameters
    ----------
    flows : of Engine.flows.

    Returns
    -------
    ibis.Table : year, exporter, importer, export_usd (int64, whole current US dollars, 0 or more), in no order. A pair
        without a flow has no row: the files do not show whether it traded nothing or did not report.
    """
    keys = ["year", "exporter", "importer"]
    return flows.group_by(keys).aggregate(export_usd=flows["value_usd"].sum().cast("int64"))


def seen_from(flows: ibis.Table, side: str) -> ibis.Table:
    """Flows abroad from the side of the importer or the exporter.

    Parameters
    ----------
    side : imports (the state buys, its partners are suppliers) or exports (it sells, they are markets).

    Returns
    -------
    ibis.Table : year, state, partner, product, value_usd.

    Raises
    ------
    ConfigError : an unknown side.
    """
    if side not in SIDES:
        raise ConfigError(f"the side of a flow must be {' or '.join(SIDES)}, not {side!r}.")
    state, partner = SIDE_COLUMNS[side]
    abroad = flows.filter(flows["exporter"] != flows["importer"])
    return abroad.select("year", "product", "value_usd", state=abroad[state], partner=abroad[partner])


def partner_shares(seen: ibis.Table) -> ibis.Table:
    """Share of each partner in a state's trade in product k: x_uvk / sum_u x_uvk for imports, x_uvk / sum_v x_uvk.

    Parameters
    ----------
    seen : of seen_from.

    Returns
    -------
    ibis.Table : year, state, product, partner, value_usd (> 0), total_usd, share in (0, 1].
    """
    seen = seen.group_by(*KEY).mutate(total_usd=seen["value_usd"].sum())
    seen = seen.filter(seen["value_usd"] > 0)
    return seen.select(*KEY, "partner", "value_usd", "total_usd", share=ratio(seen["value_usd"], seen["total_usd"]))


def supply_concentration(seen: ibis.Table) -> ibis.Table:
    """Concentration of v's trade in product k on few partners: sum_u x_uvk^2 / (sum_u x_uvk)^2 (equation 11).

    Parameters
    ----------
    seen : of seen_from; imports give the concentration of v's suppliers, exports that of its markets.

    Returns
    -------
    ibis.Table : year, state, product, total_usd, partners, unnamed_share, concentration in [0, 1], at least 1/partners
        where all are named. The rest of the world counts as many small partners and adds nothing, so with a share r of
        it the value is too low by at most r^2.
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

    X_uk are u's exports of k to all states.

    Returns
    -------
    ibis.Table : year, product, world_usd, exporters, world_concentration in [0, 1].
    """
    world = supply_concentration(_world_exports(flows))
    return world.select(
        "year", "product",
        world_usd=world["total_usd"], exporters=world["partners"], world_concentration=world["concentration"],
    )  # fmt: skip


def world_shares(flows: ibis.Table) -> ibis.Table:
    """Share of exporter u in the world's exports of product k; columns of partner_shares, with the state 'world'."""
    return partner_shares(_world_exports(flows))


def _world_exports(flows: ibis.Table) -> ibis.Table:
    """Exports of each state, with the world as the only buyer."""
    import ibis

    seen = seen_from(flows, "exports")
    sold = seen.group_by("year", "product", partner=seen["state"]).agg(value_usd=seen["value_usd"].sum())
    return sold.mutate(state=ibis.literal("world"))


def largest_partner(seen: ibis.Table) -> ibis.Table:
    """v's largest partner in product k; the first by code if several are equal.

    Returns
    -------
    ibis.Table : year, state, product, largest, largest_usd; no row where only the rest of the world sells (or buys).
    """
    import ibis

    named = seen.filter((seen["partner"] != REST_OF_WORLD) & (seen["value_usd"] > 0))
    order = [ibis.desc(named["value_usd"]), named["partner"]]
    placed = named.mutate(place=ibis.row_number().over(group_by=list(KEY), order_by=order))
    first = placed.filter(placed["place"] == 0)
    return first.select(*KEY, largest=first["partner"], largest_usd=first["value_usd"])


def pole_share(seen: ibis.Table, poles: Sequence[Party]) -> ibis.Table:
    """Share of each pole in v's trade in product k: the sum of its members' shares.

    Parameters
    ----------
    seen : of seen_from.
    poles : states or groups.

    Returns
    -------
    ibis.Table : year, state, product, pole, pole_usd, total_usd, pole_share in [0, 1]; one row a pole, 0 where the pole
        sells (or buys) nothing and others do.
    """
    import ibis

    value, year = seen["value_usd"], seen["year"]
    parts = {
        f"part_{place}": ibis.ifelse(party.contains(seen["partner"], year), value, 0).sum()
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
    """One whole number over another, as float64."""
    return part.cast("float64") / whole.cast("float64")
