"""Results on the screen: records as JSON or CSV for scripts, aligned text for people."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from influence.schema import FLAGS
from influence.statements import numbers
from influence.statements.catalogue import fill

if TYPE_CHECKING:
    import pandas as pd

    from influence.method import Method

NO_WEIGHTS = {
    "trade": "not used; these numbers are computed from goods trade alone",
    "votes": "not used; these numbers are computed from votes at the UN",
    "graphs": "not used; both graphs come from files",
}
"""What is written in place of layer weights, by what the numbers are computed from (Metric.rests_on)."""
NO_DATA = "no data"


def json_text(content: Any) -> str:
    """A value as JSON; a table in it is a list of records, in which a missing number is null."""
    return json.dumps(content, default=_records, ensure_ascii=False, indent=1)


def echo_json(content: Any) -> None:
    """A value as json_text has it."""
    click.echo(json_text(content))


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(key): (None if isinstance(value, float) and math.isnan(value) else value) for key, value in row.items()}
        for row in table.to_dict(orient="records")
    ]


def echo_csv(table: pd.DataFrame) -> None:
    """Comma-separated, one header line; a missing number is an empty cell."""
    click.echo(table.to_csv(index=False, lineterminator="\n"), nl=False)


def weights_line(method: Method, rests_on: str = "composite") -> str:
    """'Layer weights: trade 0.6, alliance 0.3, agreement 0.1.'; rests_on : composite, or a key of NO_WEIGHTS."""
    return f"Layer weights: {NO_WEIGHTS.get(rests_on) or method.weights_text()}."


def echo_flags(flags: Iterable[str]) -> None:
    """What the flags in a column of a table mean, one line each."""
    meanings = FLAGS | {"break": fill("flag_break"), "missing": fill("flag_missing")}
    for code in dict.fromkeys(code for text in flags for code in text.split(";")):
        if code in meanings:
            click.echo(f"{code}: {meanings[code]}.")


def percent(share: float) -> str:
    """A share for people: '31.4 %', or 'no data'."""
    return numbers.percent(share, missing=NO_DATA)


def signed(value: float) -> str:
    """A balance for people: '+0.32', or 'no data'; its minus is a hyphen, which every terminal can show."""
    return numbers.signed(value, missing=NO_DATA).replace("−", "-")


def number(value: float) -> str:
    """A number for people, four digits: '0.004213', '257', or 'no data'."""
    return NO_DATA if math.isnan(value) else f"{value:.4g}"


def dollars(value: float) -> str:
    """US dollars for people: '124.3 billion USD'."""
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(value) >= size:
            return f"{value / size:,.1f} {word} USD"
    return NO_DATA if math.isnan(value) else f"{value:,.0f} USD"


def echo_table(header: list[str], rows: list[list[str]]) -> None:
    """Aligned columns: the first to the left, the others to the right, the last to the left."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    for row in [header, *rows]:
        cells = [row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:-1], widths[1:-1], strict=True)), row[-1]]
        click.echo("  ".join(cells).rstrip())
