"""IMF Direction of Trade Statistics: what a reporter says of each partner, exports FOB and imports CIF."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from influence.errors import SourceError, head_of
from influence.sources.reading import numbers, read_bytes, read_table, to_iso3, whole_years

KEY = ["reporter", "flow", "exporter", "importer", "year"]
COLUMNS = [*KEY, "export_usd"]
MILLION = 1e6
SHEETS = {"Exports, FOB": "X", "Imports, CIF": "M"}
UNIT = "US Dollars, Millions"
HEADER_ROW = 7
MONTH = re.compile(r"(\d{4})M(\d{2})")
CONTRADICTION = "stands twice with different values"

_AGGREGATE = "aggregate: group of economies"
_REST = "not allocated to an economy"
GROUPS = {
    **dict.fromkeys(
        (
            "Advanced Economies",
            "Africa",
            "Emerging and Developing Asia",
            "Emerging and Developing Economies",
            "Emerging and Developing Europe",
            "Emerging Market and Developing Economies by Source of Export Earnings: Fuel",
            "Emerging Market and Developing Economies by Source of Export Earnings: Nonfuel",
            "Euro Area",
            "European Union",
            "Middle East",
            "Middle East and Central Asia",
            "Sub-Saharan Africa",
            "Western Hemisphere",
        ),
        _AGGREGATE,
    ),
    **dict.fromkeys(
        (
            "Africa not specified",
            "Asia not specified",
            "Countries & Areas not specified",
            "Europe not specified",
            "Middle East and Central Asia not specified",
            "Other Countries not included elsewhere",
            "Western Hemisphere not specified",
        ),
        _REST,
    ),
    "Memorandum Items": "a heading",
}
"""Names beside economies in the workbook, with the reason they are left out."""


def read_dots(path: Path | str) -> pd.DataFrame:
    """Long table of reports: reporter, flow (X exports FOB, M imports CIF), exporter, importer, year, export_usd.

    The file has reporter, flow, exporter, importer, year and value_usd in US dollars. The world total is left out.
    A report that stands twice with different values is left out whole and counted; the same value twice is one report.

    Raises
    ------
    SourceError : a flow other than X or M, a reporter on the wrong side, a negative or infinite value, unknown codes.
    """
    frame = read_table(path, [*KEY, "value_usd"], text=["reporter", "flow", "exporter", "importer"])
    frame["year"] = whole_years(frame, "year", path)
    frame["export_usd"] = numbers(frame, "value_usd", path, lowest=0)
    side = frame["exporter"].where(frame["flow"] == "X", frame["importer"])
    wrong = ~frame["flow"].isin(["X", "M"]) | (side != frame["reporter"])
    if wrong.any():
        raise SourceError(
            f"{path}: flow must be X with the reporter as exporter, or M with it as importer; "
            f"{int(wrong.sum())} rows are not:{head_of(frame[wrong])}"
        )
    mapped = to_iso3(frame, {c: c for c in ("reporter", "exporter", "importer")}, "iso3", path)
    return _without_contradictions(mapped, path)


def read_dots_workbook(path: Path | str) -> pd.DataFrame:
    """One reporter's workbook as the IMF hands it out, monthly, in million US dollars; columns as read_dots, by year.

    A partner's year counts only with a value for each of the 12 months: the rest are left out and counted (the IMF's
    own annual figure adds up what there is, mostly small partners with no trade in some month).

    Raises
    ------
    SourceError : not a workbook of this layout (sheets, unit in B5, months in row 7), or as read_dots.
    """
    parts = []
    notes: list[tuple[str, str, int]] = []
    for sheet, cells in _sheets(path).items():
        months = _monthly(cells, f"{path} ({sheet})")
        years = months.groupby(["reporter", "row", "partner", "year"])["value"].agg(["sum", "count"]).reset_index()
        short = years["count"] < 12
        notes.append((sheet, "a partner's year with values for fewer than 12 months", int(short.sum())))
        parts.append(years[~short].assign(flow=SHEETS[sheet]))
    frame = pd.concat(parts, ignore_index=True)
    frame["export_usd"] = frame["sum"] * MILLION
    frame.attrs["excluded"] = notes
    named = to_iso3(frame, {"reporter": "reporter", "partner": "partner"}, "name", path, excluded=GROUPS)
    exports = named["flow"] == "X"
    named["exporter"] = named["reporter"].where(exports, named["partner"])
    named["importer"] = named["partner"].where(exports, named["reporter"])
    return _without_contradictions(named, path)


def _sheets(path: Path | str) -> dict[str, list[tuple[Any, ...]]]:
    """Cells of the two sheets, rows of equal length."""
    content = read_bytes(path)
    try:
        import openpyxl
    except ImportError as err:
        raise SourceError(f"{path} needs openpyxl; install the package with its extra: influence[build].") from err
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        missing = [name for name in SHEETS if name not in book.sheetnames]
        if missing:
            raise SourceError(f"{path} lacks the sheet {missing[0]!r}; it has: {', '.join(book.sheetnames)}.")
        return {name: list(book[name].iter_rows(values_only=True)) for name in SHEETS}
    except (zipfile.BadZipFile, KeyError, EOFError, OSError) as err:
        raise SourceError(f"{path} is not a whole xlsx workbook ({err}); download it again.") from err


def _monthly(cells: list[tuple[Any, ...]], where: str) -> pd.DataFrame:
    """Rows of the sheet by month: reporter, row (in the sheet), partner, year, value in millions; blanks left out."""
    if len(cells) <= HEADER_ROW or len(cells[0]) < 3:
        raise SourceError(f"{where} has no rows below the months of row {HEADER_ROW}.")
    reporter, unit, header = cells[3][1], cells[4][1], cells[HEADER_ROW - 1]
    if unit != UNIT:
        raise SourceError(f"{where}: cell B5 must be {UNIT!r}, not {unit!r}.")
    months = [MONTH.fullmatch(str(cell)) for cell in header[2:]]
    if not all(months) or len(set(header[2:])) < len(months):
        raise SourceError(f"{where}: row {HEADER_ROW} must hold months such as 2011M01, each once, from column C on.")
    years = [int(found[1]) for found in months if found]
    frame = pd.DataFrame(_cells(cells, years), columns=["row", "partner", "year", "value"])
    frame["value"] = numbers(frame, "value", where, lowest=0)
    return frame.assign(reporter=str(reporter))


def _cells(cells: list[tuple[Any, ...]], years: list[int]) -> Iterator[tuple[int, str, int, Any]]:
    for number, (_, partner, *values) in enumerate(cells[HEADER_ROW:], HEADER_ROW + 1):
        if partner is not None:
            yield from (
                (number, str(partner), year, value)
                for year, value in zip(years, values, strict=False)
                if value is not None
            )


def _without_contradictions(frame: pd.DataFrame, where: Path | str) -> pd.DataFrame:
    """One row a report; reports that stand twice with different values leave, each named in attrs['excluded']."""
    own = frame["exporter"] == frame["importer"]
    if own.any():
        raise SourceError(f"{where}: {int(own.sum())} rows are a state's trade with itself:{head_of(frame[own])}")
    once = frame.drop_duplicates(COLUMNS)
    twice = once.duplicated(KEY, keep=False)
    report = once["reporter"] + " " + once["flow"] + " " + once["exporter"] + "-" + once["importer"]
    named = (report + " " + once["year"].astype(str))[twice].value_counts().sort_index()
    notes = [(str(name), CONTRADICTION, int(rows)) for name, rows in named.items()]
    out = once.loc[~twice, COLUMNS].sort_values(KEY, ignore_index=True)
    out.attrs["excluded"] = [*frame.attrs["excluded"], *notes]
    return out
