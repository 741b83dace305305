"""What is said of a layer of one's own: its file, the columns, and how its figures become shares of a portfolio."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from influence.errors import ConfigError, suggest
from influence.specs import LAYERS

NORMALISATIONS: dict[str, str] = {
    "portfolio": "by value: u's share of the sum over all sources of v (nothing not covered)",
    "pledge": "strength in [0, 1] times capability (equation 3)",
    "intensity": "one-sided: ln(1 + x) / ln(1 + full), what is left is not_covered",
}
COLUMNS = ("source", "target", "year", "value")
"""Columns that every file of a layer has, by these names unless others are given."""
MOST_LAYERS = 8
RESERVED = (*LAYERS, "composite")
MOST_FULL = 1e100


@dataclass(frozen=True)
class CustomLayer:
    """A layer of one's own, to be read from a file.

    file : CSV (UTF-8) or Parquet, one row a tie u -> v and year, or with `end` a tie and spell of years.
    normalise : one of NORMALISATIONS. source, target, year, value, end : names of the columns; end '' where there is
    none, and a blank end is open: carried on to the panel's last year.
    complete : whether a state without a row in a year that the file covers was looked at and has nothing (true) or was
    not observed (false); pledge true and intensity false unless said. A portfolio has no such state: nothing cannot be
    shared out. full : amount at which an intensity is 1; the largest total of a state and year unless said.
    title, cite : for readers. settings : the file that says all this, '' where a program does.

    Raises
    ------
    ConfigError : a name that is taken or is none, an unknown normalisation, choices that do not go together.
    """

    name: str
    file: str
    normalise: str
    source: str = "source"
    target: str = "target"
    year: str = "year"
    value: str = "value"
    end: str = ""
    complete: bool | None = None
    full: float | None = None
    title: str = ""
    cite: str = ""
    settings: str = ""

    def __post_init__(self) -> None:
        _check_words(self)
        _check_choices(self)

    @property
    def label(self) -> str:
        """Its title, else its name with spaces."""
        return self.title or self.name.replace("_", " ")

    @property
    def looked_at_all(self) -> bool:
        """`complete`, or what the normalisation has for it."""
        return self.normalise == "pledge" if self.complete is None else self.complete


def _check_words(layer: CustomLayer) -> None:
    if not isinstance(layer.name, str) or not re.fullmatch(r"[a-z][a-z0-9_]*", layer.name):
        raise ConfigError(f"{layer.name!r} is no name of a layer; small letters, digits and underscores are.")
    if layer.name in RESERVED:
        raise ConfigError(f"layer {layer.name} has the name of one of ours ({', '.join(RESERVED)}); give it another.")
    for field in ("file", *COLUMNS):
        text = getattr(layer, field)
        if not isinstance(text, str) or not text.strip():
            raise ConfigError(f"layer {layer.name}: {field} must be text, not {text!r}.")
    for field in ("end", "title", "cite", "settings"):
        if not isinstance(getattr(layer, field), str):
            raise ConfigError(f"layer {layer.name}: {field} must be text, not {getattr(layer, field)!r}.")


def _check_choices(layer: CustomLayer) -> None:
    place = f"layer {layer.name}"
    if layer.normalise not in NORMALISATIONS:
        allowed = ", ".join(NORMALISATIONS)
        raise ConfigError(f"{place}: normalise must be one of {allowed}, not {layer.normalise!r}.")
    columns = [getattr(layer, name) for name in (*COLUMNS, "end") if getattr(layer, name)]
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise ConfigError(f"{place}: column {twice[0]!r} is named for two things.")
    if layer.complete is not None and not isinstance(layer.complete, bool):
        raise ConfigError(f"{place}: complete must be true or false, not {layer.complete!r}.")
    if layer.complete is not None and layer.normalise == "portfolio":
        raise ConfigError(f"{place}: complete belongs to pledge and intensity; a state without rows has no portfolio.")
    if layer.full is None:
        return
    if layer.normalise != "intensity":
        raise ConfigError(f"{place}: full belongs to intensity, and normalise is {layer.normalise}.")
    good = isinstance(layer.full, (int, float)) and not isinstance(layer.full, bool) and math.isfinite(layer.full)
    if not good or not 0 < layer.full <= MOST_FULL:
        raise ConfigError(f"{place}: full must be a number above 0, not {layer.full!r}.")


def read_custom_layers(value: Any, where: str, folder: Path) -> tuple[CustomLayer, ...]:
    """Entries `name: {file: …, normalise: …}` of a settings file; files are found from its folder.

    Raises
    ------
    ConfigError : no such form, an unknown or missing key, too many layers; see CustomLayer.
    """
    if not isinstance(value, Mapping) or not all(isinstance(entry, Mapping) for entry in value.values()):
        raise ConfigError(
            f"{where}: layers must be entries of a settings file, 'name: {{file: my.csv, normalise: portfolio}}', "
            f"not {str(value)[:60]!r}."
        )
    if len(value) > MOST_LAYERS:
        raise ConfigError(f"{where}: layers holds {len(value)} layers; {MOST_LAYERS} are allowed.")
    return tuple(_read_entry(name, entry, where, folder) for name, entry in value.items())


def _read_entry(name: Any, entry: Mapping[Any, Any], where: str, folder: Path) -> CustomLayer:
    allowed = [field.name for field in fields(CustomLayer) if field.name not in ("name", "settings")]
    for key in entry:
        if key == "weight":
            raise ConfigError(f"{where}: layers.{name}: its weight stands with the others: weights: {{{name}: 0.1}}.")
        if key not in allowed:
            close = suggest(str(key), allowed)
            raise ConfigError(f"{where}: layers.{name} knows no {key!r}.{close} It knows: {', '.join(allowed)}.")
    absent = [key for key in ("file", "normalise") if key not in entry]
    if absent:
        raise ConfigError(f"{where}: layers.{name} lacks {' and '.join(absent)}.")
    given = {str(key): value for key, value in entry.items()}
    if isinstance(given["file"], str) and given["file"].strip():
        given["file"] = str(folder / given["file"])
    try:
        return CustomLayer(name=name, settings=where, **given)
    except ConfigError as err:
        raise ConfigError(f"{where}: {err}") from err
