"""Findings run against the inputs: what fails and what cannot be checked is shown like the rest."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from influence.errors import ValidationError
from influence.study import Study
from influence.validation.checking import COLUMNS, check_row, counts_of, lines_of, records_of
from influence.validation.expected import Range, Rule
from influence.validation.inputs import Inputs
from influence.validation.page import page_of, result_of, why_of
from influence.validation.register import Row
from tests.pencil import pencil_panel

ROW = Row(
    name="a", title="A title | with a bar", source="Somebody 2020", published="all of them", unit="share",
    measure="trade_leads", arguments={"year": 2016, "poles": ["AAA", "BBB"]},
    expected={"share BBB": Range(1.0, 1.0)}, rule=Rule(0.0, 0.1, "It is a count."), why="It is so.",
    also_show=("economies",),
)  # fmt: skip


@pytest.fixture(scope="module")
def inputs():
    return Inputs(Study(pencil_panel()))


def failing() -> Row:
    return replace(ROW, name="b", expected={"share AAA": Range(0.5, 0.5)})


def unchecked() -> Row:
    arguments = {"first": 1986, "last": 1990, "step": 4}
    return replace(
        ROW, name="c", measure="agreement_coefficient", arguments=arguments,
        expected={"coefficient": Range(0.5, 0.5)}, also_show=(), unit="coefficient",
    )  # fmt: skip


def test_a_finding_that_agrees(inputs):
    found = check_row(ROW, inputs)
    assert found.agrees == "yes"
    assert found.told() == ("share BBB 100.0 %", "none")
    assert found.also_shown == {"economies": 2.0}


def test_a_finding_that_fails_is_shown_with_what_we_get(inputs):
    found = check_row(failing(), inputs)
    assert found.agrees == "no"
    assert found.told() == ("share AAA 0.0 %", "-50.0 points")
    page = page_of([check_row(ROW, inputs), found])
    assert "| share AAA 0.0 % | -50.0 points | no |" in page
    assert "Of 2 published findings 1 agree, 0 in part, 1 do not." in page
    assert lines_of(found) == [["b", "share AAA", "50.0 %", "0.0 %", "-50.0 points", "no"]]


def test_a_finding_without_its_reference_file_is_shown_as_not_checked(inputs):
    found = check_row(unchecked(), inputs)
    assert found.agrees == "not checked"
    assert "needs the reference file wto_advanced_guide" in found.not_checked
    assert "--reference" in found.not_checked
    page = page_of([found])
    assert "| not checked |" in page
    assert "1 could not be checked here" in page
    table = records_of([found])
    assert table["agrees"].tolist() == table["part_agrees"].tolist() == ["not checked"]
    assert math.isnan(table["ours"].iloc[0])


def test_a_year_the_panel_lacks_is_reported_and_not_an_error(inputs):
    found = check_row(replace(ROW, arguments={"year": 2001, "poles": ["AAA", "BBB"]}), inputs)
    assert found.agrees == "not checked"
    assert found.not_checked == "year 2001 is not in the panel; it covers 2016 to 2017."


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"expected": {"share CCC": Range(0.0, 0.0)}}, "finding a asks for share CCC, which trade_leads does not give"),
        ({"also_show": ("states",)}, "finding a asks for states, which"),
        (
            {"arguments": {"year": "soon", "poles": ["AAA", "BBB"]}},
            "finding a: a year must be a whole number, not 'soon'",
        ),
        ({"arguments": {"year": 2016, "poles": ["AAA"]}}, "finding a: poles must be a list of two"),
        ({"arguments": {"year": 2016, "poles": ["AAA", "XXX"]}}, "finding a: "),
        ({"arguments": {"year": 2016, "poles": ["AAA", "BBB"], "times": "x"}}, "finding a: "),
    ],
)
def test_an_entry_that_its_measure_cannot_take_is_refused_with_its_name(inputs, change, message):
    with pytest.raises(ValidationError) as raised:
        check_row(replace(ROW, **change), inputs)
    assert message in str(raised.value)


def test_counts_in_one_sentence(inputs):
    found = [check_row(row, inputs) for row in (ROW, failing(), unchecked())]
    assert counts_of(found[:2]) == "Of 2 published findings 1 agree, 0 in part, 1 do not."
    assert counts_of(found).endswith("1 agree, 0 in part, 1 do not; 1 could not be checked here.")


def test_records_hold_a_row_for_each_value_published(inputs):
    both = replace(ROW, expected={"share BBB": Range(0.9, math.inf), "share AAA": Range(0.5, 0.5)})
    table = records_of([check_row(both, inputs)])
    assert list(table.columns) == COLUMNS
    assert table["label"].tolist() == ["share BBB", "share AAA"]
    assert table["part_agrees"].tolist() == ["yes", "no"]
    assert table["agrees"].tolist() == ["partly", "partly"]
    assert table["gap"].tolist() == [0.0, -0.5]
    assert math.isnan(table["published_high"].iloc[0])


def test_the_page_says_what_was_published_ours_why_and_the_rule(inputs):
    found = check_row(ROW, inputs)
    assert result_of(found) == (
        "Published: all of them (Somebody 2020). Ours: share BBB 100.0 % (difference: none): **yes**."
    )
    assert why_of(found, with_rule=True) == (
        "It is so. Beside it: economies 2. Agrees only without difference, in part within 10 points. It is a count."
    )
    page = page_of([found])
    assert "| A title \\| with a bar | Somebody 2020 | all of them |" in page
    assert page.count("It is a count.") == 1
