"""Marks of each tie against a slow loop over the tables, flag by flag."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from influence.panel.panel import load_panel, panel_from_tables
from influence.quality import (
    MARKS,
    known_shares,
    known_ties,
    meets_coverage,
    network_coverage,
    state_marks,
    tie_marks,
    tied_states,
    words_of,
)
from influence.schema import FLAGS
from tests.pencil import STATES, pencil_panel, pencil_tables
from tests.worlds import ties_of

YEARS = (2016, 2017)


@pytest.fixture
def tables():
    """The pencil's, with something of every flag: GDP estimated, pledges corrected and carried, a new vintage."""
    tables = pencil_tables()
    attributes, pacts, trade = tables["attributes"], tables["pacts"], tables["trade"]
    attributes.loc[attributes["iso3"] == "BBB", "gdp_flag"] = "imputed"
    attributes.loc[(attributes["iso3"] == "CCC") & (attributes["year"] == 2017), "gdp_flag"] = "carried"
    trade.loc[(trade["exporter"] == "CCC") & (trade["importer"] == "DDD"), "flag"] = "provisional"
    pacts.loc[len(pacts)] = ["BBB", "AAA", "defence", 2017, None, 2017, "compacts_of_free_association", "curated"]
    return tables


def slow_marks(tables, weights, strengths, capability="gdp") -> dict[tuple, set[str]]:
    """What the docstring of tie_marks promises, tie by tie."""
    out = {}
    flow = {(r.exporter, r.importer, r.year): r.flag for r in tables["trade"].itertuples()}
    total = {(r.iso3, r.year): r.flag for r in tables["trade_totals"].itertuples()}
    column = f"{capability}_flag"
    size = {(r["iso3"], r["year"]): r[column] for r in tables["attributes"].to_dict(orient="records")}
    agreed = {frozenset({"AAA", "BBB"}), frozenset({"BBB", "CCC"})}
    for year, u, v in itertools.product(YEARS, STATES, STATES):
        found: set[str] = set()
        if weights.get("trade"):
            found |= {flow.get((u, v, year), ""), flow.get((v, u, year), ""), total.get((v, year), "")}
        pledges = [p for p in tables["pacts"].itertuples() if (p.source, p.target) == (u, v)]
        held = [p for p in pledges if strengths.get(p.kind, 0) > 0 and p.begin <= year and not p.end <= year - 1]
        if weights.get("alliance"):
            for pact in held:
                found |= {size[u, year], size[v, year]}
                found |= {"corrected"} if pact.correction else {"carried"} if year > pact.observed_to else set()
        if weights.get("agreement") and {u, v} in agreed and u != v:
            found |= {size[u, year], size[v, year]}
        out[year, u, v] = found & set(MARKS)
    return out


@pytest.mark.parametrize("capability", ["gdp", "cinc"])
@pytest.mark.parametrize(
    "strengths", [{"defence": 1.0}, {"defence": 1.0, "nonaggression": 0.5}], ids=["defence", "both"]
)
@pytest.mark.parametrize(
    "weights",
    [{"trade": 1}, {"alliance": 1}, {"agreement": 1}, {"trade": 0.6, "alliance": 0.3, "agreement": 0.1}],
    ids=["trade", "alliance", "agreement", "all"],
)
def test_marks_are_those_of_a_slow_loop(tables, weights, strengths, capability):
    marks = tie_marks(panel_from_tables(tables), weights, pact_strength=strengths, capability=capability)
    words = words_of(marks.values)
    for (year, u, v), wanted in slow_marks(tables, weights, strengths, capability).items():
        found = words[YEARS.index(year), STATES.index(u), STATES.index(v)]
        assert set(filter(None, found.split(";"))) == wanted, (year, u, v)


def test_a_pledge_is_carried_only_after_the_last_year_its_source_looked_at():
    words = words_of(tie_marks(pencil_panel(), {"alliance": 1}).sel(source="AAA", target="CCC").values)
    assert list(words) == ["", "carried"]


def test_a_pledge_of_strength_zero_leaves_no_mark():
    words = words_of(tie_marks(pencil_panel(), {"alliance": 1}).sel(source="AAA", target="DDD").values)
    assert list(words) == ["", ""]


def test_marks_are_listed_in_one_order_and_all_are_flags():
    assert set(MARKS) <= set(FLAGS)
    assert words_of(np.array([0, 1, 2, 3, 31])).tolist() == [
        "", "provisional", "chained", "provisional;chained", "provisional;chained;carried;imputed;corrected",
    ]  # fmt: skip
    assert words_of(np.zeros((2, 3), dtype=np.uint8)).shape == (2, 3)


@pytest.mark.parametrize("flag", ["corrected", "imputed"])
def test_a_tie_that_depends_on_a_curated_or_imputed_membership_says_so(flag):
    tables = pencil_tables()
    here = (tables["memberships"]["agreement"] == "AB") & (tables["memberships"]["iso3"] == "AAA")
    tables["memberships"].loc[here, "flag"] = flag
    marks = tie_marks(panel_from_tables(tables), {"agreement": 1.0}).sel(year=2016)
    found = {
        pair: words_of(marks.sel(source=pair[0], target=pair[1]).values) for pair in (("AAA", "BBB"), ("BBB", "AAA"))
    }
    assert set(found.values()) == {flag}
    assert words_of(marks.sel(source="BBB", target="CCC").values) == ""


def test_an_agreement_that_adds_nothing_to_a_sound_one_leaves_no_mark():
    tables = pencil_tables()
    again = tables["agreements"].iloc[[0]].assign(agreement="AB2")
    members = tables["memberships"].iloc[:2].assign(agreement="AB2", flag="corrected")
    tables["agreements"] = pd.concat([tables["agreements"], again], ignore_index=True)
    tables["memberships"] = pd.concat([tables["memberships"], members], ignore_index=True)
    marks = tie_marks(panel_from_tables(tables), {"agreement": 1.0}).sel(year=2016)
    assert words_of(marks.sel(source="AAA", target="BBB").values) == ""


def test_a_mark_is_a_state_s_where_it_is_on_a_tenth_of_its_pulls():
    """S00 relies .05 on S01, marked, and .6 on S02: too little. S02 relies on S01 alone, marked."""
    shares = np.zeros((3, 3))
    shares[1, 0], shares[2, 0], shares[1, 2], shares[0, 1] = 0.05, 0.6, 0.5, 0.9
    ties = ties_of(shares)
    marks = ties.copy(data=np.zeros(ties.shape, dtype=np.uint8))
    marks.values[0, 1, 0] = marks.values[0, 1, 2] = 1 << MARKS.index("imputed")
    assert words_of(state_marks(ties, marks))[0].tolist() == ["", "imputed", "imputed"]


def test_the_floor_of_coverage_is_held_to_a_millionth():
    seen = np.array([0.8, 0.3 + 0.5, 1 - 0.2, 0.7 + 0.1, 0.8 - 2e-6, 0.79, np.nan, 1.0])
    assert meets_coverage(seen).tolist() == [True, True, True, True, False, False, False, True]
    # As weights make it: .2 of a layer that nobody observed.
    assert meets_coverage(1.0 - 0.2 * np.ones(1)).all()


def test_the_share_of_the_network_that_is_known():
    """Of four states with ties one has a portfolio nobody knows; a fifth has no ties and does not count."""
    shares = np.zeros((5, 5))
    shares[0, 1] = shares[1, 2] = shares[3, 0] = 0.5
    shares[:, 3] = np.nan
    np.testing.assert_allclose(network_coverage(ties_of(shares, unobserved=[0, 0, 0, 1, 0])), [3 / 4])
    assert np.isnan(network_coverage(ties_of(np.zeros((2, 2))))).all()


def test_ties_made_ready_are_measured_alike():
    shares = np.array([[0.0, 0.4, np.nan], [0.3, 0.0, np.nan], [0.0, 0.2, np.nan]])
    ties = ties_of(shares, unobserved=[0, 0, 1])
    ready = known_ties(ties)
    np.testing.assert_array_equal(known_shares(ready), known_shares(ties))
    np.testing.assert_array_equal(tied_states(ready), tied_states(ties))
    np.testing.assert_array_equal(network_coverage(ready), network_coverage(ties))
    assert known_ties(ready) is ready
    assert np.isnan(ties.values).any()


def test_a_pledge_that_ended_before_the_panel_begins_marks_nothing():
    """ANZUS between the United States and New Zealand, suspended in 1986: nothing is carried forward after 2018."""
    panel = load_panel()
    pact = panel.pacts.query("source == 'USA' and target == 'NZL' and kind == 'defence'")
    assert pact["end"].tolist() == [1986]
    weights = {"trade": 0.0, "alliance": 1.0, "agreement": 0.0}
    marks = tie_marks(panel, weights).sel(source="USA", target="NZL")
    assert words_of(marks.values).tolist() == [""] * len(panel.years)
