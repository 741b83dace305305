"""CEPII Gravity: money in thousands, former shapes of states, blanks."""

from __future__ import annotations

import zipfile

import pytest

from influence.errors import SourceError
from influence.sources import streaming
from influence.sources.cepii_gravity import read_gravity

HEADER = (
    "year,country_id_o,country_id_d,iso3_o,iso3_d,country_exists_o,country_exists_d,dist,distcap,pop_o,"
    "gdp_o,gdp_d,tradeflow_comtrade_o,tradeflow_baci"
)
ROWS = (
    "2016,USA,KOR,USA,KOR,1,1,11045,11170,323000,18695110,1500112,42000,42309.5",
    "2016,KOR,USA,KOR,USA,1,1,11045,11170,51000,1500112,18695110,,68500",
    "2016,NAM,KOR,NAM,KOR,1,1,12900,12950,2400,11000,1500112,,",
    "2016,KOR,KOR,KOR,KOR,1,1,60,0,51000,1500112,1500112,,",
    "2016,DEU.1,KOR,DEU,KOR,0,1,8560,8560,,,1500112,,",
    "2016,DEU.2,KOR,DEU,KOR,1,1,8140,8140,82000,3466790,1500112,,17200",
    "2016,CSK,KOR,CSK,KOR,1,1,8200,8200,,,1500112,,",
)


def saved(tmp_path, *rows, header=HEADER):
    path = tmp_path / "Gravity_V202211.csv"
    path.write_text(header + "\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_money_is_in_dollars_and_blank_is_missing(tmp_path):
    frame = read_gravity(saved(tmp_path, *ROWS))
    assert list(frame.columns) == [
        "exporter",
        "importer",
        "year",
        "export_usd",
        "gdp_exporter_usd",
        "gdp_importer_usd",
        "distance_km",
    ]
    assert frame[["exporter", "importer"]].to_numpy().tolist() == [
        ["DEU", "KOR"],
        ["KOR", "USA"],
        ["NAM", "KOR"],
        ["USA", "KOR"],
    ]
    by = frame.set_index(["exporter", "importer"])
    assert by.loc[("USA", "KOR")].tolist() == [2016, 42_309_500.0, 18_695_110e3, 1_500_112e3, 11045.0]
    assert by["export_usd"].isna().tolist() == [False, False, True, False]


def test_a_former_shape_that_does_not_exist_is_left_out_and_counted(tmp_path):
    frame = read_gravity(saved(tmp_path, *ROWS))
    germany = frame[frame["exporter"] == "DEU"]
    assert germany[["export_usd", "distance_km"]].to_numpy().tolist() == [[17_200e3, 8140.0]]
    assert ("country_exists", "the source says one of the two did not exist in the year", 1) in frame.attrs["excluded"]
    assert "CSK" in {code for code, _, _ in frame.attrs["excluded"]}


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [(",,", "3466790,1500112,17200", 17_200e3), ("3466790,1500112,17200", ",,", 17_200e3), ("1,1,1", "2,2,2", 2e3)],
)
def test_two_shapes_in_one_year_are_one_row_with_the_figures(tmp_path, first, second, kept):
    header = "year,country_id_o,country_id_d,iso3_o,iso3_d,dist,gdp_o,gdp_d,tradeflow_baci"
    rows = [f"1990,DEU.1,KOR,DEU,KOR,8560,{first}", f"1990,DEU.2,KOR,DEU,KOR,8140,{second}"]
    frame = read_gravity(saved(tmp_path, *rows, header=header))
    assert frame["export_usd"].tolist() == [kept]
    assert ("country_id", "another form of the state carries the year", 1) in frame.attrs["excluded"]


@pytest.mark.parametrize(
    ("header", "row", "message"),
    [
        (HEADER, ROWS[0], "2 rows repeat the same exporter, importer, year"),
        (HEADER, ROWS[0].replace("USA", "QQQ"), "known exclusion: 'QQQ'"),
        (
            HEADER,
            "2016,JPN,KOR,JPN,KOR,1,1,1000,1000,1,1,1,1,-5",
            "tradeflow_baci must be a finite number of at least 0",
        ),
        (HEADER.replace("gdp_o", "gross"), ROWS[1], "lacks column gdp_o"),
        (HEADER.replace("dist,distcap", "a,b"), ROWS[1], r"lacks column dist \(or distcap\)"),
    ],
)
def test_files_that_cannot_be_are_refused(tmp_path, header, row, message):
    with pytest.raises(SourceError, match=message):
        read_gravity(saved(tmp_path, *ROWS, row, header=header))


def test_the_file_without_country_ids_refuses_doubles(tmp_path):
    header = "year,iso3_o,iso3_d,distcap,gdp_o,gdp_d,tradeflow_baci"
    assert read_gravity(saved(tmp_path, "2016,USA,KOR,11170,1,1,5", header=header))["distance_km"].tolist() == [11170.0]
    with pytest.raises(SourceError, match="2 rows repeat"):
        read_gravity(saved(tmp_path, "2016,USA,KOR,1,1,1,5", "2016,USA,KOR,1,1,1,6", header=header))


def test_pieces_and_the_zip_change_nothing(tmp_path, monkeypatch):
    path = saved(tmp_path, *ROWS)
    whole = read_gravity(path)
    packed = tmp_path / "Gravity.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(path, "Gravity_V202211.csv")
        archive.writestr("Countries_V202211.csv", "country_id\nUSA\n")
    monkeypatch.setattr(streaming, "ROWS_AT_A_TIME", 2)
    assert read_gravity(packed).equals(whole)
