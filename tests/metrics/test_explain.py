"""An explanation adds up to the number it explains, and every figure in it is the panel's own."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

import influence as inf
from influence.errors import StateError, YearError
from influence.method import Method
from influence.metrics.explain import EXPLAINED
from influence.metrics.pull import direct_pull
from influence.panel.panel import Panel
from influence.study import Study
from tests.pencil import pencil_panel

POLES = ("CHN", "USA")


@pytest.fixture(scope="module")
def panel() -> Panel:
    return inf.load_panel(first_year=2015, last_year=2022)


def explain(panel: Panel, iso3: str, year: int, poles: tuple[str, ...], **choices: object) -> pd.DataFrame:
    return inf.explain_pull(Study(panel, Method(**choices), poles), iso3, year)


def parts(table: pd.DataFrame, pole: str) -> pd.DataFrame:
    return table[table["pole"] == pole].drop_duplicates("layer").set_index("layer")


def fact_row(table: pd.DataFrame, text: str) -> pd.Series:
    found = table[table["fact"].str.contains(text, regex=False)].drop_duplicates("fact")
    assert len(found) == 1, list(table["fact"])
    return found.iloc[0]


# ---- the pencil ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def gamma() -> pd.DataFrame:
    return explain(pencil_panel(), "CCC", 2016, ("AAA", "BBB"))


def test_columns_are_those_promised(gamma):
    assert list(gamma.columns) == EXPLAINED
    assert set(gamma["pole"]) == {"AAA", "BBB", ""}


def test_parts_are_weight_times_share_of_the_pencil(gamma):
    result = parts(gamma, "AAA")
    assert result["share"].to_dict() == pytest.approx({"trade": 2 / 9, "alliance": 4 / 7, "agreement": 0.0})
    assert result["weight"].to_dict() == pytest.approx({"trade": 0.6, "alliance": 0.3, "agreement": 0.1})
    assert result["contribution"].to_dict() == pytest.approx(
        {"trade": 0.6 * 2 / 9, "alliance": 0.3 * 4 / 7, "agreement": 0.0}
    )


def test_facts_are_the_raw_figures_of_the_pencil(gamma):
    alpha = gamma[gamma["pole"] == "AAA"]
    assert fact_row(alpha, "goods exports CCC to AAA")["value"] == 10
    assert fact_row(alpha, "goods exports AAA to CCC")["value"] == 10
    assert fact_row(alpha, "all goods exports of CCC")["value"] == 30
    assert fact_row(alpha, "all goods imports of CCC")["value"] == 60
    assert fact_row(alpha, "GDP of AAA")["value"] == 100
    assert fact_row(alpha, "defence pledge of AAA to CCC")["value"] == 1.0
    assert fact_row(alpha, "no trade agreement between AAA and CCC")["value"] == 0.0
    assert fact_row(alpha, "goods exports CCC to AAA")[["unit", "source", "flag"]].tolist() == [
        "USD",
        "baci",
        "observed",
    ]


def test_a_flow_observed_as_zero_is_zero_and_observed():
    result = explain(pencil_panel(), "DDD", 2016, ("AAA", "BBB"))
    zero = fact_row(result[result["pole"] == "AAA"], "goods exports DDD to AAA")
    assert (zero["value"], zero["flag"]) == (0.0, "observed")


def test_an_unobserved_flow_is_missing_and_its_contribution_is_not_zero():
    result = explain(pencil_panel(), "AAA", 2017, ("BBB", "CCC"))
    unseen = fact_row(result[result["pole"] == "CCC"], "goods exports AAA to CCC")
    assert math.isnan(unseen["value"])
    assert unseen["flag"] == "missing"
    assert math.isnan(parts(result, "CCC").loc["trade", "contribution"])
    assert result["coverage"].unique() == pytest.approx([1 - 0.6 * 30 / 80])
    assert fact_row(result[result["pole"] == "BBB"], "goods exports AAA to BBB")["flag"] == "chained"


def test_what_is_not_covered_and_what_is_unobserved_fill_the_whole():
    everyone = ("AAA", "BBB", "DDD")
    result = explain(pencil_panel(), "CCC", 2016, everyone)
    whole = (
        sum(parts(result, pole)["contribution"].sum() for pole in everyone)
        + result[result["pole"] == ""]["contribution"].sum()
    )
    assert whole == pytest.approx(1.0)


def test_a_carried_pledge_says_so():
    result = explain(pencil_panel(), "CCC", 2017, ("AAA", "BBB"), weights={"alliance": 1.0})
    assert fact_row(result[result["pole"] == "AAA"], "defence pledge")["flag"] == "carried"


def test_a_pole_has_no_pull_on_itself():
    assert set(explain(pencil_panel(), "AAA", 2016, ("AAA", "BBB"))["pole"]) == {"BBB", ""}


def test_a_group_s_parts_for_a_member_are_those_of_the_others(panel):
    table = explain(panel, "LAO", 2016, ("asean",))
    parts = table[table["pole"] == "asean"].drop_duplicates("layer")["contribution"]
    ties = inf.build_ties(panel)
    assert parts.sum() == pytest.approx(float(direct_pull(ties, "asean").sel(year=2016, target="LAO")))
    assert not table["fact"].str.contains("LAO to LAO").any()


def test_the_panel_is_left_as_it_was():
    panel = pencil_panel()
    before = panel.trade.copy(deep=True)
    explain(panel, "CCC", 2016, ("AAA", "BBB"))
    assert panel.trade.identical(before)


# ---- the real panel ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options", [{}, {"trade_base": "exports"}, {"capability": "cinc"}], ids=["plain", "exports", "cinc"]
)
@pytest.mark.parametrize("year", [2016, 2022])
@pytest.mark.parametrize("iso3", ["KOR", "JPN", "PHL"])
def test_contributions_sum_to_the_direct_pull(panel, iso3, year, options):
    result = explain(panel, iso3, year, POLES, **options)
    ties = inf.build_ties(panel, **options)
    for pole in POLES:
        pull = float(direct_pull(ties, pole).sel(year=year, target=iso3))
        assert parts(result, pole)["contribution"].sum(skipna=False) == pytest.approx(pull, abs=1e-12)


@pytest.mark.parametrize("year", [2016, 2022])
@pytest.mark.parametrize("iso3", ["KOR", "JPN", "PHL"])
def test_flows_are_those_of_the_panel(panel, iso3, year):
    result = explain(panel, iso3, year, POLES)
    for pole in POLES:
        rows = result[result["pole"] == pole]
        for exporter, importer in ((iso3, pole), (pole, iso3)):
            raw = float(panel.trade["export_usd"].sel(year=year, exporter=exporter, importer=importer))
            assert fact_row(rows, f"goods exports {exporter} to {importer}")["value"] == raw
        for column, word in (("export_usd", "exports"), ("import_usd", "imports")):
            raw = float(panel.totals[column].sel(year=year, state=iso3))
            assert fact_row(rows, f"all goods {word} of {iso3}")["value"] == raw


def test_korea_2016_is_the_published_figure(panel):
    result = explain(panel, "KOR", 2016, POLES)
    assert fact_row(result[result["pole"] == "USA"], "goods exports KOR to USA")["value"] / 1e9 == pytest.approx(
        68.5, abs=0.05
    )
    assert fact_row(result[result["pole"] == "USA"], "defence pledge of USA to KOR")["source"] == "atop"
    assert not result["fact"].str.contains("TPP").any()


def test_a_share_can_be_worked_out_from_its_facts(panel):
    result = explain(panel, "JPN", 2016, POLES)
    rows = result[result["pole"] == "CHN"]
    both = fact_row(rows, "goods exports JPN to CHN")["value"] + fact_row(rows, "goods exports CHN to JPN")["value"]
    whole = fact_row(rows, "all goods exports of JPN")["value"] + fact_row(rows, "all goods imports of JPN")["value"]
    assert parts(result, "CHN").loc["trade", "share"] == pytest.approx(both / whole)


def test_a_layer_nobody_observed_adds_nothing_and_has_no_share(panel):
    weights = {"trade": 0.9, "alliance": 0.1}
    result = explain(panel, "HKG", 2016, POLES, weights=weights)
    alliance = parts(result, "CHN").loc["alliance"]
    assert math.isnan(alliance["share"])
    assert alliance["contribution"] == 0.0
    pull = float(direct_pull(inf.build_ties(panel, weights), "CHN").sel(year=2016, target="HKG"))
    assert parts(result, "CHN")["contribution"].sum() == pytest.approx(pull, abs=1e-12)


def test_a_group_with_a_member_nobody_observed_has_no_part_made_of_the_others(panel):
    result = explain(panel, "KOR", 2022, ("eu", "USA"))
    ties = inf.build_ties(panel)
    pull = float(direct_pull(ties, "eu").sel(year=2022, target="KOR"))
    np.testing.assert_allclose(parts(result, "eu")["contribution"].sum(skipna=False), pull, atol=1e-12)


def test_a_group_s_parts_are_the_sum_of_its_members(panel):
    result = explain(panel, "KOR", 2016, ("china_hk_macao", "USA"))
    pull = float(direct_pull(inf.build_ties(panel), "china_hk_macao").sel(year=2016, target="KOR"))
    assert parts(result, "china_hk_macao")["contribution"].sum() == pytest.approx(pull, abs=1e-12)


def test_an_estimated_gdp_names_what_it_was_estimated_from(panel):
    result = explain(panel, "CHN", 2016, ("PRK", "USA"))
    gdp = fact_row(result[result["pole"] == "PRK"], "GDP of PRK")
    assert gdp[["source", "flag"]].tolist() == ["cow_nmc", "imputed"]


def test_what_is_not_there_is_refused(panel):
    with pytest.raises(YearError, match="year 2030 is not in the panel; it covers 2015 to 2022"):
        explain(panel, "KOR", 2030, POLES)
    with pytest.raises(StateError, match="Atlantis"):
        explain(panel, "KOR", 2016, ("CHN", "Atlantis"))
    with pytest.raises(StateError, match="'ZZZ' is not among the"):
        explain(panel, "ZZZ", 2016, POLES)
