"""Trade agreements: who is in from when to when, and whom that ties in which year."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from influence.errors import PanelError
from influence.panel.agreements import build_agreements, tied_pairs
from influence.panel.dates import first_counted_year, last_counted_year
from influence.panel.treaty_titles import likeness, states_and_words
from influence.schema import names
from influence.table_columns import TABLES
from influence.tables import curated, datasets_dir, read_panel_table

YEARS = range(1990, 2025)


@pytest.mark.parametrize(
    ("date", "first"),
    [("2012-03-15", 2012), ("2012-07-02", 2012), ("2012-07-03", 2013), ("2018-12-30", 2019), ("2012", 2012),
     ("2012-06", 2012), ("2012-07", 2012), ("2012-08", 2013)],
)  # fmt: skip
def test_a_year_counts_from_the_second_of_july_at_the_latest(date, first):
    assert first_counted_year(date) == first


@pytest.mark.parametrize(
    ("date", "last"),
    [("2020-06-30", 2019), ("2020-07-01", 2020), ("2020-12-31", 2020), ("2020", 2020), ("2020-06", 2019)],
)
def test_a_year_counts_that_ended_on_the_first_of_july_or_later(date, last):
    assert last_counted_year(date) == last


def test_no_end_is_no_year():
    assert math.isnan(last_counted_year(""))


def test_states_in_titles():
    assert states_and_words(" Czech Republic Hungary Papua New Guinea UK") == (["CZE", "HUN", "PNG", "GBR"], [])
    assert states_and_words("EC Korea EPA") == (["KOR"], ["ec", "epa"])
    assert likeness("United States Viet Nam", "US Vietnam") == 1.0
    assert likeness("Korea US", "Japan Peru") == 0.0


# ---- on paper ------------------------------------------------------------------------------------


def desta(*rows):
    columns = ["number", "base", "name", "entry_type", "signed", "in_force", "members"]
    frame = pd.DataFrame(list(rows), columns=columns).astype({"signed": "Int64", "in_force": "Int64"})
    long = frame.assign(iso3=frame["members"].str.split(), consolidated="0", typememb="1").explode("iso3")
    return long.drop(columns="members").reset_index(drop=True)


def manytrade(*rows):
    columns = ["agreement", "title", "iso3", "signed", "in_force", "end", "member_in_force", "member_end", "desta"]
    return pd.DataFrame(list(rows), columns=columns, dtype=str)


def kinds(*rows):
    return pd.DataFrame(list(rows), columns=["desta", "kind", "hub"], dtype=str)


def fixes(*rows):
    return pd.DataFrame(list(rows), columns=["agreement", "iso3", "begin", "end"], dtype=str)


def members_of(table, agreement):
    here = table[table["agreement"] == agreement]
    return {r.iso3: (r.begin, r.end, r.source, r.flag) for r in here.itertuples()}


BLOC = [
    ("9001", "9001", "Bloc", "base_treaty", 1992, 1993, "IDN MYS"),
    ("9001+1", "9001", "Bloc Vietnam accession", "accession", 1995, None, "IDN MYS VNM SYR"),
    ("9001+2", "9001", "Bloc Thailand accession", "accession", 1999, 2001, "THA IDN"),
    ("9001_1", "9001", "Bloc withdrawal Viet Nam", "withdrawal", 2010, None, "IDN MYS VNM THA"),
    ("9001a", "9001", "Bloc (consolidated)", "consolidated", 2012, 2012, "IDN MYS JPN"),
    ("9002", "9002", "Korea Japan", "negotiation", None, None, "JPN KOR"),
]


def test_founders_newcomers_and_those_who_leave():
    _, table = build_agreements(desta(*BLOC), manytrade(), kinds(), fixes())
    assert table.columns.tolist() == names(TABLES["memberships"])
    assert members_of(table, "desta_9001") == {
        "IDN": ("1993", "", "desta", "observed"),
        "MYS": ("1993", "", "desta", "observed"),
        "VNM": ("1995", "2010-12-31", "desta", "imputed"),
        "THA": ("2001", "", "desta", "observed"),
    }
    assert set(table["agreement"]) == {"desta_9001"}


def test_days_of_manytrade_and_when_not_to_believe_them():
    listed = desta(
        ("9003", "9003", "Korea Peru", "base_treaty", 2010, 2011, "KOR PER"),
        ("9004", "9004", "Korea Chile", "base_treaty", 2003, 2009, "CHL KOR"),
        ("9005", "9005", "Japan Peru", "base_treaty", 2011, None, "JPN PER"),
    )
    days = manytrade(
        ("a", "Korea Peru", "KOR", "2010-11-14", "2011-08-01", "9999-12-31", "2011-08-01", "", "9003"),
        ("a", "Korea Peru", "PER", "2010-11-14", "2011-08-01", "9999-12-31", "2015-01-01", "", "9003"),
        ("side", "Korea Peru side letter", "KOR", "2020-01-01", "2020-01-01", "", "", "", "9003"),
        ("b", "Chile Korea", "CHL", "2003-02-15", "2004-04-01", "2036-01-01", "", "", "9004"),
        ("b", "Chile Korea", "KOR", "2003-02-15", "2004-04-01", "2036-01-01", "", "", "9004"),
        ("c", "Peru Japan", "JPN", "2011-05-31", "2012-03-01", "2020-06-30", "", "", "9005"),
        ("c", "Peru Japan", "PER", "2011-05-31", "2012-03-01", "2020-06-30", "", "", "9005"),
    )
    heads, table = build_agreements(listed, days, kinds(), fixes())
    assert members_of(table, "desta_9003") == {
        "KOR": ("2011-08-01", "", "manytrade", "observed"),
        "PER": ("2015-01-01", "", "manytrade", "observed"),
    }
    # Five years apart: another event, DESTA's year stays; and an end beyond the source's sight is none.
    assert members_of(table, "desta_9004")["KOR"] == ("2009", "", "desta", "observed")
    assert members_of(table, "desta_9005")["JPN"] == ("2012-03-01", "2020-06-30", "manytrade", "observed")
    assert heads.set_index("agreement").loc["desta_9003", "signed"] == "2010-11-14"


def test_corrections_of_one_and_of_all():
    listed = desta(("9003", "9003", "Korea Peru", "base_treaty", 2010, 2011, "KOR PER"))
    _, table = build_agreements(listed, manytrade(), kinds(), fixes(
        ("desta_9003", "PER", "never", ""),
        ("desta_9003", "", "2012-05-05", "2019-01-01"),
        ("desta_9003", "THA", "2014", ""),
    ))  # fmt: skip
    assert members_of(table, "desta_9003") == {
        "KOR": ("2012-05-05", "2019-01-01", "curated", "corrected"),
        "PER": ("", "2019-01-01", "curated", "corrected"),
        "THA": ("2014", "", "curated", "corrected"),
    }
    with pytest.raises(PanelError, match="agreements that are not in the table"):
        build_agreements(listed, manytrade(), kinds(), fixes(("desta_1", "", "never", "")))


def test_a_hub_ties_each_to_itself_and_not_to_one_another():
    listed = desta(("9006", "9006", "South Pacific", "base_treaty", 1980, 1981, "AUS NZL FJI TON"))
    heads, table = build_agreements(listed, manytrade(), kinds(("9006", "partial", "AUS NZL")), fixes())
    assert heads["agreement"].tolist() == ["desta_9006_FJI", "desta_9006_TON"]
    assert heads["name"].tolist() == ["South Pacific: Fiji", "South Pacific: Tonga"]
    pairs = {(r.iso3_a, r.iso3_b) for r in tied_pairs(table, heads, YEARS).itertuples()}
    assert pairs == {("AUS", "FJI"), ("FJI", "NZL"), ("AUS", "TON"), ("NZL", "TON"), ("AUS", "NZL")}


@pytest.mark.parametrize(
    ("title", "message"),
    [("Bloc withdrawal Viet Nam Utopia", "utopia names no state"), ("Bloc", "bloc names no state")],
)
def test_a_withdrawal_that_names_nobody_known_is_an_error(title, message):
    rows = [*BLOC[:2], ("9001_1", "9001", title, "withdrawal", 2010, None, "IDN")]
    with pytest.raises(PanelError, match=message):
        build_agreements(desta(*rows), manytrade(), kinds(), fixes())


# ---- the real lists ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real():
    """The bundled tables, which tests/panel/test_build.py builds from the raw files."""
    return read_panel_table(datasets_dir(), "agreements"), read_panel_table(datasets_dir(), "memberships")


@pytest.fixture(scope="module")
def pairs(real):
    agreements, memberships = real
    return tied_pairs(memberships, agreements, YEARS)


def tied(pairs, a, b, year, kinds=("free_trade", "customs_union")):
    here = pairs[(pairs["iso3_a"] == min(a, b)) & (pairs["iso3_b"] == max(a, b)) & pairs["kind"].isin(kinds)]
    return set(here.loc[(here["begin_year"] <= year) & ~(here["end_year"] < year), "agreement"])


@pytest.mark.slow
def test_korea_was_never_in_tpp_and_tpp_never_in_force(real, pairs):
    agreements, memberships = real
    tpp = members_of(memberships, "TPP")
    assert len(tpp) == 12
    assert "KOR" not in tpp
    assert all(begin == "" for begin, *_ in tpp.values())
    assert agreements.set_index("agreement").loc["TPP", ["signed", "in_force"]].tolist() == ["2016-02-04", ""]
    assert "TPP" not in set(pairs["agreement"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("a", "b", "agreement", "first"),
    [
        ("KOR", "USA", "KORUS", 2012), ("CHN", "KOR", "CHN_KOR", 2016), ("AUS", "JPN", "CPTPP", 2019),
        ("JPN", "VNM", "CPTPP", 2019), ("JPN", "PER", "CPTPP", 2022), ("JPN", "MYS", "CPTPP", 2023),
        ("CHL", "JPN", "CPTPP", 2023), ("BRN", "JPN", "CPTPP", 2024), ("CHN", "JPN", "RCEP", 2022),
        ("JPN", "KOR", "RCEP", 2022), ("KOR", "MYS", "RCEP", 2022), ("IDN", "JPN", "RCEP", 2023),
        ("JPN", "PHL", "RCEP", 2023), ("CAN", "KOR", "desta_852", 2015), ("KOR", "THA", "ASEAN_KOREA", 2010),
        ("KOR", "SGP", "ASEAN_KOREA", 2007), ("AUS", "IDN", "AANZFTA", 2012), ("IDN", "IND", "ASEAN_INDIA", 2011),
        ("GBR", "KOR", "desta_1017", 2021), ("AUS", "GBR", "desta_1018", 2023), ("GBR", "NZL", "desta_1030", 2023),
        ("CAN", "MEX", "USMCA", 2020), ("SAU", "SGP", "desta_475", 2014),
    ],
)  # fmt: skip
def test_first_year_of_a_pair(pairs, a, b, agreement, first):
    assert agreement not in tied(pairs, a, b, first - 1)
    assert agreement in tied(pairs, a, b, first)


@pytest.mark.slow
def test_rcep_is_the_first_agreement_of_japan_with_china_and_with_korea(pairs):
    assert tied(pairs, "CHN", "JPN", 2021) == tied(pairs, "JPN", "KOR", 2021) == set()
    assert tied(pairs, "CHN", "JPN", 2022) == tied(pairs, "JPN", "KOR", 2022) == {"RCEP"}
    assert tied(pairs, "JPN", "MMR", 2022) == {"ASEAN_JAPAN"}


@pytest.mark.slow
def test_nafta_ends_where_usmca_begins(pairs):
    assert tied(pairs, "MEX", "USA", 2019) == {"NAFTA"}
    assert tied(pairs, "MEX", "USA", 2020) == {"USMCA"}


@pytest.mark.slow
def test_the_european_union_by_year_of_accession(pairs):
    assert not tied(pairs, "POL", "ESP", 1993)
    for a, b, year in (("DEU", "FRA", 1990), ("AUT", "PRT", 1995), ("POL", "ESP", 2004), ("BGR", "IRL", 2007),
                       ("HRV", "DNK", 2013), ("GBR", "DEU", 2020)):  # fmt: skip
        assert {f"desta_{n}" for n in (293, 300, 324, 327, 335)} & tied(pairs, a, b, year), (a, b, year)
    assert tied(pairs, "GBR", "DEU", 2022) == {"desta_1046"}


@pytest.mark.slow
def test_partial_scope_and_agreements_that_free_no_trade(real, pairs):
    kind = real[0].set_index("agreement")["kind"]
    assert kind[["APTA", "JAPAN_US", "desta_461", "desta_1"]].eq("partial").all()
    assert kind["desta_687"] == "framework"
    assert not tied(pairs, "USA", "VNM", 2016)
    assert not tied(pairs, "PAK", "SAU", 2023)
    assert not tied(pairs, "FSM", "USA", 2023)
    # The islands have no tie by the treaties each of them has with its large partners.
    assert not tied(pairs, "FJI", "TON", 1995, ("partial", "free_trade"))


@pytest.mark.slow
def test_tables_keep_the_schema(real):
    agreements, memberships = real
    assert agreements.columns.tolist() == names(TABLES["agreements"])
    assert memberships.columns.tolist() == names(TABLES["memberships"])
    assert agreements["agreement"].is_unique
    assert not memberships.duplicated(["agreement", "iso3", "begin"]).any()
    shape = r"(\d{4}(-\d{2}(-\d{2})?)?)?"
    for column in ("begin", "end"):
        assert memberships[column].str.fullmatch(shape).all()
    ended = memberships[(memberships["end"] != "") & (memberships["begin"] != "")]
    assert (ended["begin"].str[:4] <= ended["end"].str[:4]).all()


@pytest.mark.slow
def test_every_curated_row_is_cited_and_meant_once():
    fixed, kind = curated("agreement_corrections.csv"), curated("agreement_kinds.csv")
    assert (fixed["citation"] != "").all()
    assert (kind["citation"] != "").all()
    assert not fixed.duplicated(["agreement", "iso3"]).any()


@pytest.mark.parametrize(
    ("begin", "end", "counted"),
    [
        ("2010-06-30", "", (2010, None)), ("2010-07-01", "", (2010, None)), ("2010-07-02", "", (2010, None)),
        ("2010-07-03", "", (2011, None)), ("2009", "2012-06-30", (2009, 2011)), ("2009", "2012-07-01", (2009, 2012)),
        ("2009", "2012-07-02", (2009, 2012)), ("2009", "2012-07-03", (2009, 2012)), ("", "", None),
        ("2010-07-03", "2011-06-30", None), ("2025", "", None), ("1980", "1989-12-31", None),
    ],
)  # fmt: skip
def test_a_pair_is_tied_in_the_years_that_count(begin, end, counted):
    held = pd.DataFrame(
        [("X", "KOR", "2000", ""), ("X", "AUS", begin, end)], columns=["agreement", "iso3", "begin", "end"]
    ).assign(source="desta", flag="observed")
    tied = tied_pairs(held, pd.DataFrame({"agreement": ["X"], "kind": ["free_trade"]}), YEARS)
    found = [(r.begin_year, None if math.isnan(r.end_year) else r.end_year) for r in tied.itertuples()]
    assert found == ([counted] if counted else [])
    assert set(zip(tied["iso3_a"], tied["iso3_b"], strict=True)) <= {("AUS", "KOR")}


@pytest.mark.parametrize("day", [("06-29", "06-30"), ("06-30", "07-01"), ("07-01", "07-02"), ("07-02", "07-03")])
def test_an_agreement_that_follows_another_leaves_no_gap_whatever_the_day(day):
    last, first = day
    assert first_counted_year(f"2020-{first}") <= last_counted_year(f"2020-{last}") + 1
