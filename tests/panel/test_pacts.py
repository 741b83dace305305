"""Pledges as spells, and corrections beside them or in their place."""

from __future__ import annotations

import pandas as pd
import pytest

from influence.errors import ConfigError, PanelError
from influence.panel.pacts import build_pacts, pacts_in_force
from influence.schema import PACT_KINDS, names
from influence.sources.atop import read_atop
from influence.table_columns import TABLES
from influence.tables import curated

COLUMNS = ["name", "default", "action", "source", "target", "kind", "begin", "end", "reason", "citation"]
LATER = ("later", "on", "end", "USA", "KOR", "defence", "", "2020", "", "")
ISLANDS = ("islands", "on", "add", "USA", "PLW", "defence", "1994", "", "", "")
CONTESTED = ("contested", "off", "add", "USA", "TWN", "defence", "1981", "", "", "")


def atop(*dyads):
    """Defence in the years given, nothing else; 2018 is always there as the last year."""
    rows = [(u, v, year) for u, v, years in (*dyads, ("FRA", "BEL", [2018])) for year in years]
    frame = pd.DataFrame(rows, columns=["source", "target", "year"])
    return frame.assign(**{kind: kind == "defence" for kind in PACT_KINDS})


def corrections(*rows):
    return pd.DataFrame(list(rows), columns=COLUMNS)


def spells(frame, source, target, kind="defence"):
    here = frame[(frame["source"] == source) & (frame["target"] == target) & (frame["kind"] == kind)]
    return [(r.begin, None if pd.isna(r.end) else int(r.end), r.correction) for r in here.itertuples()]


KNOWN = (LATER, ISLANDS, CONTESTED)


def in_force(table, switches=None):
    return pacts_in_force(table, switches or {}, corrections(*KNOWN))


def test_runs_of_years_are_spells_and_only_the_last_year_leaves_one_open():
    table = build_pacts(atop(("USA", "KOR", range(2000, 2019)), ("USA", "NZL", [1980, 1981, 1983])), corrections())
    assert table.columns.tolist() == names(TABLES["pacts"])
    assert spells(table, "USA", "KOR") == [(2000, None, "")]
    assert spells(table, "USA", "NZL") == [(1980, 1981, ""), (1983, 1983, "")]
    assert spells(table, "KOR", "USA") == []
    assert set(table["observed_to"]) == {2018}


def test_a_correction_keeps_the_row_of_the_source_and_takes_its_place_when_on():
    table = build_pacts(atop(("USA", "KOR", range(2000, 2019))), corrections(*KNOWN))
    assert spells(table, "USA", "KOR") == [(2000, None, ""), (2000, 2020, "later")]
    assert spells(in_force(table), "USA", "KOR") == [(2000, 2020, "later")]
    assert spells(in_force(table, {"later": False}), "USA", "KOR") == [(2000, None, "")]


def test_switches_and_defaults():
    table = build_pacts(atop(("USA", "KOR", range(2000, 2019))), corrections(*KNOWN))
    assert spells(in_force(table), "USA", "PLW") == [(1994, None, "islands")]
    assert spells(in_force(table), "USA", "TWN") == []
    assert spells(in_force(table, {"contested": True}), "USA", "TWN") == [(1981, None, "contested")]
    with pytest.raises(ConfigError, match=r"'island' is not known\. Did you mean islands"):
        in_force(table, {"island": True})
    with pytest.raises(PanelError, match="does not have"):
        in_force(table.replace({"correction": {"islands": "stranger"}}))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("x", "on", "stop", "USA", "KOR", "defence", "", "2020", "", ""), "action must be one of add, end"),
        (("x", "on", "add", "USA", "KOR", "love", "2020", "", "", ""), "kind one of defence"),
        (("x", "on", "add", "USA", "oceania", "defence", "2020", "", "", ""), "'oceania' is neither a state"),
        (("x", "on", "end", "KOR", "USA", "defence", "", "2020", "", ""), "no defence pledge of KOR to USA continues"),
    ],
)  # fmt: skip
def test_a_correction_that_fits_nothing_is_an_error(row, message):
    with pytest.raises(PanelError, match=message):
        build_pacts(atop(("USA", "KOR", range(2000, 2019))), corrections(row))


@pytest.fixture(scope="module")
def real(shared_data):
    frame = read_atop(shared_data / "ties" / "atop_5_1_directed_dyad_years_1980_2018.csv.gz")
    return build_pacts(frame, curated("pact_corrections.csv"))


def has_pledge(table, source, target, year, switches=None):
    live = pacts_in_force(table, switches or {}, curated("pact_corrections"))
    return any(b <= year and (e is None or year <= e) for b, e, _ in spells(live, source, target))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "target", "year", "bound"),
    [
        ("USA", "JPN", 2016, True), ("JPN", "USA", 2016, False), ("CHN", "PRK", 2023, True),
        ("USA", "KOR", 2016, True), ("KOR", "USA", 2016, True), ("USA", "TWN", 2016, False),
        ("USA", "NZL", 1985, True), ("USA", "NZL", 2016, False), ("USA", "FSM", 1986, True),
        ("USA", "MHL", 2023, True), ("USA", "PLW", 1993, False), ("USA", "PLW", 1994, True),
        ("USA", "MKD", 2019, False), ("USA", "MKD", 2020, True), ("FIN", "USA", 2022, False),
        ("FIN", "USA", 2023, True), ("FIN", "MKD", 2023, True), ("FIN", "SWE", 2024, True),
        ("GBR", "AUT", 2020, True), ("GBR", "AUT", 2021, False), ("GBR", "FIN", 2022, False),
        ("GBR", "FIN", 2023, True), ("RUS", "PRK", 2023, False), ("RUS", "PRK", 2024, True),
        ("PHL", "USA", 2016, True), ("USA", "AUS", 2023, True), ("CHN", "SLB", 2023, False),
    ],
)  # fmt: skip
def test_who_has_pledged_defence_to_whom(real, source, target, year, bound):
    assert has_pledge(real, source, target, year) is bound


@pytest.mark.slow
def test_australia_and_new_zealand_in_all_years_but_only_with_the_correction(real):
    assert all(has_pledge(real, u, v, y) for u, v in (("AUS", "NZL"), ("NZL", "AUS")) for y in range(1980, 2025))
    assert not has_pledge(real, "AUS", "NZL", 2016, {"anzus_australia_new_zealand": False})


@pytest.mark.slow
def test_corrections_that_are_off_can_be_switched_on(real):
    assert has_pledge(real, "USA", "TWN", 2016, {"taiwan_relations_act": True})
    assert has_pledge(real, "USA", "NZL", 2016, {"anzus_us_new_zealand": True})


@pytest.mark.slow
def test_keys_are_unique_and_every_correction_is_cited(real):
    assert not real.duplicated(["source", "target", "kind", "begin", "correction"]).any()
    table = curated("pact_corrections.csv")
    assert (table[["reason", "citation"]] != "").all(axis=None)
    assert table.groupby("name")["default"].nunique().eq(1).all()


def test_kinds_and_directions_have_separate_spells():
    frame = atop(("USA", "JPN", [2017]), ("JPN", "USA", [2018]))
    frame["consultation"] = frame["source"] == "USA"
    table = build_pacts(frame, corrections())
    assert spells(table, "USA", "JPN") == [(2017, 2017, "")]
    assert spells(table, "USA", "JPN", "consultation") == [(2017, 2017, "")]
    assert spells(table, "JPN", "USA") == [(2018, None, "")]
    assert spells(table, "JPN", "USA", "consultation") == []


def test_years_of_two_pairs_that_touch_are_not_one_spell():
    table = build_pacts(atop(("AUS", "NZL", [1990, 1991]), ("AUS", "PNG", [1992, 1993])), corrections())
    assert spells(table, "AUS", "NZL") == [(1990, 1991, "")]
    assert spells(table, "AUS", "PNG") == [(1992, 1993, "")]


def test_a_group_is_its_members_of_the_year_it_begins_and_not_itself():
    fix = ("islands", "on", "add", "FIN", "nato", "defence", "2023", "2030", "", "")
    table = build_pacts(atop(), corrections(fix))
    targets = set(table.loc[table["correction"] == "islands", "target"])
    assert {"USA", "MKD", "GBR"} <= targets
    assert not {"FIN", "SWE"} & targets
    assert spells(table, "FIN", "USA") == [(2023, 2030, "islands")]
