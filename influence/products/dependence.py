"""What a state cannot do without: critical dependence by product, the cost of a cut-off, chokepoints of the world.

Ibis expressions on flows as in influence.products.measures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from influence.products.measures import (
    KEY,
    largest_partner,
    ratio,
    seen_from,
    supply_concentration,
    world_concentration,
    world_shares,
)
from influence.schema import CRITICAL, REST_OF_WORLD

if TYPE_CHECKING:
    import ibis


def product_balances(flows: ibis.Table) -> ibis.Table:
    """What each state that imports a product buys abroad and inside, and sells abroad.

    Returns
    -------
    year, state, product, imports_usd (> 0), inside_usd (of products.united: what members sell each other), home_usd
    (sales at home), exports_usd (abroad): whole dollars, 0 where no such flow was reported.
    """
    import ibis

    value, abroad = flows["value_usd"], flows["exporter"] != flows["importer"]
    between = flows["between"] if "between" in flows.columns else ibis.literal(False)
    bought = flows.group_by("year", "product", state=flows["importer"]).agg(
        imports_usd=ibis.ifelse(abroad, value, 0).sum(),
        inside_usd=ibis.ifelse(between, value, 0).sum(),
        home_usd=ibis.ifelse(abroad | between, 0, value).sum(),
    )
    sales = flows.filter(abroad)
    sold = sales.group_by("year", "product", state=sales["exporter"]).agg(exports_usd=sales["value_usd"].sum())
    both = bought.filter(bought["imports_usd"] > 0).left_join(sold, list(KEY))
    return both.select(
        *KEY, "imports_usd", "inside_usd", "home_usd", exports_usd=both["exports_usd"].fill_null(0)
    )  # fmt: skip


def critical_dependence(
    flows: ibis.Table, limits: Mapping[str, float] = CRITICAL, *, home: bool = False, groups: Sequence[str] = ()
) -> ibis.Table:
    """The European Commission's test of critical dependence on imports of a product, for each state and product.

    Three parts, each above its limit: concentration of the suppliers abroad, sum_u s_uvk^2; share of imports in what is
    bought, M / (M + N + H); imports over exports, M / (X + N), which stands for what could replace them. M are imports
    and X exports abroad, N what the members of a group sell each other, H sales at home. For the EU and products this
    is the Commission's own: extra-EU imports over all imports, and over all exports. For a single state N = 0, and the
    second part needs H: sector files have it, product files do not.

    Parameters
    ----------
    limits : concentration, import_share, imports_over_exports; above them a part holds.
    home : whether the flows hold sales at home.
    groups : states of `flows` that are groups (products.united), for which N was observed.

    Returns
    -------
    year, state, product, imports_usd, exports_usd, concentration, import_share (NULL: not observed),
    imports_over_exports (NULL: no exports at all, nothing to replace them with), concentrated, mostly_imported (NULL:
    not observed), not_replaceable, critical (all parts that were observed hold), tested ('2 of 3' or '3 of 3').

    Source: European Commission 2021, Strategic dependencies and capacities, SWD(2021) 352; for single states Lefebvre
    & Wibaux 2024, CEPII Policy Brief 47, who leave the second part out too.
    """
    import ibis

    suppliers = supply_concentration(seen_from(flows, "imports")).select(*KEY, "concentration")
    found = product_balances(flows).inner_join(suppliers, list(KEY))
    imports, inside = found["imports_usd"], found["inside_usd"]
    observed = found["state"].isin(list(groups)) if groups and not home else ibis.literal(home)
    bought = imports + inside + found["home_usd"]
    sold = found["exports_usd"] + inside
    found = found.mutate(
        import_share=ibis.ifelse(observed, ratio(imports, bought), ibis.null("float64")),
        imports_over_exports=ibis.ifelse(sold > 0, ratio(imports, sold.nullif(0)), ibis.null("float64")),
        # Not by the ratio: where nothing is sold there is none, and nothing that could replace the imports.
        not_replaceable=imports.cast("float64") > limits["imports_over_exports"] * sold.cast("float64"),
        concentrated=found["concentration"] > limits["concentration"],
    )
    found = found.mutate(mostly_imported=found["import_share"] > limits["import_share"])
    mostly = found["mostly_imported"]
    return found.select(
        *KEY, "imports_usd", "exports_usd", "concentration", "import_share", "imports_over_exports",
        "concentrated", "mostly_imported", "not_replaceable",
        critical=found["concentrated"] & found["not_replaceable"] & mostly.fill_null(True),
        tested=ibis.ifelse(mostly.isnull(), "2 of 3", "3 of 3"),
    )  # fmt: skip


def spending(flows: ibis.Table, *, home: bool = False) -> ibis.Table:
    """What each state spends on all goods of `flows`: year, state, spent_usd.

    Imports alone, or with `home` what is bought inside too (home sales, and between the members of a group).
    """
    held = flows if home else flows.filter(flows["exporter"] != flows["importer"])
    return held.group_by("year", state=held["importer"]).agg(spent_usd=held["value_usd"].sum())


def cut_off_cost(part_usd: ibis.Value, total_usd: ibis.Value, sigma: Any, weight: ibis.Value) -> Any:
    """Cost of losing a supplier of one product, in log points of the spending the weight refers to (equation 11).

    -ln(1 - w)/(sigma - 1) x m: w = part_usd / total_usd the supplier's share in the imports of the product, m the
    weight of the product in the state's imports or spending. >= 0; NULL where it is the sole supplier: there is no
    bound. A first-order upper figure: what is lost of one product is not made good by another.
    """
    import ibis

    left = ratio(total_usd - part_usd, total_usd)
    sole = part_usd >= total_usd
    # Logarithm of 1 where the result is not used, so that no engine meets that of 0.
    cost = -ibis.ifelse(sole, 1.0, left).ln() / (sigma - 1.0) * weight
    return ibis.ifelse(sole, ibis.null("float64"), cost.abs())


def chokepoints(
    flows: ibis.Table, limits: Mapping[str, float] = CRITICAL, *, home: bool = False, groups: Sequence[str] = ()
) -> ibis.Table:
    """Suppliers and products without which others cannot do.

    A state depends critically on u for k where it does so on imports of k (critical_dependence) and u is its largest
    supplier; at the limit of 0.4 the largest supplies at least two fifths.

    Returns
    -------
    year, supplier (u), product (k), states (how many depend), bought_usd (what they buy of it from u), imports_usd
    (what they import of it), world_share (of u in the world's exports of k), world_concentration. The rest of the world
    is neither a supplier nor a state here. Parameters as of critical_dependence.
    """
    tied = critical_ties(flows, limits, home=home, groups=groups)
    found = tied.group_by("year", "product", supplier=tied["largest"]).agg(
        states=tied.count(), bought_usd=tied["largest_usd"].sum(), imports_usd=tied["imports_usd"].sum()
    )
    return _of_the_world(found, flows)


def chokepoints_of(
    flows: ibis.Table,
    state: str,
    limits: Mapping[str, float] = CRITICAL,
    *,
    home: bool = False,
    groups: Sequence[str] = (),
) -> ibis.Table:
    """The chokepoints a state depends on, and those it holds.

    Returns
    -------
    columns of chokepoints; role, depends or supplies; state_usd, what the state buys of it from the supplier, NULL
    where it supplies.
    """
    import ibis

    tied = critical_ties(flows, limits, home=home, groups=groups).rename(supplier="largest")
    same = tied.group_by("year", "product", "supplier").mutate(
        states=tied.count(), bought_usd=tied["largest_usd"].sum(), all_usd=tied["imports_usd"].sum()
    )
    depends = same["state"] == state
    held = same.filter(depends | (same["supplier"] == state))
    depends = held["state"] == state
    found = held.select(
        "year", "product", "supplier", "states", "bought_usd",
        imports_usd=held["all_usd"],
        role=ibis.ifelse(depends, "depends", "supplies"),
        state_usd=ibis.ifelse(depends, held["largest_usd"], ibis.null("int64")),
    ).distinct()  # fmt: skip
    return _of_the_world(found, flows)


def _of_the_world(found: ibis.Table, flows: ibis.Table) -> ibis.Table:
    """Suppliers and products with what they are to the world."""
    shares = world_shares(flows)
    shares = shares.select("year", "product", supplier=shares["partner"], world_share=shares["share"])
    world = world_concentration(flows).select("year", "product", "world_concentration")
    both = found.inner_join(shares, ["year", "product", "supplier"]).inner_join(world, ["year", "product"])
    return both.select(*found.columns, "world_share", "world_concentration")


def critical_ties(
    flows: ibis.Table, limits: Mapping[str, float] = CRITICAL, *, home: bool = False, groups: Sequence[str] = ()
) -> ibis.Table:
    """Which state depends critically on which supplier for what: one row a state and product whose test holds.

    Returns year, state, product, largest (the supplier), largest_usd, imports_usd; parameters as critical_dependence.
    """
    tested = critical_dependence(flows, limits, home=home, groups=groups)
    tested = tested.filter(tested["critical"] & (tested["state"] != REST_OF_WORLD))
    tied = tested.inner_join(largest_partner(seen_from(flows, "imports")), list(KEY))
    return tied.select(*KEY, "largest", "largest_usd", "imports_usd")


def supplier_totals(points: ibis.Table) -> ibis.Table:
    """Chokepoints summed by supplier: year, supplier, products, ties (state and product), bought_usd."""
    return points.group_by("year", "supplier").agg(
        products=points.count(), ties=points["states"].sum(), bought_usd=points["bought_usd"].sum()
    )
