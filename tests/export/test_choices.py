"""Choices that are not the defaults: in words, and as flags of the command."""

from __future__ import annotations

from influence.config import Config, load_config
from influence.export.choices import command_flags, method_choices


def test_choices_that_are_not_the_defaults_are_named_and_are_in_the_command():
    assert (method_choices(Config()), command_flags(Config())) == ([], "")
    flags = {"trade_base": "exports", "capability": "cinc", "weights": {"trade": 1, "alliance": 1, "agreement": 0}}
    config = load_config(environment={}, flags=flags)
    assert method_choices(config) == ["trade by markets", "pledges by CINC"]
    assert (
        command_flags(config)
        == " --weights trade=0.5,alliance=0.5,agreement=0,troops=0 --base exports --capability cinc"
    )
