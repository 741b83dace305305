"""`influence pull`: who pulls on these states, year by year."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import exclusive, years_option
from influence.cli.printing import echo_csv, echo_json, echo_table, number, percent, signed
from influence.cli.progress import steps
from influence.cli.settings import open_study, states_named, with_settings, with_workers, years_of
from influence.config import Config
from influence.custom_layer_notes import costs_of_layers
from influence.schema import MOST_DRAWS
from influence.specs import LENSES

if TYPE_CHECKING:
    import pandas as pd

    from influence.metrics.lenses import Verdict
    from influence.uncertainty.workers import Workers


@click.command()
@click.argument("states", nargs=-1, required=True)
@years_option(help="2016, 2000:2023 or 2004,2012; all by default.")
@click.option("--json", "as_json", is_flag=True, help="A list of records with the columns of the results table.")
@click.option("--csv", "as_csv", is_flag=True, help="The same as comma-separated values.")
@click.option(
    "--lens",
    type=click.Choice([*LENSES, "all"]),
    default=next(iter(LENSES)),
    show_default=True,
    help="How to see a pull; all: every lens side by side, and where they disagree.",
)
@click.option("--draws", type=click.IntRange(0, MOST_DRAWS), default=200, show_default=True,
              help="Bands from so many draws; 0: none.")  # fmt: skip
@click.option("--quiet", is_flag=True, help="Say nothing but the result and errors.")
@with_workers
@with_settings
def command(
    states: tuple[str, ...],
    years: str | None,
    lens: str,
    as_json: bool,
    as_csv: bool,
    draws: int,
    quiet: bool,
    config: Config,
    panel_dir: Path | None,
    workers: Workers,
) -> None:
    """Who pulls on STATES (ISO3 codes, names or groups), year by year.

    \b
    influence pull KOR Japan --years 2000:2023
    influence pull asean --years 2020
    influence pull PHL --years 2016 --poles china_hk_macao,USA,eu --json
    influence pull KOR --years 2001,2016,2023 --lens all
    influence pull KOR --years 2016 --draws 1000
    """
    exclusive(json=as_json, csv=as_csv)
    from influence.results import metric_results

    with steps(quiet, plain=False) as progress:
        progress("reading the panel")
        study = open_study(config, panel_dir)
        wanted, poles = states_named(states, study.registry), study.poles
        listed = years_of(years, study.years)
        progress("weighing the ties")
        marks = study.marks
        progress("looking through the lenses" if lens == "all" else f"looking through the {lens} lens")
        metrics = [name for each in (LENSES if lens == "all" else (lens,)) for name in _metrics(each)]
        table = metric_results(study, metrics, marks)
        if draws and listed:
            from influence.uncertainty.ranges import metric_ranges
            from influence.uncertainty.tables import with_ranges

            given: dict[str, Any] = {"years": listed, "workers": workers, "progress": progress}
            drawn = metric_ranges(study, metrics, config.draw_settings(draws), **given)
            table = with_ranges(table, drawn, study)
        cost = "" if quiet else costs_of_layers(study, listed)
    if cost:
        click.echo(cost, err=True)
    table = table[table["iso3"].isin(wanted) & table["year"].isin(listed)].reset_index(drop=True)
    if as_json:
        echo_json(table)
    elif as_csv:
        echo_csv(table)
    else:
        for iso3 in wanted:
            of_state, name = table[table["iso3"] == iso3], study.registry.name(iso3)
            if lens == "all":
                _print_lenses(of_state, f"{name} ({iso3})", poles)
            else:
                _print_state(of_state, f"{name} ({iso3})", poles, lens, draw_settings=draws > 0)


def _metrics(lens: str) -> list[str]:
    """What is told of a lens."""
    more = ["exposure", "leader_margin", "not_covered"] if lens == next(iter(LENSES)) else []
    return [f"pull_{lens}", balance_name(lens), *more]


def balance_name(lens: str) -> str:
    """Name of the balance in the results: that of the direct lens is the plain one."""
    return "pull_balance" if lens == next(iter(LENSES)) else f"balance_{lens}"


def _print_state(table: pd.DataFrame, name: str, poles: tuple[str, ...], lens: str, *, draw_settings: bool) -> None:
    from influence.metrics.pull import pairs_of

    click.echo(f"\n{name}: {LENSES[lens].of_state}; balance +1 only the first pulls, -1 only the second")
    pairs = ["-".join(pair) for pair in pairs_of(poles)]
    wide = table.set_index(["year", "metric", "pole"])
    rows = []
    for year in sorted(table["year"].unique()):
        here = wide.loc[year]
        pulls = [_amount(here.loc[(f"pull_{lens}", pole), "value"], lens) for pole in poles]
        balances = [signed(here.loc[(balance_name(lens), pair), "value"]) for pair in pairs]
        any_row = here.loc[(balance_name(lens), pairs[0])]
        ranges = [text for pair in pairs for text in _doubt(here, pair, balance_name(lens))] if draw_settings else []
        rows.append([str(year), *pulls, *balances, *ranges, percent(any_row["coverage"]), str(any_row["flag"])])
    heads = (
        [head for pair in pairs for head in (f"5-95 % {pair}", f"P({pair.split('-')[0]} leads)")]
        if draw_settings
        else []
    )
    echo_table(["year", *poles, *pairs, *heads, "covered", "flags"], rows)


def _doubt(here: pd.DataFrame, pair: str, balance: str) -> tuple[str, str]:
    """Band of a balance, and the odds that its first pole leads."""
    from influence.uncertainty.accumulator import probability_name

    row, odds = here.loc[(balance, pair)], here.loc[(probability_name(balance), pair), "value"]
    if row[["low", "high"]].isna().any():
        return "", ""
    return f"{signed(row['low'])} to {signed(row['high'])}", f"{odds:.2f}"


def _ends(row: pd.Series) -> str:
    """Band of a balance in brackets; nothing where there is none."""
    return "" if row[["low", "high"]].isna().any() else f" ({signed(row['low'])} to {signed(row['high'])})"


def _amount(value: float, lens: str) -> str:
    return percent(value) if LENSES[lens].is_share else number(value)


def _print_lenses(table: pd.DataFrame, name: str, poles: tuple[str, ...]) -> None:
    from influence.metrics.lenses import verdict
    from influence.metrics.pull import pairs_of

    for pair in pairs_of(poles):
        label = "-".join(pair)
        click.echo(f"\n{name}: balance {label} through each lens; +1 only {pair[0]} pulls, -1 only {pair[1]}")
        wide = table[table["pole"] == label].set_index(["year", "metric"])
        rows, last = [], ""
        for year in sorted(table["year"].unique()):
            balances = {lens: float(wide.loc[(year, balance_name(lens)), "value"]) for lens in LENSES}
            sides = verdict(balances)
            count = f"{len(sides.first)} {pair[0]}, {len(sides.second)} {pair[1]}"
            told = [signed(value) + _ends(wide.loc[(year, balance_name(lens))]) for lens, value in balances.items()]
            rows.append([str(year), *told, count])
            last = _in_words(int(year), pair, sides)
        echo_table(["year", *LENSES, "lenses"], rows)
        click.echo(last)


def _in_words(year: int, pair: tuple[str, str], sides: Verdict) -> str:
    """Where the lenses disagree, in a sentence."""
    parts = [f"{', '.join(lenses)} see {pole} ahead" for pole, lenses in zip(pair, sides[:2], strict=True) if lenses]
    if sides.silent:
        parts.append(f"{', '.join(sides.silent)} do not say")
    agree = "the lenses disagree" if sides.first and sides.second else "the lenses that speak agree"
    return f"{year}: {agree}: {'; '.join(parts)}. Direct and network count pledges; the others trade alone."
