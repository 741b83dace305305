"""IMF DOTS: the long table, the workbook as handed out, and that the two agree."""

from __future__ import annotations

import pytest

from influence.errors import SourceError
from influence.sources.dots import KEY, SHEETS, read_dots, read_dots_workbook

HEADER = "reporter,flow,partner,exporter,importer,year,value_usd\n"
MONTHS = [f"{year}M{month:02d}" for year in (2011, 2012) for month in range(1, 13)]


def long(tmp_path, *rows):
    path = tmp_path / "dots.csv"
    path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def workbook(tmp_path, exports, imports=(), *, unit="US Dollars, Millions", months=MONTHS, sheets=tuple(SHEETS)):
    """A workbook of the IMF's layout: reporter in B4, unit in B5, months in row 7, partners below."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in zip(sheets, (exports, imports), strict=False):
        sheet = book.create_sheet(name)
        sheet["B2"], sheet["B4"], sheet["B5"] = f"{name} Partner Countries", "Korea, Rep. of", unit
        for column, month in enumerate(months, 3):
            sheet.cell(7, column, month)
        for number, (partner, values) in enumerate(rows, 8):
            sheet.cell(number, 2, partner)
            for column, value in enumerate(values, 3):
                sheet.cell(number, column, value)
    path = tmp_path / "dots.xlsx"
    book.save(path)
    return path


# ---- the long table ------------------------------------------------------------------------------


def test_reports_come_tidy(tmp_path):
    frame = read_dots(
        long(tmp_path, "USA,X,KOR,USA,KOR,2011,43.5", "USA,M,KOR,KOR,USA,2011,", "USA,X,NAM,USA,NAM,2011,0")
    )
    assert list(frame.columns) == ["reporter", "flow", "exporter", "importer", "year", "export_usd"]
    assert frame["flow"].tolist() == ["M", "X", "X"]
    assert frame["export_usd"].isna().tolist() == [True, False, False]
    assert frame["export_usd"].tolist()[1:] == [43.5, 0.0]
    assert str(frame["year"].dtype) == "int64"


def test_the_world_is_left_out_with_its_reason(tmp_path):
    frame = read_dots(long(tmp_path, "USA,X,WLD,USA,WLD,2011,9", "USA,X,KOR,USA,KOR,2011,1"))
    assert len(frame) == 1
    assert frame.attrs["excluded"] == [("WLD", "aggregate: world", 1)]


def test_a_report_with_two_values_is_left_out_and_named(tmp_path):
    rows = ["IDN,X,CZE,IDN,CZE,2011,69", "IDN,X,CZE,IDN,CZE,2011,44", "IDN,X,CZE,IDN,CZE,2013,7"]
    frame = read_dots(long(tmp_path, *rows))
    assert frame["year"].tolist() == [2013]
    assert frame.attrs["excluded"] == [("IDN X IDN-CZE 2011", "stands twice with different values", 2)]


def test_the_same_report_twice_is_one(tmp_path):
    frame = read_dots(long(tmp_path, *["IDN,X,CZE,IDN,CZE,2011,69"] * 2))
    assert frame["export_usd"].tolist() == [69.0]
    assert frame.attrs["excluded"] == []


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("USA,Z,KOR,USA,KOR,2011,1", "flow must be X with the reporter as exporter"),
        ("USA,M,KOR,USA,KOR,2011,1", "flow must be X with the reporter as exporter"),
        ("USA,X,KOR,USA,KOR,2011,-1", "value_usd must be a finite number of at least 0"),
        ("USA,X,USA,USA,USA,2011,1", "trade with itself"),
        ("USA,X,QQQ,USA,QQQ,2011,1", "known exclusion: 'QQQ'"),
    ],
)
def test_reports_that_cannot_be_are_refused(tmp_path, row, message):
    with pytest.raises(SourceError, match=message):
        read_dots(long(tmp_path, row))


# ---- the workbook --------------------------------------------------------------------------------


def test_months_are_summed_to_years_and_groups_left_out(tmp_path):
    rows = [
        ("World", [100.0] * 24),
        ("Euro Area", [50.0] * 24),
        ("United States", [1.0] * 12 + [2.0] * 12),
        ("Taiwan Province of China", [0.5] * 24),
        ("Memorandum Items", []),
    ]
    frame = read_dots_workbook(workbook(tmp_path, rows, [("Viet Nam", [0.25] * 24)]))
    assert frame.to_numpy().tolist() == [
        ["KOR", "M", "VNM", "KOR", 2011, 3e6],
        ["KOR", "M", "VNM", "KOR", 2012, 3e6],
        ["KOR", "X", "KOR", "TWN", 2011, 6e6],
        ["KOR", "X", "KOR", "TWN", 2012, 6e6],
        ["KOR", "X", "KOR", "USA", 2011, 12e6],
        ["KOR", "X", "KOR", "USA", 2012, 24e6],
    ]
    left_out = {code: reason for code, reason, _ in frame.attrs["excluded"]}
    assert left_out["World"] == "aggregate: world"
    assert left_out["Euro Area"] == "aggregate: group of economies"


def test_a_year_of_eleven_months_is_left_out_and_counted(tmp_path):
    rows = [("United States", [1.0] * 23), ("Japan", [1.0] * 5 + [None] + [1.0] * 18)]
    frame = read_dots_workbook(workbook(tmp_path, rows, [("Japan", [1.0] * 24)]))
    exports = frame[frame["flow"] == "X"]
    assert exports[["importer", "year"]].to_numpy().tolist() == [["JPN", 2012], ["USA", 2011]]
    assert frame.attrs["excluded"][0] == ("Exports, FOB", "a partner's year with values for fewer than 12 months", 2)


def test_a_year_whose_months_are_not_all_there_yet_is_left_out(tmp_path):
    frame = read_dots_workbook(workbook(tmp_path, [("Japan", [1.0] * 18)], [("Japan", [1.0] * 18)], months=MONTHS[:18]))
    assert frame["year"].unique().tolist() == [2011]


def test_a_partner_on_two_rows_is_not_doubled(tmp_path):
    rows = [("Australia", [1.0] * 24), ("World", [9.0] * 24), ("Australia", [1.0] * 24)]
    frame = read_dots_workbook(workbook(tmp_path, rows, [("Japan", [1.0] * 24)]))
    assert frame.loc[frame["importer"] == "AUS", "export_usd"].tolist() == [12e6, 12e6]


def test_a_partner_on_two_rows_that_differ_is_left_out_and_named(tmp_path):
    rows = [("Australia", [1.0] * 24), ("Australia", [1.0] * 12 + [3.0] * 12)]
    frame = read_dots_workbook(workbook(tmp_path, rows, [("Japan", [1.0] * 24)]))
    assert frame.loc[frame["importer"] == "AUS", "year"].tolist() == [2011]
    assert frame.attrs["excluded"][-1] == ("KOR X KOR-AUS 2012", "stands twice with different values", 2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"unit": "Euros, Millions"},
            r"\(Exports, FOB\): cell B5 must be 'US Dollars, Millions', not 'Euros, Millions'",
        ),
        ({"months": ["2011", "2012"]}, "row 7 must hold months such as 2011M01"),
        ({"months": [*MONTHS[:23], MONTHS[0]]}, "row 7 must hold months such as 2011M01, each once"),
        ({"sheets": ("Exports, FOB", "Other")}, "lacks the sheet 'Imports, CIF'; it has: Exports, FOB, Other"),
    ],
)
def test_a_workbook_of_another_layout_is_refused(tmp_path, change, message):
    rows = [("Japan", [1.0] * 24)]
    with pytest.raises(SourceError, match=message):
        read_dots_workbook(workbook(tmp_path, rows, rows, **change))


@pytest.mark.parametrize(
    ("partner", "value", "message"),
    [
        ("Atlantis", 1.0, "known exclusion: 'Atlantis'"),
        ("Japan", -1.0, "must be a finite number of at least 0"),
        ("Japan", "n.a.", "must be a finite number of at least 0"),
    ],
)
def test_a_workbook_with_wrong_cells_is_refused(tmp_path, partner, value, message):
    rows = [(partner, [value] * 24)]
    with pytest.raises(SourceError, match=message):
        read_dots_workbook(workbook(tmp_path, rows, [("Japan", [1.0] * 24)]))


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PK\x03\x04 cut"])
def test_what_is_no_workbook_is_refused(tmp_path, content):
    pytest.importorskip("openpyxl")
    path = tmp_path / "dots.xlsx"
    path.write_bytes(content)
    with pytest.raises(SourceError, match="is not a whole xlsx workbook"):
        read_dots_workbook(path)


# ---- the published files -------------------------------------------------------------------------


def test_the_published_long_table(shared_data):
    frame = read_dots(shared_data / "trade" / "imf_dots_reporters_2011_2023.csv.gz")
    usd = frame.set_index(KEY)["export_usd"]
    assert round(usd["USA", "X", "USA", "KOR", 2011] / 1e9, 2) == 43.46
    assert round(usd["USA", "M", "KOR", "USA", 2011] / 1e9, 2) == 56.66
    contradictions = [code for code, reason, rows in frame.attrs["excluded"] if reason.startswith("stands twice")]
    assert contradictions == [
        f"IDN {flow} {pair} {year}" for flow, pair in (("M", "CZE-IDN"), ("X", "IDN-CZE")) for year in (2011, 2012)
    ]
    reporters = set(frame["reporter"])
    assert {"USA", "CHN", "VNM"} <= reporters
    assert "WLD" not in set(frame["exporter"]) | set(frame["importer"])
    assert "TWN" not in set(frame[(frame["reporter"] == "IDN") & (frame["year"] == 2022)]["importer"])


def test_the_published_workbook_agrees_with_the_long_table(shared_data):
    pytest.importorskip("openpyxl")
    sheets = read_dots_workbook(shared_data / "trade" / "imf_dots_workbook_US.xlsx").set_index(KEY)["export_usd"]
    whole = read_dots(shared_data / "trade" / "imf_dots_reporters_2011_2023.csv.gz")
    table = whole[whole["reporter"] == "USA"].set_index(KEY)["export_usd"]
    only_sheets = sheets.index.difference(table.index)
    partners = set(only_sheets.get_level_values("exporter")) | set(only_sheets.get_level_values("importer"))
    assert partners == {"USA", "ABW", "COM", "CUW", "SXM"}
    common = sheets.index.intersection(table.index)
    assert len(common) > 4700
    assert (sheets.loc[common] - table.loc[common]).abs().max() < 1
    partial_years = table.drop(common)
    assert len(partial_years) == 126
    assert partial_years.sum() < 0.0001 * table.sum()
