"""The table of a state's products and the share of each pole in them, behind `influence products`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from influence.errors import StateError
from influence.products.dependence import chokepoints, critical_dependence, cut_off_cost, spending, state_chokepoints
from influence.products.files import longest_match, with_sigma
from influence.products.measures import (
    KEY,
    largest_partner,
    pole_share,
    ratio,
    seen_from,
    supply_concentration,
    world_concentration,
)
from influence.products.parties import Party, unite_members
from influence.schema import CHOKEPOINT_COLUMNS, CRITICAL, ELASTICITY, PRODUCT_COLUMNS, names

if TYPE_CHECKING:
    import ibis
    import pandas as pd

TESTED = {
    "import_share": "float64", "imports_over_exports": "float64", "concentrated": "boolean",
    "mostly_imported": "boolean", "not_replaceable": "boolean", "critical": "boolean", "tested": "string",
}  # fmt: skip
ORDERS = {"value": "pole_usd", "share": "pole_share", "cost": "cut_off_cost"}
"""Order of the products, and its column; largest first."""


def product_table(
    flows: ibis.Table, party: Party, poles: Sequence[Party] = (), *, side: str = "imports",
    limits: Mapping[str, float] = CRITICAL, sigma: float = ELASTICITY + 1.0,
    elasticities: Mapping[str, float] | None = None, home: bool = False,
) -> ibis.Table:  # fmt: skip
    """Every product of a state or group, with its partners, the test of critical dependence and the share of each pole.

    Parameters
    ----------
    flows : all flows of the years, because concentration and weights refer to the total.
    party : the state, or a group whose members count as one, without their sales to each other.
    poles : one row a product and pole; without poles, one row a product with an empty pole.
    side : imports, or exports (then without the test and the cost of a cut-off, which are about suppliers).
    limits : see dependence.critical_dependence.
    sigma, elasticities : elasticity of substitution between suppliers, and its values by product.
    home : whether the flows include domestic sales.

    Returns
    -------
    ibis.Table : columns of schema.PRODUCT_COLUMNS without `name`, in no order.

    Raises
    ------
    StateError : a pole and the party have a member in common in a year.
    ConfigError : an unknown side.
    """
    import ibis

    check_no_overlap(party, poles)
    all_flows = unite_members(flows, party) if party.is_group else flows
    of_party = all_flows.filter((all_flows["importer"] == party.name) | (all_flows["exporter"] == party.name))
    seen = seen_from(of_party, side)
    seen = seen.filter(seen["state"] == party.name)
    table = _with_world(_with_largest(supply_concentration(seen), seen), flows)
    table = _with_weight(table, of_party, seen, side, home=home)
    table = _with_test(table, of_party, party, side, limits, home=home)
    table = with_sigma(table, elasticities or {}, sigma)
    if poles:
        parts = pole_share(seen, poles).drop("total_usd")
        table = table.inner_join(parts, list(KEY))
        table = _with_cut_off(table, side)
    else:
        table = table.mutate(
            pole=ibis.literal(""), pole_usd=ibis.null("int64"), pole_share=ibis.null("float64"), flag=ibis.literal(""),
            critical_on_pole=ibis.null("boolean"), cut_off_cost=ibis.null("float64"),
        )  # fmt: skip
    table = table.mutate(direction=ibis.literal(side), concentrated=table["concentration"] > limits["concentration"])
    return table.select([name for name in names(PRODUCT_COLUMNS) if name != "name"])


def check_no_overlap(party: Party, poles: Sequence[Party]) -> None:
    """Check that the party and the poles have no member in common: a state does not depend on itself.

    Raises
    ------
    StateError : the members that a pole and the party have in common.
    """
    for pole in poles:
        for first, last, members in pole.spells:
            for begin, end, others in party.spells:
                if (both := sorted(set(members) & set(others))) and max(first, begin) <= min(last, end):
                    raise StateError(
                        f"{party.name} and the pole {pole.name} have {', '.join(both[:5])} in common; a state cannot "
                        f"be its own supplier."
                    )


def _with_largest(table: ibis.Table, seen: ibis.Table) -> ibis.Table:
    both = table.left_join(largest_partner(seen), list(KEY))
    both = both.select(*table.columns, "largest", "largest_usd")
    share = ratio(both["largest_usd"], both["total_usd"])
    return both.mutate(largest=both["largest"].fill_null(""), largest_share=share)


def _with_world(table: ibis.Table, flows: ibis.Table) -> ibis.Table:
    world = world_concentration(flows).select("year", "product", "world_concentration")
    return table.inner_join(world, ["year", "product"])


def _with_weight(table: ibis.Table, of_party: ibis.Table, seen: ibis.Table, side: str, *, home: bool) -> ibis.Table:
    """Share of the product in the spending (imports) or the exports of the state."""
    if side == "imports":
        whole = spending(of_party, home=home)
    else:
        whole = seen.group_by("year", "state").agg(spent_usd=seen["value_usd"].sum())
    table = table.inner_join(whole, ["year", "state"])
    return table.mutate(weight=ratio(table["total_usd"], table["spent_usd"]))


def _with_test(
    table: ibis.Table, of_party: ibis.Table, party: Party, side: str, limits: Mapping[str, float], *, home: bool
) -> ibis.Table:
    """The parts of the test of critical dependence; NULL for exports."""
    import ibis

    if side == "exports":
        return table.mutate(**{name: ibis.null(kind) for name, kind in TESTED.items()})
    tested = critical_dependence(of_party, limits, home=home, groups=(party.name,) if party.is_group else ())
    return table.inner_join(tested.select(*KEY, *TESTED), list(KEY))


def _with_cut_off(table: ibis.Table, side: str) -> ibis.Table:
    """Whether the state depends critically on the pole, and the cost of a cut-off."""
    import ibis

    if side == "exports":
        return table.mutate(
            critical_on_pole=ibis.null("boolean"), cut_off_cost=ibis.null("float64"), flag=ibis.literal("")
        )
    part, whole = table["pole_usd"], table["total_usd"]
    leads = (part > 0) & (part >= table["largest_usd"].fill_null(0))
    return table.mutate(
        critical_on_pole=table["critical"] & leads,
        cut_off_cost=cut_off_cost(part, whole, table["sigma"], table["weight"]),
        flag=ibis.ifelse(part >= whole, "sole_supplier", ""),
    )


def chokepoint_table(
    flows: ibis.Table, party: Party | None = None, *, limits: Mapping[str, float] = CRITICAL, home: bool = False
) -> ibis.Table:
    """Chokepoints of the world, or of one state or group.

    Parameters
    ----------
    flows, limits, home : see product_table.
    party : only the chokepoints on which it depends (role depends) and those of which it is the supplier (supplies).

    Returns
    -------
    ibis.Table : columns of schema.CHOKEPOINT_COLUMNS without `name`, in no order.
    """
    import ibis

    columns = [name for name in names(CHOKEPOINT_COLUMNS) if name != "name"]
    if party is None:
        points = chokepoints(flows, limits, home=home)
        return points.mutate(role=ibis.literal(""), state_usd=ibis.null("int64")).select(columns)
    all_flows = unite_members(flows, party) if party.is_group else flows
    groups = (party.name,) if party.is_group else ()
    return state_chokepoints(all_flows, party.name, limits, home=home, groups=groups).select(columns)


def select_products(table: ibis.Table, codes: Sequence[str], *, exact: bool = False) -> ibis.Table:
    """Rows whose product begins with one of the codes, or, with `exact`, is one of them."""
    if exact:
        return table.filter(table["product"].isin(list(codes)))
    product, by_length = table["product"], sorted({len(code) for code in codes})
    begins = [product.substr(0, n).isin([code for code in codes if len(code) == n]) for n in by_length]
    return table.filter(reduce(or_, begins))


def sort_products(
    rows: pd.DataFrame, labels: Mapping[str, str], poles: Sequence[str] = (), *, order: str = "value"
) -> pd.DataFrame:
    """Add the names of the products and sort the rows.

    Parameters
    ----------
    rows : of product_table.
    labels : names by product code, or by the beginning of a code.
    poles : in the order of the output; the first decides the order of the products.
    order : value, share, or cost of a cut-off (without bound first) of the first pole, largest first; without poles,
        the total. Equal products come in the order of their codes.

    Returns
    -------
    DataFrame : columns of schema.PRODUCT_COLUMNS.
    """
    rows = rows.assign(name=[longest_match(code, labels) or "" for code in rows["product"]])
    if rows.empty:
        return rows[names(PRODUCT_COLUMNS)]
    first = rows[rows["pole"] == poles[0]] if poles else rows
    lead = first.set_index(["year", "product"])
    size = lead[ORDERS[order] if poles else "total_usd"].astype(float)
    if poles and order == "cost":
        size = size.where(lead["flag"] != "sole_supplier", float("inf"))
    size = size.fillna(-1.0).rename("size")
    placed = rows.join(size, on=["year", "product"]).assign(place=rows["pole"].map({p: n for n, p in enumerate(poles)}))
    by = ["year", "size", "product", "place"]
    ordered = placed.sort_values(by, ascending=[True, False, True, True], kind="stable")
    return ordered[names(PRODUCT_COLUMNS)].reset_index(drop=True)


def sort_chokepoints(rows: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    """Add the names of the products and sort by role, number of states, dollars, and codes.

    Parameters
    ----------
    rows : of chokepoint_table.
    labels : names by product code, or by the beginning of a code.

    Returns
    -------
    DataFrame : columns of schema.CHOKEPOINT_COLUMNS.
    """
    rows = rows.assign(name=[longest_match(code, labels) or "" for code in rows["product"]])
    by = ["year", "role", "states", "bought_usd", "supplier", "product"]
    ordered = rows.sort_values(by, ascending=[True, True, False, False, True, True], kind="stable")
    return ordered[names(CHOKEPOINT_COLUMNS)].reset_index(drop=True)
