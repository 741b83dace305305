"""`influence metrics`: what is measured and how, and the values of any metric."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from influence.cli.options import Group, exclusive, years_option
from influence.cli.printing import echo_csv, echo_json, echo_json_of, echo_table, number
from influence.cli.progress import steps
from influence.cli.settings import open_study, states_named, with_settings, years_of
from influence.config import Config

if TYPE_CHECKING:
    import pandas as pd

    from influence.study import Study

NETWORKX = "networkx:"
"""Before the name of a centrality that networkx computes on the year's graph."""
TOP = 10


@click.group(cls=Group)
def command() -> None:
    """What is measured, how, and its values.

    \b
    influence metrics list
    influence metrics show pull_network
    influence metrics values cheirank --years 2016
    influence metrics values networkx:harmonic_centrality KOR JPN --years 2016
    influence metrics trends pull_balance KOR
    """


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="A list of records.")
def list_metrics(as_json: bool) -> None:
    """Every metric: name, family, unit, range, formula, source."""
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
@click.option("--json", "as_json", is_flag=True, help="A record.")
def show(name: str, as_json: bool) -> None:
    """One metric: formula, unit, range, source."""
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
@years_option(help="2016, 2000:2023 or 2004,2012; the last year by default.")
@click.option("--top", type=click.IntRange(1), default=TOP, show_default=True, help="How many, if no state is named.")
@click.option("--json", "as_json", is_flag=True, help="A list of records with the columns of the results table.")
@click.option("--csv", "as_csv", is_flag=True, help="The same as comma-separated values.")
@click.option("--quiet", is_flag=True, help="Say nothing but the result and errors.")
@with_settings
def values(
    name: str,
    states: tuple[str, ...],
    years: str | None,
    top: int,
    as_json: bool,
    as_csv: bool,
    quiet: bool,
    config: Config,
    panel_dir: Path | None,
) -> None:
    """Values of metric NAME for STATES, or for those where it is highest."""
    exclusive(json=as_json, csv=as_csv)
    from influence.metrics.catalogue import metric_named

    if not name.startswith(NETWORKX):
        metric_named(name)
    with steps(quiet, plain=False) as progress:
        progress("reading the panel")
        study = open_study(config, panel_dir)
        wanted = states_named(states, study.registry)
        listed = years_of(years, study.years) if years else [study.years[-1]]
        progress(f"measuring {name}")
        table = _values(name, study, listed)
    table = table[table["year"].isin(listed)]
    if wanted:
        table = table[table["iso3"].isin(wanted)]
    else:
        ranked = table.sort_values("value", ascending=False, kind="stable")
        table = ranked[ranked["value"].notna()].groupby(["year", "pole"], sort=True).head(top)
        table = table.sort_values(["year", "pole", "value"], ascending=[True, True, False], kind="stable")
    if as_json:
        echo_json(table.reset_index(drop=True))
    elif as_csv:
        echo_csv(table)
    else:
        rows = [
            [str(row["year"]), str(row["iso3"]), str(row["pole"]), number(row["value"]), str(row["flag"])]
            for _, row in table.iterrows()
        ]
        if not rows:
            click.echo(f"No state has a value of {name} in {', '.join(map(str, listed))}: too little was observed.")
            return
        echo_table(["year", "state", "pole", name, "flags"], rows)


@command.command()
@click.argument("name")
@click.argument("states", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="An object of three lists: slopes, crossings, turning_points.")
@click.option("--quiet", is_flag=True, help="Say nothing but the result and errors.")
@with_settings
def trends(
    name: str, states: tuple[str, ...], as_json: bool, quiet: bool, config: Config, panel_dir: Path | None
) -> None:
    """Slopes, turning points and lasting crossings of metric NAME for STATES, never across a break of the sources."""
    from influence.metrics.catalogue import metric_named
    from influence.results import trend_tables

    metric_named(name)
    with steps(quiet, plain=False) as progress:
        progress("reading the panel")
        study = open_study(config, panel_dir)
        wanted = states_named(states, study.registry)
        progress(f"measuring {name}")
        found = trend_tables(study, [name])
    tables = {key: table[table["iso3"].isin(wanted)].reset_index(drop=True) for key, table in found.items()}
    if as_json:
        echo_json_of(tables)
        return
    for iso3 in wanted:
        click.echo(f"\n{study.registry.name(iso3)} ({iso3}): {name}")
        for line in _trend_lines({key: table[table["iso3"] == iso3] for key, table in tables.items()}):
            click.echo(f"  {line}")


def _trend_lines(tables: dict[str, pd.DataFrame]) -> list[str]:
    """One state's trends in words."""
    lines = [
        f"{of_pole(row)}{row['first']}-{row['last']}: {row['slope']:+.4f} a year (standard error {row['se']:.4f})"
        for _, row in tables["slopes"].iterrows()
    ]
    lines += [
        f"{of_pole(row)}{row['year']}: crosses nought, {row['before']:+.3f} to {row['after']:+.3f}"
        f"{', for good' if row['holds'] else ', and back in a later stretch'} (observed to {row['observed_to']})"
        for _, row in tables["crossings"].iterrows()
    ]
    lines += [
        f"{of_pole(row)}{row['year']}: {row['kind']} of {number(row['value'])}"
        for _, row in tables["turning_points"].iterrows()
    ]
    return lines or ["no stretch of five years without a break or a gap"]


def of_pole(row: pd.Series) -> str:
    """The pole a line is about, with a space; nothing where there is none."""
    return f"{row['pole']} " if row["pole"] else ""


def _values(name: str, study: Study, years: list[int]) -> pd.DataFrame:
    from influence.results import metric_results, networkx_results

    if name.startswith(NETWORKX):
        return networkx_results(study.ties, name.removeprefix(NETWORKX), years, study.marks)
    return metric_results(study, [name], study.marks)
