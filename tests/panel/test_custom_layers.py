"""Custom layers: the pencil, two routes to the built-in layers, the invariant, and every row that is refused."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import influence as inf
from influence.comparison.thresholds import weight_thresholds
from influence.config import load_config
from influence.draw_settings import DrawSettings
from influence.errors import ConfigError, PanelError, StateError
from influence.layer_settings import NORMALISATIONS, CustomLayer
from influence.layers import build_layers, strength_in_force
from influence.method import Method
from influence.metrics.explain import explain_pull
from influence.panel.custom_layers import check_rows
from influence.panel.panel import Panel, with_custom_layers
from influence.panel.regions import region_key, region_members
from influence.panel.user_rows import read_rows
from influence.portfolios import intensity_portfolio
from influence.quality import MARKS, tie_marks
from influence.schema import AGREEMENT_STRENGTH, PACT_STRENGTH
from influence.specs import LAYERS, WEIGHTS
from influence.study import Study
from influence.ties import build_ties
from influence.uncertainty.draws import drawn_method
from influence.uncertainty.other_data import observed_years, without_state
from influence.uncertainty.sensitivity import without_layers
from influence.uncertainty.variants import YearStudy, layer_ends
from tests.export.pages import real_panel
from tests.pencil import pencil_panel

HEAD = "source,target,year,value\n"


def written(folder: Path, rows: str, head: str = HEAD, name: str = "mine.csv") -> str:
    path = folder / name
    path.write_text(head + rows, encoding="utf-8")
    return str(path)


def with_layer(folder: Path, rows: str, normalise: str, head: str = HEAD, **given: object) -> Panel:
    layer = CustomLayer("mine", written(folder, rows, head), normalise, **given)  # type: ignore[arg-type]
    return with_custom_layers(pencil(), [layer])


@lru_cache(maxsize=1)
def pencil() -> Panel:
    return pencil_panel()


def column(panel: Panel, target: str, year: int = 2016) -> tuple[dict[str, float], float, float]:
    """Shares above zero, not_covered and unobserved of a state in the layer `mine`."""
    layer = build_layers(panel).sel(layer="mine", year=year, target=target)
    shares = {str(code): float(v) for code, v in zip(layer["source"].values, layer.values, strict=True) if v > 0}
    return shares, float(layer["not_covered"]), float(layer["unobserved"])


# ---- the pencil ------------------------------------------------------------------------------------


def test_a_portfolio_is_shared_out_by_value_and_leaves_nothing_uncovered(tmp_path):
    panel = with_layer(tmp_path, "AAA,CCC,2016,30\nBBB,CCC,2016,10\nAAA,DDD,2016,0\n", "portfolio")
    assert column(panel, "CCC") == ({"AAA": 0.75, "BBB": 0.25}, 0.0, 0.0)
    # Nothing cannot be shared out, and who has no row was not observed: either has no portfolio.
    assert column(panel, "DDD") == ({}, 0.0, 1.0)
    assert column(panel, "AAA") == ({}, 0.0, 1.0)


def test_a_pledge_weighs_by_strength_and_capability(tmp_path):
    panel = with_layer(tmp_path, "AAA,CCC,2016,1\nBBB,CCC,2016,0.5\nCCC,AAA,2016,1\n", "pledge")
    shares, not_covered, unobserved = column(panel, "CCC")
    assert shares == pytest.approx({"AAA": 100 / 150, "BBB": 25 / 150})
    assert (not_covered, unobserved) == (pytest.approx(25 / 150), 0.0)
    assert column(panel, "AAA")[0] == pytest.approx({"CCC": 25 / 125})
    assert column(panel, "BBB") == ({}, 1.0, 0.0), "a state without a row is its own"
    assert column(panel, "DDD") == ({}, 1.0, 0.0), "whatever its capability"


def test_a_pledge_of_one_whose_capability_is_missing_is_unobserved(tmp_path):
    assert column(with_layer(tmp_path, "DDD,CCC,2016,1\n", "pledge"), "CCC") == ({}, 0.0, 1.0)


def test_an_intensity_is_one_sided_and_leaves_the_rest_not_covered(tmp_path):
    full = np.expm1(4.0)
    rows = f"AAA,CCC,2016,{np.expm1(2.0)}\nAAA,BBB,2016,{full * 2}\n"
    panel = with_layer(tmp_path, rows, "intensity", full=full)
    assert column(panel, "CCC") == (pytest.approx({"AAA": 0.5}), pytest.approx(0.5), 0.0)
    assert column(panel, "BBB") == ({"AAA": 1.0}, 0.0, 0.0), "no more than all"
    assert column(panel, "DDD") == ({}, 0.0, 1.0), "no row, no observation"


def test_sources_of_an_intensity_share_what_their_sum_reaches(tmp_path):
    panel = with_layer(tmp_path, "AAA,CCC,2016,6\nBBB,CCC,2016,2\nAAA,BBB,2016,50\nCCC,BBB,2016,30\n", "intensity")
    reached = np.log(9) / np.log(81)  # 1 / 2: the largest total, 80, is full
    assert column(panel, "CCC") == (pytest.approx({"AAA": 0.75 * reached, "BBB": 0.25 * reached}), 0.5, 0.0)
    assert panel.custom[0].full == 80.0


def test_the_meaning_of_absence_can_be_configured(tmp_path):
    complete = with_layer(tmp_path, "AAA,CCC,2016,6\n", "intensity", complete=True)
    assert column(complete, "DDD") == ({}, 1.0, 0.0)
    assert column(complete, "DDD", 2017) == ({}, 0.0, 1.0), "only in years of which the file tells"
    partly = with_layer(tmp_path, "AAA,CCC,2016,1\n", "pledge", complete=False)
    assert column(partly, "DDD") == ({}, 0.0, 1.0)


def test_names_codes_and_case_lead_to_the_same_state(tmp_path):
    layer = CustomLayer("mine", written(tmp_path, "united states,Korea,2016,1\nprk,CHN,2016,1\n"), "portfolio")
    given_ = real_panel().of_years(2016, 2016)
    value = with_custom_layers(given_, [layer]).custom[0].amounts["value"].sel(year=2016)
    assert float(value.sel(source="USA", target="KOR")) == 1.0
    assert float(value.sel(source="PRK", target="CHN")) == 1.0
    assert float(np.nansum(value)) == 2.0


# ---- years -----------------------------------------------------------------------------------------

SPELLS = "source,target,year,value,end\n"


def test_spells_hold_to_their_end_and_open_ones_are_carried_and_flagged(tmp_path):
    panel = with_layer(tmp_path, "AAA,CCC,2010,1,2016\nBBB,CCC,2010,1,\n", "pledge", SPELLS)
    assert set(column(panel, "CCC", 2016)[0]) == {"AAA", "BBB"}
    assert set(column(panel, "CCC", 2017)[0]) == {"BBB"}
    marks = tie_marks(panel, {"mine": 1.0}).sel(source="BBB", target="CCC")
    carried = [bool(bits & (1 << MARKS.index("carried"))) for bits in marks.values]
    assert carried == [False, True], "the file tells of 2016 at the latest"
    assert panel.custom[0].last == 2016
    assert observed_years(panel, "mine").tolist() == [True, False]


def test_an_end_column_of_another_name_is_named(tmp_path):
    head = "source,target,year,value,until\n"
    panel = with_layer(tmp_path, "AAA,CCC,2010,1,2016\n", "pledge", head, end="until")
    assert column(panel, "CCC", 2016)[0]
    assert column(panel, "CCC", 2017) == ({}, 0.0, 1.0), "after the file's last year there is no layer"


def test_outside_its_years_the_layer_is_not_there_its_weight_goes_to_the_others_and_that_is_a_break(tmp_path):
    panel = with_layer(tmp_path, "AAA,BBB,2016,1\n", "portfolio")
    weights = {"trade": 0.5, "mine": 0.5}
    ties = build_ties(panel, weights)
    plain = build_ties(pencil_panel(), {"trade": 1.0})
    assert ties.sel(year=2017).equals(plain.sel(year=2017).assign_coords(is_break=("target", [True] * 4)))
    # AAA is in no row of the file, and yet the weight of its trade doubles: a break for it too.
    assert ties["is_break"].sel(year=2017).values.all()
    assert float(ties.sel(year=2016, source="AAA", target="BBB")) == pytest.approx(0.5 * 0.5 + 0.5 * 1.0)
    assert float(ties["unobserved"].sel(year=2016, target="CCC")) == pytest.approx(0.5)


def test_it_is_a_break_for_states_that_the_file_does_not_name_too(tmp_path):
    layer = CustomLayer("mine", written(tmp_path, "USA,KOR,2015,1\n"), "portfolio")
    panel = with_custom_layers(real_panel().of_years(2013, 2017), [layer])
    for code in ("KOR", "JPN"):
        found = build_ties(panel, {**WEIGHTS, "mine": 0.1})["is_break"].sel(target=code)
        assert found.values.tolist() == [False, False, True, True, False]
    plain = build_ties(panel, WEIGHTS)["is_break"].sel(target="JPN")
    assert not plain.values.any(), "without a weight it changes nothing"


def test_a_year_without_rows_between_the_years_of_the_file(tmp_path):
    panel = real_panel().of_years(2010, 2013)
    rows = "USA,KOR,2010,1\nUSA,KOR,2012,1\n"
    yearly = with_custom_layers(panel, [CustomLayer("mine", written(tmp_path, rows), "pledge")])
    seen = (build_layers(yearly).sel(layer="mine")["unobserved"].values < 1).any(axis=1)
    assert seen.tolist() == [True, False, True, False], "nobody says that the source looked in 2011"
    spells = written(tmp_path, "USA,KOR,2010,1,2010\nUSA,KOR,2012,1,2012\n", SPELLS)
    spelled = with_custom_layers(panel, [CustomLayer("mine", spells, "pledge")])
    layer = build_layers(spelled).sel(layer="mine", target="KOR")
    assert layer["not_covered"].values[1] == 1.0, "spells tell of every year from the first to the last"
    assert layer["unobserved"].values.tolist() == [0.0, 0.0, 0.0, 1.0]


def test_the_largest_total_is_that_of_the_file_and_not_of_the_years_that_are_looked_at(tmp_path):
    layer = CustomLayer("mine", written(tmp_path, "USA,KOR,1995,99\nUSA,KOR,2016,9\n"), "intensity")
    panel = with_custom_layers(real_panel().of_years(2016, 2016), [layer])
    assert panel.custom[0].full == 99.0
    assert panel.custom[0].outside == 1
    share = build_layers(panel).sel(layer="mine", year=2016, source="USA", target="KOR")
    assert float(share) == pytest.approx(0.5)


# ---- two routes ------------------------------------------------------------------------------------


def cells_of(values: np.ndarray, panel: Panel, path: Path) -> str:
    """A matrix (year, source, target) as a user's file."""
    year, source, target = np.nonzero(np.nan_to_num(values))
    codes = panel.states.index.to_numpy()
    found = {"source": codes[source], "target": codes[target], "year": np.asarray(panel.years)[year],
            "value": values[year, source, target]}  # fmt: skip
    frame = pd.DataFrame(found)
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_csv(path, index=False)
    return str(path)


def test_our_agreements_as_a_user_s_pledges_are_our_agreement_layer_to_the_bit(tmp_path):
    panel = real_panel().of_years(2015, 2017)
    strength = strength_in_force(panel, AGREEMENT_STRENGTH)
    layer = CustomLayer("mine", cells_of(strength, panel, tmp_path / "mine.csv"), "pledge")
    layers = build_layers(with_custom_layers(panel, [layer]), capability="cinc")
    built_in, mine = layers.sel(layer="agreement", drop=True), layers.sel(layer="mine", drop=True)
    assert built_in.equals(mine)
    assert (built_in > 0).sum() > 1000


def test_our_alliances_as_a_user_s_pledges_are_our_alliance_layer_where_the_pact_sources_look(tmp_path):
    panel = real_panel().of_years(2015, 2017)
    strength = strength_in_force(panel, PACT_STRENGTH)
    layer = CustomLayer("mine", cells_of(strength, panel, tmp_path / "mine.parquet"), "pledge")
    layers = build_layers(with_custom_layers(panel, [layer]))
    built_in, mine = (layers.sel(layer=name, drop=True) for name in ("alliance", "mine"))
    inside = panel.attributes["in_system"].values
    for name in ("not_covered", "unobserved"):
        assert np.array_equal(built_in[name].values[inside], mine[name].values[inside])
    both = [np.moveaxis(part.values, 1, 2)[inside] for part in (built_in, mine)]
    assert np.array_equal(both[0], both[1], equal_nan=True)
    assert (both[0] > 0).sum() > 500


def test_our_trade_as_a_user_s_portfolio_is_our_trade_layer_of_what_is_observed(tmp_path):
    panel = real_panel().of_years(2016, 2016)
    flows = panel.trade["export_usd"].values
    layer = CustomLayer("mine", cells_of(flows, panel, tmp_path / "mine.csv"), "portfolio")
    layers = build_layers(with_custom_layers(panel, [layer]), trade_base="imports").isel(year=0)
    built_in, mine = (layers.sel(layer=name, drop=True) for name in ("trade", "mine"))
    observed = 1.0 - built_in["unobserved"].values
    known = observed > 0
    assert known.sum() > 150
    found = np.nan_to_num(built_in.values[:, known]) / observed[known]
    assert np.abs(found - mine.values[:, known]).max() < 1e-12


def test_our_troops_as_a_user_s_intensity_are_our_troops_layer(tmp_path):
    panel = real_panel().of_years(2016, 2016)
    hosted = panel.attributes["troops"].values[0]
    rows = [f"USA,{code},2016,{x}\n" for code, x in zip(panel.states.index, hosted, strict=True) if x >= 0]
    layer = CustomLayer("mine", written(tmp_path, "".join(row for row in rows if "USA,USA" not in row)), "intensity",
                     full=60_000)  # fmt: skip
    layers = build_layers(with_custom_layers(panel, [layer])).isel(year=0)
    built_in, mine = (layers.sel(layer=name, source="USA").drop_sel(target="USA") for name in ("troops", "mine"))
    np.testing.assert_allclose(built_in.values, mine.values, rtol=1e-13)
    np.testing.assert_allclose(built_in["not_covered"].values, mine["not_covered"].values, atol=1e-13)
    assert (built_in > 0).sum() > 100


# ---- what holds of every layer ---------------------------------------------------------------------

CELLS = st.dictionaries(
    st.tuples(st.sampled_from("ABCD"), st.sampled_from("ABCD"), st.sampled_from([2016, 2017])),
    st.one_of(st.just(0.0), st.floats(1e-300, 1e90), st.floats(0, 1)),
    min_size=1,
    max_size=16,
)


@given(CELLS, st.sampled_from(list(NORMALISATIONS)), st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_shares_not_covered_and_unobserved_sum_to_one(tmp_path, cells, normalise, complete):
    cells = {key: min(v, 1.0) if normalise == "pledge" else v for key, v in cells.items() if key[0] != key[1]}
    if not cells:
        return
    rows = "".join(f"{s * 3},{t * 3},{year},{v!r}\n" for (s, t, year), v in cells.items())
    given = {} if normalise == "portfolio" else {"complete": complete}
    if normalise == "intensity":
        given["full"] = 60.0
    panel = with_layer(tmp_path, rows, normalise, **given)
    layers = build_layers(panel).sel(layer="mine")
    assert np.nanmin(layers.values, initial=0.0) >= 0
    whole = np.nansum(layers.values, axis=1) + layers["not_covered"].values + layers["unobserved"].values
    np.testing.assert_allclose(whole, 1.0, atol=1e-12)
    ties = build_ties(panel, {"trade": 0.4, "alliance": 0.2, "mine": 0.4})
    whole = np.nansum(ties.values, axis=1) + ties["not_covered"].values + ties["unobserved"].values
    np.testing.assert_allclose(whole, 1.0, atol=1e-12)


@given(st.lists(st.floats(0, 1e6), min_size=3, max_size=3), st.floats(0.5, 1e6))
def test_an_intensity_grows_with_every_amount_and_never_passes_one(amounts, full):
    amount = np.array(amounts)[None, :, None]
    shares, not_covered, _ = intensity_portfolio(amount, full)
    assert shares.sum() <= 1 + 1e-12
    assert not_covered[0, 0] == pytest.approx(1 - shares.sum(), abs=1e-12)
    more = intensity_portfolio(amount * 2, full)[0]
    assert more.sum() >= shares.sum() - 1e-12


# ---- what runs over the layers ---------------------------------------------------------------------


def custom_case(folder: Path) -> Study:
    rows = "".join(f"USA,KOR,{year},3\nCHN,KOR,{year},1\nRUS,JPN,{year},1\n" for year in (2016, 2017))
    layer = CustomLayer("mine", written(folder, rows), "portfolio", title="My ties", cite="Me (2020).")
    return weighing_mine(with_custom_layers(real_panel().of_years(2016, 2017), [layer]))


def weighing_mine(panel: Panel) -> Study:
    """The study of a panel at the default weights and a quarter more for the layer `mine`."""
    return Study(panel, Method({**WEIGHTS, "mine": 0.25}), ("CHN", "USA"))


def test_custom_layers_follow_the_built_in_ones_and_take_weights(tmp_path):
    study = custom_case(tmp_path)
    panel = study.panel
    assert panel.layer_names == (*LAYERS, "mine")
    assert study.weighing == ["trade", "alliance", "agreement", "mine"]
    with pytest.raises(ConfigError, match=r"weights name no layer oil; layers are: trade, .*, troops, mine\."):
        build_ties(panel, {"oil": 1.0})
    with pytest.raises(ConfigError, match=r"weights name no layer mine"):
        build_ties(real_panel().of_years(2016, 2016), {"mine": 1.0})


def test_without_custom_layers_the_panel_is_the_same_object():
    panel = pencil_panel()
    assert with_custom_layers(panel, []) is panel
    assert panel.custom == ()


def test_parts_of_the_panel_keep_the_layer(tmp_path):
    panel = custom_case(tmp_path).panel
    assert panel.of_years(2017, 2017).custom[0].amounts.sizes == {"year": 1, "source": 210, "target": 210}
    left = without_state(panel, "RUS")
    assert left.custom[0].amounts.sizes["source"] == 209
    assert float(build_layers(left).sel(layer="mine", year=2016, source="USA", target="KOR")) == 0.75
    with pytest.raises(ValueError, match="read-only"):
        left.custom[0].amounts["value"].values[0, 0, 0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        panel.custom[0].amounts["value"].values[0, 0, 0] = 1.0


def test_the_sum_explained_is_the_pull_and_the_figures_are_reported(tmp_path):
    study = custom_case(tmp_path)
    table = explain_pull(study, "KOR", 2016)
    parts = table[table["pole"] == "CHN"].drop_duplicates("layer").set_index("layer")
    ties = study.ties
    assert parts["contribution"].sum() == pytest.approx(float(ties.sel(year=2016, source="CHN", target="KOR")))
    assert parts.loc["mine", "contribution"] == pytest.approx(0.25 / 1.25 * 0.25)
    facts = table[(table["layer"] == "mine") & (table["pole"] == "CHN")]
    assert facts[["fact", "value", "source", "flag"]].to_numpy().tolist() == [
        ["My ties, CHN to KOR", 1.0, "mine", "observed"],
        ["My ties, all to KOR", 4.0, "mine", "observed"],
    ]


def test_a_lead_may_depend_on_a_custom_layer(tmp_path):
    study = custom_case(tmp_path)
    thresholds = weight_thresholds(study, "KOR", 2016).thresholds
    assert [threshold.layer for threshold in thresholds] == study.weighing
    assert thresholds[-1].alone == pytest.approx((0.25 - 0.75) / 1.0)
    table = without_layers(study, 2016, ["pull_balance"])
    left = table[(table["layer"] == "mine") & (table["iso3"] == "KOR")]["without"].item()
    plain = inf.pull_balance(build_ties(real_panel().of_years(2016, 2016)), ("CHN", "USA"))
    assert left == pytest.approx(float(plain.sel(year=2016, target="KOR")))


def test_its_weight_is_drawn_with_the_others_and_its_figures_are_not(tmp_path):
    study = custom_case(tmp_path)
    drawn = [drawn_method(study, DrawSettings(draws=400), draw).weights for draw in range(400)]
    assert all(
        sum(weights.values()) == pytest.approx(1.0) and weights.keys() == set(study.weighing) for weights in drawn
    )
    assert np.mean([weights["mine"] for weights in drawn]) == pytest.approx(0.25 / 1.25, abs=0.01)
    default = Study(real_panel())
    assert list(drawn_method(default, DrawSettings(), 7).weights) == default.weighing


def test_a_variant_asks_where_it_ends(tmp_path):
    head = "source,target,year,value,end\n"
    layer = CustomLayer("mine", written(tmp_path, "USA,KOR,2016,1,\n", head), "pledge")
    panel = with_custom_layers(real_panel().of_years(2016, 2017), [layer])
    study = weighing_mine(panel)
    found = layer_ends(YearStudy(study.at(2017), study), "mine")
    assert found.measured is not None
    assert found.measured.study.method.weights["mine"] == 0.0
    assert "covers no year after 2016" in found.note


@pytest.mark.slow
def test_a_scenario_carries_it_along_unchanged(tmp_path):
    layer = CustomLayer("mine", written(tmp_path, "USA,KOR,2018,1\nCHN,KOR,2018,1\n"), "portfolio")
    panel = with_custom_layers(real_panel(), [layer])
    edited = inf.apply_scenario(panel, inf.load_scenario("korus_ended")).panel
    assert edited.custom == panel.custom
    both = [build_layers(p.of_years(2018, 2018)) for p in (panel, edited)]
    assert both[0].sel(layer="mine").equals(both[1].sel(layer="mine"))
    assert not both[0].sel(layer="trade").equals(both[1].sel(layer="trade"))


# ---- what is refused -------------------------------------------------------------------------------


def faults_of(folder: Path, rows: str, head: str = HEAD, normalise: str = "portfolio") -> list[tuple[int, str, str]]:
    path = written(folder, rows, head)
    panel = real_panel()
    found = check_rows(read_rows(path), CustomLayer("mine", path, normalise), panel.states.index, panel.registry)[1]
    return [(fault.row, fault.column, fault.fault) for fault in found]


BAD = {
    "USA,Korae,2016,1": (
        "target",
        "is not a state of the panel, by code or English name; did you mean South Korea or Ukraine?",
    ),
    "USA,KHMM,2016,1": ("target", "is not a state of the panel, by code or English name; did you mean KHM (Cambodia)?"),
    "YUG,KOR,2016,1": ("source", "is not a state of the panel: Yugoslavia: dissolved and none of its successors"),
    "710,KOR,2016,1": (
        "source",
        "is a number, which codebooks read differently (710 is China or South Africa); give an ISO3 code",
    ),
    ",KOR,2016,1": ("source", "is blank; give an ISO3 code or an English name"),
    "KOR,Korea,2016,1": ("target", "is the source as well; a state has no tie to itself"),
    "USA,KOR,20166,1": ("year", "is not a year (four digits, 1800 to 2100)"),
    "USA,KOR,1016,1": ("year", "is not a year (four digits, 1800 to 2100)"),
    "USA,KOR,,1": ("year", "is blank; give a year"),
    "USA,KOR,2016,": ("value", "is blank; give a number, 0 where the source observed zero"),
    "USA,KOR,2016,-0.5": ("value", "is below 0; a tie is a number of 0 or more"),
    "USA,KOR,2016,NA": ("value", "is not a number (digits and a point, as in 1234.5)"),
    "USA,KOR,2016,inf": ("value", "is not a number (digits and a point, as in 1234.5)"),
    "USA,KOR,2016,1_000": ("value", "is not a number (digits and a point, as in 1234.5)"),
    'USA,KOR,2016,"1,5"': ("value", "is not a number (digits and a point, as in 1234.5)"),
    "USA,KOR,2016,1e101": ("value", "is too large"),
    "USA,KOR,2016": ("", "has 3 cells, and the header 4 names"),
    "USA,KOR,2016,1,5": ("", "has 5 cells, and the header 4 names"),
}


@pytest.mark.parametrize("row", BAD)
def test_a_row_that_breaks_a_rule_is_named_with_row_and_column(tmp_path, row):
    assert faults_of(tmp_path, f"USA,JPN,2016,1\n{row}\nUSA,PHL,2016,1\n") == [(3, *BAD[row])]


def test_a_pair_and_year_is_given_once(tmp_path):
    rows = "USA,KOR,2016,1\nJPN,KOR,2016,1\nUSA,South Korea,2016,2\n"
    assert faults_of(tmp_path, rows) == [(4, "year", "repeats the pair of row 2 (2016); give each pair and year once")]


@pytest.mark.parametrize(
    "rows, message",
    [
        ("USA,KOR,2000,1,2010\nUSA,KOR,2010,1,2012\n", [(3, "row 2 (2000 to 2010)")]),
        ("USA,KOR,2010,1,2012\nUSA,KOR,2000,1,\n", [(2, "row 3 (2000 to open)")]),
        ("USA,KOR,2000,1,2020\nUSA,KOR,2001,1,2002\nUSA,KOR,2015,1,2016\n", [(3, "row 2 (2000"), (4, "row 2 (2000")]),
        ("USA,KOR,2000,1,2009\nUSA,KOR,2010,1,\nKOR,USA,2000,1,\n", []),
    ],
)
def test_spells_of_a_pair_do_not_overlap(tmp_path, rows, message):
    found = faults_of(tmp_path, rows, SPELLS, "pledge")
    assert [row for row, _, _ in found] == [row for row, _ in message]
    assert all(part in fault for (_, part), (_, _, fault) in zip(message, found, strict=True))


def test_an_end_is_a_year_and_not_before_its_beginning(tmp_path):
    assert faults_of(tmp_path, "USA,KOR,2016,1,2015\nUSA,JPN,2016,1,soon\n", SPELLS) == [
        (2, "end", "is before the year in which the spell begins"),
        (3, "end", "is not a year (four digits, 1800 to 2100)"),
    ]


def test_a_strength_is_at_most_one(tmp_path):
    assert faults_of(tmp_path, "USA,KOR,2016,1.5\n", normalise="pledge") == [
        (2, "value", "is above 1; a strength is a number from 0 to 1")
    ]


def test_a_quoted_cell_over_two_lines_does_not_move_the_rows(tmp_path):
    rows = '"USA",KOR,2016,-1,"a note\nof two lines"\n\nUSA,JPN,2016,-1,\n'
    assert faults_of(tmp_path, rows, "source,target,year,value,note\n") == [
        (row, "value", "is below 0; a tie is a number of 0 or more") for row in (2, 5)
    ]


def test_the_first_fault_is_reported_when_a_panel_is_loaded_with_the_number_of_more(tmp_path):
    path = written(tmp_path, "AAA,BBB,2016,-1\nAAA,CCC,2016,x\n")
    layer = CustomLayer("mine", path, "portfolio", config_file="my.yaml")
    with pytest.raises(PanelError) as raised:
        with_custom_layers(pencil_panel(), [layer])
    assert str(raised.value) == (
        f"layer mine, {path}: row 2, column value: '-1' is below 0; a tie is a number of 0 or more. 1 more row is "
        f"wrong. `influence data check {path} --config my.yaml` lists every fault."
    )


def test_a_state_that_this_panel_does_not_have_is_reported(tmp_path):
    with pytest.raises(PanelError, match=r"column source: 'Korea' is not a state of the panel"):
        with_layer(tmp_path, "Korea,BBB,2016,1\n", "portfolio")


@pytest.mark.parametrize(
    "content, message",
    [
        (b"source,target,year,value\nUSA,C\xf4te,2016,1\n", "row 2: byte 0xf4 is not UTF-8 text; save it as CSV"),
        ("source,target\n".encode("utf-16"), "is UTF-16 text; save it as CSV in UTF-8"),
        (b"PK\x03\x04rest", "is a workbook or an archive; save the sheet as CSV in UTF-8"),
        (b"PAR1 and then nothing", "cannot be read as Parquet"),
        (b"", "is empty; its first line must name the columns"),
        (b"source,target,year,value\n", "has no rows"),
        (b"source;target;year;value\nUSA;KOR;2016;1\n", "has cells that are not separated by commas"),
        (b"source,target,year,value,year\nUSA,KOR,2016,1,1\n", "has column 'year' more than once"),
        (b"seller,buyer,year,tiv\nUSA,KOR,2016,1\n", "lacks column source, target, value; it has: seller, buyer, year"),
        (b'source,target,year,value\n"USA,KOR,2016,1\n', "not a row of a CSV"),
        (b"source,target,year,value\nUSA,KO\x00R,2016,1\n", "row 2: a zero byte"),
    ],
)
def test_a_file_that_cannot_be_read_is_reported(tmp_path, content, message):
    path = tmp_path / "mine.csv"
    path.write_bytes(content)
    with pytest.raises(PanelError) as err:
        with_custom_layers(pencil_panel(), [CustomLayer("mine", str(path), "portfolio")])
    assert message in str(err.value)
    assert "mine.csv" in str(err.value)


def test_absent_and_locked_files_and_folders_are_reported(tmp_path, monkeypatch):
    with pytest.raises(PanelError, match=r"none\.csv cannot be read: No such file or directory\."):
        with_custom_layers(pencil_panel(), [CustomLayer("mine", str(tmp_path / "none.csv"), "portfolio")])
    with pytest.raises(PanelError, match=r"is a folder; a file is wanted\."):
        with_custom_layers(pencil_panel(), [CustomLayer("mine", str(tmp_path), "portfolio")])

    def locked(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    path = written(tmp_path, "AAA,BBB,2016,1\n")
    monkeypatch.setattr(Path, "read_bytes", locked)
    with pytest.raises(PanelError, match=r"cannot be read: Permission denied; close it in other programs"):
        with_custom_layers(pencil_panel(), [CustomLayer("mine", path, "portfolio")])


def test_a_file_of_other_years_alone_is_reported(tmp_path):
    with pytest.raises(PanelError, match=r"no row is in the panel's years 2016 to 2017; they are in 1950 to 1951\."):
        with_layer(tmp_path, "AAA,BBB,1950,1\nAAA,BBB,1951,1\n", "portfolio")


def test_an_intensity_that_is_zero_everywhere_is_reported(tmp_path):
    with pytest.raises(PanelError, match=r"every value is 0; give a number as full"):
        with_layer(tmp_path, "AAA,BBB,2016,0\n", "intensity")


def test_columns_of_parquet_may_be_numbers(tmp_path):
    path = tmp_path / "mine.parquet"
    table = {"source": ["AAA", "BBB"], "target": ["CCC", "CCC"], "year": [2016.0, 2016.0], "value": [3.0, 1.0]}
    pd.DataFrame({**table, "end": [2016.0, np.nan]}).to_parquet(path)
    panel = with_custom_layers(pencil_panel(), [CustomLayer("mine", str(path), "portfolio")])
    assert column(panel, "CCC")[0] == {"AAA": 0.75, "BBB": 0.25}
    assert column(panel, "CCC", 2017)[0] == {"BBB": 1.0}


# ---- settings --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, message",
    [
        ("layers: [a]", "layers must be entries of a configuration file"),
        ("layers: {arms: my.csv}", "layers must be entries of a configuration file"),
        ("layers: {arms: {file: a.csv}}", "layers.arms lacks normalise; it must be one of portfolio"),
        ("layers: {arms: {}}", "layers.arms lacks file, normalise."),
        ("layers: {arms: {file: a.csv, normalise: share}}", "normalise must be one of portfolio, pledge, intensity"),
        (
            "layers: {trade: {file: a.csv, normalise: pledge}}",
            "at most 60, not 'trade'",
        ),
        ("layers: {composite: {file: a.csv, normalise: pledge}}", "at most 60, not 'composite'"),
        ("layers: {My arms: {file: a.csv, normalise: pledge}}", "the name of a layer must be small letters"),
        ("layers: {7: {file: a.csv, normalise: pledge}}", "at most 60, not 7."),
        (
            "layers: {arms: {file: 7, normalise: pledge}}",
            "layers.arms: file must be text of at most 4,096 characters, not 7.",
        ),
        ("layers: {arms: {file: a, normalise: pledge, sorce: x}}", "'sorce' is not known. Did you mean source"),
        ("layers: {arms: {file: a, normalise: pledge, weight: 1}}", "has a weight; write it with the others"),
        ("layers: {arms: {file: a, normalise: pledge, year: value}}", "column 'value' is used for two fields."),
        ("layers: {arms: {file: a, normalise: portfolio, complete: true}}", "complete belongs to pledge and intensity"),
        ("layers: {arms: {file: a, normalise: pledge, complete: 3}}", "complete must be true or false, not 3."),
        ("layers: {arms: {file: a, normalise: pledge, full: 3}}", "full belongs to intensity, and normalise is pledge"),
        (
            "layers: {arms: {file: a, normalise: intensity, full: 0}}",
            "full must be a number above 0, not 0.",
        ),
        (
            "layers: {arms: {file: a, normalise: intensity, full: .inf}}",
            "full must be a number above 0, not inf.",
        ),
        ("weights: {arms: 1}", "weights: 'arms' is not known; allowed: trade, alliance, agreement, troops."),
    ],
)
def test_a_wrong_configuration_is_reported_with_what_is_allowed(tmp_path, text, message):
    path = tmp_path / "my.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as err:
        load_config(path, environment={})
    assert message in str(err.value)
    assert str(err.value).startswith(str(path))


def test_nine_layers_are_too_many(tmp_path):
    path = tmp_path / "my.yaml"
    entries = ", ".join(f"l{i}: {{file: a.csv, normalise: pledge}}" for i in range(9))
    path.write_text(f"layers: {{{entries}}}", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"layers holds 9 layers; 8 are allowed"):
        load_config(path, environment={})


def test_an_entry_is_read_with_its_file_from_the_folder_of_the_configuration(tmp_path):
    path = tmp_path / "my.yaml"
    path.write_text("weights: {arms: 1}\nlayers: {arms: {file: a.csv, normalise: pledge, source: x}}\n", "utf-8")
    config = load_config(path, environment={"INFLUENCE_WEIGHTS": "trade=0,alliance=0,agreement=1"})
    assert config.layers == (CustomLayer("arms", str(tmp_path / "a.csv"), "pledge", source="x", config_file=str(path)),)
    assert config.weights == {"trade": 0.0, "alliance": 0.0, "agreement": 1.0, "troops": 0.0, "arms": 0.0}
    assert load_config(path, environment={}).weights["arms"] == 1.0


def test_two_layers_of_one_name_are_refused(tmp_path):
    layer = CustomLayer("mine", written(tmp_path, "AAA,BBB,2016,1\n"), "portfolio")
    with pytest.raises(ConfigError, match=r"two layers are called 'mine'"):
        with_custom_layers(pencil_panel(), [layer, replace(layer, normalise="pledge")])


# ---- regions ---------------------------------------------------------------------------------------


def test_a_region_is_a_group_an_agreement_states_or_several_of_these():
    panel = real_panel()
    assert region_members(panel, "Korea, JPN") == ["JPN", "KOR"]
    assert region_members(panel, "all") == sorted(panel.states.index)
    assert region_members(panel, "pacific_islands_forum,KOR", 1992) == [
        "AUS", "FJI", "FSM", "KIR", "KOR", "MHL", "NRU", "NZL", "PNG", "SLB", "TON", "TUV", "VUT", "WSM",
    ]  # fmt: skip
    assert {"NCL", "PYF", "PLW"} <= set(region_members(panel, "pacific_islands_forum", 2016))
    # The key of the agreement and the curated group are two sources of one membership.
    for year in (2019, 2021, 2022, 2023):
        assert region_members(panel, "CPTPP", year) == region_members(panel, "cptpp", year)
        assert region_members(panel, "RCEP", year) == region_members(panel, "rcep", year)
    assert region_members(panel, "CPTPP", 2017) == []
    assert "MMR" not in region_members(panel, "RCEP")


@pytest.mark.parametrize(
    "region, message",
    [
        ("aseen", "'aseen' is not known. Did you mean asean"),
        ("KOR,Atlantis", "'Atlantis' is not known."),
        ("TPP", "agreement TPP was never in force"),
        (" , ", "a region must name a group, an agreement or states"),
    ],
)
def test_a_region_that_is_none_is_reported(region, message):
    with pytest.raises(StateError) as err:
        region_members(real_panel(), region)
    assert message in str(err.value)


def test_a_region_in_a_file_s_name():
    assert region_key("KOR,Viet Nam") == "KOR_Viet_Nam"
    assert region_key("asia_pacific") == "asia_pacific"
