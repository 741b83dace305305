"""Files a user may hand in, by product code: elasticities of substitution, and names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from influence.errors import SourceError, head_of
from influence.sources.reading import no_doubles, numbers, read_table

if TYPE_CHECKING:
    import ibis
    import pandas as pd

CODE = re.compile(r"[0-9]{2}|[0-9]{4}|[0-9]{6}|[A-Z][0-9A-Z_]*")
"""Chapter, heading or subheading of the Harmonized System, or a sector's key."""


def read_elasticities(path: Path | str) -> dict[str, float]:
    """Elasticity of substitution between suppliers by product: a CSV file with the columns product and sigma.

    A product is an HS code of 2, 4 or 6 digits, which holds for all that begins with it but for what a longer code of
    the file says, or a sector's key.

    Raises
    ------
    SourceError : unreadable, a column missing, a code of another form or twice, sigma not a number above 1.
    """
    table = read_table(path, ["product", "sigma"], text=["product"])
    table["product"] = _codes(table["product"], path)
    no_doubles(table, ["product"], path)
    sigma = numbers(table, "sigma", path, empty=())
    low = ~(sigma > 1)
    if low.any():
        told = "sigma must be above 1 (below, no supplier can be done without)"
        raise SourceError(f"{path}: {told}; {int(low.sum())} rows are not:{head_of(table[low])}")
    return dict(zip(table["product"], sigma, strict=True))


def read_product_names(path: Path | str) -> dict[str, str]:
    """Names by product code: a CSV file with the columns code and description, as BACI's product_codes_*.csv.

    Leading zeros that a spreadsheet took away are put back.

    Raises
    ------
    SourceError : unreadable, a column missing, a code of another form or twice.
    """
    table = read_table(path, ["code", "description"], text=["code", "description"])
    code = table["code"].str.strip()
    table["code"] = _codes(code.where(code.str.len() != 5, "0" + code), path)
    no_doubles(table, ["code"], path)
    return dict(zip(table["code"], table["description"].str.strip(), strict=True))


def of_longest(code: str, given: Mapping[str, Any]) -> Any:
    """What `given` says of the longest beginning of the code, the code itself first; None where it says nothing."""
    return next((given[code[:n]] for n in range(len(code), 0, -1) if code[:n] in given), None)


def with_sigma(table: ibis.Table, given: Mapping[str, float], default: float) -> ibis.Table:
    """The table with a column sigma: of the longest beginning of `product` in `given`, else the default."""
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
    odd = ~codes.str.fullmatch(CODE.pattern)
    if odd.any():
        told = "a product must be a code of 2, 4 or 6 digits (with its leading zero) or a sector's key"
        raise SourceError(f"{path}: {told}; {int(odd.sum())} rows are not:{head_of(column[odd].to_frame())}")
    return codes
