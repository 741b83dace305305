"""One state's products and what each pole holds of them: the table behind `influence products`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from influence.errors import StateError
from influence.products.dependence import (
    chokepoints,
    chokepoints_of,
    critical_dependence,
    cut_off_cost,
    spending,
)
from influence.products.files import of_longest, with_sigma
from influence.products.measures import (
    KEY,
    Party,
    largest_partner,
    pole_share,
    ratio,
    seen_from,
    supply_concentration,
    united,
    world_concentration,
)
from influence.schema import CHOKEPOINT_COLUMNS, CRITICAL, ELASTICITY, PRODUCT_COLUMNS, names

if TYPE_CHECKING:
    import ibis
    import pandas as pd

    from influence.products.store.engine import Engine

TESTED = {
    "import_share": "float64", "imports_over_exports": "float64", "concentrated": "boolean",
    "mostly_imported": "boolean", "not_replaceable": "boolean", "critical": "boolean", "tested": "string",
}  # fmt: skip
ORDERS = {"value": "pole_usd", "share": "pole_share", "cost": "cut_off_cost"}
"""By what the products are put in order, largest first."""


def product_table(
    flows: ibis.Table,
    party: Party,
    poles: Sequence[Party] = (),
    *,
    side: str = "imports",
    limits: Mapping[str, float] = CRITICAL,
    sigma: float = ELASTICITY + 1.0,
    elasticities: Mapping[str, float] | None = None,
    home: bool = False,
) -> ibis.Table:
    """Every product the party trades, with its partners, the test of critical dependence and the part of each pole.

    Parameters
    ----------
    flows : all flows of the years asked for: concentration and weights refer to the whole.
    party : who trades; the members of a group as one, what they sell each other left out of imports and exports.
    poles : whose part is told; none: one row a product with an empty pole.
    side : imports, or exports (no test, no cost of a cut-off: these are about suppliers).
    sigma, elasticities : elasticity of substitution between suppliers, and by product where it is known.
    home : whether the flows hold sales at home.

    Returns
    -------
    columns of schema.PRODUCT_COLUMNS but for `name`, one row a product and pole, in no order.

    Raises
    ------
    StateError : a pole and the party have a member in common in a year. ConfigError : no such side.
    """
    import ibis

    stand_apart(party, poles)
    held = united(flows, party) if party.is_group else flows
    mine = held.filter((held["importer"] == party.name) | (held["exporter"] == party.name))
    seen = seen_from(mine, side)
    seen = seen.filter(seen["state"] == party.name)
    table = _with_world(_with_largest(supply_concentration(seen), seen), flows)
    table = _with_weight(table, mine, seen, side, home=home)
    table = _with_test(table, mine, party, side, limits, home=home)
    table = with_sigma(table, elasticities or {}, sigma)
    if poles:
        parts = pole_share(seen, poles).drop("total_usd")
        table = table.inner_join(parts, list(KEY))
        table = _with_lever(table, side)
    else:
        table = table.mutate(
            pole=ibis.literal(""), pole_usd=ibis.null("int64"), pole_share=ibis.null("float64"), flag=ibis.literal(""),
            critical_on_pole=ibis.null("boolean"), cut_off_cost=ibis.null("float64"),
        )  # fmt: skip
    table = table.mutate(direction=ibis.literal(side), concentrated=table["concentration"] > limits["concentration"])
    return table.select([name for name in names(PRODUCT_COLUMNS) if name != "name"])


def stand_apart(party: Party, poles: Sequence[Party]) -> None:
    """See that nobody is both in the party and in a pole: a state does not depend on itself.

    Raises
    ------
    StateError : who is.
    """
    for pole in poles:
        for first, last, held in pole.spells:
            for begin, end, own in party.spells:
                if (both := sorted(set(held) & set(own))) and max(first, begin) <= min(last, end):
                    raise StateError(
                        f"{party.name} and the pole {pole.name} have {', '.join(both[:5])} in common; a state is no "
                        f"supplier of its own."
                    )


def _with_largest(table: ibis.Table, seen: ibis.Table) -> ibis.Table:
    both = table.left_join(largest_partner(seen), list(KEY))
    both = both.select(*table.columns, "largest", "largest_usd")
    share = ratio(both["largest_usd"], both["total_usd"])
    return both.mutate(largest=both["largest"].fill_null(""), largest_share=share)


def _with_world(table: ibis.Table, flows: ibis.Table) -> ibis.Table:
    world = world_concentration(flows).select("year", "product", "world_concentration")
    return table.inner_join(world, ["year", "product"])


def _with_weight(table: ibis.Table, mine: ibis.Table, seen: ibis.Table, side: str, *, home: bool) -> ibis.Table:
    """Part of the product in all that the state spends (imports) or earns abroad (exports)."""
    if side == "imports":
        whole = spending(mine, home=home)
    else:
        whole = seen.group_by("year", "state").agg(spent_usd=seen["value_usd"].sum())
    table = table.inner_join(whole, ["year", "state"])
    return table.mutate(weight=ratio(table["total_usd"], table["spent_usd"]))


def _with_test(
    table: ibis.Table, mine: ibis.Table, party: Party, side: str, limits: Mapping[str, float], *, home: bool
) -> ibis.Table:
    """The parts of the test of critical dependence; NULL for exports."""
    import ibis

    if side == "exports":
        return table.mutate(**{name: ibis.null(kind) for name, kind in TESTED.items()})
    tested = critical_dependence(mine, limits, home=home, groups=(party.name,) if party.is_group else ())
    return table.inner_join(tested.select(*KEY, *TESTED), list(KEY))


def _with_lever(table: ibis.Table, side: str) -> ibis.Table:
    """Whether the state depends critically on the pole, and what a cut-off would cost."""
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
    flows: ibis.Table,
    party: Party | None = None,
    *,
    limits: Mapping[str, float] = CRITICAL,
    home: bool = False,
) -> ibis.Table:
    """Chokepoints of the world; with a party those it depends on (role depends) and those it holds (role supplies).

    Returns
    -------
    columns of schema.CHOKEPOINT_COLUMNS but for `name`, in no order.
    """
    import ibis

    columns = [name for name in names(CHOKEPOINT_COLUMNS) if name != "name"]
    if party is None:
        points = chokepoints(flows, limits, home=home)
        return points.mutate(role=ibis.literal(""), state_usd=ibis.null("int64")).select(columns)
    held = united(flows, party) if party.is_group else flows
    groups = (party.name,) if party.is_group else ()
    return chokepoints_of(held, party.name, limits, home=home, groups=groups).select(columns)


def of_products(table: ibis.Table, codes: Sequence[str], *, exact: bool = False) -> ibis.Table:
    """Rows whose product begins with one of the codes, or with `exact` is one of them."""
    if exact:
        return table.filter(table["product"].isin(list(codes)))
    product, by_length = table["product"], sorted({len(code) for code in codes})
    begins = [product.substr(0, n).isin([code for code in codes if len(code) == n]) for n in by_length]
    kept = begins[0]
    for one in begins[1:]:
        kept = kept | one
    return table.filter(kept)


def answer(engine: Engine, table: ibis.Table) -> pd.DataFrame:
    """The rows of an expression, computed by the engine; whole numbers stay whole, what is NULL is None or NaN."""
    return engine.to_arrow(table).to_pandas()


def named_and_ordered(
    rows: pd.DataFrame, labels: Mapping[str, str], poles: Sequence[str] = (), *, order: str = "value"
) -> pd.DataFrame:
    """The rows with the names of their products, in the order of the columns of schema.PRODUCT_COLUMNS.

    Parameters
    ----------
    labels : names by product code, or by a code's beginning.
    poles : as they were asked for; the first decides the order.
    order : by the first pole's value, its share or the cost of its cut-off (one without bound first), largest first.
        Without a pole by the total. What is equal comes in the order of the codes.
    """
    rows = rows.assign(name=[of_longest(code, labels) or "" for code in rows["product"]])
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


def points_ordered(rows: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    """Chokepoints with the names of their products: by role, then most states, then most dollars, then by code."""
    rows = rows.assign(name=[of_longest(code, labels) or "" for code in rows["product"]])
    by = ["year", "role", "states", "bought_usd", "supplier", "product"]
    ordered = rows.sort_values(by, ascending=[True, True, False, False, True, True], kind="stable")
    return ordered[names(CHOKEPOINT_COLUMNS)].reset_index(drop=True)
