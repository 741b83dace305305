"""DESTA: the list of treaties, long by member."""

from __future__ import annotations

import pytest

from influence.errors import SourceError
from influence.sources.desta import read_desta

HEADER = "\ufeffnumber,base_treaty,name,entry_type,consolidated,year,entryforceyear,typememb,c1,c2,c3,mc1\n"
ROWS = """551,551,Korea US,base_treaty,0,2007,2012,1,410,840,,x
10,10,Albania Kosovo,base_treaty,0,2003,2003,1,8,900,,x
164,164,Canada EFTA,base_treaty,0,2008,2009,3,124,352,438,x
64+1,64,AFTA Vietnam accession,accession,0,1995,,5,704,96,,x
887,887,Korea Japan,negotiation,0,,,1,392,410,,x
"""


def written(tmp_path, rows=ROWS):
    path = tmp_path / "desta.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    return path


def test_one_row_a_member(tmp_path):
    frame = read_desta(written(tmp_path))
    members = frame.groupby("number", sort=False)["iso3"].agg(list).to_dict()
    assert members == {
        "551": ["KOR", "USA"],
        "10": ["ALB", "XKX"],
        "164": ["CAN", "ISL"],
        "64+1": ["VNM", "BRN"],
        "887": ["JPN", "KOR"],
    }
    assert frame.columns.tolist() == [
        "number", "base", "name", "entry_type", "consolidated", "signed", "in_force", "typememb", "iso3",
    ]  # fmt: skip


def test_years_are_missing_where_the_list_has_none(tmp_path):
    heads = read_desta(written(tmp_path)).drop_duplicates("number").set_index("number")
    assert (heads.loc["551", "signed"], heads.loc["551", "in_force"]) == (2007, 2012)
    assert heads["in_force"].isna().to_dict() == {"551": False, "10": False, "164": False, "64+1": True, "887": True}
    assert heads["signed"].isna().sum() == 1


def test_members_outside_the_panel_are_counted(tmp_path):
    ((code, reason, rows),) = read_desta(written(tmp_path)).attrs["excluded"]
    assert (code, rows) == ("438", 1)
    assert reason.startswith("Liechtenstein")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("1,1,A B,base_treaty,0,2003,2003,1,410,999,,x\n", "'999'"),
        ("1,1,A B,treaty,0,2003,2003,1,410,840,,x\n", "entry_type must be one of"),
        ("1,1,A B,base_treaty,0,203,2003,1,410,840,,x\n", "column signed must be a year or empty"),
        ("1,1,A B,base_treaty,0,2003,soon,1,410,840,,x\n", "column in_force must be"),
        (ROWS + ROWS, "repeat the same number"),
    ],
)
def test_bad_rows_are_errors(tmp_path, rows, message):
    with pytest.raises(SourceError, match=message):
        read_desta(written(tmp_path, rows))


@pytest.mark.slow
def test_the_real_file_never_has_korea_in_tpp(shared_data):
    frame = read_desta(shared_data / "ties" / "desta_2_2_list_of_treaties.csv")
    tpp = frame[frame["number"] == "899"]
    assert set(tpp["iso3"]) == set("AUS BRN CAN CHL JPN MEX MYS NZL PER SGP USA VNM".split())  # noqa: SIM905
    assert tpp["in_force"].isna().all()
    assert frame.loc[frame["entry_type"] == "base_treaty", "number"].nunique() == 877
