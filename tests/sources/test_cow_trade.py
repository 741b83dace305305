"""COW Trade: the directed table and the publisher's dyadic file; codes by date."""

from __future__ import annotations

import pytest

from influence.errors import SourceError
from influence.sources.cow_trade import read_cow_trade, read_cow_trade_dyadic

HEADER = "exporter,importer,year,value_usd,ccode_exp,ccode_imp\n"

DYADIC = """ccode1,ccode2,year,importer1,importer2,flow1,flow2,smoothflow1,smoothflow2,version
2,20,1980,United States of America,Canada,41999,36370,41999,36370,4
2,732,1990,United States of America,South Korea,0,18.5,0,18.5,4
2,713,1990,United States of America,Taiwan,-9,-9.000,-9,-9,4
2,365,1991,United States of America,Russia,800,3500,800,3500,4
2,365,1992,United States of America,Russia,500,2100,500,2100,4
565,732,1990,Namibia,South Korea,1,2,1,2,4
"""


def directed(tmp_path, *rows):
    path = tmp_path / "cow.csv"
    path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def dyadic(tmp_path, text=DYADIC):
    path = tmp_path / "Dyadic_COW_4.0.csv"
    path.write_text(text, encoding="utf-8")
    return path


def as_dict(frame):
    return {(r.exporter, r.importer, r.year): r.export_usd for r in frame.itertuples()}


def test_reported_nil_stays_nought(tmp_path):
    frame = read_cow_trade(directed(tmp_path, "USA,KOR,1990,5000000,2,732", "KOR,USA,1990,0,732,2"))
    assert list(frame.columns) == ["exporter", "importer", "year", "export_usd"]
    assert as_dict(frame) == {("KOR", "USA", 1990): 0.0, ("USA", "KOR", 1990): 5e6}


def test_the_codes_decide_and_not_the_iso_column(tmp_path):
    rows = ["CZE,USA,1990,1,315,2", "SRB,USA,1992,1,345,2", "RUS,USA,1991,1,365,2", ",USA,1990,0,265,2"]
    frame = read_cow_trade(directed(tmp_path, *rows, "RUS,USA,1992,9,365,2"))
    assert as_dict(frame) == {("RUS", "USA", 1992): 9.0}
    assert [(code, rows) for code, _, rows in frame.attrs["excluded"]] == [
        ("265", 1),
        ("315", 1),
        ("345 until 2005", 1),
        ("365 until 1991", 1),
    ]


def test_the_two_yemens_and_the_united_one_do_not_add_up(tmp_path):
    rows = ["YEM,USA,1990,5,678,2", "YEM,USA,1990,7,679,2", "YEM,YEM,1989,3,678,680", "YEM,USA,1991,8,679,2"]
    assert as_dict(read_cow_trade(directed(tmp_path, *rows))) == {("YEM", "USA", 1990): 7.0, ("YEM", "USA", 1991): 8.0}


def test_germany_of_1990_keeps_the_rows_that_only_the_old_code_has(tmp_path):
    rows = ["DEU,BEL,1990,27,260,211", "DEU,FRA,1990,60,255,220", "DEU,ITA,1990,1,260,325", "DEU,ITA,1990,40,255,325"]
    frame = read_cow_trade(directed(tmp_path, *rows))
    assert as_dict(frame) == {("DEU", "BEL", 1990): 27.0, ("DEU", "FRA", 1990): 60.0, ("DEU", "ITA", 1990): 40.0}
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


def test_flow1_is_what_the_first_state_imports(tmp_path):
    frame = read_cow_trade_dyadic(dyadic(tmp_path))
    assert as_dict(frame) == {
        ("CAN", "USA", 1980): 41_999e6,
        ("USA", "CAN", 1980): 36_370e6,
        ("KOR", "USA", 1990): 0.0,
        ("USA", "KOR", 1990): 18.5e6,
        ("RUS", "USA", 1992): 500e6,
        ("USA", "RUS", 1992): 2100e6,
        ("KOR", "NAM", 1990): 1e6,
        ("NAM", "KOR", 1990): 2e6,
    }


def test_missing_flows_are_dropped_and_counted_never_nought(tmp_path):
    frame = read_cow_trade_dyadic(dyadic(tmp_path))
    assert "TWN" not in set(frame["exporter"]) | set(frame["importer"])
    assert frame.attrs["excluded"][0] == ("-9", "missing in the source", 2)


def test_other_negative_flows_are_refused(tmp_path):
    with pytest.raises(SourceError, match="flow1 must be a finite number of at least 0; 1 rows"):
        read_cow_trade_dyadic(dyadic(tmp_path, DYADIC.replace("41999,36370,41999", "-8,36370,41999")))


def test_a_dyad_twice_is_refused(tmp_path):
    with pytest.raises(SourceError, match="repeat the same ccode_exp, ccode_imp, year"):
        read_cow_trade_dyadic(dyadic(tmp_path, DYADIC + "2,20,1980,x,y,1,1,1,1,4\n"))


def test_one_form_is_not_taken_for_the_other(tmp_path):
    with pytest.raises(SourceError, match="lacks column value_usd"):
        read_cow_trade(dyadic(tmp_path))
    with pytest.raises(SourceError, match="lacks column ccode1"):
        read_cow_trade_dyadic(directed(tmp_path, "USA,KOR,1990,1,2,732"))


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
