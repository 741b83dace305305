"""Who a country number is in files of trade, and which products a release knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from influence.errors import StoreError
from influence.sources.baci import code_names, states_of_codes
from influence.sources.reading import read_table
from influence.states import code_map, excluded_codes

_NOT_SPECIFIED = "areas not specified, or not allocated to an economy"
REST: Mapping[str, str] = {
    "97": "aggregate: European Union",
    **dict.fromkeys(
        ("129", "221", "290", "365", "471", "472", "473", "527", "568", "577", "636", "637", "697", "839", "849", "879",
         "899"),
        _NOT_SPECIFIED,
    ),
    "837": "bunkers: fuel for ships and aircraft, no economy",
    "838": "free zones: no economy",
}  # fmt: skip
"""Numbers that files of trade alone hold beside states; more in datasets/curated/excluded.csv."""


@dataclass(frozen=True)
class Countries:
    """Number -> ISO3 of the state, number -> reason to leave it out, and numbers nobody knows."""

    states: Mapping[int, str]
    excluded: Mapping[int, str]
    unknown: tuple[int, ...]


def countries_of(numbers: Iterable[int], listed: Path | None, label: str = "") -> Countries:
    """Sort the numbers that stand in flows; `listed` is the release's file of country codes, where there is one.

    Raises
    ------
    SourceError : the file of codes is none, or is of another release and lacks one of the numbers.
    """
    used = {str(number) for number in numbers}
    also: Mapping[str, str] = {}
    reasons: Mapping[str, str] = {}
    if listed is not None:
        also, reasons = states_of_codes(used, code_names(listed), label or str(listed))
    excluded = {**REST, **excluded_codes("m49"), **reasons}
    states = {code: iso3 for code, iso3 in {**code_map("m49"), **also}.items() if code not in excluded}
    unknown = sorted(int(code) for code in used if code not in states and code not in excluded)
    return Countries(
        {int(code): states[code] for code in used if code in states},
        {int(code): excluded[code] for code in used if code in excluded},
        tuple(unknown),
    )


def products_of(listed: Path) -> set[int]:
    """The products that the release's file lists.

    Raises
    ------
    SourceError : it is no such file. StoreError : it lists none.
    """
    table = read_table(listed, ["code"], text=["code"])
    found = {int(code) for code in table["code"].str.strip() if code.isascii() and code.isdigit()}
    if not found:
        raise StoreError(f"{listed} lists no product of six digits.")
    return found
