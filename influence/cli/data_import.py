"""`influence data import`, `data store`, `data totals`: import flows by product into a store and show its content."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import Group, json_option, only_errors_option, path_option, with_options, years_option
from influence.cli.printing import dollars, echo_json, echo_table
from influence.cli.product_options import store_option
from influence.cli.progress import steps
from influence.errors import pluralize

if TYPE_CHECKING:
    from influence.products.store.catalogue import StoreInfo
    from influence.products.store.importing import Imported

_SHARED: tuple[Callable[[Any], Any], ...] = (
    click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path)),
    store_option,
    click.option("--revision", help="Revision of the Harmonized System, HS92 to HS22, if the files do not give it."),
    path_option("--codes", help="The release's file of country codes."),
    click.option("--replace", is_flag=True, help="Write again the years that are in the store."),
    click.option("--exclude-unlisted", is_flag=True,
                 help="Leave out and count products that the release's product_codes file lacks."),
    only_errors_option,
    json_option(help="Print the result as an object."),
)  # fmt: skip


@click.group("import", cls=Group)
def import_command() -> None:
    """Import files of flows by product into a store on disk; `vintage`: a newer file of a source beside the panel.

    A year is in the store completely or not at all. Run a stopped import again to resume it. Rows that are left out are
    counted and listed; a faulty row is an error with its file and line.

    \b
    influence data import baci BACI_HS92_V202401b.zip
    influence data import baci BACI_HS92_Y2019_V202401b.csv BACI_HS92_Y2020_V202401b.csv --store hs92
    influence data import baci folder-with-files/
    influence data import comtrade comtrade-2020/ --flow exports --store comtrade
    """


@import_command.command()
@with_options(*_SHARED)
def baci(paths: Sequence[Path], **options: Any) -> None:
    """Import yearly files of CEPII BACI: t, i, j, k, v, q.

    PATHS are CSV, gzip or zip files, or folders of them; country_codes and product_codes of the release are used if
    they are among them. Values are FOB, in whole US dollars.

    \b
    influence data import baci BACI_HS92_V202401b.zip
    influence data import baci BACI_HS17_Y2022_V202401b.csv --codes country_codes_V202401b.csv
    """
    _import(paths, layout="baci", flow=None, **options)


@import_command.command()
@click.option("--flow", type=click.Choice(["imports", "exports"]), default="imports", show_default=True,
              help="Whose report is taken: the importer's (CIF) or the exporter's (FOB).")  # fmt: skip
@with_options(*_SHARED)
def comtrade(paths: Sequence[Path], flow: str, **options: Any) -> None:
    """Import annual bulk files of UN Comtrade, with new or old column names.

    All files of a call that have rows of a year make up that year, so give all reporters of a year at once. Rows of six
    digits are imported; totals, the partner World, re-exports and the other side's report are left out and counted.

    \b
    influence data import comtrade comtrade-2020/ --store comtrade
    influence data import comtrade reporters/*.csv.gz --flow exports --store comtrade-exports
    """
    _import(paths, layout="comtrade", flow=flow, **options)


def _import(paths: Sequence[Path], *, quiet: bool, as_json: bool, store: Path, **options: Any) -> None:
    from influence.products.store.importing import import_files

    with steps(quiet) as progress:
        done = import_files(paths, store, progress=progress, **options)
    if as_json:
        echo_json(_store_object(done.store) | {"written": done.written, "kept": done.kept, "skipped": done.skipped})
    elif not quiet:
        _print_result(done)


def _print_result(done: Imported) -> None:
    _print_store(done.store)
    for word, years in (("Written", done.written), ("In the store already, unchanged", done.kept)):
        if years:
            click.echo(f"{word}: {', '.join(map(str, years))}.")
    if done.skipped:
        more = f" and {len(done.skipped) - 5} more" if len(done.skipped) > 5 else ""
        click.echo(f"Skipped {pluralize(len(done.skipped), 'file')}: {', '.join(done.skipped[:5])}{more}.")


@click.command("store")
@store_option
@click.option("--check", is_flag=True, help="Compare every file with its checksum (exit code 1 if one differs).")
@json_option(help="Print an object.")
def store_command(store: Path, check: bool, as_json: bool) -> None:
    """Show what a store holds: years, flows, values, and what was left out."""
    from influence.products.store.catalogue import find_damage, read_store_info

    info = read_store_info(store)
    faults = find_damage(info) if check else []
    if as_json:
        echo_json(_store_object(info) | ({"faults": faults} if check else {}))
    else:
        _print_store(info)
        for fault in faults:
            click.echo(f"FAULT: {fault}.", err=True)
        if check and not faults:
            click.echo("Every file is as it was written.")
    sys.exit(1 if faults else 0)


@click.command("totals")
@store_option
@path_option("--out", required=True, help="Table to write, .csv or .parquet.")
@years_option(help="Years, e.g. 2020, 2010:2020 or 2010,2020; all by default.")
@click.option("--engine", default="duckdb", show_default=True, help="Query engine: duckdb or spark.")
@click.option("--master", help="Where Spark runs, e.g. local[2] or spark://host:7077.")
@only_errors_option
def totals_command(store: Path, out: Path, years: str | None, engine: str, master: str | None, quiet: bool) -> None:
    """Write country-pair totals of a store: year, exporter, importer, export_usd, as in the panel's table of trade."""
    from influence.cli.settings import years_of
    from influence.errors import OutputError
    from influence.export.tables import write_table
    from influence.products.measures import pair_totals
    from influence.products.store.engine import open_engine

    if out.suffix not in (".csv", ".parquet"):
        raise OutputError(f"{out}: a table is written as .csv or .parquet.")
    wanted = years_of(years, range(1900, 2101)) if years is not None else None
    with steps(quiet) as progress, open_engine(engine, master=master) as started:
        progress("summing the flows of each pair")
        table = pair_totals(started.flows(store, wanted)).execute()
    # Sorted here: the order of an engine's rows is not defined.
    table = table.sort_values(["year", "exporter", "importer"], ignore_index=True).astype({"year": "int64"})
    write_table(table, out)
    if not quiet:
        click.echo(f"{len(table):,} pairs and years, {dollars(float(table['export_usd'].sum()))}, are in {out}.")


def _print_store(info: StoreInfo) -> None:
    flow = f", {info.flow} as reported" if info.flow else ""
    size = f"{pluralize(len(info.years), 'year')}, {pluralize(info.rows, 'flow')}"
    click.echo(f"Store {info.path}: {info.layout}, {info.revision}{flow}; {size}.")
    rows = [
        [str(year), f"{o['rows']:,}", dollars(o["value_usd"]), f"{o['unknown_quantities']:,}",
         f"{sum(e['rows'] for e in o['excluded']):,}", f"{len(o['files'])}"]
        for year, o in info.origins.items()
    ]  # fmt: skip
    if rows:
        echo_table(["year", "flows", "value", "no quantity", "rows left out", "files"], rows)
    if info.gaps:
        click.echo(f"Missing between the first and the last year: {', '.join(map(str, info.gaps))}.")
    excluded = info.excluded()
    if excluded:
        click.echo("Left out:")
        shown = [[e["code"], f"{e['rows']:,}", dollars(e["value_usd"]), e["reason"]] for e in excluded[:20]]
        echo_table(["code", "rows", "value", "why"], shown)
        if len(excluded) > 20:
            click.echo(f"  … and {len(excluded) - 20} more; --json lists all.")


def _store_object(info: StoreInfo) -> dict[str, Any]:
    return {
        "store": str(info.path), "layout": info.layout, "flow": info.flow, "revision": info.revision,
        "years": info.years, "gaps": info.gaps, "rows": info.rows, "value_usd": info.value_usd,
        "excluded": info.excluded(), "origins": {str(year): dict(origin) for year, origin in info.origins.items()},
    }  # fmt: skip
