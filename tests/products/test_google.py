"""The multiproduct Google matrix: on paper, against a dense eigenvector and networkx, its invariances, and prices."""

from __future__ import annotations

from fractions import Fraction
from itertools import product as every

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import lu_factor, lu_solve

from influence.errors import ConfigError, StateError, StoreError, YearError
from influence.products.google import (
    build_money_matrix,
    load_sector_matrix,
    load_store_matrix,
    match_products,
    node_table,
    price_effects,
    price_sensitivities,
    product_table,
    rank_products,
    reading,
    state_table,
    walk,
)
from influence.products.google.ranks import balance
from influence.tables import datasets_dir
from tests.products.stored import stored

COLUMNS = ["exporter", "importer", "product", "value_usd"]
PAPER = pd.DataFrame([("AAA", "BBB", "p", 3), ("BBB", "AAA", "p", 1), ("AAA", "BBB", "q", 4)], columns=COLUMNS)
"""B sells no q, so (q, B) dangles along the goods; A buys no q, so (q, A) dangles against them."""


def made(seed, states=5, products=4, there=0.4):
    """A small world; some states sell or buy nothing of some products, S0 sells nothing at all, S1 buys nothing."""
    draw = np.random.default_rng(seed)
    rows = [
        (f"S{i}", f"S{j}", f"p{k}", int(draw.lognormal(8, 2)) + 1)
        for i, j, k in every(range(states), range(states), range(products))
        if i not in (j, 0) and j != 1 and draw.random() < there
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def dense(flows, *, alpha=0.5, turned=False):
    """P by the equations of the source in loops, and numpy's eigenvector: an independent route.

    Nodes by (product, state), codes sorted, as in MoneyMatrix.
    """
    if turned:
        flows = flows.rename(columns={"exporter": "importer", "importer": "exporter"})
    states, products = sorted({*flows["exporter"], *flows["importer"]}), sorted(set(flows["product"]))
    nodes = [(p, c) for p in products for c in states]
    money = {(i, j, p): v for i, j, p, v in flows[COLUMNS].itertuples(index=False)}
    s = np.zeros((len(nodes), len(nodes)))
    for b, (p, j) in enumerate(nodes):
        leaving = sum(money.get((j, c, p), 0) for c in states)
        for a, (q, i) in enumerate(nodes):
            s[a, b] = (p == q) * money.get((j, i, p), 0) / leaving if leaving else 1 / len(nodes)
    arriving = np.array([sum(money.get((j, i, p), 0) for j in states) for p, i in nodes], dtype=float)
    start = np.array([
        arriving[a] / sum(arriving[b] for b, node in enumerate(nodes) if node[1] == c)
        if any(arriving[b] for b, node in enumerate(nodes) if node[1] == c) else 1 / len(products)
        for a, (_, c) in enumerate(nodes)
    ]) / len(states)  # fmt: skip
    first = eigenvector(alpha * s + (1 - alpha) * start[:, None])
    of_product = {p: sum(first[b] for b, node in enumerate(nodes) if node[0] == p) for p in products}
    start = np.array([of_product[p] / len(states) for p, _ in nodes])
    return eigenvector(alpha * s + (1 - alpha) * start[:, None])


def eigenvector(matrix):
    np.testing.assert_allclose(matrix.sum(axis=0), 1.0)
    values, vectors = np.linalg.eig(matrix)
    found = np.real(vectors[:, np.argmax(values.real)])
    return found / found.sum()


def balances(flows, alpha=0.5):
    return state_table(rank_products(build_money_matrix(flows), alpha)).set_index("iso3")["balance"]


def raised(flows, products, by):
    return flows.assign(value_usd=flows["value_usd"] * np.where(flows["product"].isin(products), 1 + by, 1.0))


# ---- on paper --------------------------------------------------------------------------------------


def test_ranks_on_paper():
    """Nodes (p,A) (p,B) (q,A) (q,B); S: A's p goes to B, B's to A, A's q to B, (q,B) dangles.

    First start 1/2 (1, 3/7, 0, 4/7) gives P_p = 73/91, P_q = 18/91; from 1/2 of these at each state
    x_qA = x_qB/8 + 9/182, x_qB = x_qA/2 + x_qB/8 + 9/182, and x_pA = x_pB = 2 (x_qB/8 + 73/364).
    """
    ranks = rank_products(build_money_matrix(PAPER))
    p = [Fraction(n, 2366) for n in (1003, 1003, 144, 216)]
    assert sum(p) == 1
    np.testing.assert_allclose(ranks.pagerank, [float(x) for x in p], atol=1e-12)
    # Against the goods the two states change parts.
    np.testing.assert_allclose(ranks.cheirank, [float(p[i]) for i in (1, 0, 3, 2)], atol=1e-12)
    table = state_table(ranks).set_index("iso3")
    assert table.loc["AAA", "balance"] == pytest.approx(36 / 1183, abs=1e-12)
    assert table.loc["BBB", "balance"] == pytest.approx(-36 / 1183, abs=1e-12)
    assert table.loc["AAA", "trade_balance"] == pytest.approx((7 - 1) / 8)
    assert list(table.index) == ["BBB", "AAA"]
    assert table.loc["AAA", ["pagerank_place", "cheirank_place"]].tolist() == [2, 1]
    assert product_table(ranks).set_index("product")["trade_share"].to_dict() == {"p": 0.5, "q": 0.5}


def test_prices_on_paper():
    """A buys p alone: its start stays. B's moves by 6/49 from q to p, P_p of the first walk by 54/637 and P_A by
    54/8281; P*_A, by symmetry, by as much down, and P_A + P*_A stays 1."""
    ranks = rank_products(build_money_matrix(PAPER))
    table = price_sensitivities(ranks, "AAA").set_index("product")
    assert table.loc["p", "pagerank_change"] == pytest.approx(54 / 8281, abs=1e-12)
    assert table.loc["p", "cheirank_change"] == pytest.approx(-54 / 8281, abs=1e-12)
    assert table.loc["p", "sensitivity"] == pytest.approx(-108 / 8281, abs=1e-12)
    assert table.loc["q", "sensitivity"] == pytest.approx(108 / 8281, abs=1e-12)
    # Of dollars: exports 7, imports 1; p is 3 and 1 of them, so 2 (1 x 3 - 7 x 1) / 64.
    assert table.loc["p", "trade_sensitivity"] == pytest.approx(-8 / 64)


def test_a_state_that_only_sells_stays_ranked_for_buying():
    """C sells 1 p to A and buys nothing: its third of the first start is spread evenly over p and q."""
    flows = pd.concat([PAPER, pd.DataFrame([("CCC", "AAA", "p", 1)], columns=COLUMNS)])
    money = build_money_matrix(flows)
    start = walk.state_restart(walk.import_walk(money)).reshape(2, 3)
    np.testing.assert_allclose(start, np.array([[1, 3 / 7, 1 / 2], [0, 4 / 7, 1 / 2]]) / 3)
    assert (rank_products(money).pagerank > 0).all()


def test_balance_has_none_where_there_is_nothing():
    np.testing.assert_array_equal(balance(np.array([0.0, 1, 1]), np.array([0.0, 0, 3])), [np.nan, -1, 0.5])


# ---- by other routes -------------------------------------------------------------------------------


@pytest.mark.parametrize("alpha", [0.0, 0.5, 0.85, 0.99])
@pytest.mark.parametrize("seed", range(4))
def test_a_dense_eigenvector_gives_the_same(seed, alpha):
    flows = made(seed)
    ranks = rank_products(build_money_matrix(flows), alpha)
    np.testing.assert_allclose(ranks.pagerank, dense(flows, alpha=alpha), atol=1e-10)
    np.testing.assert_allclose(ranks.cheirank, dense(flows, alpha=alpha, turned=True), atol=1e-10)


@pytest.mark.parametrize("seed", range(3))
def test_networkx_gives_the_same(seed):
    flows = made(seed, states=7, products=3)
    money = build_money_matrix(flows)
    nodes = [(p, c) for p in money.products for c in money.states]
    graph = nx.DiGraph()
    graph.add_nodes_from(nodes)
    for row in flows.itertuples():
        graph.add_edge((row.product, row.exporter), (row.product, row.importer), weight=row.value_usd)
    evenly = dict.fromkeys(nodes, 1.0)
    for step, given_graph in ((walk.import_walk(money), graph), (walk.export_walk(money), graph.reverse())):
        start = walk.state_restart(step)
        expected = nx.pagerank(
            given_graph, 0.5, dict(zip(nodes, start, strict=True)), weight="weight", dangling=evenly, tol=1e-14
        )
        np.testing.assert_allclose(walk.stationary(step, start).values, [expected[node] for node in nodes], atol=1e-11)


def test_one_product_is_the_ordinary_google_matrix():
    flows = made(1, states=8, products=1)
    money = build_money_matrix(flows)
    graph = nx.DiGraph()
    graph.add_nodes_from(money.states)
    graph.add_weighted_edges_from(flows[["exporter", "importer", "value_usd"]].itertuples(index=False))
    ranks = rank_products(money)
    forward, backward = (nx.pagerank(g, 0.5, weight="weight", tol=1e-14) for g in (graph, graph.reverse()))
    np.testing.assert_allclose(ranks.pagerank, [forward[c] for c in money.states], atol=1e-11)
    np.testing.assert_allclose(ranks.cheirank, [backward[c] for c in money.states], atol=1e-11)


def test_columns_sum_to_one():
    """What leaves a node is the sum of its column, in both directions; the adjoint solves the transpose."""
    money = build_money_matrix(made(0))
    for step in (walk.import_walk(money), walk.export_walk(money)):
        assert (step.leaving == 0).any()
        s = np.where(step.leaving > 0, step.flows.toarray() / np.maximum(step.leaving, 1), 1 / len(step.leaving))
        np.testing.assert_allclose(s.sum(axis=0), 1.0, rtol=1e-14)
        start = walk.state_restart(step)
        assert start.sum() == pytest.approx(1.0)
        solved = 0.5 * np.linalg.inv(np.eye(len(s)) - 0.5 * s)
        np.testing.assert_allclose(walk.stationary(step, start).values, solved @ start, rtol=1e-10)
        target = np.arange(len(s), dtype=float)
        np.testing.assert_allclose(walk.adjoint(step, target), solved.T @ target, rtol=1e-10)


# ---- prices ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("alpha", [0.3, 0.5, 0.85])
@pytest.mark.parametrize("seed", range(3))
def test_sensitivities_are_finite_differences(seed, alpha):
    flows = made(seed)
    ranks = rank_products(build_money_matrix(flows), alpha)
    slopes = {s: price_sensitivities(ranks, s).set_index("product")["sensitivity"] for s in ranks.money.states}
    step = 1e-4
    for product in ranks.money.products:
        up, down = (balances(raised(flows, [product], by), alpha) for by in (step, -step))
        for state in ranks.money.states:
            # The price is a share: exp(step) and exp(-step) differ from 1 +- step by less than its square.
            assert slopes[state][product] == pytest.approx((up[state] - down[state]) / (2 * step), abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_forward_and_backward_give_one_number(seed):
    ranks = rank_products(build_money_matrix(made(seed)))
    columns = ["pagerank_change", "cheirank_change", "sensitivity", "trade_sensitivity", "import_usd", "export_usd"]
    for products in (["p0"], ["p1", "p3"]):
        forward = price_effects(ranks, products).set_index("iso3")[columns]
        for state in ranks.money.states:
            rows = price_sensitivities(ranks, state).set_index("product").loc[products, columns]
            np.testing.assert_allclose(rows.sum(), forward.loc[state], rtol=1e-8, atol=1e-12)


def test_all_prices_together_change_nothing():
    ranks = rank_products(build_money_matrix(made(2)))
    assert price_effects(ranks, ranks.money.products)["sensitivity"].abs().max() < 1e-11
    table = price_sensitivities(ranks, "S2")
    assert abs(table["sensitivity"].sum()) < 1e-11
    assert abs(table["trade_sensitivity"].sum()) < 1e-12
    assert table["sensitivity"].abs().is_monotonic_decreasing
    assert table["sensitivity"].abs().max() > 1e-3


def test_what_one_gains_others_lose():
    """Ranks sum to one before and after."""
    table = price_effects(rank_products(build_money_matrix(made(3))), ["p2"])
    assert abs(table["pagerank_change"].sum()) < 1e-12
    assert abs(table["cheirank_change"].sum()) < 1e-12
    assert table["pagerank_change"].abs().max() > 1e-4


# ---- invariances -----------------------------------------------------------------------------------

WORLDS = st.dictionaries(
    st.tuples(st.sampled_from("ABCD"), st.sampled_from("ABCD"), st.sampled_from("pqr")).filter(lambda t: t[0] != t[1]),
    st.integers(1, 10**12), min_size=1, max_size=20,
).map(lambda there: pd.DataFrame([(*ends, usd) for ends, usd in there.items()], columns=COLUMNS))  # fmt: skip


@settings(max_examples=30)
@given(WORLDS, st.randoms(use_true_random=False))
def test_units_order_and_direction(flows, random):
    ranks = rank_products(build_money_matrix(flows))
    for values in (ranks.pagerank, ranks.cheirank):
        assert values.sum() == pytest.approx(1.0, abs=1e-12)
        assert (values > 0).all()
    scaled = rank_products(build_money_matrix(flows.assign(value_usd=flows["value_usd"] * 1000)))
    np.testing.assert_allclose(scaled.pagerank, ranks.pagerank, atol=1e-13)
    order = random.sample(range(len(flows)), len(flows))
    shuffled = rank_products(build_money_matrix(flows.iloc[order].reset_index(drop=True)))
    np.testing.assert_array_equal(shuffled.pagerank, ranks.pagerank)
    turned = rank_products(build_money_matrix(flows.rename(columns={"exporter": "importer", "importer": "exporter"})))
    np.testing.assert_allclose(turned.pagerank, ranks.cheirank, atol=1e-13)
    # Every state is drawn alike: nobody is below what the restarts alone give it.
    assert (state_table(ranks)["pagerank"] >= 0.5 / len(ranks.money.states) - 1e-12).all()


def test_a_product_cut_in_two_alike_halves_changes_no_state():
    """p0 as p0a and p0b with the same shares: the states' ranks stay, the halves have half each.

    Without dangling nodes: those spread over N, which is larger.
    """
    draw = np.random.default_rng(5)
    pairs = [(f"S{i}", f"S{j}") for i, j in every(range(4), range(4)) if i != j]
    rows = [(*pair, p, int(draw.integers(1, 1000)) * 2) for pair in pairs for p in ("p0", "p1")]
    flows = pd.DataFrame(rows, columns=COLUMNS)
    half = flows[flows["product"] == "p0"].assign(value_usd=lambda t: t["value_usd"] // 2)
    cut = pd.concat([flows[flows["product"] == "p1"], half.assign(product="p0a"), half.assign(product="p0b")])
    whole, halves = (rank_products(build_money_matrix(table)) for table in (flows, cut))
    np.testing.assert_allclose(
        halves.money.by_product(halves.pagerank).sum(axis=0), whole.money.by_product(whole.pagerank).sum(axis=0),
        atol=1e-12,
    )  # fmt: skip
    np.testing.assert_allclose(2 * halves.pagerank[:4], whole.pagerank[:4], atol=1e-12)


def test_nodes_without_trade_count():
    """A third product that only C and D trade makes N larger and takes its part of every dangling column."""
    more = pd.concat([PAPER, pd.DataFrame([("CCC", "DDD", "r", 5)], columns=COLUMNS)])
    money = build_money_matrix(more)
    assert len(money.imports) == 12
    np.testing.assert_allclose(rank_products(money).pagerank, dense(more), atol=1e-10)


def test_node_table():
    ranks = rank_products(build_money_matrix(PAPER))
    nodes = node_table(ranks, "exports", 2)
    assert nodes[["place", "iso3", "product", "value_usd"]].values.tolist() == [
        [1, "AAA", "p", 3.0],
        [2, "BBB", "p", 1.0],
    ]
    one = node_table(ranks, "imports", 9, ["AAA"])
    assert one["place"].isin([1, 2]).tolist() == [True, False]  # as much p at A as at B, but for rounding
    assert one[["product", "value_usd"]].values.tolist() == [["p", 1.0], ["q", 0.0]]
    assert one["place"].iloc[1] == 4


# ---- real data -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_bundled_sectors_by_another_route():
    """The dense route on the real sectors of 2022, and what plain sums say of them."""
    money = load_sector_matrix(2022)
    assert len(money.products) == 27
    assert len(money.states) == 81
    table = pd.read_parquet(datasets_dir() / "sector_flows.parquet")
    goods = table[(table["year"] == 2022) & (table["sector"] != "services") & (table["exporter"] != table["importer"])]
    assert money.flows.sum() == pytest.approx(goods["value_usd"].sum(), rel=1e-12)
    ranks = rank_products(money)
    for walked, found in ((walk.import_walk(money), ranks.pagerank), (walk.export_walk(money), ranks.cheirank)):
        s = 0.5 * np.divide(
            walked.flows.toarray(), walked.leaving, where=walked.leaving > 0, out=np.full((2187, 2187), 1 / 2187)
        )
        start = walked.arriving.reshape(27, 81)
        factors = lu_factor(np.eye(2187) - s, overwrite_a=True)
        first = lu_solve(factors, 0.5 * (start / start.sum(axis=0) / 81).ravel())
        second = lu_solve(factors, 0.5 * np.repeat(first.reshape(27, 81).sum(axis=1) / 81, 81))
        np.testing.assert_allclose(second, found, atol=1e-12)


@pytest.mark.parametrize("year", [2017, 2022])
def test_what_is_known_of_the_world_shows(year):
    """As the abstract of Ermann & Shepelyansky 2015 says of recent years: China leads in the balance. Those who sell
    oil and gas gain by its price, those who buy it lose; the largest buyer and seller are whom one expects."""
    ranks = rank_products(load_sector_matrix(year))
    table = state_table(ranks).set_index("iso3").drop("ROW")
    assert table["pagerank"].idxmax() == "USA"
    assert table["cheirank"].idxmax() == "CHN"
    assert table.loc["CHN", "balance"] > 0 > table.loc["USA", "balance"]
    oil = price_effects(ranks, ["B06"]).set_index("iso3")["sensitivity"]
    assert (oil[["SAU", "RUS", "NOR", "NGA", "KAZ"]] > 0).all()
    assert (oil[["KOR", "JPN", "CHN", "IND", "DEU", "FRA"]] < 0).all()


# ---- what cannot be ranked -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change, expected",
    [
        (lambda t: t.drop(columns="product"), "lack the columns product; they have exporter, importer, value_usd"),
        (lambda t: t.assign(value_usd=[3, -1, 4]), r"a number of at least 0; it is not in 1 rows:[\s\S]*BBB.*-1"),
        (lambda t: t.assign(value_usd=[3, np.inf, 4]), "it is not in 1 rows"),
        (lambda t: t.assign(value_usd=[3, np.nan, 4]), "1 flows lack a code or a value; missing is not zero"),
        (lambda t: t.assign(product=["p", None, "q"]), "1 flows lack a code or a value"),
        (lambda t: t.assign(value_usd=["3", "1", "4"]), "must be numbers, US dollars; it is of type"),
        (lambda t: t.assign(importer="BBB"), r"does not trade with itself; it does in 1 rows:[\s\S]*1 +BBB +BBB"),
        (lambda t: pd.concat([t, t.head(1)]), r"flows are duplicated:[\s\S]*3 +AAA +BBB +p"),
        (lambda t: t.assign(value_usd=0), "no flow is above zero: there is nothing to rank"),
        (lambda t: t.head(0), "no flow is above zero"),
    ],
)  # fmt: skip
def test_flows_that_cannot_be_ranked(change, expected):
    with pytest.raises(StoreError, match=expected):
        build_money_matrix(change(PAPER))


def test_a_row_of_zero_is_no_trade():
    more = pd.concat([PAPER, pd.DataFrame([("CCC", "AAA", "z", 0)], columns=COLUMNS)])
    money = build_money_matrix(more)
    assert (money.states, money.products) == (("AAA", "BBB"), ("p", "q"))
    np.testing.assert_array_equal(rank_products(money).pagerank, rank_products(build_money_matrix(PAPER)).pagerank)


@pytest.mark.parametrize("alpha", [-0.1, 1.0, np.nan])
def test_alpha_out_of_range(alpha):
    with pytest.raises(ConfigError, match="alpha must be at least 0 and below 1"):
        rank_products(build_money_matrix(PAPER), alpha)


def test_a_walk_that_does_not_converge(monkeypatch):
    monkeypatch.setattr(walk, "MOST_STEPS", 10)
    with pytest.raises(ConfigError, match=r"with alpha 0.5 the walk still moves by .* after 10 steps"):
        rank_products(build_money_matrix(PAPER))
    with pytest.raises(ConfigError, match="the walk still moves"):
        walk.adjoint(walk.import_walk(build_money_matrix(PAPER)), np.array([1.0, 0, 0, 0]))


def test_unknown_states_and_products():
    ranks = rank_products(build_money_matrix(PAPER))
    with pytest.raises(StateError, match="KOR neither sells nor buys anything in these flows; they have 2 states: AAA"):
        price_sensitivities(ranks, "KOR")
    with pytest.raises(ConfigError, match="products must be among those traded this year; not among them: z"):
        price_effects(ranks, ["p", "z"])
    with pytest.raises(ConfigError, match="none is given"):
        price_effects(ranks, [])
    with pytest.raises(ConfigError, match=r"nobody trades '999999' in these flows\. They have 2 products: p, q."):
        match_products(ranks.money, ["999999"])


def test_products_by_their_first_digits():
    flows = PAPER.assign(product=["270900", "270111", "851712"])
    money = build_money_matrix(flows)
    assert match_products(money, ["27"]) == (["270111", "270900"], [])
    assert match_products(money, ["2709", "8517"]) == (["270900", "851712"], [])
    assert match_products(money, ["851712", "9999"]) == (["851712"], ["9999"])
    with pytest.raises(ConfigError, match="nobody trades '2'"):
        match_products(money, ["2"])


# ---- the store -------------------------------------------------------------------------------------


def test_a_store_gives_what_its_rows_give(tmp_path, monkeypatch):
    """Read in batches and row groups that cut everything in pieces."""
    flows = made(4, states=9, products=6)
    monkeypatch.setattr(reading, "BATCH", 7)
    matrix = load_store_matrix(stored(tmp_path, flows, row_group_size=10), 2020)
    wanted = build_money_matrix(flows)
    assert (matrix.states, matrix.products) == (wanted.states, wanted.products)
    assert (matrix.flows != wanted.flows).nnz == 0
    np.testing.assert_array_equal(matrix.imports, wanted.imports)
    np.testing.assert_array_equal(rank_products(matrix).pagerank, rank_products(wanted).pagerank)


def test_a_store_that_cannot_be_read(tmp_path):
    with pytest.raises(StoreError, match="there is no store of product flows at"):
        load_store_matrix(tmp_path / "none", 2020)
    store = stored(tmp_path / "s", PAPER)
    with pytest.raises(StoreError, match="does not hold 2019; it holds 2020"):
        load_store_matrix(store, 2019)
    (store / "year=2020/flows.parquet").write_bytes(b"PAR1 cut off")
    with pytest.raises(StoreError, match=r"flows.parquet cannot be read \(.*\); import the year again"):
        load_store_matrix(store, 2020)


@pytest.mark.parametrize(
    "change, expected",
    [
        (lambda t: t.head(0), "no flow is above zero"),
        (lambda t: t.assign(value_usd=-t["value_usd"]), "must be a number of at least 0; it is not in 3 rows"),
        (lambda t: t.assign(product=["p", None, "q"]), "has 1 empty cells from row 0 on"),
        (lambda t: t.drop(columns="importer").assign(importer=t["exporter"]), "does not trade with itself"),
        (lambda t: pd.concat([t, t.tail(1)]), r"flows are duplicated:[\s\S]*AAA +BBB +q"),
    ],
)  # fmt: skip
def test_rows_of_a_store_that_cannot_be_ranked(tmp_path, change, expected):
    with pytest.raises(StoreError, match=f"flows.parquet.* {expected}"):
        load_store_matrix(stored(tmp_path / "s", change(PAPER)), 2020)


def test_no_sectors_of_that_year():
    with pytest.raises(YearError, match="there are no flows by sector for 2020; there are for 2011, 2017, 2022"):
        load_sector_matrix(2020)
