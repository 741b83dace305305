"""UN ideal points: sorted quantiles, blanks, codes by date."""

from __future__ import annotations

from functools import partial

import pytest

from influence.errors import SourceError
from influence.sources.ideal_points import read_ideal_points
from tests.sources.files import written

HEADER = "ccode,iso3c,countryname,year,idealpointfp,idealpointall,q5fp,q95fp\n"
ROWS = (
    "2,USA,United States,2016.0,2.44,2.4,2.2,2.7",
    "732,KOR,South Korea,2016.0,0.96,0.9,1.1,0.8",
    "565,NAM,Namibia,2016.0,-0.5,0,-0.7,-0.3",
    "331,,,1991.0,,,,",
    "365,RUS,Russia,1991.0,-1,-1,-2,0",
    "365,RUS,Russia,1992.0,0.7,0.7,0.5,0.9",
    "345,YUG,Yugoslavia,2005.0,1,1,1,1",
    "345,YUG,Yugoslavia,2006.0,0.8,1,0.7,0.9",
    "260,,,1990.0,,,,",
    "255,DEU,Germany,1990.0,1.5,1,1.3,1.7",
    "260,DEU,German Federal Republic,1989.0,1.4,1,1.2,1.6",
    "678,YAR,Yemen Arab Republic,1989.0,-1,-1,-1,-1",
)


saved = partial(written, header=HEADER)


def test_positions_come_with_sorted_quantiles(tmp_path):
    frame = read_ideal_points(saved(tmp_path, *ROWS))
    assert list(frame.columns) == ["iso3", "year", "ideal_point", "low", "high"]
    by = frame.set_index(["iso3", "year"])
    assert by.loc[("KOR", 2016)].tolist() == [0.96, 0.8, 1.1]
    assert by.loc[("USA", 2016)].tolist() == [2.44, 2.2, 2.7]
    assert by.loc[("SMR", 1991)].isna().all()


def test_codes_count_in_the_years_they_are_the_state(tmp_path):
    frame = read_ideal_points(saved(tmp_path, *ROWS))
    assert frame[["iso3", "year"]].to_numpy().tolist() == [
        ["DEU", 1989],
        ["DEU", 1990],
        ["KOR", 2016],
        ["NAM", 2016],
        ["RUS", 1992],
        ["SMR", 1991],
        ["SRB", 2006],
        ["USA", 2016],
    ]
    assert frame.set_index(["iso3", "year"]).loc[("DEU", 1990), "ideal_point"] == 1.5
    assert [code for code, _, _ in frame.attrs["excluded"]] == [
        "345 until 2005",
        "365 until 1991",
        "678 until 1990",
        "260",
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("2,USA,United States,2016.0,1,1,1,1", "2 rows repeat the same ccode, year"),
        ("999,QQQ,Nowhere,2016.0,1,1,1,1", "known exclusion: '999'"),
        ("740,JPN,Japan,2016.0,inf,1,1,1", "idealpointfp must be a finite number"),
        ("740,JPN,Japan,sixteen,1,1,1,1", "column year must be"),
    ],
)
def test_rows_that_cannot_be_are_refused(tmp_path, row, message):
    with pytest.raises(SourceError, match=message):
        read_ideal_points(saved(tmp_path, *ROWS, row))


def test_the_published_points(shared_data):
    frame = read_ideal_points(shared_data / "ties" / "unga_ideal_points_2025_07.csv.gz")
    point = frame.set_index(["iso3", "year"])["ideal_point"]
    given = {"USA": 2.44, "AUS": 1.23, "KOR": 0.96, "JPN": 0.69, "CHN": -0.48, "PHL": -0.61, "VNM": -1.01}
    assert {iso3: round(point[iso3, 2016], 2) for iso3 in given} == given
    assert round(point["CHN", 2022], 2) == -1.35
    whole = frame.dropna()
    assert (whole["low"] <= whole["ideal_point"]).all()
    assert (whole["ideal_point"] <= whole["high"]).all()
    assert frame["year"].agg(["min", "max"]).tolist() == [1980, 2024]
    assert frame.loc[frame["iso3"] == "SRB", "year"].min() == 2006
    assert "NAM" in set(frame["iso3"])
