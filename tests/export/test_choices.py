"""Choices that are not the defaults: in words, and as flags of the command."""

from __future__ import annotations

import shlex

import pytest

from influence.export.choices import command_flags
from influence.loading import load_study
from influence.method import Method
from influence.statements.method import choice_words
from tests.export.pages import pencil_study


def words(method: Method) -> list[str]:
    return choice_words(method.trade_base, method.capability)


def test_choices_that_are_not_the_defaults_are_named_and_are_in_the_command():
    plain = pencil_study()
    assert (words(plain.method), command_flags(plain)) == ([], "")
    weights = {"trade": 0.5, "alliance": 0.5, "agreement": 0.0, "troops": 0.0}
    study = pencil_study(trade_base="exports", capability="cinc", weights=weights)
    assert words(study.method) == ["trade by markets", "pledges by CINC"]
    assert (
        command_flags(study)
        == " --weights trade=0.5,alliance=0.5,agreement=0,troops=0 --base exports --capability cinc"
    )


@pytest.mark.parametrize("choices", [{"poles": ("nordic", "CHN")}, {"region": "nordic"}])
def test_the_command_names_the_file_of_a_custom_group_that_it_uses(tmp_path, choices):
    path = tmp_path / "mine.yaml"
    path.write_text("groups: {nordic: [NOR, SWE], other: [DEU, FRA]}\n", encoding="utf-8")
    study = load_study(path, first_year=2016, last_year=2016, **choices)
    assert command_flags(study) == f" --config {shlex.quote(str(path))}"
    assert command_flags(study.with_(poles=("other", "CHN"), region="all")) == command_flags(study)
    assert command_flags(study.with_(poles=("CHN", "USA"), region="all")) == ""


def test_a_layer_made_by_a_program_has_no_file_to_name(tmp_path):
    (tmp_path / "aid.csv").write_text("source,target,year,value\nUSA,KOR,2016,1\n", encoding="utf-8")
    layers = {"aid": {"file": str(tmp_path / "aid.csv"), "normalise": "portfolio"}}
    study = load_study(first_year=2016, last_year=2016, layers=layers)
    assert [ties.name for ties in study.panel.custom] == ["aid"]
    assert "--config" not in command_flags(study)
