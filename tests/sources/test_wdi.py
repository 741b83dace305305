"""World Bank: the API's CSV, its zip and the long table give one table; Namibia stays."""

from __future__ import annotations

import zipfile

import pytest

from influence.errors import SourceError
from influence.sources.wdi import AGGREGATES, read_wdi
from influence.states import bundled_registry

WIDE = (
    '\ufeff"Data Source","World Development Indicators",\n'
    "\n"
    '"Last Updated Date","2024-10-24",\n'
    "\n"
    '"Country Name","Country Code","Indicator Name","Indicator Code","2015","2016","2017",\n'
    '"Korea, Rep.","KOR","GDP (current US$)","NY.GDP.MKTP.CD","1465773000000","1500112000000","",\n'
    '"Namibia","NAM","GDP (current US$)","NY.GDP.MKTP.CD","","10718590000.5","12880000000",\n'
    '"Euro area","EMU","GDP (current US$)","NY.GDP.MKTP.CD","1","2","3",\n'
    '"World","WLD","GDP (current US$)","NY.GDP.MKTP.CD","1","2","3",\n'
    '"Not classified","INX","GDP (current US$)","NY.GDP.MKTP.CD","","","",\n'
)
LONG = """Country Name,Country Code,Year,Value
"Korea, Rep.",KOR,2015,1465773000000
"Korea, Rep.",KOR,2016,1500112000000
Namibia,NAM,2016,10718590000.5
Namibia,NAM,2017,12880000000
Euro area,EMU,2015,1
World,WLD,2015,1
"""
WANTED = [
    ["KOR", 2015, 1_465_773e6],
    ["KOR", 2016, 1_500_112e6],
    ["NAM", 2016, 10_718_590_000.5],
    ["NAM", 2017, 12_880e6],
]


def saved(tmp_path, text, name="API_NY.GDP.MKTP.CD_DS2_en_csv_v2_1.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def zipped(tmp_path):
    path = tmp_path / "API_NY.GDP.MKTP.CD_DS2_en_csv_v2_1.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Metadata_Indicator_API_NY.GDP.MKTP.CD_DS2_en_csv_v2_1.csv", '"INDICATOR_CODE"\n"x"\n')
        archive.writestr("API_NY.GDP.MKTP.CD_DS2_en_csv_v2_1.csv", WIDE)
        archive.writestr("Metadata_Country_API_NY.GDP.MKTP.CD_DS2_en_csv_v2_1.csv", '"Country Code"\n"KOR"\n')
    return path


@pytest.mark.parametrize("form", ["wide", "zip", "long"])
def test_three_forms_give_one_table(tmp_path, form):
    path = zipped(tmp_path) if form == "zip" else saved(tmp_path, WIDE if form == "wide" else LONG)
    frame = read_wdi(path)
    assert list(frame.columns) == ["iso3", "year", "value"]
    assert frame.to_numpy().tolist() == WANTED
    assert str(frame["year"].dtype) == "int64"


def test_aggregates_are_left_out_by_code_with_a_reason(tmp_path):
    assert read_wdi(saved(tmp_path, LONG)).attrs["excluded"] == [
        ("EMU", "World Bank aggregate: region", 1),
        ("WLD", "aggregate: world", 1),
    ]


def test_no_aggregate_has_the_code_of_a_state():
    assert not AGGREGATES.keys() & bundled_registry().code_map("iso3").keys()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (LONG + "Korea,KOR,2016,1\n", "2 rows repeat the same iso3, year"),
        (LONG + "Atlantis,QQQ,2016,1\n", "known exclusion: 'QQQ'"),
        (LONG + "Japan,JPN,2016,..\n", "column Value must be a finite number; 1 rows"),
        (LONG.replace("Year", "Jahr"), "lacks column Year"),
        (WIDE.replace('"Country Code"', '"Code"'), "lacks column Country Code"),
        (WIDE + '"Japan","JPN","Population","SP.POP.TOTL","1","2","3",\n', "holds 2 indicators"),
    ],
)
def test_files_that_cannot_be_are_refused(tmp_path, text, message):
    with pytest.raises(SourceError, match=message):
        read_wdi(saved(tmp_path, text))


def test_the_published_gdp(shared_data):
    frame = read_wdi(shared_data / "states" / "worldbank_gdp_current_usd.csv")
    last = frame.groupby("iso3")["year"].max()
    assert last[["VEN", "ERI", "CUB", "YEM", "USA"]].tolist() == [2014, 2011, 2020, 2018, 2023]
    assert "NAM" in last.index
    assert not {"TWN", "PRK"} & set(last.index)
    gdp = frame.set_index(["iso3", "year"])["value"]
    assert 18e12 < gdp["USA", 2016] < 19e12
    excluded = {code for code, _, _ in frame.attrs["excluded"]}
    assert {"WLD", "EUU", "CHI", "PRI"} <= excluded


def test_the_published_population(shared_data):
    frame = read_wdi(shared_data / "states" / "worldbank_population.csv")
    people = frame.set_index(["iso3", "year"])["value"]
    assert frame["year"].max() == 2024
    assert 1.37e9 < people["CHN", 2016] < 1.41e9
    assert (people > 0).all()
