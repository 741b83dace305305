"""`influence pull`: who pulls on these states, year by year."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from influence.cli.printing import echo_csv, echo_json, echo_table, percent, signed
from influence.cli.progress import steps
from influence.cli.settings import pole_names, read_panel, ties_and_marks, with_settings, years_of
from influence.config import Config

if TYPE_CHECKING:
    import pandas as pd


@click.command()
@click.argument("states", nargs=-1, required=True)
@click.option("--years", help="2016, 2000:2023 or 2004,2012; all by default.")
@click.option("--json", "as_json", is_flag=True, help="A list of records with the columns of the results table.")
@click.option("--csv", "as_csv", is_flag=True, help="The same as comma-separated values.")
@click.option("--quiet", is_flag=True, help="Say nothing but the result and errors.")
@with_settings
def command(
    states: tuple[str, ...],
    years: str | None,
    as_json: bool,
    as_csv: bool,
    quiet: bool,
    config: Config,
    panel_dir: Path | None,
) -> None:
    """Who pulls on STATES (ISO3 codes or names), year by year.

    \b
    influence pull KOR Japan --years 2000:2023
    influence pull PHL --years 2016 --poles china_hk_macao,USA,eu --json
    """
    if as_json and as_csv:
        raise click.UsageError("--json and --csv exclude each other; give one.")
    from influence.results import pull_results
    from influence.states import resolve_state

    wanted = list(dict.fromkeys(resolve_state(state) for state in states))
    poles = pole_names(config)
    with steps(quiet, plain=False) as told:
        told("reading the panel")
        panel = read_panel(config, panel_dir)
        listed = years_of(years, panel.years)
        told("weighing the ties")
        ties, marks = ties_and_marks(panel, config)
        table = pull_results(ties, poles, marks)
    table = table[table["iso3"].isin(wanted) & table["year"].isin(listed)].reset_index(drop=True)
    if as_json:
        echo_json(table)
    elif as_csv:
        echo_csv(table)
    else:
        for iso3 in wanted:
            _print_state(table[table["iso3"] == iso3], iso3, str(panel.states.loc[iso3, "name"]), poles)


def _print_state(table: pd.DataFrame, iso3: str, name: str, poles: tuple[str, ...]) -> None:
    from influence.metrics.pull import pairs_of

    click.echo(
        f"\n{name} ({iso3}): share of its reliance that rests on each pole; "
        "balance +1 only the first pulls, -1 only the second"
    )
    pairs = ["-".join(pair) for pair in pairs_of(poles)]
    wide = table.set_index(["year", "metric", "pole"])
    rows = []
    for year in sorted(table["year"].unique()):
        here = wide.loc[year]
        pulls = [percent(here.loc[("pull_direct", pole), "value"]) for pole in poles]
        balances = [signed(here.loc[("pull_balance", pair), "value"]) for pair in pairs]
        any_row = here.loc[("pull_balance", pairs[0])]
        rows.append([str(year), *pulls, *balances, percent(any_row["coverage"]), str(any_row["flag"])])
    echo_table(["year", *poles, *pairs, "covered", "flags"], rows)
