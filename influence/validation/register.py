"""The register of published findings: entries of a YAML file, checked when they are read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from influence.errors import ValidationError, suggest
from influence.states import datasets_dir
from influence.validation.expected import Expected, Range, Rule
from influence.validation.measures import MEASURES
from influence.validation.wording import UNITS
from influence.yaml_files import read_yaml

TEXTS = ("name", "title", "source", "published", "unit", "measure", "because", "why")
FIELDS = (*TEXTS, "arguments", "expect", "within", "partly", "beside")
OPTIONAL = ("partly", "beside")


@dataclass(frozen=True)
class Row:
    """One published finding: what was said and by whom, how we measure it, when ours agrees, and why it does or not.

    expected : label of the measure -> what was published under it. rule : how far off is near. beside : labels of the
    measure worth showing with it.
    """

    name: str
    title: str
    source: str
    published: str
    unit: str
    measure: str
    arguments: Mapping[str, Any]
    expected: Mapping[str, Expected]
    rule: Rule
    why: str
    beside: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Where it stands, for messages."""
        return f"finding {self.name}"


def load_findings(path: Path | str | None = None) -> list[Row]:
    """The bundled register (datasets/validation.yaml), or a file of the same form.

    Raises
    ------
    ValidationError : unreadable, an unknown or absent field, measure, argument or unit, a name twice.
    """
    where = Path(path) if path is not None else datasets_dir() / "validation.yaml"
    content = read_yaml(where, ValidationError, "register of findings")
    listed = content.get("findings") if isinstance(content, dict) and set(content) == {"findings"} else None
    if not isinstance(listed, list) or not listed:
        raise ValidationError(f"{where} must hold 'findings:' with a list of entries, and nothing else.")
    rows = [_parse(item, number, str(where)) for number, item in enumerate(listed, 1)]
    names = [row.name for row in rows]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValidationError(f"{where}: name {', '.join(twice)} stands twice.")
    return rows


def _parse(item: Any, number: int, where: str) -> Row:
    if not isinstance(item, dict):
        raise ValidationError(f"{where}: entry {number} must be 'name: …', 'title: …' and so on.")
    place = f"{where}: finding {item.get('name', number)}"
    unknown = [str(key) for key in item if key not in FIELDS]
    if unknown:
        raise ValidationError(f"{place}: {', '.join(unknown)} is not known. Allowed: {', '.join(FIELDS)}.")
    absent = [name for name in FIELDS if name not in OPTIONAL and item.get(name) is None]
    if absent:
        raise ValidationError(f"{place} lacks {', '.join(absent)}.")
    other = [name for name in TEXTS if not isinstance(item[name], str) or not item[name].strip()]
    if other:
        raise ValidationError(
            f"{place}: {', '.join(other)} must be text; put a number, or a text with a colon, in quotes."
        )
    told = {name: " ".join(item[name].split()) for name in TEXTS}
    if told["unit"] not in UNITS:
        raise ValidationError(f"{place}: unit {told['unit']!r} is not known. Units: {', '.join(UNITS)}.")
    rule = _rule(item, told.pop("because"), place)
    arguments, expected = _arguments(told["measure"], item["arguments"], place), _expected(item["expect"], place)
    beside = item.get("beside", [])
    if not isinstance(beside, list) or not all(isinstance(label, str) for label in beside):
        raise ValidationError(f"{place}: beside must be a list of labels of the measure.")
    return Row(**told, arguments=arguments, expected=expected, rule=rule, beside=tuple(beside))


def _arguments(measure: str, given: Any, place: str) -> dict[str, Any]:
    if measure not in MEASURES:
        told = f"{place}: there is no measure {measure!r}.{suggest(measure, list(MEASURES))}"
        raise ValidationError(f"{told} Measures: {', '.join(MEASURES)}.")
    fields, optional = MEASURES[measure].fields, MEASURES[measure].optional
    if not isinstance(given, dict):
        raise ValidationError(f"{place}: arguments must be some of {', '.join(fields)} with their values.")
    unknown = [str(key) for key in given if key not in fields]
    if unknown:
        told = f"{place}: {measure} takes no {', '.join(unknown)}.{suggest(unknown[0], list(fields))}"
        raise ValidationError(f"{told} It takes: {', '.join(fields)}.")
    absent = [key for key in fields if key not in optional and key not in given]
    if absent:
        raise ValidationError(f"{place}: {measure} needs {', '.join(absent)}.")
    return dict(given)


def _rule(item: Mapping[str, Any], because: str, place: str) -> Rule:
    within, partly = item["within"], item.get("partly", item["within"])
    if not all(_is_number(value) for value in (within, partly)) or not 0 <= within <= partly:
        raise ValidationError(f"{place}: within and partly must be numbers of 0 or more, partly not below within.")
    return Rule(float(within), float(partly), because)


def _expected(given: Any, place: str) -> dict[str, Expected]:
    if not isinstance(given, dict) or not given:
        raise ValidationError(f"{place}: expect must give a value for one label of the measure or more.")
    return {str(label): _value(value, f"{place}: expect of {label}") for label, value in given.items()}


def _value(value: Any, place: str) -> Expected:
    """A number, [low, high] with null for an open end, or {states: [...]}."""
    if _is_number(value):
        return Range(float(value), float(value))
    if isinstance(value, dict) and set(value) == {"states"} and isinstance(value["states"], list):
        return frozenset(str(state) for state in value["states"])
    ends = value if isinstance(value, list) and len(value) == 2 else [value]
    if len(ends) == 2 and all(end is None or _is_number(end) for end in ends) and ends != [None, None]:
        low, high = (-math.inf if ends[0] is None else ends[0]), (math.inf if ends[1] is None else ends[1])
        if low <= high:
            return Range(float(low), float(high))
    raise ValidationError(
        f"{place} must be a number, [low, high] with null for an open end, or {{states: [codes]}}, not {value!r}."
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
