"""COW Trade: the directed table; codes by date."""

from __future__ import annotations

from functools import partial

import pytest

from influence.errors import SourceError
from influence.sources.cow_trade import read_cow_trade
from tests.sources.files import flows_of, written

HEADER = "exporter,importer,year,value_usd,ccode_exp,ccode_imp\n"


directed = partial(written, header=HEADER)


def test_a_reported_zero_is_zero(tmp_path):
    frame = read_cow_trade(directed(tmp_path, "USA,KOR,1990,5000000,2,732", "KOR,USA,1990,0,732,2"))
    assert list(frame.columns) == ["exporter", "importer", "year", "export_usd"]
    assert flows_of(frame) == {("KOR", "USA", 1990): 0.0, ("USA", "KOR", 1990): 5e6}


def test_the_codes_decide_and_not_the_iso_column(tmp_path):
    rows = ["CZE,USA,1990,1,315,2", "SRB,USA,1992,1,345,2", "RUS,USA,1991,1,365,2", ",USA,1990,0,265,2"]
    frame = read_cow_trade(directed(tmp_path, *rows, "RUS,USA,1992,9,365,2"))
    assert flows_of(frame) == {("RUS", "USA", 1992): 9.0}
    assert [(code, rows) for code, _, rows in frame.attrs["excluded"]] == [
        ("265", 1),
        ("315", 1),
        ("345 until 2005", 1),
        ("365 until 1991", 1),
    ]


def test_the_two_yemens_and_the_united_one_do_not_add_up(tmp_path):
    rows = ["YEM,USA,1990,5,678,2", "YEM,USA,1990,7,679,2", "YEM,YEM,1989,3,678,680", "YEM,USA,1991,8,679,2"]
    assert flows_of(read_cow_trade(directed(tmp_path, *rows))) == {("YEM", "USA", 1990): 7.0, ("YEM", "USA", 1991): 8.0}


def test_germany_of_1990_keeps_the_rows_that_only_the_old_code_has(tmp_path):
    rows = ["DEU,BEL,1990,27,260,211", "DEU,FRA,1990,60,255,220", "DEU,ITA,1990,1,260,325", "DEU,ITA,1990,40,255,325"]
    frame = read_cow_trade(directed(tmp_path, *rows))
    assert flows_of(frame) == {("DEU", "BEL", 1990): 27.0, ("DEU", "FRA", 1990): 60.0, ("DEU", "ITA", 1990): 40.0}
    assert [(code, rows) for code, _, rows in frame.attrs["excluded"]] == [("260", 1)]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("USA,KOR,1990,5,2,732", "2 rows repeat the same ccode_exp, ccode_imp, year"),
        ("USA,JPN,1990,-9,2,740", "value_usd must be a finite number of at least 0"),
        ("USA,JPN,1990,,2,740", "value_usd must be a finite number"),
        ("USA,JPN,1990,inf,2,740", "value_usd must be a finite number"),
        ("USA,USA,1990,1,2,2", "trade with itself"),
        ("USA,XXX,1990,1,2,999", "known exclusion: '999'"),
    ],
)
def test_rows_that_cannot_be_are_refused(tmp_path, row, message):
    with pytest.raises(SourceError, match=message):
        read_cow_trade(directed(tmp_path, "USA,KOR,1990,1,2,732", row))


@pytest.mark.slow
def test_the_published_table(shared_data):
    frame = read_cow_trade(shared_data / "trade" / "cow_trade_v4_1980_2014.csv.gz")
    usd = frame.set_index(["exporter", "importer", "year"])["export_usd"]
    korea = frame[(frame["year"] == 1999) & ((frame["exporter"] == "KOR") | (frame["importer"] == "KOR"))]
    china = usd["KOR", "CHN", 1999] + usd["CHN", "KOR", 1999]
    assert round(china / korea["export_usd"].sum(), 3) == 0.134
    assert usd["CAN", "USA", 1980] == 41_999e6
    assert round((frame["export_usd"] == 0).mean(), 2) == 0.54
    economies = set(frame["exporter"]) | set(frame["importer"])
    assert {"TWN", "PRK", "NAM"} <= economies
    assert not economies & {"HKG", "MAC", "SRB"}
    assert frame.loc[frame["exporter"] == "RUS", "year"].min() == 1992
    assert frame.loc[frame["exporter"] == "CZE", "year"].min() == 1993
    assert frame.loc[frame["exporter"] == "YEM", "year"].min() == 1990
    assert round(usd["DEU", "BEL", 1990] / 1e9, 1) == 27.2
    assert round(frame[(frame["exporter"] == "TWN") & (frame["year"] == 2014)]["export_usd"].sum() / 1e9) == 416
