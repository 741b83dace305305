"""COW capabilities: -9 and blanks are missing, money in thousands, codes by date."""

from __future__ import annotations

from functools import partial

import pytest

from influence.errors import SourceError
from influence.sources.nmc import read_nmc
from tests.sources.files import written

HEADER = "ccode,year,milex,milper,cinc\n"
ROWS = (
    "2.0,1990.0,289755000.0,2180.0,0.14144771",
    "732.0,1990.0,,750.0,0.02",
    "731.0,1990.0,-9,1200.0,0.01",
    "565.0,1990.0,0,8.0,-9.0",
    "260.0,1990.0,1,1,0.03",
    "255.0,1990.0,2,1,0.04",
    "365.0,1991.0,1,1,0.12",
    "345.0,2005.0,1,1,0.002",
    "345.0,2006.0,5,1,0.001",
)


saved = partial(written, header=HEADER)


def test_capability_by_state_and_year(tmp_path):
    frame = read_nmc(saved(tmp_path, *ROWS))
    assert list(frame.columns) == ["iso3", "year", "cinc", "military_expenditure_usd"]
    by = frame.set_index(["iso3", "year"])
    assert list(by.index) == [("DEU", 1990), ("KOR", 1990), ("NAM", 1990), ("PRK", 1990), ("SRB", 2006), ("USA", 1990)]
    assert by.loc[("USA", 1990)].tolist() == [0.14144771, 289_755e6]
    assert by.loc[("DEU", 1990)].tolist() == [0.04, 2000.0]


def test_missing_is_not_zero(tmp_path):
    by = read_nmc(saved(tmp_path, *ROWS)).set_index(["iso3", "year"])
    money = by["military_expenditure_usd"].xs(1990, level="year")
    assert money[["KOR", "PRK"]].isna().all()
    assert money["NAM"] == 0
    assert by["cinc"].isna()[("NAM", 1990)]


def test_what_is_left_out_is_counted(tmp_path):
    frame = read_nmc(saved(tmp_path, *ROWS))
    assert [(code, rows) for code, _, rows in frame.attrs["excluded"]] == [
        ("345 until 2005", 1),
        ("365 until 1991", 1),
        ("260", 1),
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("2.0,1990.0,1,1,0.1", "2 rows repeat the same ccode, year"),
        ("740.0,1990.0,-8,1,0.1", "milex must be a finite number of at least 0"),
        ("740.0,1990.0,1,1,inf", "cinc must be a finite number"),
        ("999.0,1990.0,1,1,0.1", "known exclusion: '999'"),
    ],
)
def test_rows_that_cannot_be_are_refused(tmp_path, row, message):
    with pytest.raises(SourceError, match=message):
        read_nmc(saved(tmp_path, *ROWS, row))


def test_the_published_table(shared_data):
    frame = read_nmc(shared_data / "states" / "cow_nmc_cinc_1990_2022.csv")
    assert frame["year"].agg(["min", "max"]).tolist() == [1990, 2022]
    by = frame.set_index(["iso3", "year"])
    assert round(by.loc[("USA", 1990), "cinc"], 4) == 0.1414
    assert by.loc[("USA", 1990), "military_expenditure_usd"] == 289_755e6
    assert {"TWN", "PRK", "NAM"} <= set(frame["iso3"])
    # The shares of version 7.0 add up to a little over 1 in some years.
    assert frame[frame["year"] > 1991].groupby("year")["cinc"].sum().between(0.99, 1.02).all()
    assert by["cinc"].between(0, 1).all()
    assert frame.loc[frame["iso3"] == "RUS", "year"].min() == 1992
