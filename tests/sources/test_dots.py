"""IMF DOTS: the long table of reports."""

from __future__ import annotations

from functools import partial

import pytest

from influence.errors import SourceError
from influence.sources.dots import CONTRADICTION, KEY, read_dots
from tests.sources.files import written

HEADER = "reporter,flow,partner,exporter,importer,year,value_usd\n"
long = partial(written, header=HEADER)


def test_reports_come_tidy(tmp_path):
    frame = read_dots(
        long(tmp_path, "USA,X,KOR,USA,KOR,2011,43.5", "USA,M,KOR,KOR,USA,2011,", "USA,X,NAM,USA,NAM,2011,0")
    )
    assert list(frame.columns) == ["reporter", "flow", "exporter", "importer", "year", "export_usd"]
    assert frame["flow"].tolist() == ["M", "X", "X"]
    assert frame["export_usd"].isna().tolist() == [True, False, False]
    assert frame["export_usd"].tolist()[1:] == [43.5, 0.0]
    assert str(frame["year"].dtype) == "int64"


def test_the_world_is_left_out_with_its_reason(tmp_path):
    frame = read_dots(long(tmp_path, "USA,X,WLD,USA,WLD,2011,9", "USA,X,KOR,USA,KOR,2011,1"))
    assert len(frame) == 1
    assert frame.attrs["excluded"] == [("WLD", "aggregate: world", 1)]


def test_a_report_with_two_values_is_left_out_and_named(tmp_path):
    rows = ["IDN,X,CZE,IDN,CZE,2011,69", "IDN,X,CZE,IDN,CZE,2011,44", "IDN,X,CZE,IDN,CZE,2013,7"]
    frame = read_dots(long(tmp_path, *rows))
    assert frame["year"].tolist() == [2013]
    assert frame.attrs["excluded"] == [("IDN X IDN-CZE 2011", CONTRADICTION, 2)]


def test_the_same_report_twice_is_one(tmp_path):
    frame = read_dots(long(tmp_path, *["IDN,X,CZE,IDN,CZE,2011,69"] * 2))
    assert frame["export_usd"].tolist() == [69.0]
    assert frame.attrs["excluded"] == []


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("USA,Z,KOR,USA,KOR,2011,1", "flow must be X with the reporter as exporter"),
        ("USA,M,KOR,USA,KOR,2011,1", "flow must be X with the reporter as exporter"),
        ("USA,X,KOR,USA,KOR,2011,-1", "value_usd must be a finite number of at least 0"),
        ("USA,X,USA,USA,USA,2011,1", "trade with itself"),
        ("USA,X,QQQ,USA,QQQ,2011,1", "known exclusion: 'QQQ'"),
    ],
)
def test_reports_that_cannot_be_are_refused(tmp_path, row, message):
    with pytest.raises(SourceError, match=message):
        read_dots(long(tmp_path, row))


def test_the_published_long_table(shared_data):
    frame = read_dots(shared_data / "trade" / "imf_dots_reporters_2011_2023.csv.gz")
    usd = frame.set_index(KEY)["export_usd"]
    assert round(usd["USA", "X", "USA", "KOR", 2011] / 1e9, 2) == 43.46
    assert round(usd["USA", "M", "KOR", "USA", 2011] / 1e9, 2) == 56.66
    contradictions = [code for code, reason, rows in frame.attrs["excluded"] if reason == CONTRADICTION]
    assert contradictions == [
        f"IDN {flow} {pair} {year}" for flow, pair in (("M", "CZE-IDN"), ("X", "IDN-CZE")) for year in (2011, 2012)
    ]
    reporters = set(frame["reporter"])
    assert {"USA", "CHN", "VNM"} <= reporters
    assert "WLD" not in set(frame["exporter"]) | set(frame["importer"])
    assert "TWN" not in set(frame[(frame["reporter"] == "IDN") & (frame["year"] == 2022)]["importer"])
