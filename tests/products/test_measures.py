"""Products: pencil cases of each equation, an oracle in plain Python, the real sector file."""

from __future__ import annotations

from collections import defaultdict
from math import log

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from influence.errors import ConfigError, StateError, YearError
from influence.products.dependence import (
    chokepoints,
    critical_dependence,
    product_balances,
    spending,
)
from influence.products.measures import (
    largest_partner,
    partner_shares,
    pole_share,
    seen_from,
    supply_concentration,
    world_concentration,
    world_shares,
)
from influence.products.parties import find_party, unite_members
from influence.products.sectors import goods_sectors, load_sector_flows, load_sector_rows
from influence.products.store.engine import open_engine
from influence.products.table import (
    chokepoint_table,
    product_table,
    select_products,
    sort_chokepoints,
    sort_products,
)
from influence.schema import CHOKEPOINT_COLUMNS, PRODUCT_COLUMNS, names

PENCIL = [
    ("CHN", "KOR", "280530", 60), ("JPN", "KOR", "280530", 30), ("USA", "KOR", "280530", 10),
    ("KOR", "USA", "280530", 50), ("CHN", "USA", "280530", 150),
    ("USA", "KOR", "100190", 80), ("CHN", "KOR", "100190", 20), ("KOR", "JPN", "100190", 200),
    ("CHN", "KOR", "850511", 300),
    ("CHN", "DEU", "300490", 60), ("CHN", "FRA", "300490", 20), ("USA", "FRA", "300490", 20),
    ("DEU", "FRA", "300490", 100), ("FRA", "DEU", "300490", 50), ("DEU", "USA", "300490", 30),
]  # fmt: skip
"""Korea: 280530 concentrated and not replaceable, 100190 replaceable, 850511 from one supplier alone."""


@pytest.fixture(scope="module")
def engine():
    with open_engine(threads=1) as running:
        yield running


def table_of(rows, year=2020):
    import ibis

    frame = pd.DataFrame(rows, columns=["exporter", "importer", "product", "value_usd"]).assign(year=year)
    return ibis.memtable(pa.Table.from_pandas(frame, preserve_index=False))


def rows_of(engine, table, *keys):
    """Rows as dictionaries, by the values of the keys."""
    return {tuple(row[key] for key in keys): row for row in engine.to_pandas(table).to_dict(orient="records")}


@pytest.fixture(scope="module")
def pencil():
    return table_of(PENCIL)


# ---- one equation, one pencil case -----------------------------------------------------------------------


def test_shares_of_suppliers_and_markets(engine, pencil):
    shares = rows_of(engine, partner_shares(seen_from(pencil, "imports")), "state", "product", "partner")
    assert [shares["KOR", "280530", u]["share"] for u in ("CHN", "JPN", "USA")] == [0.6, 0.3, 0.1]
    assert shares["KOR", "280530", "CHN"]["total_usd"] == 100
    assert ("KOR", "300490", "CHN") not in shares
    markets = rows_of(engine, partner_shares(seen_from(pencil, "exports")), "state", "product", "partner")
    assert (markets["CHN", "280530", "USA"]["share"], markets["KOR", "100190", "JPN"]["share"]) == (150 / 210, 1.0)


def test_concentration_of_suppliers_and_of_the_world(engine, pencil):
    found = rows_of(engine, supply_concentration(seen_from(pencil, "imports")), "state", "product")
    assert found["KOR", "280530"]["concentration"] == pytest.approx(0.36 + 0.09 + 0.01, rel=1e-15)
    assert found["KOR", "850511"]["concentration"] == 1.0
    assert found["KOR", "280530"]["partners"] == 3
    world = rows_of(engine, world_concentration(pencil), "product")
    assert world[("280530",)]["world_usd"] == 300
    assert world[("280530",)]["world_concentration"] == pytest.approx((210**2 + 30**2 + 10**2 + 50**2) / 300**2)
    assert world[("280530",)]["exporters"] == 4
    assert rows_of(engine, world_shares(pencil), "product", "partner")["280530", "CHN"]["share"] == 0.7


def test_squares_of_great_sums_are_exact(engine):
    """Squares of 10^12 do not fit into 64 bits, and added up as doubles they would lose their last digits."""
    values = [10**12 + 7919 * i * i + i for i in range(200)]
    flows = table_of([(f"A{i:02}", "KOR", "270900", value) for i, value in enumerate(values)])
    found = rows_of(engine, supply_concentration(seen_from(flows, "imports")), "state")[("KOR",)]
    assert found["total_usd"] == sum(values)
    assert found["concentration"] == float(sum(value * value for value in values)) / float(sum(values)) ** 2


def test_the_largest_partner_of_equals_is_the_first_by_code(engine):
    flows = table_of([("USA", "KOR", "270900", 5), ("CHN", "KOR", "270900", 5), ("ROW", "KOR", "270900", 90)])
    assert rows_of(engine, largest_partner(seen_from(flows, "imports")), "state")[("KOR",)]["largest"] == "CHN"


def test_the_rest_of_the_world_counts_and_is_nobodys_partner(engine):
    flows = table_of([("ROW", "KOR", "B06", 50), ("CHN", "KOR", "B06", 50), ("ROW", "KOR", "A03", 7)])
    seen = seen_from(flows, "imports")
    found = rows_of(engine, supply_concentration(seen), "product")
    assert (found[("B06",)]["concentration"], found[("B06",)]["unnamed_share"]) == (0.25, 0.5)
    assert found[("B06",)]["partners"] == 1
    assert (found[("A03",)]["concentration"], found[("A03",)]["partners"]) == (0.0, 0)
    assert ("A03",) not in rows_of(engine, largest_partner(seen), "product")
    table = rows_of(engine, product_table(flows, find_party("KOR", [2020]), [find_party("CHN", [2020])]), "product")
    assert table[("A03",)]["largest"] == ""
    assert table[("A03",)]["pole_usd"] == 0
    assert engine.to_pandas(chokepoints(table_of([("ROW", "KOR", "A03", 7), ("CHN", "ROW", "A03", 9)]))).empty


def test_a_group_as_pole_is_the_sum_of_its_members(engine, pencil):
    seen = seen_from(pencil, "imports")
    poles = [find_party(name, [2020]) for name in ("CHN", "USA", "eu")]
    found = rows_of(engine, pole_share(seen, poles), "state", "product", "pole")
    assert found["KOR", "280530", "CHN"]["pole_share"] == 0.6
    assert found["KOR", "280530", "eu"]["pole_usd"] == 0
    assert found["FRA", "300490", "eu"]["pole_usd"] == 100
    assert found["FRA", "300490", "eu"]["pole_share"] == 100 / 140


def test_a_state_of_two_parts_of_the_commissions_test(engine, pencil):
    found = rows_of(engine, critical_dependence(pencil), "state", "product")
    rare, wheat, magnets = (found["KOR", product] for product in ("280530", "100190", "850511"))
    assert (rare["imports_usd"], rare["exports_usd"], rare["imports_over_exports"]) == (100, 50, 2.0)
    assert (rare["concentrated"], rare["not_replaceable"], rare["critical"], rare["tested"]) == (
        True,
        True,
        True,
        "2 of 3",
    )
    assert rare["mostly_imported"] is None
    assert pd.isna(rare["import_share"])
    assert (wheat["concentrated"], wheat["not_replaceable"], wheat["critical"]) == (True, False, False)
    assert pd.isna(magnets["imports_over_exports"])
    assert magnets["not_replaceable"]
    assert magnets["critical"]


def test_at_its_limit_a_part_does_not_hold(engine):
    even = table_of([("CHN", "KOR", "1", 50), ("USA", "KOR", "1", 50), ("KOR", "USA", "1", 100)])
    found = rows_of(
        engine,
        critical_dependence(even, {"concentration": 0.5, "import_share": 0.5, "imports_over_exports": 1}),
        "state",
    )
    assert not found[("KOR",)]["concentrated"]
    assert not found[("KOR",)]["not_replaceable"]


def test_the_eu_is_one_importer_with_trade_inside_it(engine, pencil):
    eu = find_party("eu", [2020])
    one = unite_members(pencil, eu)
    balance = rows_of(engine, product_balances(one), "state", "product")["eu", "300490"]
    assert [balance[c] for c in ("imports_usd", "inside_usd", "home_usd", "exports_usd")] == [100, 150, 0, 30]
    tested = rows_of(engine, critical_dependence(one, groups=["eu"]), "state", "product")
    found = tested["eu", "300490"]
    assert found["concentration"] == pytest.approx(0.68, rel=1e-15)
    assert (found["import_share"], found["imports_over_exports"]) == (100 / 250, 100 / 180)
    assert (found["mostly_imported"], found["not_replaceable"], found["critical"]) == (False, False, False)
    assert (found["tested"], tested["KOR", "280530"]["tested"]) == ("3 of 3", "2 of 3")


def test_sales_at_home_make_the_test_whole(engine):
    """Mostly made at home: concentrated and not exported, and yet not critical."""
    rows = [("CHN", "KOR", "C26", 40), ("KOR", "KOR", "C26", 60), ("CHN", "JPN", "C26", 60), ("JPN", "JPN", "C26", 40)]
    found = rows_of(engine, critical_dependence(table_of(rows), home=True), "state")
    assert (found[("KOR",)]["import_share"], found[("KOR",)]["critical"]) == (0.4, False)
    assert (found[("JPN",)]["import_share"], found[("JPN",)]["critical"]) == (0.6, True)
    assert {row["tested"] for row in found.values()} == {"3 of 3"}
    spent = rows_of(engine, spending(table_of(rows), home=True), "state")
    assert spent[("KOR",)]["spent_usd"] == 100
    assert rows_of(engine, spending(table_of(rows)), "state")[("KOR",)]["spent_usd"] == 40


def test_what_a_cut_off_costs(engine, pencil):
    """Equation 11 by product: -ln(1 - w)/(sigma - 1) times the product's weight in all imports."""
    given_sigma = {"28": 3.0, "280530": 2.0, "85": 9.0}
    korea, china = find_party("KOR", [2020]), find_party("CHN", [2020])
    found = rows_of(engine, product_table(pencil, korea, [china], elasticities=given_sigma), "product")
    assert found[("280530",)]["cut_off_cost"] == pytest.approx(-log(0.4) / 1 * 100 / 500, rel=1e-14)
    assert found[("100190",)]["cut_off_cost"] == pytest.approx(-log(0.8) / 4 * 100 / 500, rel=1e-14)
    assert pd.isna(found[("850511",)]["cut_off_cost"])
    assert [found[(k,)]["flag"] for k in ("280530", "850511")] == ["", "sole_supplier"]
    assert [found[(k,)]["sigma"] for k in ("280530", "100190", "850511")] == [2.0, 5.0, 9.0]
    none = rows_of(engine, product_table(pencil, korea, [find_party("DEU", [2020])]), "product")
    assert none[("280530",)]["cut_off_cost"] == 0.0


def test_critical_on_a_pole_is_on_who_supplies_most(engine, pencil):
    poles = [find_party("CHN", [2020]), find_party("USA", [2020])]
    found = rows_of(engine, product_table(pencil, find_party("KOR", [2020]), poles), "product", "pole")
    held = {key for key, row in found.items() if row["critical_on_pole"]}
    assert held == {("280530", "CHN"), ("850511", "CHN")}
    assert found["100190", "USA"]["largest"] == "USA"


def test_chokepoints_by_hand(engine, pencil):
    """Without Korea: the US buys 280530 from China for three quarters and exports a fifteenth of its imports."""
    found = rows_of(engine, chokepoints(pencil), "supplier", "product")
    rare = found["CHN", "280530"]
    # USA: shares .75 and .25, concentration .625; exports 10 against imports of 200.
    assert (rare["states"], rare["bought_usd"], rare["imports_usd"], rare["world_share"]) == (2, 210, 300, 0.7)
    assert found["CHN", "850511"]["states"] == 1
    assert ("USA", "100190") not in found
    # JPN buys 100190 from Korea alone and exports none; the US 300490 from Germany, of which it sells less abroad;
    # Germany and France sell more than they buy.
    assert set(found) == {("CHN", "280530"), ("CHN", "850511"), ("KOR", "100190"), ("DEU", "300490")}
    assert [found["CHN", product]["bought_usd"] for product in ("280530", "850511")] == [210, 300]


def test_chokepoints_of_a_state_are_those_it_depends_on_and_those_it_holds(engine, pencil):
    rows = sort_chokepoints(engine.to_pandas(chokepoint_table(pencil, find_party("KOR", [2020]))), {"28": "metals"})
    found = [tuple(row) for row in rows[["role", "supplier", "product", "name"]].itertuples(index=False)]
    assert found == [
        ("depends", "CHN", "280530", "metals"), ("depends", "CHN", "850511", ""), ("supplies", "KOR", "100190", ""),
    ]  # fmt: skip
    assert rows["state_usd"].tolist()[:2] == [60, 300]
    assert list(rows.columns) == names(CHOKEPOINT_COLUMNS)


def test_a_table_has_the_declared_columns_and_an_order(engine, pencil):
    poles = [find_party("USA", [2020]), find_party("CHN", [2020])]
    rows = engine.to_pandas(product_table(pencil, find_party("KOR", [2020]), poles))
    ordered = sort_products(rows, {"2805": "rare earths"}, ["USA", "CHN"])
    assert list(ordered.columns) == names(PRODUCT_COLUMNS)
    assert list(zip(ordered["product"], ordered["pole"], strict=True))[:3] == [
        ("100190", "USA"), ("100190", "CHN"), ("280530", "USA"),
    ]  # fmt: skip
    assert ordered["name"].tolist()[2] == "rare earths"
    by_cost = sort_products(rows, {}, ["CHN", "USA"], order="cost")
    assert by_cost["product"].drop_duplicates().tolist() == ["850511", "280530", "100190"]
    pd.testing.assert_frame_equal(
        ordered, sort_products(rows.sample(frac=1.0, random_state=1), {"2805": "rare earths"}, ["USA", "CHN"])
    )


def test_exports_have_markets_and_no_test(engine, pencil):
    found = rows_of(
        engine, product_table(pencil, find_party("KOR", [2020]), [find_party("JPN", [2020])], side="exports"), "product"
    )
    wheat = found[("100190",)]
    assert (wheat["total_usd"], wheat["pole_share"], wheat["largest"], wheat["weight"]) == (200, 1.0, "JPN", 0.8)
    assert wheat["critical"] is None
    assert pd.isna(wheat["cut_off_cost"])
    assert wheat["flag"] == ""


def test_products_by_the_beginning_of_their_code(engine, pencil):
    found = engine.to_pandas(select_products(pencil, ["28", "1001", "850511"]))
    assert sorted(set(found["product"])) == ["100190", "280530", "850511"]
    assert sorted(set(engine.to_pandas(select_products(pencil, ["28"], exact=True))["product"])) == []


# ---- who is asked about ----------------------------------------------------------------------------------


def test_a_group_is_who_belongs_to_it_in_the_year():
    eu = find_party("eu", list(range(2011, 2023)))
    assert "HRV" not in eu.members(2012)
    assert "HRV" in eu.members(2014)
    assert "GBR" in eu.members(2016)
    assert "GBR" not in eu.members(2022)
    assert eu.members(1890) == ()
    assert find_party("Korea", [2020]).name == "KOR"
    assert not find_party("KOR", [2020]).is_group


def test_membership_is_that_of_the_year_of_the_flow(engine):
    """Croatia's sales to Germany are imports of the EU before 2013, and trade inside it after."""
    import ibis

    flows = ibis.union(*(table_of([("HRV", "DEU", "1", 10), ("USA", "DEU", "1", 5)], year) for year in (2012, 2014)))
    found = rows_of(engine, product_balances(unite_members(flows, find_party("eu", [2012, 2014]))), "year", "state")
    assert [found[year, "eu"]["imports_usd"] for year in (2012, 2014)] == [15, 5]
    assert [found[year, "eu"]["inside_usd"] for year in (2012, 2014)] == [0, 10]


@pytest.mark.parametrize("party, pole", [("KOR", "KOR"), ("DEU", "eu"), ("eu", "FRA"), ("eu", "nato")])
def test_nobody_supplies_itself(pencil, party, pole):
    with pytest.raises(StateError, match="cannot be its own supplier"):
        product_table(pencil, find_party(party, [2020]), [find_party(pole, [2020])])


def test_unknown_sides_and_parties_are_refused(pencil):
    with pytest.raises(ConfigError, match="imports or exports, not 'both'"):
        seen_from(pencil, "both")
    with pytest.raises(StateError, match="not known"):
        find_party("Atlantis", [2020])
    with pytest.raises(StateError, match="group 'rcep' has no member in 1990"):
        find_party("rcep", [1990])
    with pytest.raises(YearError, match="no flows by sector for 2020; there are for 2011, 2017, 2022"):
        load_sector_rows([2020])


# ---- an oracle in plain Python ---------------------------------------------------------------------------

STATES = ("CHN", "DEU", "FRA", "JPN", "USA", "ROW")
WORLD = st.dictionaries(
    st.tuples(st.sampled_from(STATES), st.sampled_from(STATES), st.sampled_from(("10", "27"))),
    st.integers(1, 10**12),
    max_size=25,
)
WORLDS = st.lists(WORLD, min_size=1, max_size=20).filter(any)
"""Many small worlds, a year each: an engine takes as long for one as for twenty."""


def table_of_worlds(worlds):
    import ibis

    rows = [(y, *key, x) for y, flows in enumerate(worlds, 2000) for key, x in flows.items()]
    frame = pd.DataFrame(rows, columns=["year", "exporter", "importer", "product", "value_usd"])
    return ibis.memtable(pa.Table.from_pandas(frame, preserve_index=False))


def oracle(flows):
    """The test of each state and product, and chokepoints, by loops."""
    bought, sold, home = defaultdict(dict), defaultdict(int), defaultdict(int)
    for (u, v, k), x in flows.items():
        if u == v:
            home[v, k] += x
        else:
            bought[v, k][u] = x
            sold[u, k] += x
    tested, points = {}, defaultdict(int)
    for (v, k), by in bought.items():
        total = sum(by.values())
        named = {u: x for u, x in by.items() if u != "ROW"}
        hhi = sum(x * x for x in named.values()) / total**2
        share = total / (total + home[v, k])
        critical = hhi > 0.4 and share > 0.5 and total > sold[v, k]
        largest = min(named, key=lambda u: (-named[u], u)) if named else ""
        tested[v, k] = (total, hhi, share, sold[v, k], critical, largest)
        if critical and largest and v != "ROW":
            points[largest, k] += 1
    return tested, points


@settings(max_examples=5)
@given(worlds=WORLDS)
def test_against_loops(engine, worlds):
    table = table_of_worlds(worlds)
    found = rows_of(engine, critical_dependence(table, home=True), "year", "state", "product")
    largest = rows_of(engine, largest_partner(seen_from(table, "imports")), "year", "state", "product")
    held = rows_of(engine, chokepoints(table, home=True), "year", "supplier", "product")
    wanted, wanted_held = {}, {}
    for year, flows in enumerate(worlds, 2000):
        tested, points = oracle(flows)
        wanted |= {(year, *key): row for key, row in tested.items()}
        wanted_held |= {(year, *key): count for key, count in points.items()}
    assert set(found) == set(wanted)
    for key, (total, hhi, share, exports, critical, _) in wanted.items():
        row = found[key]
        assert (row["imports_usd"], row["exports_usd"]) == (total, exports)
        assert row["concentration"] == pytest.approx(hhi, rel=1e-14)
        assert row["import_share"] == pytest.approx(share, rel=1e-15)
        assert row["critical"] == critical
    assert {key: row["largest"] for key, row in largest.items()} == {k: v[-1] for k, v in wanted.items() if v[-1]}
    assert {key: row["states"] for key, row in held.items()} == wanted_held


@settings(max_examples=5)
@given(worlds=WORLDS)
def test_shares_sum_to_one_and_groups_to_their_members(engine, worlds):
    table, years = table_of_worlds(worlds), list(range(2000, 2020))
    seen = seen_from(table, "imports")
    shares = engine.to_pandas(partner_shares(seen))
    sums = shares.groupby(["year", "state", "product"])["share"].sum()
    assert sums.tolist() == pytest.approx([1.0] * len(sums), rel=1e-12)
    assert shares["value_usd"].sum() == sum(x for flows in worlds for (u, v, _), x in flows.items() if u != v)
    measured = engine.to_pandas(supply_concentration(seen))
    named = measured[measured["unnamed_share"] == 0]
    assert (named["concentration"] <= 1).all()
    assert (named["concentration"] * named["partners"] >= 1 - 1e-12).all()
    parts = rows_of(
        engine,
        pole_share(seen, [find_party(p, years) for p in ("eu", "DEU", "FRA")]),
        "year",
        "state",
        "product",
        "pole",
    )
    for (*key, pole), row in parts.items():
        if pole == "eu":
            assert row["pole_usd"] == parts[*key, "DEU"]["pole_usd"] + parts[*key, "FRA"]["pole_usd"]
    # United, the EU trades with others what its members do, and nothing is lost.
    one = engine.to_pandas(unite_members(table, find_party("eu", years)))
    assert one["value_usd"].sum() == sum(sum(flows.values()) for flows in worlds)
    inside = sum(x for flows in worlds for (u, v, _), x in flows.items() if u != v and {u, v} <= {"DEU", "FRA"})
    assert one.loc[one["between"], "value_usd"].sum() == inside


# ---- the real sectors -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sectors():
    return load_sector_flows([2022])


def test_sectors_are_goods_with_sales_at_home():
    rows = load_sector_rows([2017, 2022])
    assert sorted(set(rows["year"])) == [2017, 2022]
    assert set(rows["product"]) == set(goods_sectors())
    assert len(goods_sectors()) == 27
    assert (rows["exporter"] == rows["importer"]).any()
    assert rows["value_usd"].dtype == "int64"


def test_against_the_publishers_file(engine, shared_data):
    """Korea's suppliers of 2017 and 2022 by plain pandas on the raw file (we keep whole dollars)."""
    raw = pd.read_parquet(shared_data / "trade" / "oecd_icio_sector_flows_2011_2022.parquet")
    raw["value_musd"] = raw["value_musd"].astype(float)
    for year in (2017, 2022):
        mine = raw[(raw["year"] == year) & (raw["importer"] == "KOR") & raw["sector"].isin(list(goods_sectors()))]
        wanted = mine.pivot_table(index="sector", columns="exporter", values="value_musd", aggfunc="sum").fillna(0.0)
        home = wanted.pop("KOR")
        total = wanted.sum(axis=1)
        flows = load_sector_flows([year])
        table = engine.to_pandas(
            product_table(flows, find_party("KOR", [year]), [find_party("CHN", [year])], home=True)
        )
        table = table.set_index("product").loc[total.index]
        assert table["total_usd"].to_numpy() == pytest.approx((total * 1e6).to_numpy(), rel=1e-9, abs=40)
        assert table["pole_share"].to_numpy() == pytest.approx((wanted["CHN"] / total).to_numpy(), rel=1e-6)
        named = wanted.drop(columns="ROW")
        hhi = (named.div(total, axis=0) ** 2).sum(axis=1)
        assert table["concentration"].to_numpy() == pytest.approx(hhi.to_numpy(), rel=1e-6)
        assert table["import_share"].to_numpy() == pytest.approx((total / (total + home)).to_numpy(), rel=1e-6)
        assert table["largest"].tolist() == named.idxmax(axis=1).tolist()
        spent = (total + home).sum()
        assert table["weight"].to_numpy() == pytest.approx((total / spent).to_numpy(), rel=1e-6)
        left = 1 - wanted["CHN"] / total
        cost = [-log(part) / 4 * weight for part, weight in zip(left, total / spent, strict=True)]
        assert table["cut_off_cost"].to_numpy() == pytest.approx(cost, rel=1e-6)


def test_known_facts_of_2022(engine, sectors):
    """China makes over two fifths of the textiles sold abroad, Australia of the coal; Japan lives on both."""
    points = rows_of(engine, chokepoints(sectors, home=True), "supplier", "product")
    assert 0.4 < points["CHN", "C13T15"]["world_share"] < 0.45
    assert 0.4 < points["AUS", "B05"]["world_share"] < 0.45
    japan = engine.to_pandas(chokepoint_table(sectors, find_party("JPN", [2022]), home=True))
    held = japan[japan["role"] == "depends"]
    assert set(zip(held["supplier"], held["product"], strict=True)) == {("AUS", "B05"), ("CHN", "C13T15")}


def test_the_same_expression_gives_the_same_rows(engine, sectors):
    def once():
        table = product_table(sectors, find_party("eu", [2022]), [find_party("CHN", [2022])], home=True)
        return sort_products(engine.to_pandas(table), goods_sectors(), ["CHN"])

    pd.testing.assert_frame_equal(once(), once(), check_exact=True)
