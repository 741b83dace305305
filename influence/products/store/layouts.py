"""Layouts of the files of flows by product, and what each row is: a flow, a row to leave out, or a fault.

A layout turns the text of a native file into the columns STAGED by one expression. `note` is 0 for a flow; the other
numbers give the reason why a row is left out (EXCLUDED) or the cell that is wrong (FAULTS), so that one pass over the
file finds everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis

STAGED = ("year", "exporter", "importer", "product", "value_usd", "quantity_tonnes", "revision", "note")
MOST_USD = 1e13
"""Ten trillion dollars: far above any flow of one product, but not above a value in the wrong unit."""
MOST_TONNES = 1e12
FIRST_PRODUCT = 10_000
"""010000: chapters of the Harmonized System begin at 01, so a code that lost its leading zero has five digits."""
NO_REVISION = -1

FAULTS: Mapping[int, tuple[str, str]] = {
    1: ("year", "a year from 1900 to 2100"),
    2: ("exporter", "a country number of one to three digits"),
    3: ("importer", "a country number of one to three digits"),
    4: ("product", "a product code of six digits (five where a leading zero was lost)"),
    5: ("value", ""),
    6: ("quantity", "a number of 0 or more, empty or NA"),
    7: ("period", "a year: months are not added up, take the annual data"),
}
"""`note` of a row with a fault: role of the column, and what is allowed in it."""

EXCLUDED: Mapping[int, tuple[str, str]] = {
    20: ("services", "services: only goods are stored"),
    21: ("other flows", "flow other than the one asked for (re-exports, the mirror report)"),
    22: ("breakdowns", "part of a total in the file: by customs procedure, means of transport or second partner"),
    23: ("aggregates", "sum over products (total, two or four digits)"),
    24: ("unspecified goods", "goods not specified by kind (9999AA and the like)"),
}
"""`note` of a row that is left out and counted: a key, and the reason."""

REVISIONS: Mapping[str, int] = {"HS92": 92, "HS96": 96, "HS02": 2, "HS07": 7, "HS12": 12, "HS17": 17, "HS22": 22}


@dataclass(frozen=True)
class Layout:
    """The files of one publisher: their columns, names and units.

    Attributes
    ----------
    name, title : key, and name in messages.
    columns : native column -> its other spellings, normalized; all but `optional` are required.
    roles : role in FAULTS -> native column.
    unit, usd : unit of the value, in a sentence, and its worth in US dollars.
    pattern : names of the files of flows in a folder or an archive.
    staged : expression that adds the columns STAGED to the native ones.
    flow : whose report is taken; None: no choice.
    self_trade : why a state's trade with itself is left out; None: it is a fault.
    """

    name: str
    title: str
    columns: Mapping[str, tuple[str, ...]]
    optional: frozenset[str]
    roles: Mapping[str, str]
    unit: str
    usd: int
    pattern: re.Pattern[str]
    staged: Callable[[ibis.Table], ibis.Table]
    flow: str | None = None
    self_trade: str | None = None

    def allowed(self, role: str) -> str:
        """What the column with this role may hold."""
        if role == "value":
            return f"a number from 0 to {MOST_USD / self.usd:,.0f} ({self.unit})"
        return next(allowed for name, allowed in FAULTS.values() if name == role)


def normalize_name(name: str) -> str:
    """A column's name without case, spaces and signs: 'Trade Value (US$)' becomes 'tradevalueus'."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


# ---- cells ---------------------------------------------------------------------------------------


def whole_number(cell: Any, digits: str) -> Any:
    """A whole number whose digits fit a pattern, NULL for any other text; a cast alone would take 1e3 and 2.7."""
    number = cell.try_cast("int32")
    # Nearly every cell equals the number as text, which saves the search.
    exact = (number.cast("string") == cell) | cell.re_search(rf"^\s*[0-9]{digits}\s*$")
    return exact.ifelse(number, None)


def product_number(cell: Any) -> Any:
    """A product of six digits, or of five where a leading zero was lost; else NULL."""
    number = whole_number(cell, "{5,6}")
    return number.between(FIRST_PRODUCT, 999_999).ifelse(number, None)


def within(value: Any, most: float) -> Any:
    """True from 0 to most; False for NaN, infinity and NULL."""
    return value.between(0.0, most).fill_null(False)


def blank(cell: Any) -> Any:
    """Whether a cell is empty or NA."""
    return cell.isnull() | cell.strip().isin(["", "NA", "."])


def first_note(*cases: tuple[Any, int]) -> Any:
    """The number of the first condition that is true, else 0."""
    import ibis

    return ibis.cases(*cases, else_=0).cast("int8")


def fault(condition: Any, role: str) -> tuple[Any, int]:
    """The condition with the number of a fault in FAULTS."""
    return condition, next(number for number, (name, _) in FAULTS.items() if name == role)


def left_out(condition: Any, key: str) -> tuple[Any, int]:
    """The condition with the number of a reason in EXCLUDED."""
    return condition, next(number for number, (name, _) in EXCLUDED.items() if name == key)


def bad_year(year: Any) -> tuple[Any, int]:
    """Fault: not a year."""
    return fault(~year.between(1900, 2100).fill_null(False), "year")


def flow_faults(year: Any, exporter: Any, importer: Any, product: Any) -> list[tuple[Any, int]]:
    """Faults of the columns that identify a flow; NULL is a fault."""
    return [
        bad_year(year),
        fault(exporter.isnull(), "exporter"),
        fault(importer.isnull(), "importer"),
        fault(product.isnull(), "product"),
    ]
