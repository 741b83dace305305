"""Critical dependence by product, the cost of losing a supplier, and chokepoints of the world.

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
    """Imports, internal trade, domestic sales and exports of each state that imports a product.

    Parameters
    ----------
    flows : see influence.products.measures; with a column `between` from parties.unite_members.

    Returns
    -------
    ibis.Table : year, state, product, imports_usd (> 0), inside_usd (sales of members of a group to each other),
        home_usd (domestic sales), exports_usd: whole dollars, 0 where no such flow was reported.
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
    return both.select(*KEY, "imports_usd", "inside_usd", "home_usd", exports_usd=both["exports_usd"].fill_null(0))


def critical_dependence(
    flows: ibis.Table, limits: Mapping[str, float] = CRITICAL, *, home: bool = False, groups: Sequence[str] = ()
) -> ibis.Table:
    """The European Commission's test of critical dependence on imports of a product, for each state and product.

    Three parts, each above its limit: concentration of the suppliers abroad, sum_u s_uvk^2; share of imports in all
    purchases, M / (M + N + H); imports over exports, M / (X + N), where exports represent what could replace imports.
    M are imports and X exports abroad, N sales of members of a group to each other, H domestic sales. For the EU and
    products this equals the Commission's test: extra-EU imports over all imports, and over all exports. For a single
    state N = 0, and the second part needs H: sector files have it, product files do not.

    Parameters
    ----------
    flows : see influence.products.measures.
    limits : concentration, import_share, imports_over_exports; a part is true above its limit.
    home : whether the flows include domestic sales.
    groups : states of `flows` that are groups (parties.unite_members), for which N was observed.

    Returns
    -------
    ibis.Table : year, state, product, imports_usd, exports_usd, concentration, import_share (NULL: not observed),
        imports_over_exports (NULL: no exports, nothing to replace imports with), concentrated, mostly_imported (NULL:
        not observed), not_replaceable, critical (all observed parts are true), tested ('2 of 3' or '3 of 3').

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
        # Not the ratio, which is missing without exports: then nothing could replace the imports.
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
    """Spending of each state on all goods.

    Parameters
    ----------
    flows : see influence.products.measures.
    home : whether to include domestic purchases and trade of the members of a group with each other.

    Returns
    -------
    ibis.Table : year, state, spent_usd.
    """
    bought = flows if home else flows.filter(flows["exporter"] != flows["importer"])
    return bought.group_by("year", state=bought["importer"]).agg(spent_usd=bought["value_usd"].sum())


def cut_off_cost(part_usd: ibis.Value, total_usd: ibis.Value, sigma: Any, weight: ibis.Value) -> Any:
    """Cost of losing a supplier of one product, in log points of the spending that the weight refers to (equation 11).

    -ln(1 - w)/(sigma - 1) x m: a first-order upper bound, in which no other product replaces what is lost.

    Parameters
    ----------
    part_usd, total_usd : w is their ratio, the supplier's share in the imports of the product.
    sigma : elasticity of substitution between suppliers, above 1.
    weight : m, the product's share in the state's imports or spending.

    Returns
    -------
    expression : >= 0; NULL for a sole supplier, where there is no bound.
    """
    import ibis

    left = ratio(total_usd - part_usd, total_usd)
    sole = part_usd >= total_usd
    # The logarithm of 1 where the result is not used, so that no engine computes that of 0.
    cost = -ibis.ifelse(sole, 1.0, left).ln() / (sigma - 1.0) * weight
    return ibis.ifelse(sole, ibis.null("float64"), cost.abs())


def chokepoints(
    flows: ibis.Table, limits: Mapping[str, float] = CRITICAL, *, home: bool = False, groups: Sequence[str] = ()
) -> ibis.Table:
    """Suppliers and products on which states depend critically.

    A state depends critically on u for k if it does so on imports of k (critical_dependence) and u is its largest
    supplier; at the limit of 0.4 the largest supplies at least two fifths.

    Parameters
    ----------
    flows, limits, home, groups : see critical_dependence.

    Returns
    -------
    ibis.Table : year, supplier (u), product (k), states (how many depend), bought_usd (their purchases of it from u),
        imports_usd (their imports of it), world_share (u's share in the world's exports of k), world_concentration.
        The rest of the world is neither a supplier nor a state here.
    """
    tied = critical_ties(flows, limits, home=home, groups=groups)
    found = tied.group_by("year", "product", supplier=tied["largest"]).agg(
        states=tied.count(), bought_usd=tied["largest_usd"].sum(), imports_usd=tied["imports_usd"].sum()
    )
    return _with_world(found, flows)


def state_chokepoints(
    flows: ibis.Table, state: str, limits: Mapping[str, float] = CRITICAL, *, home: bool = False,
    groups: Sequence[str] = (),
) -> ibis.Table:  # fmt: skip
    """The chokepoints on which a state depends, and those of which it is the supplier.

    Parameters
    ----------
    flows, limits, home, groups : see critical_dependence.
    state : ISO3 code, or the name of a group of unite_members.

    Returns
    -------
    ibis.Table : columns of chokepoints; role, depends or supplies; state_usd, the state's purchases of it from the
        supplier, NULL where it supplies.
    """
    import ibis

    tied = critical_ties(flows, limits, home=home, groups=groups).rename(supplier="largest")
    same = tied.group_by("year", "product", "supplier").mutate(
        states=tied.count(), bought_usd=tied["largest_usd"].sum(), all_usd=tied["imports_usd"].sum()
    )
    depends = same["state"] == state
    involved = same.filter(depends | (same["supplier"] == state))
    depends = involved["state"] == state
    found = involved.select(
        "year", "product", "supplier", "states", "bought_usd",
        imports_usd=involved["all_usd"],
        role=ibis.ifelse(depends, "depends", "supplies"),
        state_usd=ibis.ifelse(depends, involved["largest_usd"], ibis.null("int64")),
    ).distinct()  # fmt: skip
    return _with_world(found, flows)


def _with_world(found: ibis.Table, flows: ibis.Table) -> ibis.Table:
    """Add world_share and world_concentration to suppliers and products."""
    shares = world_shares(flows)
    shares = shares.select("year", "product", supplier=shares["partner"], world_share=shares["share"])
    world = world_concentration(flows).select("year", "product", "world_concentration")
    both = found.inner_join(shares, ["year", "product", "supplier"]).inner_join(world, ["year", "product"])
    return both.select(*found.columns, "world_share", "world_concentration")


def critical_ties(
    flows: ibis.Table, limits: Mapping[str, float] = CRITICAL, *, home: bool = False, groups: Sequence[str] = ()
) -> ibis.Table:
    """Critical dependences of states on their largest supplier.

    Parameters
    ----------
    flows, limits, home, groups : see critical_dependence.

    Returns
    -------
    ibis.Table : year, state, product, largest (the supplier), largest_usd, imports_usd.
    """
    tested = critical_dependence(flows, limits, home=home, groups=groups)
    tested = tested.filter(tested["critical"] & (tested["state"] != REST_OF_WORLD))
    tied = tested.inner_join(largest_partner(seen_from(flows, "imports")), list(KEY))
    return tied.select(*KEY, "largest", "largest_usd", "imports_usd")
