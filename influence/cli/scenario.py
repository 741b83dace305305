"""`influence scenario`: questions about decisions, what each edits, and what it gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from influence.cli.options import Group, exclusive, years_option
from influence.cli.printing import echo_csv, echo_json, echo_table, number, percent, signed
from influence.cli.progress import steps
from influence.cli.scenario_rank import rank_command
from influence.cli.settings import open_registry, open_study, with_settings, years_of
from influence.config import Config

if TYPE_CHECKING:
    import pandas as pd

    from influence.scenario.apply import Applied

SHOWN = ("pull_direct", "pull_balance")
MOST, LEAST_MOVE = 15, 0.001
"""States on the screen, and the change of a balance below which a state is not told."""


@click.group(cls=Group)
def command() -> None:
    """What a decision would change: scenarios that come with the tool, and your own files."""


command.add_command(rank_command)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="A list of records.")
def list_command(as_json: bool) -> None:
    """Every scenario that comes with the tool."""
    import pandas as pd

    from influence.scenario.load import load_scenario, scenario_names

    told = [load_scenario(name) for name in scenario_names()]
    rows = [(s.name, s.title, s.question, s.actual, s.actual_note) for s in told]
    if as_json:
        echo_json(pd.DataFrame(rows, columns=["name", "title", "question", "actual", "actual_note"]))
    else:
        echo_table(["name", "question"], [[row[0], row[2]] for row in rows])


@command.command("show")
@click.argument("name")
def show_command(name: str) -> None:
    """What scenario NAME (or a file) asks, what actually happened, and every edit."""
    from influence.scenario.load import load_scenario
    from influence.scenario.model import ACTUAL

    scenario = load_scenario(name)
    click.echo(f"{scenario.title} ({scenario.name})\n{scenario.question}\n")
    click.echo(f"Actual: {scenario.actual_note}\n      ({ACTUAL[scenario.actual]})\n")
    for edit in scenario.edits:
        values = ", ".join(
            f"{key} {_plainly(value)}" for key, value in edit.values.items() if value not in (None, "", False)
        )
        click.echo(f"Edit {edit.number}, {edit.kind}: {values}")
    revenue = "spent" if scenario.revenue else "not counted"
    click.echo(f"Trade: base {scenario.base}, {scenario.deficits} deficits, tariff revenue {revenue}\n")
    for assumption in scenario.assumptions:
        click.echo(f"Assumes: {assumption}")
    for source in scenario.sources:
        click.echo(f"Source: {source}")


def _plainly(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(value) if len(value) <= 15 else f"{' '.join(value[:12])} … ({len(value)})"
    return str(value)


@command.command("run")
@click.argument("name")
@years_option(help="2018, 2018:2020; the years it applies to by default.")
@click.option("--region", help="States the table tells of: a group, an agreement or KOR,JPN (asia_pacific); all.")
@click.option("--json", "as_json", is_flag=True, help="A list of records with the columns of the results table.")
@click.option("--csv", "as_csv", is_flag=True, help="The same as comma-separated values.")
@click.option("--quiet", is_flag=True, help="Say nothing but the result and errors.")
@with_settings
def run_command(
    name: str, years: str | None, region: str | None, as_json: bool, as_csv: bool, quiet: bool, config: Config,
    panel_dir: Path | None,
) -> None:  # fmt: skip
    """Pull of every pole on every state under scenario NAME, and how trade answers.

    On the screen the states of the region whose balance moves most; all states and years with --json or --csv.

    \b
    influence scenario run tpp_with_us --years 2018
    influence scenario run korus_ended --years 2018 --json
    """
    exclusive(json=as_json, csv=as_csv)
    from influence.results import pull_results
    from influence.scenario.load import load_scenario

    scenario = load_scenario(name, open_registry(config, panel_dir))
    with steps(quiet, plain=False) as progress:
        progress("reading the panel")
        study = open_study(config, panel_dir, region)
        panel, poles, states = study.panel, study.poles, study.region_states()
        progress("finding the equilibrium")
        applied = study.applied(scenario)
        begin = scenario.first or panel.years[0]
        listed = years_of(years, panel.years) if years else [y for y in panel.years if y >= begin]
        progress("weighing the ties")
        under = study.under(scenario)
        table = pull_results(under.ties, poles, under.marks, scenario=scenario.name)
        shown = None if as_json or as_csv else _last_shown(listed, scenario.first)
        if shown is not None:
            progress("weighing what happened")
            fact = pull_results(study.at(shown).ties, poles)
    for note in applied.notes:
        click.echo(note, err=True)
    table = table[table["year"].isin(listed)].reset_index(drop=True)
    if as_json:
        echo_json(table)
    elif as_csv:
        echo_csv(table)
    else:
        if shown is None:
            click.echo(f"{scenario.name} applies from {scenario.first} on: in the years asked for it is what happened.")
            return
        _print_pulls(fact, table[table["year"] == shown], poles, panel.states["name"].reindex(states).dropna())
        _print_trade(applied, listed)
        click.echo(f"Bands: `influence compare {shown} {shown}:{name}`. What it rests on: `influence brief {name}`.")


def _last_shown(listed: list[int], first: int | None) -> int | None:
    """The last year asked for; None where the scenario has not begun by then."""
    return None if not listed or (first is not None and listed[-1] < first) else listed[-1]


def _print_pulls(fact: pd.DataFrame, under: pd.DataFrame, poles: tuple[str, ...], names: pd.Series) -> None:
    """Pulls and balances with what happened -> with the scenario, of the states whose balance moves most."""
    from influence.metrics.pull import pairs_of

    pairs = ["-".join(pair) for pair in pairs_of(poles)]
    before, after = (
        part[part["iso3"].isin(names.index)].pivot(index="iso3", columns=["metric", "pole"], values="value")
        for part in (fact[fact["metric"].isin(SHOWN)], under[under["metric"].isin(SHOWN)])
    )
    moved = (
        (after - before).loc[:, "pull_balance"].abs().max(axis=1).dropna().sort_values(ascending=False, kind="stable")
    )
    year, kept = int(under["year"].iloc[0]), moved[moved >= LEAST_MOVE].index[:MOST]
    click.echo(f"In {year}, what happened -> with the scenario (balance +1 only the first pulls, -1 only the second):")
    if not len(kept):
        click.echo(f"No balance of these {len(moved)} states moves by {LEAST_MOVE} or more.")
        return
    rows = [
        [
            str(names[code]),
            *(_moved(before, after, code, ("pull_direct", pole), percent) for pole in poles),
            *(_moved(before, after, code, ("pull_balance", pair), signed) for pair in pairs),
        ]
        for code in kept
    ]
    echo_table([f"state ({len(kept)} that move most of {len(moved)})", *poles, *pairs], rows)


def _moved(
    before: pd.DataFrame, after: pd.DataFrame, code: str, what: tuple[str, str], told: Callable[[float], str]
) -> str:
    return f"{told(before.loc[code, what])} -> {told(after.loc[code, what])}"


def _print_trade(applied: Applied, listed: list[int]) -> None:
    answers = applied.answers
    years = [year for year in listed if year in answers]
    if not years:
        click.echo("\nTrade does not change: what moves is the ties of pledges and agreements.")
        return
    answer = answers[years[-1]]
    real = 100 * (answer.response.real_income - 1)
    order = real.abs().sort_values(ascending=False, kind="stable").index[:15]
    click.echo(f"\nReal income in {years[-1]}, change in per cent (the 15 that change most of {len(real)}):")
    echo_table(["economy", "real income"], [[str(code), f"{real[code]:+.3f}"] for code in order])
    left = number(answer.response.residual)
    click.echo(f"Equilibrium found in {answer.response.steps} steps; excess demand left: {left} of income.")
