"""ATOP: directed pledges, and codes that meant another state in another year."""

from __future__ import annotations

import pytest

from influence.errors import SourceError
from influence.sources.atop import read_atop

HEADER = "ccode1,ccode2,year,atop_defense,atop_offense,atop_neutral,atop_nonagg,atop_consul\n"


def written(tmp_path, rows):
    path = tmp_path / "atop.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    return path


def dyads(frame):
    return list(zip(frame["source"], frame["target"], frame["year"], strict=True))


def test_source_is_the_state_that_pledges(tmp_path):
    frame = read_atop(written(tmp_path, "2,740,2016,1,0,0,1,1\n740,2,2016,0,0,0,1,1\n"))
    defence = {(r.source, r.target): bool(r.defence) for r in frame.itertuples()}
    assert defence == {("USA", "JPN"): True, ("JPN", "USA"): False}
    assert frame.columns.tolist() == [
        "source", "target", "year", "defence", "offence", "neutrality", "nonaggression", "consultation",
    ]  # fmt: skip


def test_codes_are_dated_and_exclusions_are_counted(tmp_path):
    rows = "365,731,1991,1,0,0,0,0\n365,731,1992,1,0,0,0,0\n345,365,2005,0,0,0,1,0\n345,365,2006,0,0,0,1,0\n"
    rows += "315,290,1989,1,0,0,0,0\n678,651,1990,1,0,0,0,0\n679,651,1990,1,0,0,0,0\n"
    frame = read_atop(written(tmp_path, rows))
    assert dyads(frame) == [("RUS", "PRK", 1992), ("SRB", "RUS", 2006), ("YEM", "EGY", 1990)]
    left = {code: rows for code, _, rows in frame.attrs["excluded"]}
    assert left == {"365 until 1991": 1, "345 until 2005": 1, "315": 1, "678 until 1990": 1}


def test_the_united_germany_goes_before_the_federal_republic_of_the_same_year(tmp_path):
    rows = "2,255,1990,1,0,0,0,0\n2,260,1990,0,0,0,0,0\n2,260,1989,1,0,0,0,0\n"
    frame = read_atop(written(tmp_path, rows))
    assert dyads(frame) == [("USA", "DEU", 1989), ("USA", "DEU", 1990)]
    assert frame["defence"].all()


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("2,740,2016,,0,0,0,0\n", "atop_defense must be 0 or 1"),
        ("2,740,2016,2,0,0,0,0\n", "atop_defense must be 0 or 1"),
        ("2,740,2016,1,0,0,0,0\n2,740,2016,0,0,0,0,0\n", "2 rows repeat the same ccode1, ccode2, year"),
        ("2,2,2016,1,0,0,0,0\n", "a pledge of a state to itself"),
        ("2,9999,2016,1,0,0,0,0\n", "'9999'"),
        ("2,740,16,1,0,0,0,0\n", "column year must be a year"),
    ],
)
def test_bad_rows_are_errors_that_show_them(tmp_path, rows, message):
    with pytest.raises(SourceError, match=message):
        read_atop(written(tmp_path, rows))


@pytest.mark.slow
def test_the_real_file(shared_data):
    frame = read_atop(shared_data / "ties" / "atop_5_1_directed_dyad_years_1980_2018.csv.gz")
    held = {(r.source, r.target) for r in frame[frame["defence"] & (frame["year"] == 2018)].itertuples()}
    assert {("USA", "JPN"), ("CHN", "PRK"), ("USA", "KOR"), ("KOR", "USA"), ("USA", "PAK")} <= held
    assert not {("JPN", "USA"), ("PAK", "USA"), ("USA", "TWN"), ("USA", "NZL"), ("RUS", "PRK")} & held
    assert frame["year"].min() == 1980
    assert frame["year"].max() == 2018
    assert frame.loc[frame["source"] == "RUS", "year"].min() == 1992
