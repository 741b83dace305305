"""US troop reports: medians of a year, and zeros that are none."""

from __future__ import annotations

import pytest

from influence.errors import SourceError
from influence.sources.troops import read_troops

HEADER = "ccode,iso3c,countryname,year,month,quarter,source,Location,troops_ad\n"


def written(tmp_path, *rows):
    lines = [
        f"0,{iso3},{name},{year}.0,{month},1.0,{month} {year},{place},{troops}\n"
        for iso3, name, year, month, place, troops in rows
    ]
    path = tmp_path / "troops.csv"
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    return path


def as_dict(frame):
    return {(r.iso3, r.year): (r.troops, r.reports) for r in frame.itertuples()}


def test_median_of_the_reports_of_a_year(tmp_path):
    rows = [("KOR", "South Korea", 2016, month, "KOREA", troops)
            for month, troops in (("March", 10), ("June", 100), ("September", 20), ("December", 40))]  # fmt: skip
    assert as_dict(read_troops(written(tmp_path, *rows))) == {("KOR", 2016): (30.0, 4)}


def test_places_of_one_host_are_added_and_a_repeated_row_is_not(tmp_path):
    rows = [("MNE", "Montenegro", 2008, "September", "MONTENEGRO", 3),
            ("MNE", "Montenegro", 2008, "September", "MONTENEGRO (1992 - 2001)", 4),
            ("ZWE", "Zimbabwe", 2013, "September", "ZIMBABWE", 8),
            ("ZWE", "Zimbabwe", 2013, "September", "ZIMBABWE", 8)]  # fmt: skip
    frame = read_troops(written(tmp_path, *rows))
    assert as_dict(frame) == {("MNE", 2008): (7.0, 1), ("ZWE", 2013): (8.0, 1)}
    assert ("ZWE", "row repeated in the same report", 1) in frame.attrs["excluded"]


def test_a_zero_stays_and_an_absent_count_is_no_zero(tmp_path):
    rows = [("COG", "Congo", 2005, "September", "Congo (Brazzaville)", 0),
            ("AFG", "Afghanistan", 2004, "September", "Afghanistan (not available)", 0),
            ("IRQ", "Iraq", 2005, "September", "Iraq (See Deployment Section)", 0),
            ("IRQ", "Iraq", 2006, "September", "Iraq", 0),
            ("KWT", "Kuwait", 2004, "September", "Kuwait (See OIF Table)", 0)]  # fmt: skip
    frame = read_troops(written(tmp_path, *rows))
    assert as_dict(frame) == {("COG", 2005): (0.0, 1)}
    assert sum(count for _, _, count in frame.attrs["excluded"]) == 4


def test_figures_of_several_states_and_places_outside_the_panel_are_left_out(tmp_path):
    rows = [("RUS", "Russia", 1992, "September", "Russia", 59),
            ("RUS", "Russia", 1992, "September", "Total - Former Soviet Union", 59),
            ("HKG", "China (Includes Hong Kong)", 2001, "September", "China (Includes Hong Kong)", 57),
            ("SRB", "Serbia", 1998, "September", "Serbia", 37),
            ("USA", "United States", 1992, "September", "United States", 1000000),
            ("", "Diego Garcia", 1992, "September", "Diego Garcia", 1253),
            ("", "Wake Island", 1992, "September", "Wake Island", 7),
            ("", "Kosovo", 2010, "September", "KOSOVO", 52)]  # fmt: skip
    frame = read_troops(written(tmp_path, *rows))
    assert as_dict(frame) == {("RUS", 1992): (59.0, 1), ("XKX", 2010): (52.0, 1)}
    assert {"USA", "Diego Garcia", "Wake Island", "HKG", "SRB"} <= {code for code, _, _ in frame.attrs["excluded"]}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("KOR", "South Korea", 2016, "June", "KOREA", -1), "at least 0"),
        (("KOR", "South Korea", 2016, "June", "KOREA", "many"), "column troops_ad must be"),
        (("", "Atlantis", 2016, "June", "ATLANTIS", 1), "'Atlantis'"),
    ],
)
def test_bad_rows_are_errors(tmp_path, row, message):
    with pytest.raises(SourceError, match=message):
        read_troops(written(tmp_path, row))


@pytest.mark.slow
def test_the_real_file(shared_data):
    found = as_dict(read_troops(shared_data / "ties" / "us_troops_reports_1990_2025.csv.gz"))
    assert 23468 <= found["KOR", 2016][0] <= 25020
    assert found["JPN", 2015] == ((55744 + 53916) / 2, 4)
    assert found["RUS", 1993] == (70.0, 1)
    assert ("IRQ", 2005) not in found
    assert ("USA", 2016) not in found
    assert {min(year for _, year in found), max(year for _, year in found)} == {1990, 2025}
