"""Choices that are not the defaults: in words, and as flags of the command."""

from __future__ import annotations

from influence.export.choices import command_flags
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
