"""Guided tours: steps of a view and two sentences, written as YAML and shown in the atlas.

Numbers in the sentences are placeholders (query.placeholders): {balance KOR 2011}, {pull USA KOR 2011},
{relies KOR 2011}; with a layer's name at the end the layer alone, {relies JPN 2016 alliance}. They are those of the
layer weights of the page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from influence.errors import TourError, check_known
from influence.export.atlas_data import AtlasData
from influence.query import Query
from influence.query.placeholders import fill_text
from influence.record_fields import list_of, mapping_of, name, number, record, text
from influence.records import Field, Fields, Reader, Where, read_record
from influence.specs import LAYERS, LENSES
from influence.tables import datasets_dir
from influence.yaml_files import read_yaml


class Step(NamedTuple):
    """view : parts of the address (see PARTS). text : two or three sentences with placeholders for their numbers."""

    view: dict[str, str]
    text: str


class Tour(NamedTuple):
    """name : letters, digits and underscores. title : the name in the menu. steps : in order."""

    name: str
    title: str
    steps: tuple[Step, ...]


PARTS = {
    "year": "y", "scenario": "s", "measure": "m", "lens": "l", "state": "c", "pinned": "p", "weights": "w",
    "threshold": "t", "all_ties": "a", "land": "n",
}  # fmt: skip
"""Keys of a step's view, and the part of the address each becomes."""


def tour_names() -> list[str]:
    """Names of the bundled tours, sorted."""
    return sorted(path.stem for path in (datasets_dir() / "tours").glob("*.yaml"))


def load_tour(name: str, layers: Sequence[str] = tuple(LAYERS)) -> Tour:
    """A bundled tour by name, or a file by its path, for a page of these layers.

    Raises
    ------
    TourError : no such tour, or the file breaks the form.
    """
    if "/" in name or "\\" in name or name.endswith((".yaml", ".yml")):
        return parse_tour(read_yaml(Path(name), TourError, "tour"), name, layers)
    advice = "give a custom tour by the path of its file (my_tour.yaml)"
    check_known(name, tour_names(), TourError, "tour", advice=advice)
    return parse_tour(read_yaml(datasets_dir() / "tours" / f"{name}.yaml", TourError, "tour"), f"tour {name}", layers)


def chosen_tours(names: Sequence[str], layers: Sequence[str] = tuple(LAYERS)) -> tuple[list[Tour], bool]:
    """The named tours, all of which must be playable; without names the bundled tours that are playable.

    layers : of the page, in the order of its weights.

    Raises
    ------
    TourError : see load_tour; two tours of one name.
    """
    tours = [load_tour(name, layers) for name in names or tour_names()]
    twice = {tour.name for tour in tours if [t.name for t in tours].count(tour.name) > 1}
    if twice:
        raise TourError(f"two tours are called {sorted(twice)[0]!r}; give each another name.")
    return tours, bool(names)


def parse_tour(content: Any, place: str, layers: Sequence[str] = tuple(LAYERS)) -> Tour:
    """A tour from the content of its YAML file.

    Raises
    ------
    TourError : an unknown or missing key, text that is too long or empty, no steps.
    """
    weights = Reader("weights", partial(_read_weights, layers))
    parts = {key: Field(weights if key == "weights" else _PART, None) for key in PARTS}
    view = Reader(f"one or more of {', '.join(PARTS)}", partial(_read_view, parts))
    step = record({"view": Field(view), "text": Field(text(600))}, Step)
    fields = {
        "name": Field(name()),
        "title": Field(text(120)),
        "steps": Field(list_of(step, most=40, noun="step", single=False)),
    }
    return Tour(**read_record(content, fields, Where(place, TourError)))


def _read_view(parts: Fields, value: Any, where: Where) -> dict[str, str]:
    if value == {}:
        raise where.wrong(value, f"one or more of {', '.join(parts)}")
    given = read_record(value, parts, where)
    return {PARTS[key]: given[key] for key in value}


def _read_weights(layers: Sequence[str], value: Any, where: Where) -> str:
    given = mapping_of(number(0, 100), layers).read(value, where)
    if not any(given.values()):
        raise where.wrong(value, "numbers from 0 to 100, one of them above 0")
    return ",".join(f"{given.get(layer, 0):g}" for layer in layers)


def _read_part(value: Any, where: Where) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    items = value if isinstance(value, list) else [value]
    if not items or not all(isinstance(one, (str, int, float)) and re.fullmatch(r"[\w.-]+", str(one)) for one in items):
        raise where.wrong(value, "a name, a number or a list of them")
    return ",".join(map(str, items))


_PART = Reader("a name, a number or a list of them", _read_part)


# ---- the placeholders in the sentences ---------------------------------------------------------------


def tour_records(tours: tuple[Sequence[Tour], bool], content: AtlasData) -> list[Any]:
    """Tours as the page plays them: each step's address, and its sentences with their numbers.

    tours : see chosen_tours; those that need not be playable are left out where they are not.

    Raises
    ------
    TourError : a year, state or scenario that the page does not have, a number without a value.
    """
    out = []
    for tour in tours[0]:
        try:
            steps = [_step(step, content, f"tour {tour.name}, step {i}") for i, step in enumerate(tour.steps, 1)]
        except TourError:
            if tours[1]:
                raise
            continue
        out.append({"name": tour.name, "title": tour.title, "steps": steps})
    return out


def _step(step: Step, content: AtlasData, place: str) -> dict[str, str]:
    """A step as the page plays it."""
    where = Where(place, TourError, content.study.registry)
    _check_view(step.view, content, where)
    view = "#" + "&".join(f"{part}={value}" for part, value in step.view.items())
    return {"view": view, "text": fill_text(step.text, content.study, where, check=partial(_check_query, content))}


def _check_view(view: Mapping[str, str], content: AtlasData, where: Where) -> None:
    shown = {
        "y": [str(year) for year in content.base.years],
        "s": [record["name"] for record, _ in content.scenarios],
        "l": [next(iter(LENSES)), *content.lenses],
    }
    for part, value in view.items():
        if part in shown and value not in shown[part]:
            raise where.error(f"{where.text}: {value!r} is not on this page; there are: {', '.join(shown[part])}.")
        for code in value.split(",") if part in ("c", "p") else []:
            _check_state(code, content, where)


def _check_query(content: AtlasData, query: Query, where: Where) -> None:
    """Whether a number is of a state, year and pole of the page."""
    given = query.arguments
    if "state" in given:
        _check_state(given["state"], content, where)
    if given.get("year", content.base.years[0]) not in content.base.years:
        raise where.error(f"{where.text}: year {given['year']} is not on this page.")
    if given.get("pole", content.poles[0]) not in content.poles:
        raise where.error(f"{where.text}: {given['pole']!r} is no pole of this page; write {', '.join(content.poles)}.")


def _check_state(code: str, content: AtlasData, where: Where) -> None:
    if code not in content.frame.shown:
        raise where.error(f"{where.text}: {code!r} is not on this page.")
