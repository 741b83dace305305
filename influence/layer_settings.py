"""Custom layers: the file, the columns, and how its values become shares of a portfolio."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from influence.errors import ConfigError
from influence.record_fields import YES_NO, name, number, text, word
from influence.records import Field, Fields, Where, read_record, run_all
from influence.specs import LAYERS

NORMALISATIONS: dict[str, str] = {
    "portfolio": "by value: u's share of the sum over all sources of v (nothing not covered)",
    "pledge": "strength in [0, 1] times capability (equation 3)",
    "intensity": "one-sided: ln(1 + x) / ln(1 + full), what is left is not_covered",
}
COLUMNS = ("source", "target", "year", "value")
"""Columns of every file of a layer, with their default names."""
MOST_LAYERS = 8
RESERVED = (*LAYERS, "composite")
MOST_FULL = 1e100


@dataclass(frozen=True)
class CustomLayer:
    """A custom layer, read from a file.

    file : CSV (UTF-8) or Parquet, one row a tie u -> v and year, or with `end` a tie and spell of years.
    normalise : one of NORMALISATIONS. source, target, year, value, end : names of the columns; end '' where there is
    none, and a blank end is open: carried on to the panel's last year.
    complete : whether a state without a row in a year of the file was observed and has zero (true) or was not observed
    (false); by default true for pledge and false for intensity. A portfolio has no such state: zero has no shares.
    full : amount at which an intensity is 1; by default the largest total of a state and year.
    title, cite : for readers. settings : the configuration file, '' for a layer made by a program.

    Raises
    ------
    ConfigError : a reserved name or one of another form, an unknown normalisation, choices that exclude each other.
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
        _check_fields(self)
        _check_choices(self)

    @property
    def label(self) -> str:
        """Its title, else its name with spaces."""
        return self.title or self.name.replace("_", " ")

    @property
    def looked_at_all(self) -> bool:
        """`complete`, or what the normalisation has for it."""
        return self.normalise == "pledge" if self.complete is None else self.complete


_COLUMN, _NOTE = text(200), text()
LAYER_FIELDS: Fields = {
    "file": Field(text(4096)),
    "normalise": Field(word(*NORMALISATIONS)),
    **{column: Field(_COLUMN, column) for column in COLUMNS},
    "end": Field(_COLUMN, ""),
    "complete": Field(YES_NO, None),
    "full": Field(number(0, MOST_FULL, above=True), None),
    "title": Field(_NOTE, ""),
    "cite": Field(_NOTE, ""),
}
"""The fields of an entry; its name is its key."""
_NAME = name(
    rf"(?!({'|'.join(RESERVED)})$)[a-z][a-z0-9_]*", f"small letters, digits and _, and none of {', '.join(RESERVED)}"
)


def _check_fields(layer: CustomLayer) -> None:
    _NAME.read(layer.name, Where("the name of a layer", ConfigError))
    given = {key: value for key in LAYER_FIELDS if (value := getattr(layer, key)) != ""}
    read_record(given, LAYER_FIELDS, Where(f"layer {layer.name}", ConfigError))


def _check_choices(layer: CustomLayer) -> None:
    place = f"layer {layer.name}"
    columns = [getattr(layer, name) for name in (*COLUMNS, "end") if getattr(layer, name)]
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise ConfigError(f"{place}: column {twice[0]!r} is used for two fields.")
    if layer.complete is not None and layer.normalise == "portfolio":
        raise ConfigError(f"{place}: complete belongs to pledge and intensity; a state without rows has no portfolio.")
    if layer.full is not None and layer.normalise != "intensity":
        raise ConfigError(f"{place}: full belongs to intensity, and normalise is {layer.normalise}.")


def read_custom_layers(value: Any, where: str, folder: Path) -> tuple[CustomLayer, ...]:
    """Entries `name: {file: …, normalise: …}` of a configuration; files are relative to its folder.

    Raises
    ------
    ConfigError : another form, an unknown or missing key, too many layers; see CustomLayer.
    """
    place = Where(where, ConfigError).at("layers")
    if not isinstance(value, Mapping) or not all(isinstance(entry, Mapping) for entry in value.values()):
        raise place.wrong(value, "entries of a configuration file, 'name: {file: my.csv, normalise: portfolio}'")
    if len(value) > MOST_LAYERS:
        raise place.fault(f"holds {len(value)} layers; {MOST_LAYERS} are allowed.")
    return tuple(run_all([partial(_read_entry, key, entry, where, folder) for key, entry in value.items()], place))


def _read_entry(key: Any, entry: Mapping[Any, Any], where: str, folder: Path) -> CustomLayer:
    _NAME.read(key, Where(f"{where}: the name of a layer", ConfigError))
    place = Where(f"{where}: layers.{key}", ConfigError)
    if "weight" in entry:
        raise place.fault(f"has a weight; write it with the others: weights: {{{key}: 0.1}}.")
    given = read_record(entry, LAYER_FIELDS, place)
    try:
        return CustomLayer(name=key, settings=where, **given | {"file": str(folder / given["file"])})
    except ConfigError as err:
        raise ConfigError(f"{where}: {err}") from err
