"""Findings computed on a study: those that disagree and those that cannot be checked are shown like the others."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from influence.errors import ValidationError
from influence.evidence.expected import Range, Rule
from influence.evidence.findings_checking import COLUMNS, check_row, counts_of, lines_of, records_of
from influence.evidence.findings_page import page_of, result_of, why_of
from influence.evidence.findings_register import Row
from influence.study import Study
from tests.pencil import pencil_panel

ROW = Row(
    name="a", title="A title | with a bar", source="Somebody 2020", published="all of them", unit="share",
    measure="trade_leads", arguments={"year": 2016, "poles": ["AAA", "BBB"]},
    expected={"share BBB": Range(1.0, 1.0)}, rule=Rule(0.0, 0.1, "It is a count."), why="It is so.",
    also_show=("economies",),
)  # fmt: skip


@pytest.fixture(scope="module")
def study():
    return Study(pencil_panel(), poles=("AAA", "BBB"))


def failing() -> Row:
    return replace(ROW, name="b", expected={"share AAA": Range(0.5, 0.5)})


def unchecked() -> Row:
    arguments = {"first": 1986, "last": 1990, "step": 4}
    return replace(
        ROW, name="c", measure="agreement_coefficient", arguments=arguments,
        expected={"coefficient": Range(0.5, 0.5)}, also_show=(), unit="coefficient",
    )  # fmt: skip


def test_a_finding_that_agrees(study):
    found = check_row(ROW, study)
    assert found.agrees == "yes"
    assert found.texts() == ("share BBB 100.0 %", "none")
    assert found.also_shown == {"economies": 2.0}


def test_a_finding_that_disagrees_is_shown_with_the_computed_value(study):
    found = check_row(failing(), study)
    assert found.agrees == "no"
    assert found.texts() == ("share AAA 0.0 %", "−50.0 percentage points")
    page = page_of([check_row(ROW, study), found])
    assert "| share AAA 0.0 % | −50.0 percentage points | no |" in page
    assert "Of 2 published findings 1 agree, 0 in part, 1 do not." in page
    assert lines_of(found) == [["b", "share AAA", "50.0 %", "0.0 %", "−50.0 percentage points", "no"]]


def test_a_finding_without_its_reference_file_is_shown_as_not_checked(study):
    found = check_row(unchecked(), study)
    assert found.agrees == "not checked"
    assert "needs the reference file wto_advanced_guide" in found.not_checked
    assert "--reference" in found.not_checked
    page = page_of([found])
    assert "| not checked |" in page
    assert "1 could not be checked here" in page
    table = records_of([found])
    assert table["agrees"].tolist() == table["part_agrees"].tolist() == ["not checked"]
    assert math.isnan(table["computed"].iloc[0])


def test_a_year_the_panel_lacks_is_reported_and_not_an_error(study):
    found = check_row(replace(ROW, arguments={"year": 2001, "poles": ["AAA", "BBB"]}), study)
    assert found.agrees == "not checked"
    assert found.not_checked == "year 2001 is not in the panel; it covers 2016 to 2017."


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"expected": {"share CCC": Range(0.0, 0.0)}}, "finding a asks for share CCC, which trade_leads does not give"),
        ({"also_show": ("states",)}, "finding a asks for states, which"),
        ({"arguments": {"year": 2016, "poles": ["AAA", "XXX"]}}, "finding a: "),
    ],
)
def test_an_entry_that_cannot_be_computed_is_refused_with_its_name(study, change, message):
    with pytest.raises(ValidationError) as raised:
        check_row(replace(ROW, **change), study)
    assert message in str(raised.value)


def test_counts_in_one_sentence(study):
    found = [check_row(row, study) for row in (ROW, failing(), unchecked())]
    assert counts_of(found[:2]) == "Of 2 published findings 1 agree, 0 in part, 1 do not."
    assert counts_of(found).endswith("1 agree, 0 in part, 1 do not; 1 could not be checked here.")


def test_records_have_a_row_for_each_published_value(study):
    both = replace(ROW, expected={"share BBB": Range(0.9, math.inf), "share AAA": Range(0.5, 0.5)})
    table = records_of([check_row(both, study)])
    assert list(table.columns) == COLUMNS
    assert table["label"].tolist() == ["share BBB", "share AAA"]
    assert table["part_agrees"].tolist() == ["yes", "no"]
    assert table["agrees"].tolist() == ["partly", "partly"]
    assert table["gap"].tolist() == [0.0, -0.5]
    assert math.isnan(table["published_high"].iloc[0])


def test_the_page_has_the_published_and_the_computed_value_why_and_the_rule(study):
    found = check_row(ROW, study)
    assert result_of(found) == (
        "Published: all of them (Somebody 2020). Computed: share BBB 100.0 % (difference: none): **yes**."
    )
    assert why_of(found, with_rule=True) == (
        "It is so. Also: economies 2. Agrees only without difference, in part within 10 percentage points. "
        "It is a count."
    )
    page = page_of([found])
    assert "| A title \\| with a bar | Somebody 2020 | all of them |" in page
    assert page.count("It is a count.") == 1


def test_a_finding_may_name_a_number_of_one_state(study):
    row = replace(
        ROW, measure="share", arguments={"partner": "AAA", "state": "CCC", "year": 2016},
        expected={"share": Range(0.2, 0.2)}, also_show=(),
    )  # fmt: skip
    found = check_row(row, study)
    assert found.values["share"] == pytest.approx(20 / 90)
    assert found.texts() == ("share 22.2 %", "+2.2 percentage points")
    assert found.agrees == "partly"
