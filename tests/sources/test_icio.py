"""OECD ICIO: pair sums and sectors with tariffs."""

from __future__ import annotations

import pandas as pd
import pytest

from influence.errors import SourceError
from influence.sources.icio import (
    domestic_sales,
    read_icio_goods,
    read_icio_sectors,
)
from tests.sources.files import flows_of

GOODS = """exporter,importer,year,value_usd
USA,KOR,2011,10
KOR,USA,2011,20
USA,ROW,2011,3
ROW,KOR,2011,4
KOR,ROW,2011,0
USA,USA,2011,900
"""


def saved(tmp_path, text, name="icio.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def sectors(tmp_path, **columns):
    table = {
        "year": [2011, 2011, 2011],
        "sector": ["C29", "A01", "A01"],
        "exporter": ["KOR", "USA", "ROW"],
        "importer": ["USA", "USA", "KOR"],
        "value_musd": [2.5, 7.0, 1.0],
        "tariff": [0.025, 0.0, 0.3],
    }
    frame = pd.DataFrame({**table, **columns})
    path = tmp_path / "icio.parquet"
    frame.astype({"sector": "category", "exporter": "category", "importer": "category"}).to_parquet(path)
    return path


def test_goods_are_those_between_economies(tmp_path):
    frame = read_icio_goods(saved(tmp_path, GOODS))
    assert list(frame.columns) == ["exporter", "importer", "year", "export_usd"]
    assert flows_of(frame) == {("KOR", "USA", 2011): 20.0, ("USA", "KOR", 2011): 10.0}
    assert {code for code, _, _ in frame.attrs["excluded"]} == {"ROW"}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("USA,KOR,2011,1", "2 rows repeat the same exporter, importer, year"),
        ("JPN,KOR,2011,-1", "value_usd must be a finite number of at least 0"),
        ("JPN,KOR,2011,", "value_usd must be a finite number"),
        ("QQQ,KOR,2011,1", "known exclusion: 'QQQ'"),
    ],
)
def test_rows_that_cannot_be_are_refused(tmp_path, row, message):
    with pytest.raises(SourceError, match=message):
        read_icio_goods(saved(tmp_path, GOODS + row + "\n"))


def test_domestic_sales_are_summed_over_sectors_and_the_rest_of_the_world_is_left_out(tmp_path):
    path = sectors(tmp_path)
    sales = domestic_sales(read_icio_sectors(path))
    assert sales.to_numpy().tolist() == [["USA", 2011, 7e6, 7e6]]
    assert list(sales.columns) == ["iso3", "year", "domestic_usd", "goods_usd"]
    services = read_icio_sectors(path).replace({"sector": {"A01": "services"}})
    assert domestic_sales(services).to_numpy().tolist() == [["USA", 2011, 7e6, 0.0]]


def test_sectors_keep_domestic_sales_and_the_rest_of_the_world(tmp_path):
    frame = read_icio_sectors(sectors(tmp_path))
    assert list(frame.columns) == ["year", "sector", "exporter", "importer", "value_usd", "tariff"]
    assert frame.to_numpy().tolist() == [
        [2011, "A01", "ROW", "KOR", 1e6, 0.3],
        [2011, "A01", "USA", "USA", 7e6, 0.0],
        [2011, "C29", "KOR", "USA", 2.5e6, 0.025],
    ]
    assert frame.attrs["excluded"] == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"exporter": ["KOR", "USA", "QQQ"]}, "known exclusion: 'QQQ'"),
        ({"exporter": ["KOR", "USA", "CSK"]}, "holds 'CSK', which is no economy of these tables"),
        ({"value_musd": [-1.0, 1.0, 1.0]}, "value_musd must be a finite number of at least 0"),
        ({"value_musd": [float("nan"), 1.0, 1.0]}, "value_musd must be a finite number"),
        ({"value_musd": [float("inf"), 1.0, 1.0]}, "value_musd must be a finite number"),
        (
            {"sector": "A01", "exporter": "USA", "importer": "USA"},
            "3 rows repeat the same year, sector, exporter, importer",
        ),
    ],
)
def test_cells_that_cannot_be_are_refused(tmp_path, change, message):
    with pytest.raises(SourceError, match=message):
        read_icio_sectors(sectors(tmp_path, **change))


@pytest.mark.parametrize("content", ["", "exporter,importer\nUSA,KOR\n", "PAR1 cut"])
def test_what_is_no_parquet_is_refused(tmp_path, content):
    with pytest.raises(SourceError, match="is not a whole Parquet file"):
        read_icio_sectors(saved(tmp_path, content, "icio.parquet"))


def test_a_parquet_of_another_table_is_refused(tmp_path):
    path = tmp_path / "other.parquet"
    pd.DataFrame({"year": [2011]}).to_parquet(path)
    with pytest.raises(SourceError, match="lacks column sector"):
        read_icio_sectors(path)


@pytest.mark.slow
def test_the_published_goods_and_sectors_are_one_number(shared_data):
    goods = read_icio_goods(shared_data / "trade" / "oecd_icio_goods_2011_2022.csv.gz")
    assert len(set(goods["exporter"])) == 80
    assert {"TWN", "KHM", "LAO", "MMR"} <= set(goods["exporter"])
    cells = read_icio_sectors(shared_data / "trade" / "oecd_icio_sector_flows_2011_2022.parquet")
    assert len(cells) == 1_998_629
    traded = cells[(cells["sector"] != "services") & (cells["exporter"] != cells["importer"])]
    sums = traded.groupby(["exporter", "importer", "year"])["value_usd"].sum()
    usd = goods.set_index(["exporter", "importer", "year"])["export_usd"]
    both = usd.index.intersection(sums.index)
    assert len(both) > 75_000
    assert ((sums.loc[both] - usd.loc[both]).abs() / usd.loc[both].clip(lower=1e6)).max() < 1e-6
    assert (usd.drop(both) == 0).all()
    korea = cells[(cells["exporter"] == "KOR") & (cells["importer"] == "USA") & (cells["sector"] != "services")]
    mean = korea.groupby("year")["tariff"].mean()
    assert [round(100 * mean[year], 1) for year in (2011, 2012, 2021)] == [5.4, 1.6, 0.2]
