"""Check the staged rows of a year: which states trade, which rows are left out and why, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from influence.errors import StoreError
from influence.products.store.duckdb_engine import escape_path
from influence.products.store.engine_base import Engine
from influence.products.store.layouts import EXCLUDED, NO_REVISION, REVISIONS, Layout
from influence.products.store.release import Countries, Release, classify_countries
from influence.products.store.showing import show_rows
from influence.products.store.staging import File

if TYPE_CHECKING:
    import ibis
    import pandas as pd

PLACES = "places_of_states"


@dataclass(frozen=True)
class Year:
    """A checked year.

    Attributes
    ----------
    files : all with rows of the year.
    countries : its country numbers.
    revision : of the Harmonized System; None: unknown.
    unlisted : products to leave out.
    excluded : what is left out: code, reason, rows, value_usd.
    rows, value_usd : of the flows that are kept.
    """

    year: int
    files: Sequence[File]
    countries: Countries
    revision: str | None
    unlisted: tuple[int, ...]
    excluded: Sequence[Mapping[str, Any]]
    rows: int
    value_usd: int


def staged_rows(engine: Engine, files: Sequence[File], year: int) -> ibis.Table:
    """The staged rows of a year; `files` are all files with rows of it."""
    paths = sorted({escape_path(file.staged) for file in files if file.staged is not None})
    table = engine.connection.read_parquet(paths, hive_partitioning=False)
    return table.filter(table["year"] == year)


def flows_of_states(engine: Engine, staged: ibis.Table, states: Mapping[int, str]) -> ibis.Table:
    """Flows between two states of the panel.

    Parameters
    ----------
    staged : of staged_rows.
    states : country number -> ISO3.

    Returns
    -------
    ibis.Table : seller and buyer (places in the sorted list of ISO3 codes), product, value_usd, quantity_tonnes.
    """
    import pyarrow as pa

    order = {iso3: place for place, iso3 in enumerate(sorted(set(states.values())))}
    known = {"number": list(states), "place": [order[iso3] for iso3 in states.values()]}
    schema = pa.schema([("number", pa.int32()), ("place", pa.int64())])
    engine.connection.con.register(PLACES, pa.table(known, schema=schema))
    sellers = engine.connection.table(PLACES)
    buyers = sellers.view()
    flows = staged.filter(staged["note"] == 0)
    sold = flows.inner_join(sellers, flows["exporter"] == sellers["number"]).select(
        seller=sellers["place"], importer=flows["importer"], product=flows["product"],
        value_usd=flows["value_usd"], quantity_tonnes=flows["quantity_tonnes"],
    )  # fmt: skip
    both = sold.inner_join(buyers, sold["importer"] == buyers["number"])
    return both.select("seller", "product", "value_usd", "quantity_tonnes", buyer=buyers["place"])


def check_year(engine: Engine, files: Sequence[File], year: int, layout: Layout, release: Release, work: Path) -> Year:
    """Check that every staged row of a year is a flow between states, or is left out and counted with a reason.

    Raises
    ------
    StoreError : an unknown country, a product that the release does not list, trade of a state with itself, another
        revision, or no flow left; with the first rows and their lines.
    """
    staged = staged_rows(engine, files, year)
    sums = _sums(staged)
    flows = sums[sums["note"] == 0]
    revision = _one_revision(flows, year, release)
    numbers = {*flows["exporter"], *flows["importer"]}
    countries = classify_countries(map(int, numbers), release.countries, release.countries_label)
    if countries.unknown:
        _refuse_countries(engine, files, layout, work, countries.unknown)
    excluded, kept = _left_out(sums, flows, countries, layout)
    if not layout.self_trade:
        _refuse_self_trade(engine, files, layout, work, kept, countries)
    kept = kept[~_is_self_trade(kept, countries)]
    rows, value = int(kept["rows"].sum()), int(kept["value_usd"].sum())
    unlisted = _unlisted(engine, files, layout, work, release, flows_of_states(engine, staged, countries.states))
    for product, count, worth in unlisted:
        reason = f"product that {release.products_label} does not list"
        excluded.append({"code": f"{product:06d}", "reason": reason, "rows": count, "value_usd": worth})
        rows, value = rows - count, value - worth
    if rows == 0:
        reasons = "".join(f"\n  {e['rows']:,} rows: {e['code']}, {e['reason']}" for e in excluded[:8])
        raise StoreError(f"{files[0].source.label}: no flow of {year} is left.{reasons}")
    excluded.sort(key=lambda entry: (-entry["value_usd"], entry["code"], entry["reason"]))
    products = tuple(product for product, _, _ in unlisted)
    return Year(year, files, countries, revision, products, excluded, rows, value)


def _sums(staged: ibis.Table) -> pd.DataFrame:
    """Rows and dollars by exporter, importer, revision and note."""
    grouped = staged.group_by(["exporter", "importer", "revision", "note"])
    sums = grouped.aggregate(rows=staged.count(), value_usd=staged["value_usd"].sum().cast("int64")).execute()
    return sums.assign(value_usd=sums["value_usd"].fillna(0).astype("int64"))


def _one_revision(flows: pd.DataFrame, year: int, release: Release) -> str | None:
    """The revision in the rows, else that of the release; None where neither has one."""
    names = {number: name for name, number in REVISIONS.items()}
    numbers = sorted({int(number) for number in flows["revision"].dropna()})
    if NO_REVISION in numbers:
        raise StoreError(f"{year} has products of another classification (SITC, BEC); take the Harmonized System.")
    found = [names[number] for number in numbers]
    if release.revision and found not in ([], [release.revision]):
        raise StoreError(f"{year} has products of {', '.join(found)}, but {release.revision} was given.")
    if len(found) > 1:
        raise StoreError(
            f"{year} has products of {', '.join(found)}: the same code can mean other goods in another revision. Take "
            "the data converted to one revision."
        )
    return found[0] if found else release.revision


def _left_out(
    sums: pd.DataFrame, flows: pd.DataFrame, countries: Countries, layout: Layout
) -> tuple[list[dict[str, Any]], pd.DataFrame]:
    """What is left out, and the flows that are kept.

    Each row is counted once: by its note, else its exporter, else its importer, else as trade with itself.
    """
    excluded = []
    for note, rows in sums[sums["note"] != 0].groupby("note"):
        key, reason = EXCLUDED[int(note)]
        excluded.append(_entry(key, reason, rows))
    kept = flows
    for side in ("exporter", "importer"):
        gone = kept[side].isin(list(countries.excluded))
        for number, rows in kept[gone].groupby(side):
            excluded.append(_entry(str(int(number)), countries.excluded[int(number)], rows))
        kept = kept[~gone]
    self_trade = _is_self_trade(kept, countries)
    if layout.self_trade and self_trade.any():
        excluded.append(_entry("own trade", layout.self_trade, kept[self_trade]))
    return _merged(excluded), kept


def _entry(code: str, reason: str, rows: pd.DataFrame) -> dict[str, Any]:
    return {"code": code, "reason": reason, "rows": int(rows["rows"].sum()), "value_usd": int(rows["value_usd"].sum())}


def _merged(entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A number left out as exporter and as importer is one entry."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for entry in entries:
        total = found.setdefault((entry["code"], entry["reason"]), {**entry, "rows": 0, "value_usd": 0})
        total["rows"] += entry["rows"]
        total["value_usd"] += entry["value_usd"]
    return list(found.values())


def _is_self_trade(flows: pd.DataFrame, countries: Countries) -> pd.Series:
    seller, buyer = (flows[side].map(lambda number: countries.states[int(number)]) for side in ("exporter", "importer"))
    return (seller == buyer).astype(bool)


def _refuse_self_trade(
    engine: Engine, files: Sequence[File], layout: Layout, work: Path, kept: pd.DataFrame, countries: Countries
) -> None:
    rows = kept[_is_self_trade(kept, countries)]
    if rows.empty:
        return
    seller, buyer = int(rows["exporter"].iloc[0]), int(rows["importer"].iloc[0])
    label, shown = show_rows(
        engine, files, layout, work, which=lambda s: (s["exporter"] == seller) & (s["importer"] == buyer)
    )
    raise StoreError(f"{label}: {int(rows['rows'].sum()):,} rows are a state's trade with itself:{shown}")


def _refuse_countries(
    engine: Engine, files: Sequence[File], layout: Layout, work: Path, unknown: Sequence[int]
) -> None:
    label, shown = show_rows(
        engine, files, layout, work,
        which=lambda s: (s["note"] == 0) & (s["exporter"].isin(list(unknown)) | s["importer"].isin(list(unknown))),
    )  # fmt: skip
    listed = ", ".join(map(str, unknown[:8]))
    raise StoreError(
        f"{label}: {len(unknown)} country numbers are neither a state of the panel nor a known exclusion: {listed}. "
        "Give the release's file of country codes too (--codes), or add each to datasets/curated/aliases.csv or "
        f"excluded.csv.{shown}"
    )


def _unlisted(
    engine: Engine, files: Sequence[File], layout: Layout, work: Path, release: Release, flows: ibis.Table
) -> list[tuple[int, int, int]]:
    """Products that the release does not list: code, rows, dollars; an error unless they are left out."""
    if release.products is None:
        return []
    between = flows.filter(flows["seller"] != flows["buyer"])
    sums = between.group_by("product").aggregate(
        rows=between.count(), value_usd=between["value_usd"].sum().cast("int64")
    )
    table = sums.execute().sort_values("product")
    absent = table[~table["product"].isin(list(release.products))]
    if absent.empty or release.exclude_unlisted:
        return [(int(p), int(n), int(v)) for p, n, v in absent.itertuples(index=False)]
    codes = [int(product) for product in absent["product"]]
    label, shown = show_rows(engine, files, layout, work, which=lambda s: (s["note"] == 0) & s["product"].isin(codes))
    listed = ", ".join(f"{code:06d}" for code in codes[:8])
    raise StoreError(
        f"{label}: {len(codes)} products ({int(absent['rows'].sum()):,} rows) are not in {release.products_label}: "
        f"{listed}. Take the list of the same release and revision, or leave them out, counted, with "
        f"--exclude-unlisted.{shown}"
    )
