"""BACI: country-pair sums."""

from __future__ import annotations

import gzip

import pytest

from influence.errors import SourceError
from influence.sources.baci import read_baci_pairs

PAIRS = "exporter,importer,year,value_usd\nUSA,KOR,2016,42300.0\nKOR,USA,2016,68500\nROM,NAM,2016,7.0\n"


def pairs(tmp_path, text):
    path = tmp_path / "pairs.csv.gz"
    path.write_bytes(gzip.compress(text.encode()))
    return path


def test_pairs_come_tidy_and_sorted(tmp_path):
    frame = read_baci_pairs(pairs(tmp_path, PAIRS))
    assert list(frame.columns) == ["exporter", "importer", "year", "export_usd"]
    assert [str(kind) for kind in frame.dtypes] == ["str", "str", "int64", "float64"]
    assert frame.to_numpy().tolist() == [
        ["KOR", "USA", 2016, 68500.0],
        ["ROU", "NAM", 2016, 7.0],
        ["USA", "KOR", 2016, 42300.0],
    ]
    assert frame.attrs["excluded"] == []


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("USA,KOR,2016,1", "2 rows repeat the same exporter, importer, year"),
        ("ROU,NAM,2016,1", "2 rows repeat the same exporter, importer, year"),
        ("JPN,KOR,2016,-1", "value_usd must be a finite number of at least 0; 1 rows"),
        ("JPN,KOR,2016,", "value_usd must be a finite number"),
        ("JPN,KOR,2016,nan", "value_usd must be a finite number"),
        ("JPN,KOR,2016,inf", "value_usd must be a finite number"),
        ("JPN,JPN,2016,1", "1 rows are a state's trade with itself"),
        ("XXA,KOR,2016,1", "neither a state of the panel nor a known exclusion: 'XXA'"),
        ("JPN,KOR,x,1", "column year must be"),
    ],
)
def test_pairs_refuse_what_cannot_be(tmp_path, row, message):
    with pytest.raises(SourceError, match=message):
        read_baci_pairs(pairs(tmp_path, PAIRS + row + "\n"))


def test_pairs_leave_out_former_states_counted(tmp_path):
    frame = read_baci_pairs(pairs(tmp_path, PAIRS + "SCG,KOR,2003,5\nKOR,SCG,2003,5\n"))
    assert len(frame) == 3
    assert frame.attrs["excluded"] == [("SCG", "Serbia and Montenegro: split in 2006", 1)] * 2


@pytest.mark.slow
def test_the_published_pairs_2000_2020(shared_data):
    frame = read_baci_pairs(shared_data / "trade" / "baci_country_pairs_2000_2020.csv.gz")
    assert len(frame) == 581_494
    assert len(set(frame["exporter"]) | set(frame["importer"])) == 206
    assert frame.attrs["excluded"] == []
    flow = frame.set_index(["exporter", "importer", "year"])["export_usd"] / 1e9

    def two_way(a, b, year):
        return round(flow[a, b, year] + flow[b, a, year], 1)

    assert round(flow["USA", "KOR", 2011], 1) == 41.8
    assert round(flow["KOR", "USA", 2011], 1) == 57.4
    assert round(flow["KOR", "USA", 2016], 1) == 68.5
    assert (round(flow["CHN", "USA", 2015], 1), round(flow["CHN", "USA", 2018], 1)) == (429.5, 500.9)
    assert (two_way("KOR", "CHN", 2003), two_way("KOR", "CHN", 2004), two_way("KOR", "USA", 2004)) == (57.1, 79.0, 70.9)
    assert (two_way("JPN", "CHN", 2007), two_way("JPN", "USA", 2007)) == (215.2, 205.2)
    assert round(flow["CHN", "HKG", 2020], 1) == 258.5
    assert "TWN" not in set(frame["exporter"]) | set(frame["importer"])
    assert "NAM" in set(frame["exporter"])


def test_the_published_pairs_2023(shared_data):
    frame = read_baci_pairs(shared_data / "trade" / "baci_country_pairs_2023.csv.gz")
    economies = set(frame["exporter"]) | set(frame["importer"])
    assert len(economies) == 194
    assert not economies & {"TWN", "PRK", "WSM", "NRU", "TUV"}
    assert frame["year"].unique().tolist() == [2023]
