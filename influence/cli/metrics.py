"""`influence metrics`: the list of metrics, their formulas, values and trends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from influence.cli.options import Group, csv_option, json_option, quiet_option, records_option, years_option
from influence.cli.printing import echo_flags, echo_json, echo_table, number
from influence.cli.settings import Settings, states_named, with_settings, years_of

if TYPE_CHECKING:
    import pandas as pd

NETWORKX = "networkx:"
"""Prefix of a centrality that networkx computes on the graph of a year."""
TOP = 10


@click.group(cls=Group)
def command() -> None:
    """List metrics with their formulas, and show their values and trends.

    \b
    influence metrics list
    influence metrics show pull_network
    influence metrics values cheirank --years 2016
    influence metrics values networkx:harmonic_centrality KOR JPN --years 2016
    influence metrics trends pull_balance KOR
    """


@command.command("list")
@json_option(help="Print a list of records.")
def list_metrics(as_json: bool) -> None:
    """List every metric with its family, unit, range, formula and source."""
    table = _table()
    if as_json:
        echo_json(table)
        return
    for family, rows in table.groupby("family", sort=False):
        click.echo(f"\n{family}")
        echo_table(["metric", "range", "unit, formula"], [
            [row["name"], row["range"], f"{row['unit']}: {row['formula']}"] for _, row in rows.iterrows()
        ])  # fmt: skip
    click.echo(f"\nAny other centrality of networkx by its name, e.g. {NETWORKX}harmonic_centrality.")


@command.command()
@click.argument("name")
@json_option(help="Print a list with one record.")
def show(name: str, as_json: bool) -> None:
    """Show the formula, unit, range and source of metric NAME."""
    from influence.metrics.catalogue import metric_named

    metric = metric_named(name)
    table = _table()
    row = table[table["name"] == metric.name]
    if as_json:
        echo_json(row)
        return
    for column in row.columns:
        click.echo(f"{column:8} {row.iloc[0][column]}")


def _table() -> pd.DataFrame:
    import pandas as pd

    from influence.metrics.catalogue import all_metrics

    shown = ("name", "family", "formula", "unit", "range", "source", "rests_on")
    return pd.DataFrame([{key: getattr(metric, key) for key in shown} for metric in all_metrics().values()])


@command.command()
@click.argument("name")
@click.argument("states", nargs=-1)
@years_option(help="2016, 2000:2023 or 2004,2012; default: the last year.")
@click.option("--top", type=click.IntRange(1), default=TOP, show_default=True,
              help="Number of states, if none is named.")  # fmt: skip
@records_option
@csv_option
@quiet_option
@with_settings
def values(name: str, states: tuple[str, ...], years: str | None, top: int, settings: Settings) -> None:
    """Show the values of metric NAME for STATES, or for the states where it is highest."""
    from influence.metrics.catalogue import metric_named
    from influence.results import metric_results, networkx_results

    if not name.startswith(NETWORKX):
        metric_named(name)
    with settings.opened() as (study, progress):
        wanted = states_named(states, study.registry)
        listed = years_of(years, study.years) if years else [study.years[-1]]
        progress(f"computing {name}")
        if name.startswith(NETWORKX):
            table = networkx_results(study.ties, name.removeprefix(NETWORKX), listed, study.marks)
        else:
            table = metric_results(study, [name], study.marks)
    table = table[table["year"].isin(listed)]
    if wanted:
        table = table[table["iso3"].isin(wanted)]
    else:
        ranked = table.sort_values("value", ascending=False, kind="stable")
        table = ranked[ranked["value"].notna()].groupby(["year", "pole"], sort=True).head(top)
        table = table.sort_values(["year", "pole", "value"], ascending=[True, True, False], kind="stable")
    if not settings.echo(table):
        _print_values(name, table, listed)
    settings.echo_weights(rests_on=_rests_on(name))


def _print_values(name: str, table: pd.DataFrame, years: list[int]) -> None:
    if table.empty:
        click.echo(f"No state has a value of {name} in {', '.join(map(str, years))}: too little was observed.")
        return
    rows = [
        [str(row["year"]), str(row["iso3"]), str(row["pole"]), number(row["value"]), str(row["flag"])]
        for _, row in table.iterrows()
    ]
    echo_table(["year", "state", "pole", name, "flags"], rows)
    echo_flags(row[-1] for row in rows)
    click.echo()


def _rests_on(name: str) -> str:
    """What a metric is computed from: composite, trade or votes."""
    from influence.metrics.catalogue import metric_named

    return "composite" if name.startswith(NETWORKX) else metric_named(name).rests_on


@command.command()
@click.argument("name")
@click.argument("states", nargs=-1, required=True)
@json_option(help="Print an object of three lists: slopes, crossings, turning_points.")
@quiet_option
@with_settings
def trends(name: str, states: tuple[str, ...], settings: Settings) -> None:
    """Show slopes, turning points and lasting changes of sign of metric NAME for STATES, within unbroken series."""
    from influence.metrics.catalogue import metric_named
    from influence.results import trend_tables

    metric_named(name)
    with settings.opened() as (study, progress):
        wanted = states_named(states, study.registry)
        progress(f"computing {name}")
        found = trend_tables(study, [name])
    tables = {key: table[table["iso3"].isin(wanted)].reset_index(drop=True) for key, table in found.items()}
    if not settings.echo(tables):
        for iso3 in wanted:
            click.echo(f"\n{study.registry.name(iso3)} ({iso3}): {name}")
            for line in _trend_lines({key: table[table["iso3"] == iso3] for key, table in tables.items()}):
                click.echo(f"  {line}")
        click.echo()
    settings.echo_weights(rests_on=_rests_on(name))


def _trend_lines(tables: dict[str, pd.DataFrame]) -> list[str]:
    """The trends of one state in words."""
    lines = [
        f"{of_pole(row)}{row['first']}-{row['last']}: {row['slope']:+.4f} a year (standard error {row['se']:.4f})"
        for _, row in tables["slopes"].iterrows()
    ]
    lines += [
        f"{of_pole(row)}{row['year']}: the sign changes, {row['before']:+.3f} to {row['after']:+.3f}"
        f"{', and stays changed' if row['holds'] else ', and changes back later'} (observed to {row['observed_to']})"
        for _, row in tables["crossings"].iterrows()
    ]
    lines += [
        f"{of_pole(row)}{row['year']}: {row['kind']} of {number(row['value'])}"
        for _, row in tables["turning_points"].iterrows()
    ]
    return lines or ["no five years in a row without a series break or a gap"]


def of_pole(row: pd.Series) -> str:
    """The pole of a line, with a space; empty without one."""
    return f"{row['pole']} " if row["pole"] else ""
