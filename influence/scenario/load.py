"""Scenarios on disk: those of the package by name, and custom ones by path."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from influence.errors import ScenarioError, check_known
from influence.scenario.model import Scenario, parse_scenario
from influence.schema import BASELINE
from influence.states import Registry
from influence.tables import datasets_dir
from influence.yaml_files import read_yaml


def scenario_names() -> list[str]:
    """Names of the bundled scenarios, sorted."""
    return sorted(path.stem for path in (datasets_dir() / "scenarios").glob("*.yaml"))


def load_scenario(name: str | Path, registry: Registry | None = None) -> Scenario:
    """A bundled scenario by name, or a file by its path (a text with a slash or ending in .yaml or .yml).

    registry : states and groups it may name (Panel.registry); those of the bundled panel by default.

    Raises
    ------
    ScenarioError : no such scenario, or the file breaks the schema.
    """
    text = str(name)
    if isinstance(name, Path) or "/" in text or "\\" in text or text.endswith((".yaml", ".yml")):
        return parse_scenario(read_yaml(Path(name), ScenarioError, "scenario"), text, registry)
    advice = "give a custom scenario by the path of its file (my_scenario.yaml)"
    check_known(text, scenario_names(), ScenarioError, "scenario", advice=advice)
    path = datasets_dir() / "scenarios" / f"{text}.yaml"
    scenario = parse_scenario(read_yaml(path, ScenarioError, "scenario"), f"scenario {text}", registry)
    if scenario.name != text:
        raise ScenarioError(f"{path.name} holds a scenario named {scenario.name}; file and name must be the same.")
    return scenario


def chosen_scenarios(text: str, last_year: int, registry: Registry | None = None) -> tuple[list[str], bool]:
    """Names and paths from 'all', 'none' or a list joined by commas, and that each must be carried out.

    'all' are the bundled ones but those that begin after `last_year`; one that a panel has not all for may be left out.

    Raises
    ------
    ScenarioError : one of a list is not there, breaks the schema, or has another's name.
    """
    if text.strip() == "none":
        return [], True
    if text.strip() == "all":
        # When one begins does not depend on the panel, which may lack the states that it names.
        begins = {name: load_scenario(name).first or 0 for name in scenario_names()}
        return [name for name, begin in begins.items() if begin <= last_year], False
    listed = list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    found = [load_scenario(name, registry) for name in listed]
    check_distinct_names([scenario.name for scenario in found])
    return listed, True


def check_distinct_names(names: Sequence[str]) -> None:
    """See that no two scenarios have one name, nor that of what happened.

    Raises
    ------
    ScenarioError : which.
    """
    twice = sorted({name for name in names if names.count(name) > 1} | ({BASELINE} & set(names)))
    if twice:
        raise ScenarioError(f"two scenarios are called {twice[0]!r}, or it is the name of what happened; rename one.")
