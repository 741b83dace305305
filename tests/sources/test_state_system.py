"""Membership in the state system, from codes by year."""

from __future__ import annotations

from functools import partial

import pytest

from influence.errors import SourceError
from influence.sources.state_system import read_state_system
from tests.sources.files import written

HEADER = "stateabb,year,gwcode,ccode,gw_name,cw_name\n"
ROWS = (
    'ROK,1990.0,732.0,732,"Korea, Republic of",South Korea',
    "NAM,1990.0,565.0,565,Namibia,Namibia",
    "GFR,1990.0,260.0,260,German Federal Republic,German Federal Republic",
    "GFR,1991.0,260.0,,German Federal Republic,",
    "GMY,1990.0,260.0,255,,Germany",
    "GMY,1991.0,260.0,255,,Germany",
    "RUS,1991.0,365.0,365,Russia (Soviet Union),Russia",
    "RUS,1992.0,365.0,365,Russia (Soviet Union),Russia",
    "YAR,1990.0,678.0,678,,Yemen Arab Republic",
    "YEM,1990.0,678.0,679,Yemen (Arab Republic of Yemen),Yemen",
    "YUG,2005.0,345.0,345,Yugoslavia,Yugoslavia",
    "YUG,2006.0,340.0,345,Serbia,Yugoslavia",
    "CZE,1992.0,315.0,315,Czechoslovakia,Czechoslovakia",
)


saved = partial(written, header=HEADER)


def test_members_by_year(tmp_path):
    frame = read_state_system(saved(tmp_path, *ROWS))
    assert list(frame.columns) == ["iso3", "year"]
    assert frame.to_numpy().tolist() == [
        ["DEU", 1990],
        ["DEU", 1991],
        ["KOR", 1990],
        ["NAM", 1990],
        ["RUS", 1992],
        ["SRB", 2006],
        ["YEM", 1990],
    ]


def test_what_is_left_out_is_counted(tmp_path):
    frame = read_state_system(saved(tmp_path, *ROWS))
    assert {code: rows for code, _, rows in frame.attrs["excluded"]} == {
        "": 1,
        "315": 1,
        "345 until 2005": 1,
        "365 until 1991": 1,
        "678 until 1990": 1,
        "260": 1,
    }


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (ROWS[0], "2 rows repeat the same ccode, year"),
        ("XXX,1990.0,999.0,999,Nowhere,Nowhere", "known exclusion: '999'"),
        ("JPN,,740.0,740,Japan,Japan", "column year must be"),
    ],
)
def test_rows_that_cannot_be_are_refused(tmp_path, row, message):
    with pytest.raises(SourceError, match=message):
        read_state_system(saved(tmp_path, *ROWS, row))


def test_the_published_panel(shared_data):
    frame = read_state_system(shared_data / "states" / "cow_gw_codes_panel.csv.gz")
    assert frame["year"].agg(["min", "max"]).tolist() == [1990, 2025]
    first = frame.groupby("iso3")["year"].min()
    given = {
        "KOR": 1990,
        "PRK": 1990,
        "TWN": 1990,
        "DEU": 1990,
        "YEM": 1990,
        "RUS": 1992,
        "CZE": 1993,
        "TLS": 2002,
        "SRB": 2006,
    }
    assert first[list(given)].to_dict() == given
    assert "NAM" in first.index
    assert not {"HKG", "MAC", "PSE"} & set(first.index)
    assert (frame.groupby("iso3")["year"].max() == 2025).all()
    assert (frame["year"] == 2016).sum() == 195 - len({"LIE", "MCO"})
