"""The choices of a study that are not the defaults, as flags of the command that repeats it."""

from __future__ import annotations

import shlex

from influence.method import Method
from influence.study import Study


def command_flags(study: Study) -> str:
    """The choices that are not the defaults, as flags, so that the command on a page draws the same page."""
    usual, method = Method(), study.method
    files = sorted({ties.layer.config_file for ties in study.panel.custom} - {""})
    flags = "".join(f" --config {shlex.quote(path)}" for path in files)
    if any(abs(weight - usual.weights.get(name, 0.0)) > 1e-12 for name, weight in method.weights.items()):
        flags += f" --weights {','.join(f'{name}={weight:.6g}' for name, weight in method.weights.items())}"
    if method.trade_base != usual.trade_base:
        flags += f" --base {method.trade_base}"
    if method.capability != usual.capability:
        flags += f" --capability {method.capability}"
    return flags
