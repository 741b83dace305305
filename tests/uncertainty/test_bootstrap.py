"""The bootstrap over states: replicates, ranks by a centrality and blocs, on networks whose answer is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from influence.errors import ConfigError, YearError
from influence.metrics import centrality
from influence.metrics.pull import by_state
from influence.uncertainty.bloc_stability import bloc_stability, mates_kept, nearest_likeness
from influence.uncertainty.bootstrap import among, network_and_replicates, replicate
from influence.uncertainty.rank_stability import centrality_named, measure_of, rank_stability
from tests.uncertainty.draw_cases import pencil_study
from tests.worlds import complete, cycle, shuffled, star, ties_of

MANY = np.array([f"S{i:03}" for i in range(200)])


# ---- replicates ------------------------------------------------------------------------------------


def test_a_replicate_is_the_same_alone_or_among_many():
    ties = ties_of(cycle(30))
    alone = replicate(ties.indexes["target"].to_numpy(dtype=str), 5, 3).tolist()
    for count in (4, 50):
        assert network_and_replicates(ties, 2016, count, 5)[1][3].tolist() == alone
    assert network_and_replicates(shuffled(ties), 2016, 4, 5)[1][3].tolist() == alone
    assert replicate(ties.indexes["target"].to_numpy(dtype=str), 6, 3).tolist() != alone


def test_as_many_draws_as_states_leave_63_per_cent_of_them():
    """A state is missed by n draws with the chance (1 - 1/n)^n."""
    drawn = [replicate(MANY, 0, number) for number in range(400)]
    assert all(np.array_equal(states, np.unique(states)) and np.isin(states, MANY).all() for states in drawn)
    share = np.mean([len(states) for states in drawn]) / len(MANY)
    assert share == pytest.approx(1 - (1 - 1 / 200) ** 200, abs=0.005)


def test_only_states_with_a_tie_are_drawn():
    shares = np.zeros((9, 9))
    shares[:6, :6] = cycle(6)
    _, drawn = network_and_replicates(ties_of(shares), 2016, 30, 0)
    assert {state for states in drawn for state in states} == {f"S{i:02}" for i in range(6)}


def test_ties_among_those_left_stay_as_they_are():
    ties = ties_of(complete(5, 0.2))
    left = among(ties, np.array(["S01", "S03", "S04"]))
    assert left.indexes["source"].tolist() == ["S01", "S03", "S04"]
    np.testing.assert_array_equal(left.values[0], complete(3, 0.2))


# ---- places ----------------------------------------------------------------------------------------


def test_the_hub_of_a_star_is_first_whenever_it_has_a_place():
    ties = ties_of(star(6, 0.4))
    found = rank_stability(ties, centrality.strength_out, 2016, replicates=60, seed=1)
    hub = found.states.iloc[0]
    assert hub["iso3"] == "S00"
    assert hub[["rank", "median", "low", "high"]].tolist() == [1, 1, 1, 1]
    drawn = network_and_replicates(ties, 2016, 60, 1)[1]
    assert hub["present"] == np.mean(["S00" in states for states in drawn])
    assert hub["placed"] == np.mean(["S00" in states and len(states) > 1 for states in drawn])


def test_the_places_of_the_leaves_are_those_of_the_formula():
    """With m states left the m - 1 leaves share rank 1 + m/2: of seven, place 1 + (m/2) 6/(m - 1)."""
    ties = ties_of(star(6, 0.4))
    found = rank_stability(ties, centrality.strength_out, 2016, replicates=60, seed=1)
    drawn = [states for states in network_and_replicates(ties, 2016, 60, 1)[1] if "S00" in states]
    for leaf in ("S01", "S06"):
        places = [1 + len(states) / 2 * 6 / (len(states) - 1) for states in drawn if leaf in states]
        row = found.states.set_index("iso3").loc[leaf]
        assert row["rank"] == 4.5
        assert row[["median", "low", "high"]].tolist() == pytest.approx(np.quantile(places, (0.5, 0.05, 0.95)))


def fixed(turned=lambda count: False):
    """A measure that gives each state its number, or that turned round where `turned` says so of how many there are."""

    def measure(ties):
        value = np.array([float(code[1:]) for code in ties.indexes["target"]])
        return by_state(ties, (-value if turned(len(value)) else value)[None], "fixed")

    return measure


@pytest.mark.parametrize("turned, alike", [(lambda count: False, 1.0), (lambda count: count < 20, -1.0)])
def test_a_ranking_that_stays_or_turns_round(turned, alike):
    found = rank_stability(ties_of(cycle(20)), fixed(turned), 2016, replicates=20)
    assert found.whole["measure"].tolist() == ["spearman", "kendall"]
    np.testing.assert_allclose(found.whole[["median", "low", "high"]].to_numpy(), alike, rtol=1e-12)


def test_a_measure_that_is_equal_for_all_has_no_correlation():
    found = rank_stability(
        ties_of(complete(12)), lambda t: by_state(t, np.ones(t.shape[:2]), "one"), 2016, replicates=9
    )
    assert found.whole[["median", "low", "high"]].isna().all().all()
    assert (found.states["median"] == 6.5).all()


def test_the_last_of_a_fixed_ranking_is_last_whenever_it_is_drawn():
    found = rank_stability(ties_of(cycle(20)), fixed(), 2016, replicates=50).states.set_index("iso3")
    assert found.loc["S19", ["rank", "median", "low"]].tolist() == [1, 1, 1]
    assert found.loc["S00", ["rank", "median", "high"]].tolist() == [20, 20, 20]
    assert found.loc["S10", "low"] < found.loc["S10", "rank"] < found.loc["S10", "high"]


def test_the_same_seed_gives_the_same_tables():
    ties = ties_of(star(8, 0.3) + cycle(9, 0.2))
    one, two, other = (
        rank_stability(ties, centrality.pagerank, 2016, replicates=15, seed=seed).states for seed in (3, 3, 4)
    )
    pd.testing.assert_frame_equal(one, two, check_exact=True)
    assert not one["median"].equals(other["median"])


def test_a_centrality_that_needs_sizes_gets_those_of_the_states_left():
    study = pencil_study()
    left = among(study.at(2016).ties, np.array(["AAA", "BBB", "CCC"]))
    value = measure_of(centrality_named("influence_out"), study)(left)
    # GDP 100, 50, 25: the pulls of AAA on BBB and CCC over 175.
    pulls = left.sel(source="AAA", year=2016).values
    assert float(value.sel(target="AAA")[0]) == pytest.approx((pulls[1] * 50 + pulls[2] * 25) / 175)


def test_an_unknown_centrality_is_named_with_the_known_ones():
    with pytest.raises(
        ConfigError, match=r"no centrality 'page_rank'.*Did you mean pagerank.*Centralities: strength_in"
    ):
        centrality_named("page_rank")
    with pytest.raises(ConfigError, match="there is no centrality 'bloc'"):
        centrality_named("bloc")


@pytest.mark.parametrize("count", [0, -1, 100_001])
def test_replicates_that_cannot_be_drawn(count):
    for measure in (
        lambda t, **k: rank_stability(t, centrality.pagerank, 2016, **k),
        lambda t, **k: bloc_stability(t, 2016, **k),
    ):
        with pytest.raises(ConfigError, match=f"replicates must be from 1 to 100,000, not {count:,}"):
            measure(ties_of(cycle(4)), replicates=count)


def test_a_year_that_is_not_there_or_is_mostly_unseen():
    ties = ties_of(cycle(4))
    with pytest.raises(YearError, match="year 2017 is not in these ties; they cover 2016 to 2016"):
        rank_stability(ties, centrality.pagerank, 2017)
    unseen = ties_of(cycle(4, 0.4), unobserved=[0.5, 0.5, 0.5, 0.0])
    with pytest.raises(YearError, match="no state has a pagerank in 2016: too little of the network is observed"):
        rank_stability(unseen, centrality.pagerank, 2016)
    with pytest.raises(YearError, match="there are no blocs in 2016"):
        bloc_stability(unseen, 2016)
    with pytest.raises(YearError, match="no state has a tie in 2016"):
        bloc_stability(ties_of(np.zeros((3, 3))), 2016)


# ---- blocs -----------------------------------------------------------------------------------------


def test_two_cliques_hold_together():
    shares = np.zeros((15, 15))
    shares[:8, :8], shares[8:, 8:] = complete(8, 0.1), complete(7, 0.1)
    found = bloc_stability(ties_of(shares), 2016, replicates=40)
    assert found.blocs["members"].tolist() == [8, 7]
    assert found.blocs["jaccard"].tolist() == [1.0, 1.0]
    assert found.blocs["dissolved"].tolist() == [0.0, 0.0]
    assert (found.states["stays"] == 1.0).all()
    assert found.states["present"].between(0.3, 0.95).all()


def test_blocs_without_a_reason_do_not_hold_together():
    """Around a cycle a bloc may be cut anywhere, and states left out cut it elsewhere."""
    found = bloc_stability(ties_of(cycle(24)), 2016, replicates=30)
    assert (found.blocs["jaccard"] < 0.9).all()
    assert (found.states["stays"] < 1.0).any()


def test_likeness_and_mates_of_the_pencil():
    """Blocs {0 1 2} and {3 4}; without 4 there are {0 1} and {2 3}: 2/3 beside 1/4, and {3} beside {2 3} 1/2."""
    bloc, other = np.array([1.0, 1, 1, 2, 2]), np.array([1.0, 1, 2, 2, np.nan])
    np.testing.assert_allclose(nearest_likeness(bloc, other), [2 / 3, 1 / 2])
    np.testing.assert_allclose(mates_kept(bloc, other), [0.5, 0.5, 0.0, np.nan, np.nan])


def test_a_bloc_of_which_nobody_was_drawn_does_not_count():
    bloc = np.array([1.0, 1, 2, 2, np.nan])
    gone = np.array([np.nan, np.nan, 1, 1, 1])
    np.testing.assert_allclose(nearest_likeness(bloc, gone), [np.nan, 1.0])
    assert np.isnan(nearest_likeness(bloc, np.full(5, np.nan))).all()
    assert np.isnan(mates_kept(bloc, np.full(5, np.nan))).all()
