"""How publishers lay out a file of flows by product, and what each of its rows is: a flow, left out, or a fault.

A layout turns the text of a native file into the columns STAGED by one expression. `note` is 0 for a flow; the other
numbers say why a row is left out (EXCLUDED) or which cell cannot be (FAULTS), so that one pass over the file tells all.
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
"""Ten trillion dollars: no flow of one product is near it, a value in the wrong unit is."""
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
    7: ("period", "a year: months are not added up here, take the annual data"),
}
"""What `note` says of a row that cannot be: the role of the column, and what is allowed in it."""

EXCLUDED: Mapping[int, tuple[str, str]] = {
    20: ("services", "services: goods are wanted"),
    21: ("other flows", "flow other than the one asked for (re-exports, the mirror report)"),
    22: ("breakdowns", "part of a total that is there too: by customs procedure, means of transport or second partner"),
    23: ("aggregates", "sum over products (total, two or four digits)"),
    24: ("unspecified goods", "goods not specified by kind (9999AA and the like)"),
}
"""What `note` says of a row that is left out and counted: a key, and the reason."""

REVISIONS: Mapping[str, int] = {"HS92": 92, "HS96": 96, "HS02": 2, "HS07": 7, "HS12": 12, "HS17": 17, "HS22": 22}


@dataclass(frozen=True)
class Layout:
    """One publisher's files: which columns, under which names, and what they say.

    columns : native column -> other spellings of it, folded (see folded); all but `optional` must be there.
    roles : role in FAULTS -> native column.
    unit : of the value, in a sentence. usd : what one of it is in US dollars.
    pattern : names of the files of flows in a folder or an archive.
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
    custom_trade: str | None = None
    """Why a state's trade with itself is left out; None: it is a fault."""

    def allowed(self, role: str) -> str:
        """What the column with this role may hold."""
        if role == "value":
            return f"a number from 0 to {MOST_USD / self.usd:,.0f} ({self.unit})"
        return next(told for name, told in FAULTS.values() if name == role)


def folded(name: str) -> str:
    """A column's name without case, spaces and signs: 'Trade Value (US$)' is 'tradevalueus'."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


# ---- cells ---------------------------------------------------------------------------------------


def whole_number(cell: Any, digits: str) -> Any:
    """A whole number of so many digits, NULL for any other text; a cast alone would take 1e3, 0x1F and 2.7."""
    number = cell.try_cast("int32")
    # As text again it is equal in nearly every row, which spares the search.
    exact = (number.cast("string") == cell) | cell.re_search(rf"^\s*[0-9]{digits}\s*$")
    return exact.ifelse(number, None)


def product_number(cell: Any) -> Any:
    number = whole_number(cell, "{5,6}")
    return number.between(FIRST_PRODUCT, 999_999).ifelse(number, None)


def within(value: Any, most: float) -> Any:
    """True from 0 to most; False for NaN, infinity and NULL."""
    return value.between(0.0, most).fill_null(False)


def blank(cell: Any) -> Any:
    return cell.isnull() | cell.strip().isin(["", "NA", "."])


def first_note(*cases: tuple[Any, int]) -> Any:
    """The first number whose condition holds, else 0."""
    import ibis

    return ibis.cases(*cases, else_=0).cast("int8")


def fault(condition: Any, role: str) -> tuple[Any, int]:
    return condition, next(number for number, (name, _) in FAULTS.items() if name == role)


def left_out(condition: Any, key: str) -> tuple[Any, int]:
    return condition, next(number for number, (name, _) in EXCLUDED.items() if name == key)


def bad_year(year: Any) -> tuple[Any, int]:
    """A year that is none."""
    return fault(~year.between(1900, 2100).fill_null(False), "year")


def flow_faults(year: Any, exporter: Any, importer: Any, product: Any) -> list[tuple[Any, int]]:
    return [
        bad_year(year),
        fault(exporter.isnull(), "exporter"),
        fault(importer.isnull(), "importer"),
        fault(product.isnull(), "product"),
    ]
