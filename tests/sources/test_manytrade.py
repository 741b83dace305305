"""manytrade: lists and members, and dates as fine as the source has them."""

from __future__ import annotations

import pytest

from influence.errors import SourceError
from influence.sources.manytrade import iso_date, read_manytrade

LIST = """manyID,Title,Signature,Force,End,url
KOR-USA,Korea US,30.06.2007,15.03.2012,31.12.9999,x
TPP,Trans-Pacific Partnership,04.02.2016,NA,NA,x
"""
MEMBERS = """manyID,Title,stateID,Signature,Force,End,destaID,StateForce,StateEnd
KOR-USA,Korea US,KOR,30.06.2007,15.03.2012,31.12.9999,551,15.03.2012,31.12.9999
KOR-USA,Korea US,USA,30.06.2007,15.03.2012,31.12.9999,551,NA,NA
HKM,Hong Kong Macao,NA,27.10.2017,2018-01,NA,NA,2018,2020-99-99
EFTAX,EFTA X,EFTA,27.10.2017,2018-01,NA,NA,2018,NA
FIJ,Fiji X,FIJ,27.10.2017,2018-01,NA,NA,2018,NA
"""


def written(tmp_path, text):
    path = tmp_path / "manytrade.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("15.03.2012", "2012-03-15"),
        ("31.12.9999", "9999-12-31"),
        ("2004-12-16", "2004-12-16"),
        ("2016-04", "2016-04"),
        ("1995", "1995"),
        ("2020-99-99", "2020"),
        ("NA", ""),
        ("", ""),
        ("31.02.2012", None),
        ("2012-13", None),
        ("20125", None),
        ("soon", None),
    ],
)
def test_dates_keep_their_precision(text, iso):
    assert iso_date(text) == iso


def test_the_list(tmp_path):
    frame = read_manytrade(written(tmp_path, LIST))
    assert frame.columns.tolist() == ["agreement", "title", "signed", "in_force", "end"]
    assert frame.to_numpy().tolist() == [
        ["KOR-USA", "Korea US", "2007-06-30", "2012-03-15", "9999-12-31"],
        ["TPP", "Trans-Pacific Partnership", "2016-02-04", "", ""],
    ]


def test_members(tmp_path):
    frame = read_manytrade(written(tmp_path, MEMBERS))
    assert frame["iso3"].tolist() == ["KOR", "USA", "MAC", "FJI"]
    assert frame["desta"].tolist() == ["551", "551", "", ""]
    assert frame["member_in_force"].tolist() == ["2012-03-15", "", "2018", "2018"]
    assert frame.loc[2, "member_end"] == "2020"
    assert [code for code, _, _ in frame.attrs["excluded"]] == ["EFTA"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [("15.03.2012", "15/03/2012", "column Force must be a date"), (",KOR,", ",ZZZ,", "'ZZZ'")],
)
def test_bad_rows_are_errors(tmp_path, old, new, message):
    with pytest.raises(SourceError, match=message):
        read_manytrade(written(tmp_path, MEMBERS.replace(old, new)))


@pytest.mark.slow
def test_the_real_files(shared_data):
    members = read_manytrade(shared_data / "ties" / "manytrade_huggo_mem_additional.csv")
    korus = members[members["desta"] == "551"]
    assert set(korus["iso3"]) == {"KOR", "USA"}
    assert "2012-03-15" in set(korus["member_in_force"])
    listed = read_manytrade(shared_data / "ties" / "manytrade_huggo_reconciled.csv").set_index("title")
    assert listed.loc["Trans-Pacific Partnership", ["signed", "in_force"]].tolist() == ["2016-02-04", ""]
