"""Workbooks: every formula, worked out by another hand, is Python's number; what is missing stays missing."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import openpyxl
import pytest

import influence as inf
from influence.errors import ExtraError, OutputError, StateError, YearError
from influence.export.workbook import SHEETS, write_workbook
from influence.export.workbook_numbers import MOST_STATES, numbers_of, workbook_states
from influence.layer_settings import CustomLayer
from influence.panel.panel import panel_from_tables, with_custom_layers
from tests.cli.calls import call, ended, refusal
from tests.export.pages import HOSTILE, pencil_study, real_panel, real_study
from tests.export.spreadsheet import Spreadsheet, differences
from tests.pencil import pencil_panel, pencil_tables

POLES = ("CHN", "USA")


def book(folder: Path, states, *, year=2016, study=None, name="book.xlsx") -> Path:
    made = numbers_of(study or real_study(), states, year)
    return write_workbook(made, folder / name, command="influence export xlsx")


def pencil_book(folder: Path, states=("CCC", "DDD"), **given) -> Path:
    return book(folder, states, study=pencil_study(), **given)


# ---- by pencil ------------------------------------------------------------------------------------------------------


def test_a_column_by_pencil(tmp_path):
    """Gamma trades 90: 20 with Alpha, 30 with Beta. Alpha and Beta defend it (100 and 50 to its own 25), and Beta has a
    quarter of an agreement with it: 12.5 to 25."""
    sheet = Spreadsheet(pencil_book(tmp_path))
    row, column = sheet.row_of("balance", "CCC"), sheet.column_of("balance", "pull AAA", 4)
    first = 0.6 * 20 / 90 + 0.3 * 100 / 175
    second = 0.6 * 30 / 90 + 0.3 * 50 / 175 + 0.1 * 12.5 / 37.5
    assert sheet.value("balance", f"{column}{row}") == pytest.approx(first, abs=1e-15)
    balance_column = sheet.column_of("balance", "balance AAA-BBB", 4)
    assert sheet.value("balance", f"{balance_column}{row}") == pytest.approx(
        (first - second) / (first + second), abs=1e-15
    )
    alone = 0.3 * 25 / 175 + 0.1 * 25 / 37.5
    assert sheet.value("balance", f"E{row}") == pytest.approx(alone, abs=1e-15)
    assert sheet.value("balance", f"D{row}") == 0


def test_a_changed_weight_moves_pull_and_balance_and_leaves_shares_alone(tmp_path):
    sheet = Spreadsheet(pencil_book(tmp_path))
    row, balance_column = sheet.row_of("balance", "CCC"), sheet.column_of("balance", "balance AAA-BBB", 4)
    share = (sheet.column_of("shares", "CCC", 10), sheet.row_of("shares", "AAA"))
    before = sheet.value("shares", f"{share[0]}{share[1]}")
    for name, weight in {"trade": 0, "alliance": 2, "agreement": 0}.items():
        sheet.put("weights", f"B{sheet.row_of('weights', name)}", weight)
    assert sheet.value("balance", f"{balance_column}{row}") == pytest.approx(50 / 150, abs=1e-15)
    assert sheet.value("shares", f"{share[0]}{share[1]}") == before


def test_a_blank_is_not_zero(tmp_path):
    """Beta's flow to Gamma unobserved: its tie has no value; Alpha's has, and the rest counts as unobserved."""
    sheet = Spreadsheet(pencil_book(tmp_path))
    row, (one, other) = sheet.row_of("balance", "CCC"), ("F", "G")
    trade = f"{sheet.column_of('trade', 'CCC imports from', 10)}{sheet.row_of('trade', 'BBB')}"
    known = sheet.value("balance", f"{one}{row}")
    sheet.put("trade", trade, None)
    assert sheet.value("balance", f"D{row}") == pytest.approx(0.6 * 30 / 90 + 0.3 * 50 / 175 + 0.1 * 12.5 / 37.5)
    assert sheet.value("balance", f"{other}{row}") == ""
    # 0.8 of it was not observed: below the floor there is no pull at all.
    assert sheet.value("balance", f"{one}{row}") == "" != known
    sheet.put("weights", f"B{sheet.row_of('weights', 'trade')}", 0)
    assert sheet.value("balance", f"{other}{row}") == pytest.approx(0.75 * 50 / 175 + 0.25 * 12.5 / 37.5)


def test_a_pledger_without_capability_makes_the_column_unobserved(tmp_path):
    sheet = Spreadsheet(pencil_book(tmp_path))
    share = sheet.column_of("alliance", "share of CCC", 10)
    assert sheet.value("alliance", f"{share}7") == 0
    sheet.put("alliance", f"C{sheet.row_of('alliance', 'BBB')}", None)
    assert sheet.value("alliance", f"{share}7") == 1
    assert sheet.value("alliance", f"{share}8") == 0
    assert sheet.value("balance", f"D{sheet.row_of('balance', 'CCC')}") == pytest.approx(0.3)


def test_no_weight_at_all_gives_no_value_and_says_so(tmp_path):
    sheet = Spreadsheet(pencil_book(tmp_path))
    for name in ("trade", "alliance", "agreement", "troops"):
        sheet.put("weights", f"B{sheet.row_of('weights', name)}", 0)
    assert sheet.value("balance", f"F{sheet.row_of('balance', 'CCC')}") == ""
    assert sheet.value("weights", "B10").startswith("All weights are 0")


# ---- the real panel: every cell -------------------------------------------------------------------------------------

CASES = {
    "one state": (("KOR",), 2016, {}, {"trade": 0.2, "alliance": 0.5, "agreement": 0.0, "troops": 0.3}),
    "some without data": (("PRK", "HKG", "TWN"), 2016, {}, {"trade": 0.1, "alliance": 0.1, "agreement": 0.8}),
    "a pole among them": (("USA", "KOR"), 2016, {}, {"trade": 0.0, "alliance": 1.0, "agreement": 1.0}),
    "a year with gaps": (("VNM", "PNG", "NRU"), 2022, {}, {"trade": 0.15, "alliance": 0.8, "troops": 0.05}),
    "markets, by CINC": (("AUS",), 2012, {"trade_base": "exports", "capability": "cinc"}, {"alliance": 9.0}),
    "suppliers": (("IDN",), 1995, {"trade_base": "imports"}, {"trade": 1.0, "alliance": 0.0}),
    "a member of a pole": (("LAO",), 2016, {"poles": ("asean", "CHN")}, {"trade": 2.0, "alliance": 0.1}),
    "three poles, groups among them": (
        ("GEO", "HKG"), 2016, {"poles": ("eu", "RUS", "china_hk_macao")}, {"trade": 5.0, "troops": 1.0},
    ),
}  # fmt: skip
"""States, year, choices of method and poles, and the weights they are changed to."""


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_every_cell_is_what_python_writes_before_and_after_a_change_of_weights(tmp_path, case):
    states, year, choices, changed = CASES[case]
    method = dict(choices)
    study = real_study(poles=method.pop("poles", POLES)).at(year).with_method(**method)
    sheet = Spreadsheet(book(tmp_path, states, year=year, study=study))
    assert differences(sheet, sheet.cached) == []
    weights = {**study.method.weights, **changed}
    at_those = Spreadsheet(book(tmp_path, states, year=year, study=study.with_method(weights=weights)))
    for name, weight in weights.items():
        sheet.put("weights", f"B{sheet.row_of('weights', name)}", weight)
    assert differences(sheet, at_those.cached) == []
    assert len(sheet.formulas()) > 600 * len(states)
    assert differences(sheet, sheet.cached) != []


def test_what_the_cells_carry_is_what_the_measures_give(tmp_path):
    """The cached values against the measures themselves, by another way in: the results of the whole panel."""
    panel, states = real_panel(), ("KOR", "JPN", "HKG")
    ties = inf.build_ties(panel)
    wanted = {
        "pull CHN": inf.direct_pull(ties, "CHN"), "pull USA": inf.direct_pull(ties, "USA"),
        "balance CHN-USA": inf.pull_balance(ties, POLES),
    }  # fmt: skip
    sheet = Spreadsheet(book(tmp_path, states))
    for head, measure in wanted.items():
        for code in states:
            cell = sheet.cached["balance", f"{sheet.column_of('balance', head, 4)}{sheet.row_of('balance', code)}"]
            value = float(measure.sel(year=2016, target=code))
            assert (cell is None) if math.isnan(value) else cell == pytest.approx(value, abs=1e-15)
    assert math.isnan(float(wanted["pull CHN"].sel(year=2016, target="HKG")))


def test_a_custom_layer_is_in_the_composite_and_can_be_weighed(tmp_path):
    file = tmp_path / "arms.csv"
    file.write_text("source,target,year,value\nAAA,CCC,2016,3\nDDD,CCC,2016,1\n", encoding="utf-8")
    layer = CustomLayer("arms", str(file), "portfolio")
    study = pencil_study().on(with_custom_layers(pencil_panel(), [layer]))
    weights = {"trade": 0.6, "alliance": 0.3, "agreement": 0.1, "troops": 0.0, "arms": 0.0}
    sheet = Spreadsheet(book(tmp_path, ("CCC",), study=study.with_method(weights=weights)))
    assert differences(sheet, sheet.cached) == []
    at_those = study.with_method(weights={**weights, "trade": 0.0, "arms": 1.0})
    other = Spreadsheet(book(tmp_path, ("CCC",), study=at_those, name="other.xlsx"))
    sheet.put("weights", f"B{sheet.row_of('weights', 'trade')}", 0.0)
    sheet.put("weights", f"B{sheet.row_of('weights', 'arms')}", 1.0)
    assert differences(sheet, other.cached) == []
    first = (1.0 * 0.75 + 0.3 * 100 / 175) / 1.4
    assert sheet.value("balance", f"F{sheet.row_of('balance', 'CCC')}") == pytest.approx(first, abs=1e-15)


def test_a_mistake_in_a_formula_would_be_seen(tmp_path):
    """The comparison above fails when one formula is another."""
    sheet = Spreadsheet(pencil_book(tmp_path))
    key = ("balance", f"{sheet.column_of('balance', 'balance AAA-BBB', 4)}{sheet.row_of('balance', 'CCC')}")
    sheet.cells[key] = sheet.cells[key].replace("(F5-G5)", "(G5-F5)")
    assert [found[:2] for found in differences(sheet, sheet.cached)] == [key]


# ---- the file -------------------------------------------------------------------------------------------------------


def test_the_same_input_gives_the_same_bytes(tmp_path):
    one, other = (pencil_book(tmp_path, name=f"{n}.xlsx").read_bytes() for n in "ab")
    assert one == other


def test_sheets_names_sources_and_their_terms(tmp_path):
    done = openpyxl.load_workbook(book(tmp_path, ("KOR",)))
    assert done.sheetnames == list(SHEETS)
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in done.sheetnames)
    assert set(done.defined_names) == {f"weight_{name}" for name in ("trade", "alliance", "agreement", "troops")}
    text = " ".join(str(cell.value) for row in done["read me"] for cell in row if cell.value)
    for part in ("CEPII", "Etalab 2.0", "to be confirmed", "Rice University", "influence cite", "trade base", "BACI"):
        assert part in text
    trade = done["trade"]
    assert trade["B3"].value is None
    assert trade["C10"].value == "KOR exports to"


def test_rows_are_as_high_as_their_texts_and_heads_are_over_their_figures(tmp_path):
    file = tmp_path / "aid.csv"
    file.write_text("source,target,year,value\nUSA,KOR,2016,3\n", encoding="utf-8")
    aid = CustomLayer("aid", str(file), "portfolio", cite="A long title of a report on aid, " * 6)
    study = real_study().on(with_custom_layers(real_panel().of_years(2016, 2016), [aid]))
    done = openpyxl.load_workbook(book(tmp_path, ("KOR", "JPN"), study=study))
    sheet = done["read me"]
    spans = {str(cells).split(":")[0]: cells for cells in sheet.merged_cells.ranges}
    wide = {k: one.width for one in sheet.column_dimensions.values() for k in range(one.min, one.max + 1)}
    texts = [cell for row in sheet for cell in row if cell.value and cell.alignment.wrap_text]
    assert any(len(cell.value) > 200 for cell in texts)
    for cell in texts:
        span = spans.get(cell.coordinate)
        last = span.max_col if span else cell.column
        room = sum(wide[column] for column in range(cell.column, last + 1))
        lines = -(-len(cell.value) // room)
        assert (sheet.row_dimensions[cell.row].height or 15) >= 15 * lines, cell.value
    assert done["weights"].row_dimensions[5].height >= 30
    for name, row, first in (("balance", 4, 3), ("trade", 10, 3), ("alliance", 10, 3), ("weights", 5, 2)):
        head = done[name].cell(row, first)
        assert head.alignment.horizontal == "right", head.value
        assert done[name].page_setup.orientation == "landscape"


def test_text_of_data_is_never_a_formula(tmp_path):
    tables = pencil_tables()
    tables["states"]["name"] = ["=1+1", "+A1", "@SUM(A1)", HOSTILE[0]]
    path = book(tmp_path, ("CCC", "DDD"), study=pencil_study().on(panel_from_tables(tables)))
    typed = [cell for sheet in openpyxl.load_workbook(path) for row in sheet for cell in row]
    for name in ("=1+1", "+A1", "@SUM(A1)", HOSTILE[0]):
        kinds = {cell.data_type for cell in typed if cell.value == name}
        assert kinds == {"s"}, name


def test_without_xlsxwriter_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(ExtraError, match=r"pip install XlsxWriter .*influence\[xlsx\]"):
        pencil_book(tmp_path)


def test_states_are_named_by_code_name_or_group_and_not_too_many():
    panel = real_panel()
    assert workbook_states("Korea, JPN,KOR", panel) == ("KOR", "JPN")
    assert len(workbook_states("asean", panel)) == 10
    with pytest.raises(StateError, match=rf"from one to {MOST_STATES} states, not 0"):
        workbook_states(" , ", panel)
    many = ",".join(panel.states.index[: MOST_STATES + 1])
    with pytest.raises(StateError, match=f"not {MOST_STATES + 1}; name fewer"):
        workbook_states(many, panel)


def test_a_year_and_a_state_outside_the_panel():
    with pytest.raises(YearError, match="year 2030 is not in the panel"):
        numbers_of(pencil_study(), ("CCC",), 2030)
    with pytest.raises(StateError, match="QQQ is not among the 4 states"):
        numbers_of(pencil_study(), ("QQQ",), 2016)


def test_a_file_that_cannot_be_written_leaves_earlier_outputs(tmp_path):
    path = tmp_path / "folder.xlsx"
    path.mkdir()
    with pytest.raises(OutputError, match="cannot be written"):
        pencil_book(tmp_path, name="folder.xlsx")
    assert [p.name for p in tmp_path.iterdir()] == ["folder.xlsx"]


# ---- the command ----------------------------------------------------------------------------------------------------


def test_the_command_writes_to_its_out_option(tmp_path):
    path = tmp_path / "deep" / "mine.xlsx"
    done = call(
        "export", "xlsx", "--states", "KOR", "--year", "2016", "--weights", "trade=5,alliance=2", "--out", str(path)
    )
    assert done.stdout == f"{path}\n"
    sheet = Spreadsheet(path)
    assert sheet.value("weights", f"B{sheet.row_of('weights', 'trade')}") == pytest.approx(5 / 7)
    assert "--weights trade=0.714286" in str(sheet.value("read me", f"B{sheet.row_of('read me', 'made by')}"))


@pytest.mark.parametrize(
    "arguments, message",
    [
        (("--states", "Atlantis", "--year", "2016"), "'Atlantis' is not known"),
        (("--states", "KOR", "--year", "2016", "--out", "book.csv"), "must end in .xlsx"),
    ],
)
def test_what_cannot_be_served_is_one_sentence_and_nothing_is_written(tmp_path, arguments, message):
    assert message in refusal(ended("export", "xlsx", *arguments, cwd=tmp_path))
    assert list(tmp_path.iterdir()) == []
