"""`influence data import`, `data store`, `data totals`: files of flows by product into a store, and what is in it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import Group, years_option
from influence.cli.printing import dollars, echo_table
from influence.cli.progress import steps

if TYPE_CHECKING:
    from influence.products.store.catalogue import StoreInfo
    from influence.products.store.importing import Imported

STORE = Path("outputs/store")
with_store = click.option(
    "--store", type=click.Path(path_type=Path), default=STORE, show_default=True, help="Folder of the store."
)

_SHARED: tuple[Callable[[Any], Any], ...] = (
    click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path)),
    with_store,
    click.option("--revision", help="Revision of the Harmonized System, HS92 to HS22, where the files do not say."),
    click.option("--codes", type=click.Path(path_type=Path), help="The release's file of country codes."),
    click.option("--replace", is_flag=True, help="Write years that are there anew."),
    click.option("--exclude-unlisted", is_flag=True,
                 help="Leave out, counted, products that the release's product_codes file lacks."),
    click.option("--quiet", is_flag=True, help="Say nothing but errors."),
    click.option("--json", "as_json", is_flag=True, help="What was done as an object."),
)  # fmt: skip


def _importing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the paths and options of every import."""
    for option in reversed(_SHARED):
        command = option(command)
    return command


@click.group("import", cls=Group)
def import_command() -> None:
    """Bring files of flows by product into a store on disk; `vintage`: a newer file of a source beside the panel.

    A year is in the store whole or not at all, and an import that was stopped goes on where it was when it is run
    again. What is left out is counted and listed; what cannot be is an error with file and rows.

    \b
    influence data import baci BACI_HS92_V202401b.zip
    influence data import baci BACI_HS92_Y2019_V202401b.csv BACI_HS92_Y2020_V202401b.csv --store hs92
    influence data import baci folder-with-files/
    influence data import comtrade comtrade-2020/ --flow exports --store comtrade
    """


@import_command.command()
@_importing
def baci(paths: Sequence[Path], **options: Any) -> None:
    """Yearly files of CEPII BACI: t, i, j, k, v, q.

    PATHS are CSV, gzip or zip files, or folders of them; country_codes and product_codes of the release are used where
    they lie there too. Values are FOB, in whole US dollars.

    \b
    influence data import baci BACI_HS92_V202401b.zip
    influence data import baci BACI_HS17_Y2022_V202401b.csv --codes country_codes_V202401b.csv
    """
    _bring_in(paths, layout="baci", flow=None, **options)


@import_command.command()
@click.option(
    "--flow",
    type=click.Choice(["imports", "exports"]),
    default="imports",
    show_default=True,
    help="Whose report is taken: the importer's (CIF) or the exporter's (FOB).",
)
@_importing
def comtrade(paths: Sequence[Path], flow: str, **options: Any) -> None:
    """Annual bulk files of UN Comtrade, with its new or its old column names.

    All files of a call that hold a year make it up, so give every reporter of a year at once. Rows of six digits are
    taken; totals, the partner World, re-exports and the other side's report are left out and counted.

    \b
    influence data import comtrade comtrade-2020/ --store comtrade
    influence data import comtrade reporters/*.csv.gz --flow exports --store comtrade-exports
    """  # fmt: skip
    _bring_in(paths, layout="comtrade", flow=flow, **options)


def _bring_in(paths: Sequence[Path], *, quiet: bool, as_json: bool, store: Path, **options: Any) -> None:
    from influence.products.store.importing import import_files

    with steps(quiet) as progress:
        done = import_files(paths, store, progress=progress, **options)
    if as_json:
        _echo(_as_object(done.store) | {"written": done.written, "kept": done.kept, "aside": done.skipped})
    elif not quiet:
        _tell(done)


def _tell(done: Imported) -> None:
    _describe(done.store)
    for word, years in (("Written", done.written), ("There already, unchanged", done.kept)):
        if years:
            click.echo(f"{word}: {', '.join(map(str, years))}.")
    if done.skipped:
        click.echo(
            f"Left aside, {len(done.skipped)} files: {', '.join(map(str, done.skipped[:5]))}{_more(done.skipped, 5)}"
        )


@click.command("store")
@with_store
@click.option("--check", is_flag=True, help="Read every file and hold it against its checksum (exit code 1 if not).")
@click.option("--json", "as_json", is_flag=True, help="The same as an object.")
def store_command(store: Path, check: bool, as_json: bool) -> None:
    """What a store holds: years, flows, value, what was left out."""
    from influence.products.store.catalogue import damaged_years, read_store_info

    info = read_store_info(store)
    faults = damaged_years(info) if check else []
    if as_json:
        _echo(_as_object(info) | ({"faults": faults} if check else {}))
    else:
        _describe(info)
        for fault in faults:
            click.echo(f"FAULT: {fault}.", err=True)
        if check and not faults:
            click.echo("Every file is what was written.")
    sys.exit(1 if faults else 0)


@click.command("totals")
@with_store
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Table to write, .csv or .parquet.")
@years_option(help="Years, e.g. 2020, 2010:2020 or 2010,2020; all by default.")
@click.option("--engine", default="duckdb", show_default=True, help="What computes: duckdb or spark.")
@click.option("--master", help="Where Spark runs, e.g. local[2] or spark://host:7077.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
def totals_command(store: Path, out: Path, years: str | None, engine: str, master: str | None, quiet: bool) -> None:
    """Country-pair totals of a store: year, exporter, importer, export_usd, as in the panel's table of trade."""
    from influence.cli.settings import years_of
    from influence.errors import OutputError
    from influence.export.tables import write_table
    from influence.products.store.engine import engine_of
    from influence.products.store.totals import pair_totals

    if out.suffix not in (".csv", ".parquet"):
        raise OutputError(f"{out}: a table is written as .csv or .parquet.")
    wanted = years_of(years, range(1900, 2101)) if years is not None else None
    with steps(quiet) as progress, engine_of(engine, master=master) as started:
        progress("adding up the flows of each pair")
        table = pair_totals(started.flows(store, wanted)).execute()
    # Sorted here: engines hand rows over in their own order.
    table = table.sort_values(["year", "exporter", "importer"], ignore_index=True).astype({"year": "int64"})
    write_table(table, out)
    if not quiet:
        click.echo(f"{len(table):,} pairs and years, {dollars(float(table['export_usd'].sum()))}, are in {out}.")


def _describe(info: StoreInfo) -> None:
    whose = f", {info.flow} as reported" if info.flow else ""
    click.echo(
        f"Store {info.path}: {info.layout}, {info.revision}{whose}; {len(info.years)} years, {info.rows:,} flows."
    )
    rows = [
        [str(year), f"{o['rows']:,}", dollars(o["value_usd"]), f"{o['unknown_quantities']:,}",
         f"{sum(e['rows'] for e in o['excluded']):,}", f"{len(o['files'])}"]
        for year, o in info.origins.items()
    ]  # fmt: skip
    if rows:
        echo_table(["year", "flows", "value", "no quantity", "rows left out", "files"], rows)
    if info.gaps:
        click.echo(f"Not there, between the first and the last: {', '.join(map(str, info.gaps))}.")
    excluded = info.excluded()
    if excluded:
        click.echo("Left out:")
        shown = [[e["code"], f"{e['rows']:,}", dollars(e["value_usd"]), e["reason"]] for e in excluded[:20]]
        echo_table(["code", "rows", "value", "why"], shown)
        if len(excluded) > 20:
            click.echo(f"  … and {len(excluded) - 20} more; --json lists all.")


def _as_object(info: StoreInfo) -> dict[str, Any]:
    return {
        "store": str(info.path), "layout": info.layout, "flow": info.flow, "revision": info.revision,
        "years": info.years, "gaps": info.gaps, "rows": info.rows, "value_usd": info.value_usd,
        "excluded": info.excluded(), "origins": {str(year): dict(origin) for year, origin in info.origins.items()},
    }  # fmt: skip


def _echo(content: dict[str, Any]) -> None:
    click.echo(json.dumps(content, ensure_ascii=False, indent=1))


def _more(listed: Sequence[Any], shown: int) -> str:
    return f" and {len(listed) - shown} more." if len(listed) > shown else "."
