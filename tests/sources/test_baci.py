"""BACI: country-pair sums, and the publisher's yearly product file with its codes."""

from __future__ import annotations

import gzip
import zipfile

import pytest

from influence.errors import SourceError
from influence.sources import streaming
from influence.sources.baci import read_baci, read_baci_pairs

PAIRS = "exporter,importer,year,value_usd\nUSA,KOR,2016,42300.0\nKOR,USA,2016,68500\nROM,NAM,2016,7.0\n"

CODES = """country_code,country_name,country_iso2,country_iso3
4,Afghanistan,AF,AFG
251,France,FR,FRA
410,Republic of Korea,KR,KOR
490,"Other Asia, nes",N/A,S19
516,Namibia,NA,NAM
579,Norway,NO,NOR
699,India,IN,IND
757,Switzerland,CH,CHE
842,USA,US,USA
891,Serbia and Montenegro (...2005),,SCG
990,A new number,KP,PRK
991,Nobody,,
"""

NATIVE = """t,i,j,k,v,q
2016,842,410,10121,1.500,   0.340
2016,842,410,20130,2.250,NA
2016,410,842,870323,      100.000,           NA
2016,490,842,854231,10.001,
2016,842,490,854231,5,1
2016,757,699,710812,3,1
2016,579,251,30214,4,1
2016,516,410,710231,6,1
2016,891,251,10121,7,1
2016,251,990,10121,8,1
"""


@pytest.fixture
def codes(tmp_path):
    path = tmp_path / "country_codes_V202501.csv"
    path.write_text(CODES, encoding="utf-8")
    return path


def native(tmp_path, text=NATIVE):
    path = tmp_path / "BACI_HS22_Y2016_V202501.csv"
    path.write_text(text, encoding="utf-8")
    return path


def pairs(tmp_path, text):
    path = tmp_path / "pairs.csv.gz"
    path.write_bytes(gzip.compress(text.encode()))
    return path


def as_dict(frame):
    return {(r.exporter, r.importer, r.year): r.export_usd for r in frame.itertuples()}


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


def test_products_are_summed_in_dollars_under_the_states_behind_the_numbers(tmp_path, codes):
    frame = read_baci(native(tmp_path), codes)
    assert list(frame.columns) == ["exporter", "importer", "year", "export_usd"]
    assert as_dict(frame) == {
        ("FRA", "PRK", 2016): 8000.0,
        ("KOR", "USA", 2016): 100_000.0,
        ("CHE", "IND", 2016): 3000.0,
        ("NAM", "KOR", 2016): 6000.0,
        ("NOR", "FRA", 2016): 4000.0,
        ("TWN", "USA", 2016): 10_001.0,
        ("USA", "KOR", 2016): 3750.0,
        ("USA", "TWN", 2016): 5000.0,
    }
    assert frame.attrs["excluded"] == [("891", "Serbia and Montenegro: split in 2006", 1)]
    assert frame.equals(frame.sort_values(["exporter", "importer", "year"], ignore_index=True))


def test_the_size_of_the_pieces_changes_nothing(tmp_path, codes, monkeypatch):
    whole = read_baci(native(tmp_path), codes)
    monkeypatch.setattr(streaming, "ROWS_AT_A_TIME", 1)
    assert read_baci(native(tmp_path), codes).equals(whole)


def test_a_release_is_read_from_its_zip_every_year_of_it(tmp_path, codes):
    path = tmp_path / "BACI_HS22_V202501.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("BACI_HS22_Y2016_V202501.csv", NATIVE)
        archive.writestr("BACI_HS22_Y2017_V202501.csv", "t,i,j,k,v,q\n2017,842,410,10121,9,1\n")
        archive.writestr("country_codes_V202501.csv", CODES)
        archive.writestr("Readme.txt", "terms")
    found = as_dict(read_baci(path, codes))
    assert found["USA", "KOR", 2016] == 3750.0
    assert found["USA", "KOR", 2017] == 9000.0


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("2016,842,410,10121,1,1", "1 rows repeat the same t, i, j, k"),
        ("2016,842,410,30000,-1,1", "column value must be a finite number of at least 0"),
        ("2016,842,410,30000,,1", "column value must be a finite number"),
        ("2016,842,410,30000,NA,1", "column value must be a finite number"),
        ("2016,842,410,30000,inf,1", "column value must be a finite number"),
        ("2016,842,842,30000,1,1", "trade with itself"),
        ("2016,842,777,30000,1,1", "lacks the codes 777"),
        ("2016,842,991,30000,1,1", "neither a state of the panel nor a known exclusion: '991'"),
    ],
)
def test_native_rows_that_cannot_be_are_refused(tmp_path, codes, row, message):
    with pytest.raises(SourceError, match=message):
        read_baci(native(tmp_path, NATIVE + row + "\n"), codes)


def test_a_double_across_pieces_is_found(tmp_path, codes, monkeypatch):
    monkeypatch.setattr(streaming, "ROWS_AT_A_TIME", 3)
    with pytest.raises(SourceError, match="1 rows repeat"):
        read_baci(native(tmp_path, NATIVE + "2016,842,410,10121,1,1\n"), codes)


def test_two_numbers_of_one_state_in_a_year_are_not_added_up_unseen(tmp_path, codes):
    codes.write_text(CODES + "840,USA,US,USA\n", encoding="utf-8")
    with pytest.raises(SourceError, match="2 rows repeat the same exporter, importer, year"):
        read_baci(native(tmp_path, NATIVE + "2016,840,410,10121,1,1\n"), codes)


def test_the_wrong_code_file_is_refused(tmp_path):
    with pytest.raises(SourceError, match="lacks column country_code"):
        read_baci(native(tmp_path), native(tmp_path))


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
