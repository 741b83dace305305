"""Equation 12 against published and pencil figures, scikit-learn's kappa, and tables of agreement by chance."""

import itertools
import warnings

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

import influence as inf
from influence.errors import ConfigError, StateError
from influence.metrics.similarity import METHODS, portfolio_similarity, similarity
from tests.pencil import pencil_panel
from tests.worlds import shuffled, ties_of

RATINGS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=12)
CHANCE_CORRECTED = ("kappa", "pi")


def split(pairs):
    return np.array(pairs, dtype=float).T


def test_s_of_the_textbook_pair_is_a_third():
    result = portfolio_similarity([3, 3, 2, 2], [2, 2, 3, 3], weights=[0.5, 0.3, 0.1, 0.1], maximum=3)
    assert result == pytest.approx(1 / 3)


def test_kappa_and_pi_of_the_pencil():
    """x = 0 1 2, y = 0 0 2: apart 1; means 1 and 2/3; around their own 2 and 8/3, and 3 (1/3)^2 between them."""
    x, y = [0, 1, 2], [0, 0, 2]
    assert portfolio_similarity(x, y, method="kappa") == pytest.approx(1 - 1 / (2 + 8 / 3 + 1 / 3))
    assert portfolio_similarity(x, y, method="pi") == pytest.approx(1 - 1 / (2 + 8 / 3 + 2 * 3 * (1 / 6) ** 2))


@given(RATINGS)
def test_kappa_is_cohens_with_squared_weights(pairs):
    x, y = split(pairs)
    computed = portfolio_similarity(x, y, method="kappa")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where chance leaves nothing, scikit-learn divides by zero
        theirs = cohen_kappa_score(x.astype(int), y.astype(int), labels=[0, 1, 2, 3], weights="quadratic")
    np.testing.assert_allclose(computed, theirs, atol=1e-12)


@given(RATINGS)
def test_pi_is_disagreement_over_that_of_two_draws_from_the_pooled_ties(pairs):
    x, y = split(pairs)
    pooled = np.concatenate([x, y])
    by_chance = np.mean([(a - b) ** 2 for a in pooled for b in pooled])
    assume(by_chance > 0)
    expected = 1 - np.mean((x - y) ** 2) / by_chance
    assert portfolio_similarity(x, y, method="pi") == pytest.approx(expected, abs=1e-12)


@given(RATINGS, st.sampled_from(METHODS))
def test_it_is_symmetric_and_at_most_one(pairs, method):
    x, y = split(pairs)
    there = portfolio_similarity(x, y, method=method)
    np.testing.assert_allclose(there, portfolio_similarity(y, x, method=method), atol=1e-12)
    assert np.isnan(there) or -1 - 1e-12 <= there <= 1


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 4)), min_size=2, max_size=8))
def test_a_weight_of_two_is_a_state_that_is_listed_twice(rows):
    x, y, w = np.array(rows).T
    assume(w.sum() > 0)
    for method in METHODS:
        twice = portfolio_similarity(np.repeat(x, w), np.repeat(y, w), method=method)
        np.testing.assert_allclose(portfolio_similarity(x, y, w, method), twice, atol=1e-12)


def test_two_states_with_few_ties_are_alike_for_s_but_not_beyond_chance():
    x, y = np.zeros(50), np.zeros(50)
    x[0] = y[1] = 1
    assert portfolio_similarity(x, y, maximum=1) > 0.9
    for method in CHANCE_CORRECTED:
        assert portfolio_similarity(x, y, method=method) == pytest.approx(-1 / 49, abs=1e-3)


@pytest.mark.parametrize("method", CHANCE_CORRECTED)
def test_where_chance_leaves_nothing_there_is_no_value(method):
    assert np.isnan(portfolio_similarity([2, 2, 2], [2, 2, 2], method=method))


@pytest.mark.parametrize(
    "kind, message, wrong",
    [
        (StateError, "one length and not empty, not 2 and 3", {"x": [1, 2], "y": [1, 2, 3]}),
        (StateError, "one length and not empty, not 0 and 0", {"x": [], "y": []}),
        (StateError, "x must be one row of finite numbers; leave out", {"x": [1, float("nan")], "y": [1, 2]}),
        (StateError, "y must be one row of finite numbers", {"x": [1, 2], "y": [[1, 2]]}),
        (StateError, "x must hold numbers", {"x": ["ally", "none"], "y": [1, 2]}),
        (StateError, "from 0 to the maximum of 3", {"x": [1, 4], "y": [1, 2]}),
        (StateError, "from 0 to the maximum of 3", {"x": [1, -1], "y": [1, 2]}),
        (ConfigError, "must be 2 finite numbers of 0 or more", {"weights": [1, -1]}),
        (ConfigError, "not all 0", {"weights": [0, 0]}),
        (ConfigError, "must be 2 finite numbers", {"weights": [1, 1, 1]}),
        (ConfigError, "maximum must be above 0, not 0", {"maximum": 0}),
        (ConfigError, "'tau' is not known; allowed: s, kappa, pi", {"method": "tau"}),
    ],
)
def test_a_wrong_call_is_refused(kind, message, wrong):
    with pytest.raises(kind, match=message):
        portfolio_similarity(**{"x": [1, 2], "y": [2, 2], **wrong})


@pytest.mark.parametrize("method", CHANCE_CORRECTED)
def test_chance_corrected_measures_take_any_numbers(method):
    assert portfolio_similarity([-5, 40], [-5, 40], method=method) == 1.0


def random_ties(size=9, seed=0):
    """Sparse shares; the third state is not covered, the fifth has no ties, one pair was not observed."""
    rng = np.random.default_rng(seed)
    shares = rng.random((size, size)) * (rng.random((size, size)) < 0.6)
    np.fill_diagonal(shares, 0.0)
    shares /= 1.2 * np.maximum(shares.sum(axis=0), 1e-9)
    shares[4, :] = shares[:, 4] = 0.0
    shares[0, 1] = np.nan
    unseen = np.zeros(size)
    unseen[2] = 0.5
    return ties_of(shares, unobserved=unseen)


def pair_by_pair(ties, year, method):
    """The slow way: two columns without the two states' entries, over the states with ties."""
    now = ties.sel(year=year)
    seen = (1 - now["unobserved"].values) >= 0.8
    shares = np.where(seen, np.nan_to_num(now.values), 0.0)
    present = shares.any(axis=0) | shares.any(axis=1)
    out = np.full(shares.shape, np.nan)
    for i, j in itertools.combinations(range(len(shares)), 2):
        others = [k for k in np.flatnonzero(present) if k not in (i, j)]
        if seen[i] and seen[j] and others:
            x, y = shares[others, i], shares[others, j]
            out[i, j] = out[j, i] = portfolio_similarity(x, y, method=method, maximum=1.0)
    out[seen, seen] = 1.0
    return out


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("ties", [random_ties(), random_ties(14, 1), inf.build_ties(pencil_panel())])
def test_the_matrix_is_the_measure_of_every_pair(ties, method):
    result = similarity(ties, method)
    for year in ties.indexes["year"]:
        np.testing.assert_allclose(result.sel(year=year), pair_by_pair(ties, year, method), atol=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_the_matrix_is_symmetric_and_one_on_the_diagonal(method):
    result = similarity(random_ties(), method).values[0]
    np.testing.assert_array_equal(result, result.T)
    assert np.isnan(result[2]).all()
    assert (np.delete(np.diagonal(result), 2) == 1).all()


def test_the_matrix_says_what_was_observed_and_which_measure_it_is():
    result = similarity(random_ties())
    assert result.name == "similarity_kappa"
    assert float(result["unobserved"].sel(year=2016, target="S02")) == 0.5


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("rows", [[0], [8], [5, 1], [0, 1, 3, 4, 6, 7, 8]])
@pytest.mark.parametrize("ties", [random_ties(), random_ties(33, 1), shuffled(random_ties(), 2)])
def test_a_row_is_the_same_to_the_last_bit_whichever_rows_are_computed(method, rows, ties):
    whole = similarity(ties, method).values
    some = similarity(ties, method, sources=np.array(rows)).values
    assert some[:, rows].tobytes() == whole[:, rows].tobytes()
    assert np.isnan(np.delete(some, rows, axis=1)).all()


@pytest.mark.parametrize("method", METHODS)
def test_order_of_states_does_not_matter(method):
    ties = random_ties()
    mixed = similarity(shuffled(ties), method).sel(source=ties["source"], target=ties["target"])
    np.testing.assert_allclose(mixed, similarity(ties, method), atol=1e-12)


def test_states_that_rely_on_the_same_others_alike_are_wholly_similar_whatever_binds_the_two():
    shares = np.zeros((5, 5))
    shares[2, :2], shares[3, :2] = 0.5, 0.2
    shares[0, 1] = 0.3
    result = similarity(ties_of(shares)).sel(year=2016, source="S00", target="S01")
    assert float(result) == pytest.approx(1.0)


def test_without_third_states_there_is_no_value():
    result = similarity(ties_of([[0, 0.5], [0.5, 0]])).values[0]
    np.testing.assert_array_equal(result, [[1, np.nan], [np.nan, 1]])


def test_a_wrong_matrix_is_refused():
    with pytest.raises(ConfigError, match="'tau' is not known"):
        similarity(random_ties(), "tau")
    with pytest.raises(ConfigError, match="maximum must be above 0"):
        similarity(random_ties(), maximum=-1.0)


@pytest.mark.slow
def test_the_real_panel_in_2019_pair_by_pair():
    ties = inf.build_ties(inf.load_panel(first_year=2019, last_year=2019))
    few = ties.isel(source=slice(60, 100), target=slice(60, 100))
    for method in METHODS:
        np.testing.assert_allclose(similarity(few, method)[0], pair_by_pair(few, 2019, method), atol=1e-9)


@pytest.mark.slow
def test_canada_and_mexico_are_alike_and_canada_and_mongolia_are_not():
    """Both rest on the United States; Mongolia on China and Russia."""
    result = similarity(inf.build_ties(inf.load_panel(first_year=2019, last_year=2019))).sel(year=2019, source="CAN")
    assert float(result.sel(target="MEX")) > 0.8
    assert float(result.sel(target="MNG")) < 0.3
