"""The record reader: what it accepts, and that its messages speak to a person."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest

from influence.config import load_config
from influence.errors import ConfigError, InfluenceError
from influence.evidence.claims_register import load_claims
from influence.evidence.findings_register import load_findings
from influence.export.tours import load_tour
from influence.lessons.answers import read_answers
from influence.lessons.load import load_lesson
from influence.products.baskets import load_baskets
from influence.record_fields import YES_NO, list_of, mapping_of, name, number, read_kind, record, text, whole, word
from influence.records import MOST_CHARACTERS, Field, Where, read_record, read_register, show_value
from influence.scenario.load import load_scenario
from influence.uncertainty.variants import load_variants

WHERE = Where("my.yaml", ConfigError)
FIELDS = {
    "title": Field(text(20), help="a title"),
    "year": Field(whole(1990, 2030), 2016),
    "share": Field(number(0, 1), None),
    "kind": Field(word("one", "other"), "one"),
}


def refused(content: object, fields=FIELDS) -> str:
    with pytest.raises(ConfigError) as raised:
        read_record(content, fields, WHERE)
    return str(raised.value)


def test_a_record_has_every_field_with_its_default():
    assert read_record({"title": " A \n title ", "share": 1, "kind": None}, FIELDS, WHERE) == {
        "title": "A title", "year": 2016, "share": 1.0, "kind": "one",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"titel": "x"}, "my.yaml: 'titel' is not known. Did you mean title? Allowed: title, year, share, kind."),
        ({"title": None}, "my.yaml lacks title; it must be text of at most 20 characters."),
        ({"title": "  "}, "my.yaml: title must be text of at most 20 characters, not '  '."),
        ({"title": "x" * 21}, "my.yaml: title must be text of at most 20 characters, and it has 21."),
        ({"year": 2031}, "my.yaml: year must be a whole number from 1990 to 2030, not 2031."),
        ({"year": True}, "my.yaml: year must be a whole number from 1990 to 2030, not true."),
        ({"share": float("nan")}, "my.yaml: share must be a number of 0 or more and at most 1, not nan."),
        ({"share": 10**400}, "not a number of more than 80 digits."),
        ({"kind": "othr"}, "my.yaml: kind must be one of one, other, not 'othr'. Did you mean other?"),
        ({"kind": ["one"]}, "my.yaml: kind must be one of one, other, not the list ['one']."),
    ],
)
def test_a_fault_names_place_field_value_rule_and_nearest_spelling(change, message):
    assert message in refused({"title": "A", **change})


def test_all_faults_are_reported_at_once_and_each_by_itself():
    with pytest.raises(ConfigError) as raised:
        read_record({"titel": "x", "year": 3, "share": -1}, FIELDS, WHERE)
    assert len(raised.value.faults) == 4
    assert str(raised.value).splitlines()[0] == "my.yaml has 4 faults:"
    many = mapping_of(number(0)).read
    with pytest.raises(ConfigError, match=r"has 50 faults:(?s:.*)and 30 more"):
        many({f"k{i}": -1 for i in range(50)}, WHERE)


@pytest.mark.parametrize(
    ("reader", "value", "message"),
    [
        (list_of(whole(1, 3), least=2, most=2), [1], "must be a list of 2 items, not the list [1]"),
        (list_of(record(FIELDS), noun="step"), [{"title": "A"}, {}], "my.yaml: step 2 lacks title"),
        (mapping_of(number(0), ("a", "b")), {"c": 1}, "'c' is not known. Allowed: a, b"),
        (mapping_of(number(0)), {3: -1}, "field: 3 must be a number of 0 or more, not -1"),
        (name(), "a b", "must be letters, digits and underscores, at most 60, not 'a b'"),
        (YES_NO, "yes", "must be true or false, not 'yes'"),
        (text(), 3, "Put a number that is meant as text in quotes."),
        (text(), {"a": "b"}, "not the entries {a: 'b'}. Put text that has a colon in quotes."),
    ],
)
def test_faults_of_values(reader, value, message):
    with pytest.raises(ConfigError) as raised:
        reader.read(value, Where("my.yaml: field", ConfigError))
    assert message in str(raised.value)


def test_the_fields_of_an_unknown_kind_are_not_faults():
    kinds = {"one": {"a": Field(text())}}
    assert read_kind({"kind": "one", "a": "x"}, "kind", kinds, WHERE) == {"kind": "one", "a": "x"}
    with pytest.raises(ConfigError) as raised:
        read_kind({"kind": "two", "a": "x"}, "kind", kinds, WHERE)
    assert str(raised.value) == "my.yaml: kind must be one of one, not 'two'."


def test_a_register_has_unique_names_and_reports_every_entry(tmp_path):
    path, fields = tmp_path / "rows.yaml", {"name": Field(text())}

    def read(content: str):
        path.write_text(content, encoding="utf-8")
        return read_register(
            path, ConfigError, "rows", "row", lambda item, where: record(fields, Row).read(item, where)
        )

    assert [row.name for row in read("rows: [{name: a}, {name: b}]")] == ["a", "b"]
    for content, message in (
        ("rows: []", "must hold 'rows:' with a list of entries"),
        ("rows: [{name: a}]\nmore: 1", "and nothing else"),
        ("rows: [{name: a}, {name: a}]", "name a is duplicated"),
        ("rows: [{name: a, b: 1}, {}]", "has 2 faults"),
    ):
        with pytest.raises(ConfigError, match=message):
            read(content)


class Row:
    def __init__(self, name: str) -> None:
        self.name = name


# ---- messages without Python -------------------------------------------------------------------------

PYTHON = re.compile(r"\b(str|int|float|bool|dict|tuple|NoneType|None|True|False|datetime|Mapping)\b")
"""Words of the language that a message must not have."""
ODD = {"false": False, "true": True, "an empty value": None, "the date 2019-01-01": datetime.date(2019, 1, 1)}


def test_values_are_shown_as_a_person_writes_them():
    assert [show_value(value) for value in ODD.values()] == list(ODD)
    for value in ([False, None], {"a": {True: None}}, 10**5000, b"x", {1}, (None,), "x" * 99, [[[[[[1]]]]]] * 50):
        shown = show_value(value)
        assert len(shown) <= MOST_CHARACTERS
        assert not PYTHON.search(shown)


WRITTEN = (
    "no",
    "yes",
    "~",
    "2019-01-01",
    "{a: b}",
    "[no, ~]",
    "3",
    "1.5",
    "!!binary aGk=",
    "2019-01-01 10:00:00",
    ".nan",
)
"""Values that YAML does not read as the text that a field wants."""


def _lesson(path: Path) -> None:
    (path.parent / "lesson.yaml").write_bytes(path.read_bytes())
    load_lesson(str(path.parent))


def _answers(path: Path) -> None:
    lesson = load_lesson("balance_by_hand")
    found = read_answers(path, lesson)
    raise InfluenceError(" ".join(found.faults) or "accepted")


FILES = {
    "scenario": (load_scenario, "name: a\ntitle: @\nsources: @\nedits: [{do: @, from: @, members: @}]"),
    "edits": (load_scenario, "name: a\nedits: @"),
    "scenario keys": (load_scenario, "name: a\n@: 1"),
    "claims": (load_claims, "claims: [{key: @, claim: @, test: link, year: @, layers: @}]"),
    "claims entry": (load_claims, "claims: [@]"),
    "findings": (load_findings, "findings: [{name: @, unit: @, within: @, expect: {a: @}, also_show: @}]"),
    "variants": (load_variants, "variants: [{name: @, title: a, kind: without_state, state: @}]"),
    "variant kind": (load_variants, "variants: [{name: a, title: a, kind: @}]"),
    "tour": (load_tour, "name: @\ntitle: @\nsteps: [{view: @, text: @}]"),
    "lesson": (_lesson, "title: @\nminutes: @\nstates: @\nquestions: [{id: a, kind: @, answer: @}]"),
    "answers": (_answers, "balance: @\nlean: @"),
    "baskets": (load_baskets, "baskets: {a: {title: a, source: a, note: a, codes: {HS92: @}}}"),
    "groups": (load_config, "groups: {a: @}"),
    "members": (load_config, "groups: {a: [{state: @, begin: @}]}"),
    "layers": (load_config, "layers: {a: {file: @, normalise: @, complete: @, full: @}}"),
    "configuration": (load_config, "region: @"),
    "poles": (load_config, "poles: @"),
    "first year": (load_config, "first_year: @"),
    "weights": (load_config, "weights: {trade: @}"),
    "unknown setting": (load_config, "@: 1"),
}


@pytest.mark.parametrize("kind", FILES)
def test_messages_about_yaml_do_not_speak_python(kind, tmp_path):
    load, form = FILES[kind]
    for value in WRITTEN:
        path = tmp_path / "mine.yaml"
        path.write_text(form.replace("@", value), encoding="utf-8")
        try:
            load(path if load is not load_tour else str(path))
        except InfluenceError as err:
            message = str(err).replace(str(tmp_path), "")
            assert not PYTHON.search(message), message


def test_norway_without_quotes_is_explained(tmp_path):
    path = tmp_path / "norway.yaml"
    path.write_text(
        "name: a\nedits:\n  - {do: join, agreement: CPTPP, members: [NO, SE], from: 2019}", encoding="utf-8"
    )
    with pytest.raises(InfluenceError, match=r"members must be .*, not false\. YAML reads an unquoted no, NO, off"):
        load_scenario(path)
    path.write_text(path.read_text(encoding="utf-8").replace("NO", "'NO'").replace("2019}", "2019-01-01, on: yes}"))
    with pytest.raises(InfluenceError) as raised:
        load_scenario(path)
    assert "from must be a year from 1990 to 2030, not the date 2019-01-01." in str(raised.value)
    assert "'on' is not known." in str(raised.value)
    assert not any("members must" in fault for fault in raised.value.faults)
