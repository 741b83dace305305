"""Files of the user by product code: elasticities of substitution, and names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from influence.errors import SourceError, head_of
from influence.sources.reading import check_unique, numbers, read_table

if TYPE_CHECKING:
    import ibis
    import pandas as pd

CODE = re.compile(r"[0-9]{2}|[0-9]{4}|[0-9]{6}|[A-Z][0-9A-Z_]*")
"""Chapter, heading or subheading of the Harmonized System, or key of a sector."""


def read_elasticities(path: Path | str) -> dict[str, float]:
    """Read the elasticities of substitution between suppliers by product.

    Parameters
    ----------
    path : CSV file with the columns product and sigma. A product is the key of a sector, or an HS code of 2, 4 or 6
        digits, which applies to all codes that begin with it, except those with a longer code in the file.

    Returns
    -------
    dict : product code -> elasticity, above 1.

    Raises
    ------
    SourceError : an unreadable file, a missing column, an invalid or duplicate code, or sigma not above 1.
    """
    table = read_table(path, ["product", "sigma"], text=["product"])
    table["product"] = _codes(table["product"], path)
    check_unique(table, ["product"], path)
    sigma = numbers(table, "sigma", path, empty=())
    low = ~(sigma > 1)
    if low.any():
        raise SourceError(
            f"{path}: sigma must be above 1 (below it, no supplier can be replaced); {int(low.sum())} rows are not:"
            f"{head_of(table[low])}"
        )
    return dict(zip(table["product"], sigma, strict=True))


def read_product_names(path: Path | str) -> dict[str, str]:
    """Read the names of products.

    Parameters
    ----------
    path : CSV file with the columns code and description, such as BACI's product_codes_*.csv. Leading zeros that a
        spreadsheet removed are restored.

    Returns
    -------
    dict : product code -> name.

    Raises
    ------
    SourceError : an unreadable file, a missing column, an invalid or duplicate code.
    """
    table = read_table(path, ["code", "description"], text=["code", "description"])
    code = table["code"].str.strip()
    table["code"] = _codes(code.where(code.str.len() != 5, "0" + code), path)
    check_unique(table, ["code"], path)
    return dict(zip(table["code"], table["description"].str.strip(), strict=True))


def longest_match(code: str, given: Mapping[str, Any]) -> Any:
    """The value of the longest key with which the code begins; None where there is none."""
    return next((given[code[:n]] for n in range(len(code), 0, -1) if code[:n] in given), None)


def with_sigma(table: ibis.Table, given: Mapping[str, float], default: float) -> ibis.Table:
    """Add a column sigma: the value of the longest key with which `product` begins, else the default."""
    import ibis
    import pyarrow as pa

    sigma: Any = ibis.literal(default, type="float64")
    columns = list(table.columns)
    for length in sorted({len(code) for code in given}):
        known = {code: value for code, value in given.items() if len(code) == length}
        name = f"sigma_{length}"
        listed = ibis.memtable(pa.table({"begins": list(known), name: list(known.values())}))
        table = table.mutate(begins=table["product"].substr(0, length)).left_join(listed, "begins")
        columns.append(name)
        table = table.select(columns)
    for name in columns:
        if name.startswith("sigma_"):
            sigma = ibis.coalesce(table[name], sigma)
    table = table.mutate(sigma=sigma)
    return table.drop(*[name for name in columns if name.startswith("sigma_")])


def _codes(column: pd.Series, path: Path | str) -> pd.Series:
    codes = column.astype(str).str.strip()
    invalid = ~codes.str.fullmatch(CODE.pattern)
    if invalid.any():
        raise SourceError(
            f"{path}: a product must be a code of 2, 4 or 6 digits (with its leading zero) or the key of a sector; "
            f"{int(invalid.sum())} rows are not:{head_of(column[invalid].to_frame())}"
        )
    return codes
