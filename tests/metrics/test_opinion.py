"""Equation 9: the kernel against a plain loop, realisation by realisation, and against the published shares."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import influence as inf
from influence.errors import ConfigError, StateError
from influence.metrics.opinion import by_frequency, opinion_formation, partner_weights, run_models, smallest_threshold
from influence.metrics.opinion_pull import opinion_pull

MASK = (1 << 64) - 1
STEP = 0x9E3779B97F4A7C15
EURO = ["AUT", "BEL", "FRA", "DEU", "ITA", "LUX", "NLD", "PRT", "ESP"]
DOLLAR = ["AUS", "CAN", "GBR", "NZL", "USA"]
BRICS = ["BRA", "RUS", "IND", "CHN", "ZAF"]


def mixed(x):
    """SplitMix64, as published."""
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


def plain_realisation(flows, held, opinions, seed, number):
    """The model as the paper describes it, in floating point and with loops, on the same random numbers."""
    n = len(flows)
    exports = [sum(flows[c][k] for k in range(n) if k != c) for c in range(n)]
    imports = [sum(flows[k][c] for k in range(n) if k != c) for c in range(n)]
    random_world = sum(exports)

    def weight(k, c):
        if k == c:
            return 0.0
        share = (flows[c][k] / exports[c] if exports[c] else 0.0) + (flows[k][c] / imports[c] if imports[c] else 0.0)
        return share * (exports[k] + imports[k]) / random_world

    free = [c for c in range(n) if held[c] < 0 and exports[c] + imports[c] > 0]
    state, counter = list(held), mixed((seed * STEP + number) & MASK)
    for c in free:
        counter = (counter + STEP) & MASK
        state[c] = ((mixed(counter) >> 32) * opinions) >> 32
    changed = True
    order = list(free)
    while changed:
        changed = False
        for at in range(len(order)):
            counter = (counter + STEP) & MASK
            other = at + (((mixed(counter) >> 32) * (len(order) - at)) >> 32)
            order[at], order[other] = order[other], order[at]
            c = order[at]
            z = [sum(weight(k, c) for k in range(n) if state[k] == q) for q in range(opinions)]
            best = max(range(opinions), key=lambda q, z=z: z[q])
            if z[best] > z[state[c]] + 1e-12:
                state[c], changed = best, True
    return state


def random_flows(size, seed):
    draw = np.random.default_rng(seed)
    flows = draw.lognormal(0.0, 2.0, (size, size)) * (draw.random((size, size)) < 0.6)
    np.fill_diagonal(flows, 0.0)
    return flows


def frame(matrix, labels=None):
    labels = labels or [f"S{i:02}" for i in range(len(matrix))]
    return pd.DataFrame(matrix, index=labels, columns=labels)


@pytest.mark.parametrize("opinions", [2, 3, 4])
def test_the_kernel_is_the_plain_loop_realisation_by_realisation(opinions):
    flows = random_flows(14, seed=opinions)
    held = np.full(14, -1)
    held[:opinions] = range(opinions)
    (ends, settled), *_ = run_models([(partner_weights(flows), held, opinions)], 150, seed=5)
    assert settled.all()
    for number in range(150):
        assert ends[number].tolist() == plain_realisation(flows.tolist(), held.tolist(), opinions, 5, number)


def test_real_flows_too():
    panel = inf.load_panel(first_year=2008, last_year=2008)
    codes = list(panel.states.index)
    flows = np.nan_to_num(panel.trade["export_usd"].values[0])
    largest = np.argsort(-flows.sum(axis=0))[:40]
    flows = flows[np.ix_(np.sort(largest), np.sort(largest))]
    kept = [codes[i] for i in np.sort(largest)]
    held = np.full(40, -1)
    held[kept.index("CHN")], held[kept.index("USA")] = 0, 1
    (ends, _), *_ = run_models([(partner_weights(flows), held, 2)], 25, seed=0)
    for number in range(25):
        assert ends[number].tolist() == plain_realisation(flows.tolist(), held.tolist(), 2, 0, number)
    assert len(np.unique(ends, axis=0)) > 1


def test_on_paper():
    """C sells 6 to A and 2 to B and buys nothing; A sells 4 to B. World 12: A weighs 10/12, B 6/12.

    For C: A counts 6/8 x 10/12, B 2/8 x 6/12: Z_a = .625/.75 = 5/6.
    """
    flows = frame([[0, 4, 0], [0, 0, 0], [6, 2, 0]], ["A", "B", "C"])
    result = opinion_formation(flows, {"a": ["A"], "b": ["B"]}, realisations=50)
    assert result.shares.loc["C"].tolist() == [1.0, 0.0]
    assert result.z.loc["C", "a"] == pytest.approx(5 / 6)
    assert result.z.loc["C"].sum() == pytest.approx(1.0)
    assert result.steady_states.to_dict("records") == [{"frequency": 1.0, "A": "a", "B": "b", "C": "a"}]


def test_a_tie_keeps_the_opinion_one_started_with():
    """C trades alike with two equal seeds: it ends where it began, half of the time with each."""
    flows = frame([[0, 0, 1], [0, 0, 1], [1, 1, 0]], ["A", "B", "C"])
    result = opinion_formation(flows, {"a": ["A"], "b": ["B"]}, realisations=4000)
    assert result.shares.loc["C", "a"] == pytest.approx(0.5, abs=0.03)
    assert result.z.loc["C"].tolist() == [0.5, 0.5]
    assert len(result.steady_states) == 2


def test_seeds_never_change():
    flows = frame(random_flows(10, 3))
    result = opinion_formation(flows, {"x": ["S00", "S04"], "y": ["S07"]}, realisations=20)
    assert result.shares.loc[["S00", "S04"], "x"].tolist() == [1.0, 1.0]
    assert result.shares.loc["S07", "y"] == 1.0


def test_the_same_seed_gives_the_same_and_another_seed_nearly_the_same():
    flows, seeds = frame(random_flows(30, 8)), {"x": ["S00"], "y": ["S01"]}
    first, again = (opinion_formation(flows, seeds, 500, seed=1) for _ in range(2))
    for one, two in zip(first, again, strict=True):
        pd.testing.assert_frame_equal(one, two)
    other = opinion_formation(flows, seeds, 500, seed=2)
    assert float((first.shares - other.shares).abs().max().max()) < 0.12


def test_the_order_of_states_and_opinions_changes_nothing():
    flows = frame(random_flows(25, 4))
    seeds = {"x": ["S00"], "y": ["S01"]}
    result = opinion_formation(flows, seeds, 300)
    order = np.random.default_rng(0).permutation(25)
    turned = opinion_formation(flows.iloc[order, order], dict(reversed(seeds.items())), 300)
    pd.testing.assert_frame_equal(result.shares, turned.shares.loc[result.shares.index, result.shares.columns])
    pd.testing.assert_frame_equal(result.z, turned.z.loc[result.z.index, result.z.columns])
    assert result.steady_states["frequency"].tolist() == turned.steady_states["frequency"].tolist()


def test_other_names_change_it_only_as_chance_does():
    flows, seeds = random_flows(25, 4), {"x": ["S00"], "y": ["S01"]}
    result = opinion_formation(frame(flows), seeds, 2000)
    names = [f"Z{(7 * i) % 25:02}" for i in range(25)]
    renamed = opinion_formation(frame(flows, names), {"x": [names[0]], "y": [names[1]]}, 2000)
    assert np.abs(result.shares.to_numpy() - renamed.shares.to_numpy()).max() < 0.06


def test_the_unit_of_the_flows_does_not_matter():
    flows, seeds = frame(random_flows(20, 9)), {"x": ["S00"], "y": ["S01"]}
    pd.testing.assert_frame_equal(
        opinion_formation(flows, seeds, 200).shares, opinion_formation(flows * 1e6, seeds, 200).shares
    )


def test_columns_in_another_order_than_rows_are_put_in_order():
    flows, seeds = frame(random_flows(12, 1)), {"x": ["S00"], "y": ["S01"]}
    turned = flows[flows.columns[::-1]]
    pd.testing.assert_frame_equal(
        opinion_formation(flows, seeds, 100).shares, opinion_formation(turned, seeds, 100).shares
    )


def test_a_labelled_array_and_what_was_not_observed():
    flows = frame([[0, 4, np.nan], [0, 0, 0], [6, 2, 0]], ["A", "B", "C"])
    array = xr.DataArray(flows.to_numpy(), coords={"exporter": list("ABC"), "importer": list("ABC")},
                         dims=("exporter", "importer"))  # fmt: skip
    seeds = {"a": ["A"], "b": "B"}
    pd.testing.assert_frame_equal(opinion_formation(array, seeds, 9).z, opinion_formation(flows, seeds, 9).z)


def test_a_state_without_trade_has_no_opinion():
    flows = frame([[0, 4, 0, 0], [0, 0, 0, 0], [6, 2, 0, 0], [0, 0, 0, 0]], list("ABCD"))
    result = opinion_formation(flows, {"a": ["A"], "b": ["B"]}, 10)
    assert result.shares.loc["D"].isna().all()
    assert result.z.loc["D"].isna().all()
    assert result.steady_states.loc[0, "D"] == ""


@pytest.mark.parametrize(
    ("flows", "seeds", "message"),
    [
        (frame(np.ones((3, 3))), {"a": ["S00"]}, "needs two or more opinions, and seeds has 1"),
        (frame(np.ones((3, 3))), {"a": ["S00"], "b": ["XXX"]}, "opinion 'b' names 'XXX', not among the 3 states"),
        (frame(np.ones((3, 3))), {"a": ["S00"], "b": []}, "opinion 'b' has no seed among the 3 states"),
        (frame(np.ones((3, 3))), {"a": ["S00"], "b": ["S00"]}, "S00 cannot be the seed of two opinions"),
        (pd.DataFrame(), {"a": ["A"], "b": ["B"]}, "square and not empty, exporter x importer, not 0 x 0"),
        (pd.DataFrame(np.ones((2, 3))), {"a": ["A"], "b": ["B"]}, "not 2 x 3"),
        (pd.DataFrame(np.ones((2, 2)), index=["A", "B"], columns=["A", "C"]), {"a": ["A"], "b": ["B"]},
         "on one side only: B, C"),
        (pd.DataFrame(np.ones((2, 2)), index=["A", "A"], columns=["A", "B"]), {"a": ["A"], "b": ["B"]},
         "flows have A more than once"),
        (frame([[0, -1], [2, 0]]), {"a": ["S00"], "b": ["S01"]}, "1 are not: S00 to S01 -1"),
        (frame([[0, np.inf], [2, 0]]), {"a": ["S00"], "b": ["S01"]}, "finite numbers of 0 or more"),
        (frame([["x", "y"], ["z", "w"]]), {"a": ["S00"], "b": ["S01"]}, "flows must be numbers"),
        (np.ones((2, 2)), {"a": ["S00"], "b": ["S01"]}, "square labelled DataFrame or DataArray"),
    ],
)  # fmt: skip
def test_wrong_calls_are_refused(flows, seeds, message):
    with pytest.raises(StateError, match=message):
        opinion_formation(flows, seeds, 10)


@pytest.mark.parametrize("wrong", [{"realisations": 0}, {"seed": -1}])
def test_wrong_numbers_are_refused(wrong):
    with pytest.raises(ConfigError, match="realisations must be 1 or more and the seed 0 or more"):
        opinion_formation(frame(np.ones((3, 3))), {"a": ["S00"], "b": ["S01"]}, **wrong)


def test_states_by_frequency():
    rows, counts = by_frequency(np.array([[0, 1], [1, 1], [0, 1]], dtype=np.int8))
    assert rows.tolist() == [[0, 1], [1, 1]]
    assert counts.tolist() == [2.0, 1.0]


# ---- the smallest change that changes an opinion----------------------------------------------------


def test_smallest_threshold_on_paper():
    """C of test_on_paper sells 3/4 to A (weight 10/12) and 1/4 to B (6/12).

    .625 against .125: moving x from A to B closes the gap by (10/12 + 6/12) x, so x = .5/(16/12) = 3/8.
    """
    flows = frame([[0, 4, 0], [0, 0, 0], [6, 2, 0]], ["A", "B", "C"])
    assert smallest_threshold(flows, {"A": "a", "B": "b", "C": "a"})["C"] == pytest.approx(3 / 8)


def test_above_the_threshold_the_state_changes_and_below_it_does_not():
    flows = frame(random_flows(12, 21))
    seeds = {"x": ["S00"], "y": ["S01"]}
    steady = opinion_formation(flows, seeds, 200).steady_states.iloc[0].drop("frequency")
    weights = partner_weights(flows.to_numpy())
    part = smallest_threshold(flows, steady.to_dict())
    known = flows.to_numpy()
    size = (known.sum(axis=0) + known.sum(axis=1)) / known.sum()
    c = int(np.argmin(part.drop(["S00", "S01"]).to_numpy())) + 2
    mass = known[c] / known[c].sum() + known[:, c] / known[:, c].sum()
    same = (steady == steady.iloc[c]).to_numpy()
    assert weights[same, c].sum() > 0.5
    target = int(np.where(same, -1.0, size).argmax())
    gains = size[target] + np.where(same, size, 0.0) - np.where(same, 0.0, size)
    for factor, turns in ((1.001, True), (0.999, False)):
        left, moved = part.iloc[c] * factor * mass.sum(), mass.copy()
        for k in np.argsort(-gains):
            step = min(left, mass[k])
            moved[k] -= step
            moved[target] += step
            left -= step
        assert ((moved * size)[~same].sum() > (moved * size)[same].sum()) == turns


def test_a_seed_whose_trade_leads_to_another_opinion_has_no_threshold():
    flows = frame([[0, 4, 0], [0, 0, 0], [6, 2, 0]], ["A", "B", "C"])
    assert np.isnan(smallest_threshold(flows, {"A": "a", "B": "b", "C": "b"})["C"])


def test_no_threshold_where_no_state_has_another_opinion():
    assert smallest_threshold(frame(random_flows(4, 0)), dict.fromkeys(["S00", "S01", "S02", "S03"], "a")).isna().all()


# ---- on the panel ----------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(("year", "published"), [(2012, (0.58, 0.23, 0.19)), (2020, (0.60, 0.21, 0.19))])
def test_the_published_shares_of_currencies(year, published):
    """Coquidé, Lages & Shepelyansky 2023: 58, 23, 19 % of states in 2012 and 60, 21, 19 % in 2020.

    The paper uses UN Comtrade of 194 states, this test BACI of 207: within three percentage points.
    """
    flows = inf.load_panel(first_year=year, last_year=year).trade["export_usd"].sel(year=year)
    result = opinion_formation(flows, {"brics": BRICS, "euro": EURO, "dollar": DOLLAR}, 300)
    assert result.shares.mean().tolist() == pytest.approx(published, abs=0.03)


@pytest.mark.slow
def test_all_years_give_what_one_year_gives():
    panel = inf.load_panel(first_year=2014, last_year=2016)
    together = opinion_pull(panel, ("CHN", "USA"), realisations=200)
    alone = opinion_formation(panel.trade["export_usd"].sel(year=2016), {"CHN": ["CHN"], "USA": ["USA"]}, 200)
    states = [s for s in panel.states.index if s not in ("CHN", "USA")]
    np.testing.assert_array_equal(
        together["share"].sel(pole="CHN", year=2016, target=states).fillna(-1).values,
        alone.shares["CHN"].loc[states].fillna(-1).to_numpy(),
    )
    swapped = opinion_pull(panel, ("USA", "CHN"), realisations=200)
    np.testing.assert_array_equal(together["share"].sel(pole="USA").values, swapped["share"].sel(pole="USA").values)
    assert np.isnan(together["share"].sel(target=["CHN", "USA"]).values).all()
