"""`influence scenario`: questions about decisions, what each edits, and what it gives."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from influence.cli.printing import echo_csv, echo_json, echo_table, number
from influence.cli.progress import steps
from influence.cli.scenario_rank import rank_command
from influence.cli.settings import pole_names, read_panel, with_settings, years_of
from influence.config import Config

if TYPE_CHECKING:
    from influence.scenario.apply import Applied


@click.group()
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
    rows = [(s.name, s.title, s.question, s.fact, s.fact_told) for s in told]
    if as_json:
        echo_json(pd.DataFrame(rows, columns=["name", "title", "question", "fact", "fact_told"]))
    else:
        echo_table(["name", "question"], [[row[0], row[2]] for row in rows])


@command.command("show")
@click.argument("name")
def show_command(name: str) -> None:
    """What scenario NAME (or a file) asks, which side is fact, and every edit."""
    from influence.scenario.load import load_scenario
    from influence.scenario.model import FACTS

    scenario = load_scenario(name)
    click.echo(f"{scenario.title} ({scenario.name})\n{scenario.question}\n")
    click.echo(f"Fact: {scenario.fact_told}\n      ({FACTS[scenario.fact]})\n")
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
@click.option("--years", help="2018, 2018:2020; the years it applies to by default.")
@click.option("--json", "as_json", is_flag=True, help="A list of records with the columns of the results table.")
@click.option("--csv", "as_csv", is_flag=True, help="The same as comma-separated values.")
@click.option("--quiet", is_flag=True, help="Say nothing but the result and errors.")
@with_settings
def run_command(
    name: str, years: str | None, as_json: bool, as_csv: bool, quiet: bool, config: Config, panel_dir: Path | None
) -> None:
    """Pull of every pole on every state under scenario NAME, and how trade answers.

    \b
    influence scenario run tpp_with_us --years 2018 --json
    """
    if as_json and as_csv:
        raise click.UsageError("--json and --csv exclude each other; give one.")
    from influence.cli.settings import ties_and_marks
    from influence.results import pull_results
    from influence.scenario.apply import apply_scenario
    from influence.scenario.load import load_scenario

    scenario = load_scenario(name)
    with steps(quiet, plain=False) as told:
        told("reading the panel")
        panel = read_panel(config, panel_dir)
        told("finding the equilibrium")
        applied = apply_scenario(panel, scenario, theta=config.elasticity)
        begin = scenario.first or panel.years[0]
        listed = years_of(years, panel.years) if years else [y for y in panel.years if y >= begin]
        told("weighing the ties")
        ties, marks = ties_and_marks(applied.panel, config)
        table = pull_results(ties, pole_names(config), marks, scenario=scenario.name)
    for note in applied.notes:
        click.echo(note, err=True)
    table = table[table["year"].isin(listed)].reset_index(drop=True)
    if as_json:
        echo_json(table)
    elif as_csv:
        echo_csv(table)
    else:
        _print_trade(applied, listed)


def _print_trade(applied: Applied, listed: list[int]) -> None:
    answers, first = applied.answers, applied.scenario.first
    if first is not None and max(listed) < first:
        click.echo(f"{applied.scenario.name} applies from {first} on: in the years asked for it is what happened.")
        return
    years = [year for year in listed if year in answers]
    if not years:
        click.echo("Trade does not change; see `influence compare` for what its ties do, or --json for every number.")
        return
    answer = answers[years[-1]]
    real = 100 * (answer.response.real_income - 1)
    order = real.abs().sort_values(ascending=False, kind="stable").index[:15]
    click.echo(f"Real income in {years[-1]}, change in per cent (the 15 that change most of {len(real)}):")
    echo_table(["economy", "real income"], [[str(code), f"{real[code]:+.3f}"] for code in order])
    left = number(answer.response.residual)
    click.echo(f"Equilibrium found in {answer.response.steps} steps; excess demand left: {left} of income.")
