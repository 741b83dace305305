"""Variants of the pencil panel, whose balances are known by hand; the table that names them; the bundled data."""

from __future__ import annotations

import numpy as np
import pytest

import influence as inf
from influence.errors import ConfigError, YearError
from influence.method import Method
from influence.study import Study
from influence.uncertainty.stability import what_changes
from influence.uncertainty.variants import Variant, YearStudy, load_variants, variant_named, vary
from tests.pencil import pencil_panel, pencil_registry

POLES = ("AAA", "BBB")
NO_AGREEMENTS = Variant("no_agreements", "agreements end", "layer_ends", {"layer": "agreement"})
WITHOUT_DDD = Variant("without_ddd", "without DDD", "without_state", {"state": "DDD"})
AS_GROUP = Variant("as_group", "AAA with DDD", "pole_as_group", {"pole": "AAA", "group": "both"})

PULL_A = 0.6 * 20 / 90 + 0.3 * 100 / 175
"""On CCC: a share of its trade, and of the pledges to it. Of its agreements BBB has 12.5 of 37.5."""
PULL_B = 0.6 * 30 / 90 + 0.3 * 50 / 175 + 0.1 / 3


def balance(one, other):
    return (one - other) / (one + other)


def pencil_study(weights=None, poles=POLES, **groups):
    panel = pencil_panel()
    panel = panel.with_parts(registry=pencil_registry(**groups)) if groups else panel
    return Study(panel, Method() if weights is None else Method(weights=weights), poles)


def changes(variants, states, year=2016, **study):
    return what_changes(pencil_study(**study), year, variants, states)


def varied(variant, year=2016, **study):
    whole = pencil_study(**study)
    return vary(variant, YearStudy(whole.at(year), whole))


GROUPS = {"both": ["AAA", "DDD"], "rivals": ["AAA", "BBB"], "alone": ["AAA"]}


def one(found, state):
    (row,) = found.states[found.states["iso3"] == state].to_dict("records")
    return row


def test_a_layer_that_ends_gives_its_weight_to_the_others_and_the_leader_changes():
    found = changes([NO_AGREEMENTS], ["CCC"])
    row = one(found, "CCC")
    assert row["before"] == pytest.approx(balance(PULL_A, PULL_B))
    assert row["after"] == pytest.approx(balance(PULL_A, PULL_B - 0.1 / 3))
    assert row["change"] == pytest.approx(row["after"] - row["before"])
    assert (row["leader_before"], row["leader_after"]) == ("BBB", "AAA")
    assert row["flag"] == "leader_changes;break"
    head = found.variants.iloc[0]
    assert (head["states"], head["changed"], head["leader_changes"], head["gained"], head["lost"]) == (1, 1, 1, 0, 0)
    assert (head["largest_iso3"], head["largest"]) == ("CCC", pytest.approx(row["change"]))
    assert head["note"].startswith("the source of the agreement layer covers no year up to 2016")


def test_a_layer_that_is_observed_or_weighs_nothing_changes_nothing():
    pacts = Variant("pacts", "", "layer_ends", {"layer": "alliance"})
    troops = Variant("troops", "", "layer_ends", {"layer": "troops"})
    found = changes([pacts, troops], ["CCC"])
    assert found.variants["note"].tolist() == [
        "the source of the alliance layer covers 2016", "the troops layer has no weight",
    ]  # fmt: skip
    assert not found.variants["applies"].any()
    assert found.states.empty
    assert varied(pacts, 2017).note.startswith("the source of the alliance layer covers no year after 2016")


def test_the_only_layer_that_weighs_cannot_end():
    assert "no layer is left" in varied(NO_AGREEMENTS, weights={"agreement": 1.0}).note


def test_a_state_left_out():
    """Without DDD 20 of AAA's and 30 of BBB's are shares of 50 and not of 90."""
    found = changes([WITHOUT_DDD], ["CCC", "DDD"], weights={"trade": 1.0})
    assert one(found, "CCC")["before"] == pytest.approx(balance(20, 30))
    assert one(found, "CCC")["after"] == pytest.approx(balance(20, 30))
    mixed = one(changes([WITHOUT_DDD], ["CCC"]), "CCC")
    pulls = (0.6 * 20 / 50 + 0.3 * 100 / 175, 0.6 * 30 / 50 + 0.3 * 50 / 175 + 0.1 / 3)
    assert mixed["after"] == pytest.approx(balance(*pulls))
    assert mixed["flag"] == ""
    gone = one(found, "DDD")
    assert (gone["before"], gone["flag"], gone["leader_after"]) == (-1.0, "missing_after", "")
    assert np.isnan(gone["change"])
    head = found.variants.iloc[0]
    assert (head["states"], head["changed"], head["lost"], head["largest_iso3"]) == (1, 0, 1, "")


def test_a_variant_that_moves_no_balance_has_a_note():
    """Of trade alone DDD takes nothing from the balance of CCC, whose two shares grow alike."""
    found = changes([WITHOUT_DDD], ["CCC"], weights={"trade": 1.0})
    assert found.variants["note"].iloc[0].endswith("; no balance changes")
    assert found.variants["applies"].iloc[0]


def test_a_pole_cannot_be_left_out():
    out = Variant("x", "", "without_state", {"state": "AAA"})
    assert varied(out) == (None, "AAA is a pole", False)


def test_a_variant_in_which_no_pole_pulls_has_a_reason():
    """Pledges bind AAA and BBB to CCC alone."""
    out = Variant("x", "", "without_state", {"state": "CCC"})
    found = changes([out], ["DDD"], weights={"alliance": 1.0})
    assert found.variants["note"].iloc[0].startswith("there is no balance: pole 'AAA' has no ties with any state")
    assert found.states.empty


def test_the_pull_of_a_group_is_the_sum_over_its_members():
    """DDD has 40 of CCC's trade of 90."""
    found = changes([AS_GROUP], ["CCC", "DDD"], **GROUPS)
    row = one(found, "CCC")
    assert row["after"] == pytest.approx(balance(PULL_A + 0.6 * 40 / 90, PULL_B))
    assert (row["pole"], row["leader_after"], row["flag"]) == ("AAA-BBB", "AAA", "leader_changes")
    assert one(found, "DDD")["flag"] == "missing_after"
    assert found.variants["note"].iloc[0] == "AAA is both: AAA, DDD"


def test_a_group_that_cannot_replace_the_pole_has_a_reason():
    notes = [
        varied(Variant("x", "", "pole_as_group", {"pole": pole, "group": group}), **GROUPS).note
        for pole, group in (("CCC", "both"), ("AAA", "rivals"), ("AAA", "alone"))
    ]
    assert notes == [
        "CCC is not one of the poles (AAA, BBB)",
        "BBB of rivals is a pole too",
        "alone has no member other than AAA in 2016",
    ]


def test_each_pair_of_poles_has_its_rows():
    found = changes([NO_AGREEMENTS], ["CCC"], poles=("AAA", "BBB", "DDD"))
    assert found.states["pole"].tolist() == ["AAA-BBB", "AAA-DDD", "BBB-DDD"]
    assert found.states["flag"].tolist()[0] == "leader_changes;break"


def test_reports_of_other_years_or_other_states_change_nothing():
    reported = Variant("x", "", "reports_for_flows", {"first": 2011, "last": 2016})
    assert varied(reported, 2017).note == "2017 is outside 2011 to 2016"
    assert varied(reported).note.startswith("2 flows are replaced by the reports")


def test_a_year_that_is_not_in_the_panel_is_named():
    with pytest.raises(YearError, match="year 2018 is not in the panel; it covers 2016 to 2017"):
        changes([], ["CCC"], 2018)


# ---- the table -------------------------------------------------------------------------------------


def test_an_unknown_variant_is_named_with_the_known_ones():
    with pytest.raises(ConfigError, match=r"no variant 'hongkong'.*Variants: hong_kong_in_china, taiwan_left_out"):
        variant_named("hongkong", load_variants())


@pytest.mark.parametrize(
    "text, message",
    [
        ("variants: []", "must hold 'variants:' with a list"),
        ("variants: [1]", "variant 1 must be entries"),
        ("variants: [{name: a, title: b, kind: magic}]", "kind must be one of pole_as_group"),
        (
            "variants: [{name: a, title: b, kind: layer_ends}]",
            "variant a lacks layer",
        ),
        ("variants: [{name: a, title: b, kind: layer_ends, layer: oil}]", "layer must be one of trade, alliance"),
        ("variants: [{name: a, title: b, kind: reports_for_flows, first: soon, last: 2012}]", "first must be a year"),
        (
            "variants: [{name: a, title: b, kind: without_state, state: 9}]",
            "the code or name of a state, not 9",
        ),
        (
            "variants: [{name: a, title: b, kind: layer_ends, layer: trade},"
            "{name: a, title: c, kind: layer_ends, layer: trade}]",
            "name a is duplicated",
        ),
    ],
)
def test_an_error_in_a_table_has_its_place(tmp_path, text, message):
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        load_variants(path)


@pytest.mark.parametrize(
    "fields", ["kind: without_state, state: Atlantis", "kind: pole_as_group, pole: Ghana, group: nobody"]
)
def test_a_table_with_an_unknown_state_or_group(tmp_path, fields):
    path = tmp_path / "mine.yaml"
    path.write_text(f"variants: [{{name: a, title: b, {fields}}}]", encoding="utf-8")
    with pytest.raises(ConfigError, match="is not known"):
        load_variants(path)


# ---- the bundled data ------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_bundled_variants_of_2020():
    study = inf.load_study(first_year=2018, last_year=2020)
    found = what_changes(study, 2020, load_variants(), ["KOR", "JPN", "SGP"])
    applies = found.variants.set_index("variant")["applies"]
    assert applies[applies].index.tolist() == [
        "hong_kong_in_china", "taiwan_left_out", "dots_for_baci_2011_2022", "pacts_not_carried",
    ]  # fmt: skip
    table = found.states.set_index(["variant", "iso3"])
    # By another road: the shares of China, Hong Kong and Macao added up.
    ties = inf.build_ties(study.panel).sel(year=2020, target="KOR")
    china, states = (float(ties.sel(source=s).sum()) for s in (["CHN", "HKG", "MAC"], ["USA"]))
    assert table.loc[("hong_kong_in_china", "KOR"), "after"] == pytest.approx(balance(china, states))
    # Korea and Japan rely more on the United States by its pledges alone.
    for code in ("KOR", "JPN"):
        row = table.loc[("pacts_not_carried", code)]
        assert (row["leader_before"], row["leader_after"], row["flag"]) == ("USA", "CHN", "leader_changes;break")
    assert (table.loc["dots_for_baci_2011_2022", "flag"] == "break").all()


@pytest.mark.slow
def test_the_bundled_reports_of_korea():
    """Billions of 2011, of the data's own notes: USA to Korea 43.46 in DOTS (41.8 in BACI), from Korea 56.66 (57.4)."""
    from influence.uncertainty.other_data import reported_levels, with_reports

    panel = inf.load_panel(first_year=2011, last_year=2011)
    flows = (
        with_reports(panel, reported_levels(panel.table("reports"), panel.table("trade_totals")))
        .panel.trade["export_usd"]
        .sel(year=2011)
    )
    assert float(flows.sel(exporter="USA", importer="KOR")) == pytest.approx(43.46e9, rel=1e-3)
    assert float(flows.sel(exporter="KOR", importer="USA")) == pytest.approx(56.66e9, rel=5e-3)
    assert float(flows.sel(exporter="KOR", importer="JPN")) == float(
        panel.trade["export_usd"].sel(year=2011, exporter="KOR", importer="JPN")
    )
