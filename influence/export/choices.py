"""The choices of a run that are not the defaults: in words, and as flags of the command that repeats it."""

from __future__ import annotations

import shlex

from influence.config import Config
from influence.statements.method import choice_words


def method_choices(config: Config) -> list[str]:
    """How the layers are made, where it is not the default: 'trade by markets', 'pledges by CINC'."""
    return choice_words(config.trade_base, config.capability)


def command_flags(config: Config) -> str:
    """The choices that are not the defaults, as flags, so that the command on a page draws the same page."""
    usual = Config()
    flags = "".join(
        f" --config {shlex.quote(path)}" for path in sorted({layer.settings for layer in config.layers} - {""})
    )
    if any(abs(weight - usual.weights.get(name, 0.0)) > 1e-12 for name, weight in config.weights.items()):
        flags += f" --weights {','.join(f'{name}={weight:.6g}' for name, weight in config.weights.items())}"
    if config.trade_base != usual.trade_base:
        flags += f" --base {config.trade_base}"
    if config.capability != usual.capability:
        flags += f" --capability {config.capability}"
    return flags
