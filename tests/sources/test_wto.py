"""WTO totals: million dollars to dollars, groups by name, Chinese Taipei."""

from __future__ import annotations

from functools import partial

import pytest

from influence.errors import SourceError
from influence.sources.wto import read_wto_totals
from tests.sources.files import written

HEADER = "IndicatorCode,ReporterISO3A,Reporter,Year,Value\n"
ROWS = (
    'ITS_MTV_AX,KOR,"Korea, Republic of",2016,495426',
    'ITS_MTV_AM,KOR,"Korea, Republic of",2016,406193',
    "ITS_MTV_AX,CHT,Chinese Taipei,2016,280321",
    "ITS_MTV_AM,NAM,Namibia,2016,0",
    "ITS_MTV_AX,,Asia,2016,5000000",
    "ITS_MTV_AX,EEC,European Union,2016,5000000",
    "ITS_MTV_AX,,Czech and Slovak Federal Republic,1990,11",
    'ITS_CS_AX6,KOR,"Korea, Republic of",2016,95',
)


saved = partial(written, header=HEADER)


def test_totals_are_side_by_side_and_blank_is_not_zero(tmp_path):
    frame = read_wto_totals(saved(tmp_path, *ROWS))
    assert list(frame.columns) == ["iso3", "year", "export_usd", "import_usd"]
    assert frame["iso3"].tolist() == ["KOR", "NAM", "TWN"]
    assert frame.loc[0, ["export_usd", "import_usd"]].tolist() == [495_426e6, 406_193e6]
    assert frame["export_usd"].isna().tolist() == [False, True, False]
    assert frame["import_usd"].isna().tolist() == [False, False, True]
    assert frame.loc[1, "import_usd"] == 0


def test_groups_and_former_states_are_left_out_by_name(tmp_path):
    assert read_wto_totals(saved(tmp_path, *ROWS)).attrs["excluded"] == [
        ("Asia", "aggregate: group of economies", 1),
        (
            "Czech and Slovak Federal Republic",
            "Czechoslovakia: dissolved 1992 and neither Czechia nor Slovakia",
            1,
        ),
        ("EEC", "aggregate: group of economies", 1),
    ]


def test_the_full_download_is_read_for_all_products_and_partners_only(tmp_path):
    header = "IndicatorCode,ReporterISO3A,Reporter,Partner,ProductOrSectorCode,Year,Value\n"
    rows = [
        "ITS_MTV_AX,KOR,Korea,World,TO,2016,9",
        "ITS_MTV_AX,KOR,Korea,World,AG,2016,1",
        "ITS_MTV_AX,KOR,Korea,Asia,TO,2016,2",
    ]
    frame = read_wto_totals(saved(tmp_path, *rows, header=header))
    assert frame["export_usd"].tolist() == [9e6]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("ITS_MTV_AX,KOR,Korea,2016,1", "2 rows repeat the same iso3, year, IndicatorCode"),
        ("ITS_MTV_AX,JPN,Japan,2016,-1", "Value must be a finite number of at least 0"),
        ("ITS_MTV_AX,JPN,Japan,2016,", "Value must be a finite number"),
        ("ITS_MTV_AX,,Atlantis,2016,1", "known exclusion: 'Atlantis'"),
        ("ITS_MTV_AX,QQQ,Somewhere,2016,1", "known exclusion: 'QQQ'"),
    ],
)
def test_rows_that_cannot_be_are_refused(tmp_path, row, message):
    with pytest.raises(SourceError, match=message):
        read_wto_totals(saved(tmp_path, *ROWS, row))


def test_the_published_totals(shared_data):
    frame = read_wto_totals(shared_data / "trade" / "wto_merchandise_totals_1948_2023.csv.gz")
    totals = frame.set_index(["iso3", "year"])
    assert round(totals.loc[("TWN", 2014), "export_usd"] / 1e9) == 320
    assert frame["year"].agg(["min", "max"]).tolist() == [1948, 2023]
    assert frame.loc[frame["iso3"] == "RUS", "year"].min() == 1992
    assert frame.loc[frame["iso3"] == "SRB", "year"].min() == 2006
    assert {"HKG", "SGP", "NAM", "ROU"} <= set(frame["iso3"])
    names = {code for code, _, _ in frame.attrs["excluded"]}
    assert {"World", "BLX", "SCG", "COK"} <= names
