"""Gaps carried from the nearest year, GDP from capability against an independent least squares."""

import numpy as np
import pandas as pd
import pytest

from influence.panel.attributes import build_attributes, carry, carry_ratio, estimate_gdp
from influence.schema import names
from influence.states import bundled_registry
from influence.table_columns import TABLES


def row_of(**years):
    return pd.DataFrame([{int(k[1:]): v for k, v in years.items()}], index=["AAA"], dtype=float)


def carried(wide):
    values, flags = carry(wide)
    return values.iloc[0].tolist(), flags.iloc[0].tolist()


def test_a_gap_takes_the_nearest_year_the_earlier_on_a_draw():
    wide = row_of(y2000=1, y2001=np.nan, y2002=np.nan, y2003=np.nan, y2004=5, y2005=np.nan)
    values, flags = carried(wide)
    assert values == [1, 1, 1, 5, 5, 5]
    assert flags == ["observed", "carried", "carried", "carried", "observed", "carried"]
    assert wide.isna().sum().sum() == 4


def test_nothing_is_carried_further_than_ten_years():
    wide = pd.DataFrame(np.nan, index=["AAA"], columns=range(2000, 2025))
    wide.loc["AAA", 2012] = 3.0
    values, flags = carried(wide)
    assert [y for y, v in zip(wide.columns, values, strict=True) if v == 3.0] == list(range(2002, 2023))
    assert [flags[i] for i in (0, 1, 2, 22, 23)] == ["missing", "missing", "carried", "carried", "missing"]


def test_a_zero_is_an_observation():
    assert carried(row_of(y2000=0, y2001=np.nan)) == ([0, 0], ["observed", "carried"])


def many_states(seed=4, states=40, years=(2010, 2011)):
    """Forty states with GDP and CINC, one with CINC alone, one with neither."""
    rng = np.random.default_rng(seed)
    codes = [f"S{i:02}" for i in range(states)]
    cinc = pd.DataFrame(rng.lognormal(-6, 1, (states, len(years))), index=codes, columns=list(years))
    gdp = np.exp(27 + 0.9 * np.log(cinc)) * rng.lognormal(0, 0.5, cinc.shape)
    gdp.iloc[0] = np.nan
    gdp.iloc[1], cinc.iloc[1] = np.nan, np.nan
    return gdp, cinc


def test_gdp_from_capability_is_least_squares_in_logs():
    gdp, cinc = many_states()
    values, flags = estimate_gdp(gdp, carry(gdp)[1], cinc)
    for year in gdp.columns:
        known = gdp[year].notna()
        design = np.column_stack([np.ones(known.sum()), np.log(cinc.loc[known, year])])
        (level, slope), *_ = np.linalg.lstsq(design, np.log(gdp.loc[known, year]), rcond=None)
        assert values.loc["S00", year] == pytest.approx(np.exp(level + slope * np.log(cinc.loc["S00", year])), rel=1e-9)
    assert flags.loc["S00"].tolist() == ["imputed", "imputed"]
    assert flags.loc["S01"].tolist() == ["missing", "missing"]
    assert values.loc["S01"].isna().all()
    pd.testing.assert_frame_equal(values.iloc[2:], gdp.iloc[2:])


def test_what_was_carried_makes_no_line():
    gdp, cinc = many_states()
    flags = carry(gdp)[1]
    plain, _ = estimate_gdp(gdp, flags, cinc)
    gdp.loc["S39", 2011] = 1e30
    flags.loc["S39", 2011] = "carried"
    without = estimate_gdp(gdp.drop("S39"), flags.drop("S39"), cinc.drop("S39"))[0]
    assert estimate_gdp(gdp, flags, cinc)[0].loc["S00", 2011] == pytest.approx(without.loc["S00", 2011])
    assert plain.loc["S00", 2010] == pytest.approx(estimate_gdp(gdp, flags, cinc)[0].loc["S00", 2010])


def test_too_few_states_make_no_estimate():
    gdp, cinc = many_states(states=31)
    values, flags = estimate_gdp(gdp, carry(gdp)[1], cinc)
    assert values.loc["S00"].isna().all()
    assert set(flags.loc["S00"]) == {"missing"}


def test_a_state_observed_once_keeps_its_distance_from_the_line():
    """Eritrea, poor and armed: the line alone would have its GDP of 2022 at a hundred times that of 2011."""
    gdp, cinc = many_states()
    line = estimate_gdp(gdp, carry(gdp)[1], cinc)[0].loc["S00"]
    gdp.loc["S00", 2010] = line[2010] / 100
    values, flags = estimate_gdp(gdp, carry(gdp)[1].mask(gdp.isna(), "missing"), cinc)
    assert flags.loc["S00"].tolist() == ["observed", "imputed"]
    assert values.loc["S00", 2011] < line[2011] / 20
    growth_of_line = values.loc["S00", 2011] / values.loc["S00", 2010]
    assert growth_of_line == pytest.approx(line[2011] / line[2010], rel=0.3)


@pytest.fixture
def built():
    codes = [s for s in bundled_registry().states.index if s != "TWN"]
    gdp = pd.DataFrame([(s, y, 1e9 + i * 1e9) for i, s in enumerate(codes) for y in (2014, 2015)],
                       columns=["iso3", "year", "value"])  # fmt: skip
    nmc = pd.DataFrame([(s, y, 0.001 * (i + 1)) for i, s in enumerate([*codes, "TWN"]) for y in (2014, 2015)],
                       columns=["iso3", "year", "cinc"])  # fmt: skip
    population = pd.DataFrame([("NAM", 2015, 2e6), ("NAM", 2030, 9e9)], columns=["iso3", "year", "value"])
    system = pd.DataFrame([("NAM", 2014), ("NAM", 2015), ("KOR", 2014)], columns=["iso3", "year"])
    domestic = pd.DataFrame({"iso3": ["KOR"], "year": [2015], "domestic_usd": [300.0]})
    return build_attributes(gdp, population, nmc, system, domestic, range(2014, 2018)).set_index(["iso3", "year"])


def test_every_state_has_a_row_a_year_namibia_too(built):
    assert len(built) == len(bundled_registry().states) * 4
    assert not built.index.duplicated().any()
    assert list(built.reset_index().columns) == names(TABLES["attributes"])
    assert built.loc[("NAM", 2015), "population"] == 2e6
    assert built.loc[("NAM", 2014), "population_flag"] == "carried"


def test_the_state_system_after_its_last_year_is_that_of_its_last_year(built):
    assert built["in_system"].loc["NAM"].tolist() == [True] * 4
    assert built["in_system"].loc["KOR"].tolist() == [True, False, False, False]


def test_a_state_without_gdp_is_imputed_and_flagged(built):
    assert (built.loc["TWN", "gdp_flag"] == "imputed").sum() == 2
    assert built["gdp_flag"].loc["KOR"].tolist() == ["observed", "observed", "carried", "carried"]


def test_without_a_line_taiwan_stays_missing_after_the_last_year(built):
    """2016 has no observed GDP at all: nothing to lay a line through."""
    assert np.isnan(built.loc[("TWN", 2016), "gdp_usd"])
    assert built.loc[("TWN", 2016), "gdp_flag"] == "missing"


def test_sales_at_home_are_carried_as_a_ratio_to_gdp():
    """300 of a GDP of 150 in 2015: twice the GDP before and after, whatever the distance in years."""
    wide = pd.DataFrame({2000: [np.nan], 2015: [300.0], 2016: [np.nan]}, index=["KOR"])
    gdp = pd.DataFrame({2000: [50.0], 2015: [150.0], 2016: [200.0]}, index=["KOR"])
    values, flags = carry_ratio(wide, gdp)
    assert values.loc["KOR"].tolist() == [100.0, 300.0, 400.0]
    assert flags.loc["KOR"].tolist() == ["carried", "observed", "carried"]


def test_sales_at_home_of_an_economy_without_a_table_stay_missing(built):
    assert np.isnan(built.loc[("NAM", 2015), "domestic_usd"])
    assert built.loc[("NAM", 2015), "domestic_flag"] == "missing"
    assert built["domestic_flag"].loc["KOR"].tolist() == ["carried", "observed", "carried", "carried"]
