"""`influence data`: build, describe, check and compare panels."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from influence.cli.data_check import KINDS, check_file, report
from influence.cli.data_import import import_command, store_command, totals_command
from influence.cli.data_vintage import vintage
from influence.cli.options import Group, config_option, json_option, only_errors_option, panel_option, path_option
from influence.cli.printing import dollars, echo_json, echo_table, signed
from influence.cli.progress import steps
from influence.cli.settings import Settings, open_study, with_settings
from influence.config import load_config
from influence.errors import pluralize
from influence.layer_settings import NORMALISATIONS

if TYPE_CHECKING:
    import pandas as pd


@click.group(cls=Group)
def command() -> None:
    """Build, describe, check and compare panels of data."""


import_command.add_command(vintage)
command.add_command(import_command)
command.add_command(store_command)
command.add_command(totals_command)


@command.command()
@path_option("--raw", required=True, help="Folder with the raw public files.")
@path_option("--out", help="Folder to write to; default: the bundled datasets/.")
@only_errors_option
def build(raw: Path, out: Path | None, quiet: bool) -> None:
    """Build the panel from the raw public files; the same files give the same bytes."""
    from influence.files import ready_folder
    from influence.panel.build import build_panel
    from influence.tables import datasets_dir

    folder = ready_folder(out or datasets_dir())
    with steps(quiet) as progress:
        build_panel(raw, folder, progress=progress)
    if not quiet:
        size = sum(path.stat().st_size for path in folder.glob("*.parquet"))
        click.echo(f"{len(list(folder.glob('*.parquet')))} tables, {size / 1e6:.1f} MB, are in {folder}.")


@command.command()
@click.option("--states", is_flag=True, help="List the states and economies instead.")
@click.option("--groups", is_flag=True, help="List the groups instead, with those of config.yaml.")
@json_option(help="Print the data package as JSON.")
@panel_option(help="Folder of another panel.")
def info(states: bool, groups: bool, as_json: bool, panel_dir: Path | None) -> None:
    """Describe the panel: tables, rows, sources, vintages and terms."""
    from influence.panel.package import read_package
    from influence.states import Registry
    from influence.tables import Tables, datasets_dir

    registry = Registry(Tables(panel_dir or datasets_dir()))
    if states:
        table = registry.states
        echo_table(["iso3", "kind", "name"], [[str(i), r["kind"], r["name"]] for i, r in table.iterrows()])
        return
    if groups:
        registry = registry.with_groups(load_config().groups)
        for name in registry.group_names():
            click.echo(f"{name}: {', '.join(registry.members(name))}")
        return
    package = read_package(panel_dir or datasets_dir())
    if as_json:
        echo_json(package)
        return
    rows = [[r["name"], f"{r['rows']:,}", f"{r['bytes'] / 1e6:.2f} MB", r["description"]] for r in package["resources"]]
    echo_table(["table", "rows", "size", "what it is"], rows)
    click.echo("")
    for source in package["sources"]:
        described = ", ".join(source[name] for name in ("title", "publisher", "vintage"))
        click.echo(f"  {source['name']}: {described} ({source['licence']})")


@command.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--as", "kind", type=click.Choice(KINDS), help="Kind of FILE; default: from its content.")
@click.option("--columns", help="Columns of a layer's FILE: source=seller,target=buyer,year=year,value=tiv,end=until.")
@click.option("--normalise", type=click.Choice(list(NORMALISATIONS)), help="Of a layer's FILE; default: portfolio.")
@config_option(help="Configuration whose layers: name FILE and its columns.")
@panel_option(help="Folder of another panel.")
@json_option(help="Print the series breaks as records, or FILE's faults.")
def check(
    file: Path | None, kind: str | None, columns: str | None, normalise: str | None, config_path: Path | None,
    panel_dir: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Check the panel: checksums, schema and rules (exit code 1 for a fault); list its series breaks.

    With FILE instead: list the faults of a custom file, row by row (exit code 1 for a fault).

    \b
    influence data check
    influence data check my_arms.csv --columns source=seller,target=buyer,value=tiv
    influence data check my_scenario.yaml
    """
    if file is not None:
        found = check_file(file, kind, columns, normalise, config_path, panel_dir)
        report(file, found, as_json=as_json)
        sys.exit(1 if found.faults else 0)
    if kind or columns or normalise:
        raise click.UsageError("--as, --columns and --normalise need a FILE; give one.")
    from influence.panel.checks import totals_against_wto, trade_gone
    from influence.panel.package import damaged_files
    from influence.panel.panel import load_panel
    from influence.tables import datasets_dir, read_panel_table

    folder = panel_dir or datasets_dir()
    damaged = damaged_files(folder)
    gone = trade_gone(load_panel(folder).trade)
    breaks = read_panel_table(folder, "series_breaks")
    against = totals_against_wto(read_panel_table(folder, "trade_totals"))
    for fault in damaged:
        click.echo(f"FAULT: {fault}", err=True)
    if as_json:
        echo_json(breaks)
        sys.exit(1 if damaged else 0)
    faults = f"{folder}: {pluralize(len(damaged), 'fault')}; the tables read here follow schema and rules."
    click.echo(faults if damaged else f"Schema and rules hold in {folder}.")
    click.echo(
        f"Series breaks: {len(breaks)} state-years whose total jumps by more than 40 % where the series changes:"
    )
    rows = [
        [r["iso3"], str(r["year"]), dollars(r["before_usd"]), dollars(r["after_usd"]), f"{r['jump']:+.0%}",
         r["series_break"]]
        for r in breaks.to_dict(orient="records")
    ]  # fmt: skip
    echo_table(["state", "year", "before", "after", "jump", "series break"], rows)
    click.echo("\nTwo-way totals against the WTO's (median over states, and the share within 20 %):")
    rows = [[str(r["year"]), f"{r['states']}", f"{r['median']:.3f}", f"{r['within']:.0%}", r["far"]]
            for r in against.to_dict(orient="records")]  # fmt: skip
    echo_table(["year", "states", "ratio", "within", "furthest"], rows)
    click.echo(
        "\nExports of 100 million USD or more that are recorded as zero a year later; where that is much, states did"
    )
    click.echo("not report, and the zeros are unobserved flows:")
    rows = [[str(r["year"]), f"{r['pairs']}", dollars(r["usd"]), f"{r['share']:.3%}", r["far"]]
            for r in gone[gone["pairs"] > 0].to_dict(orient="records")]  # fmt: skip
    echo_table(["year", "pairs", "before", "of all", "largest, billion USD"], rows)
    sys.exit(1 if damaged else 0)


@command.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--least", type=float, default=0.01, show_default=True, help="Smallest change of a balance to list.")
@json_option(help="Print the changed balances as records.")
@with_settings
def diff(old: Path, new: Path, least: float, settings: Settings) -> None:
    """Compare the panels in folders OLD and NEW: changed tables, changed balances, and why each changed."""
    from influence.metrics.moved import moved_balances
    from influence.panel.diff import table_changes

    if settings.panel_dir is not None:
        raise click.UsageError("`data diff` compares the folders OLD and NEW; leave out --panel.")
    with steps(quiet=settings.as_json, plain=False) as progress:
        progress("comparing the tables")
        changes = table_changes(old, new)
        progress("comparing the balances")
        before, after = (open_study(settings.config, folder) for folder in (old, new))
        moved = moved_balances(before, after, least=least)
    if settings.echo(moved):
        pass
    elif changes.empty:
        click.echo("The two panels are the same.")
    else:
        _print_changes(changes, moved, least)
    settings.echo_weights()


def _print_changes(changes: pd.DataFrame, moved: pd.DataFrame, least: float) -> None:
    listed = changes.to_dict(orient="records")
    rows = [[r["table"], f"{r['rows']:,}", f"{r['change']}: {r['example']}"] for r in listed]
    echo_table(["table", "rows", "change"], rows)
    click.echo(f"\n{len(moved)} balances changed by {least:g} or more, or are in one panel only:")
    for row in moved.head(50).to_dict(orient="records"):
        change = f"{signed(row['before'])} -> {signed(row['after'])}"
        click.echo(f"  {row['iso3']} {row['year']}: {change}, {row['layer'] or 'coverage'}: {row['why']}")
    if len(moved) > 50:
        click.echo(f"  … and {len(moved) - 50} more; --json lists all.")
