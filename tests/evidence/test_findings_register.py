"""The register of published findings: what it holds, and what cannot be read."""

from __future__ import annotations

import math

import pytest

from influence.errors import ValidationError
from influence.evidence import leads, models
from influence.evidence.expected import Range, Rule
from influence.evidence.findings_register import MEASURES, load_findings
from influence.query.language import reader_of
from influence.query.units import UNITS

GOOD = """findings:
  - name: a
    title: A title
    source: Somebody 2020
    published: '2004'
    unit: year
    measure: trade_crossing
    arguments: {state: KOR, poles: [CHN, USA]}
    expect: {lasting crossing: 2004}
    within: 1
    tolerance_reason: A year is the same event.
    why: It is so.
"""


def read(tmp_path, text):
    path = tmp_path / "findings.yaml"
    path.write_text(text, encoding="utf-8")
    return load_findings(path)


def test_an_entry_is_read_as_it_is_written(tmp_path):
    (row,) = read(tmp_path, GOOD)
    assert row.expected == {"lasting crossing": Range(2004.0, 2004.0)}
    assert row.rule == Rule(1.0, 1.0, "A year is the same event.")
    assert dict(row.arguments) == {"state": "KOR", "poles": ("CHN", "USA")}
    assert row.also_show == ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("[2005, 2006]", Range(2005.0, 2006.0)),
        ("[null, 2009]", Range(-math.inf, 2009.0)),
        ("[0.8, null]", Range(0.8, math.inf)),
        ("{states: [PHL, SGP]}", frozenset({"PHL", "SGP"})),
        ("{states: []}", frozenset()),
    ],
)
def test_forms_of_what_was_published(tmp_path, value, expected):
    (row,) = read(tmp_path, GOOD.replace("lasting crossing: 2004", f"lasting crossing: {value}"))
    assert row.expected == {"lasting crossing": expected}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("findings:", "rows:", "must hold 'findings:' with a list of entries"),
        ("findings:\n", "more: 1\nfindings:\n", "and nothing else"),
        ("    unit: year\n", "", "finding a lacks unit"),
        ("    tolerance_reason: A year is the same event.\n", "", "finding a lacks tolerance_reason"),
        ("    why: It is so.\n", "    why:\n", "finding a lacks why"),
        (
            "    why:",
            "    motive: x\n    why:",
            "'motive' is not known. Allowed: name, title",
        ),
        ("'2004'", "2004", "published must be text"),
        ("unit: year", "unit: furlong", "unit must be one of share, "),
        ("trade_crossing", "trade_crosing", "not 'trade_crosing'. Did you mean trade_crossing"),
        (
            "{state: KOR, poles: [CHN, USA]}",
            "[KOR]",
            "arguments must be entries 'key: value' with state, poles, not the list",
        ),
        ("state: KOR, ", "", "arguments lacks state"),
        ("state: KOR", "stat: KOR", "arguments: 'stat' is not known. Did you mean state? Allowed: state"),
        ("state: KOR", "state: QQQ", "arguments: state: state 'QQQ' is not known"),
        ("[CHN, USA]", "[CHN]", "poles must be a list of 2 poles, not the list ['CHN']"),
        ("[CHN, USA]", "CHN", "poles must be a list of 2 poles, not 'CHN'"),
        ("[CHN, USA]", "[CHN, XXX]", "pole 2: pole 'XXX' is not known"),
        ("[CHN, USA]}", "[CHN, USA], base: both}", "base must be one of two_way, exports, imports, not 'both'"),
        ("{lasting crossing: 2004}", "{}", "expect must be 1 or more entries"),
        ("lasting crossing: 2004", "lasting crossing: soon", "must be a number, [low, high]"),
        ("lasting crossing: 2004", "lasting crossing: [2006, 2005]", "must be a number, [low, high]"),
        ("lasting crossing: 2004", "lasting crossing: [null, null]", "must be a number, [low, high]"),
        ("lasting crossing: 2004", "lasting crossing: .nan", "must be a number, [low, high]"),
        ("within: 1", "within: -1", "within must be a number of 0 or more, not -1"),
        ("within: 1", "within: 1\n    partly: 0.5", "partly must be a number not below within (1), not 0.5"),
        ("within: 1", "within: true", "within must be a number of 0 or more, not true"),
        ("within: 1", "within: 1\n    also_show: [3]", "also_show must be text"),
    ],
)
def test_registers_that_cannot_be_read(tmp_path, old, new, message):
    assert old in GOOD
    with pytest.raises(ValidationError) as raised:
        read(tmp_path, GOOD.replace(old, new))
    assert message in str(raised.value)


def test_a_name_is_unique(tmp_path):
    with pytest.raises(ValidationError, match="name a is duplicated"):
        read(tmp_path, GOOD + GOOD.split("\n", 1)[1])


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(ValidationError, match=r"no\.yaml cannot be read"):
        load_findings(tmp_path / "no.yaml")


def test_the_bundled_register_holds_every_finding_asked_for():
    rows = load_findings()
    assert {row.measure for row in rows} == {*leads.MEASURES, *models.MEASURES}
    assert {row.unit for row in rows} <= set(UNITS)
    names = {row.name for row in rows}
    assert {"us_lead_2001", "agreement_coefficient", "nafta_exports", "korea_crossing", "fbic_1992", "fbic_2020",
            "southeast_asia_2018", "currencies_2012", "exposure_exact", "exposure_votes"} <= names  # fmt: skip
    published = {row.name: row.expected for row in rows}
    assert published["us_lead_2001"] == {"share USA": Range(0.8, math.inf)}
    assert published["fbic_2020"] == {"USA": Range(140.0, 140.0), "CHN": Range(61.0, 61.0)}
    assert published["southeast_asia_us_ahead_2022"] == {"USA ahead": frozenset({"PHL", "SGP"})}


@pytest.mark.parametrize(
    ("measure", "arguments", "message"),
    [
        ("trade_leads", "{year: soon, poles: [CHN, USA]}", "year must be a year from 1900 to 2100, not 'soon'"),
        ("trade_leads", "{year: 2016, poles: [CHN, USA], times: x}", "times must be a number above 0, not 'x'"),
        (
            "agreement_removed",
            "{year: 1994, members: [CAN], theta: 6, outcome: joy, first: 1986, last: 2006, step: 4}",
            "outcome must be one of exports, real_income, not 'joy'",
        ),
        (
            "balance",
            "{state: KOR, year: 2016, layer: trade, weights: {trade: 1}}",
            "takes a layer or weights, not both",
        ),
    ],
)
def test_arguments_are_checked_when_they_are_read(tmp_path, measure, arguments, message):
    text = GOOD.replace("trade_crossing", measure).replace("{state: KOR, poles: [CHN, USA]}", arguments)
    with pytest.raises(ValidationError) as raised:
        read(tmp_path, text)
    assert message in str(raised.value)
    assert "finding a: arguments" in str(raised.value)


def test_every_measure_and_argument_is_described():
    for name, measure in MEASURES.items():
        assert measure.description.endswith("."), name
        assert measure.title or measure.unit != "labels"
        assert all(reader_of(kind).allowed for kind in measure.kinds.values())
        assert set(measure.defaults) <= set(measure.kinds)
