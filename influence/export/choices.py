"""The choices of a study that are not the defaults, as flags of the command that repeats it."""

from __future__ import annotations

import shlex

from influence.method import Method
from influence.study import Study


def command_flags(study: Study) -> str:
    """The choices that are not the defaults, as flags, so that the command on a page draws the same page."""
    usual, method = Method(), study.method
    flags = "".join(f" --config {shlex.quote(path)}" for path in _config_files(study))
    if any(abs(weight - usual.weights.get(name, 0.0)) > 1e-12 for name, weight in method.weights.items()):
        flags += f" --weights {','.join(f'{name}={weight:.6g}' for name, weight in method.weights.items())}"
    if method.trade_base != usual.trade_base:
        flags += f" --base {method.trade_base}"
    if method.capability != usual.capability:
        flags += f" --capability {method.capability}"
    return flags


def _config_files(study: Study) -> list[str]:
    """Files of the custom layers, and of the custom groups among the poles and in the region; none for a program's."""
    named = {*study.poles, *study.region.split(",")}
    files = {ties.layer.config_file for ties in study.panel.custom}
    files |= {group.config_file for group in study.registry.custom_groups if group.key in named}
    return sorted(path for path in files if path.endswith((".yaml", ".yml")))
