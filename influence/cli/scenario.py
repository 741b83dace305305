"""`influence scenario`: list, show, run and rank scenarios."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from influence.cli.options import (
    Group,
    csv_option,
    json_option,
    quiet_option,
    records_option,
    region_option,
    years_option,
)
from influence.cli.printing import echo_json, echo_table, number, percent, signed
from influence.cli.scenario_rank import rank_command
from influence.cli.settings import Settings, with_settings, years_of

if TYPE_CHECKING:
    import pandas as pd

    from influence.scenario.apply import Applied
    from influence.states import Registry

SHOWN = ("pull_direct", "pull_balance")
MOST, LEAST_MOVE = 15, 0.001
"""Most states shown, and the smallest change of a balance that is shown."""


@click.group(cls=Group)
def command() -> None:
    """List, show, run and rank scenarios: what a decision would change. Scenarios are bundled or custom YAML files."""


command.add_command(rank_command)


@command.command("list")
@json_option(help="Print a list of records.")
def list_command(as_json: bool) -> None:
    """List the bundled scenarios with their questions."""
    from influence.scenario.load import load_scenario, scenario_names

    scenarios = [load_scenario(name) for name in scenario_names()]
    if as_json:
        shown = ("name", "title", "question", "actual", "actual_note")
        echo_json([{key: getattr(scenario, key) for key in shown} for scenario in scenarios])
    else:
        echo_table(["name", "question"], [[scenario.name, scenario.question] for scenario in scenarios])


@command.command("show")
@click.argument("name")
def show_command(name: str) -> None:
    """Show the question, the edits, the assumptions and the sources of scenario NAME (a name or a file)."""
    from influence.scenario.load import load_scenario
    from influence.scenario.model import ACTUAL

    scenario = load_scenario(name)
    click.echo(f"{scenario.title} ({scenario.name})\n{scenario.question}\n")
    click.echo(f"What happened: {scenario.actual_note}\n      ({ACTUAL[scenario.actual]})\n")
    for edit in scenario.edits:
        values = ", ".join(
            f"{key} {_as_text(value)}" for key, value in edit.values.items() if value not in (None, "", False)
        )
        click.echo(f"Edit {edit.number}, {edit.kind}: {values}")
    revenue = "spent" if scenario.revenue else "not counted"
    click.echo(f"Trade: base {scenario.base}, {scenario.deficits} deficits, tariff revenue {revenue}\n")
    for assumption in scenario.assumptions:
        click.echo(f"Assumes: {assumption}")
    for source in scenario.sources:
        click.echo(f"Source: {source}")


def _as_text(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(value) if len(value) <= 15 else f"{' '.join(value[:12])} … ({len(value)})"
    return str(value)


@command.command("run")
@click.argument("name")
@years_option(help="2018 or 2018:2020; default: every year from the first edit on.")
@region_option
@records_option
@csv_option
@quiet_option
@with_settings
def run_command(name: str, years: str | None, region: str | None, settings: Settings) -> None:
    """Show the pull of every pole under scenario NAME, and the trade response.

    The tables show the states whose balance or income changes most; --json and --csv give all states and years.

    \b
    influence scenario run tpp_with_us --years 2018
    influence scenario run korus_ended --years 2018 --json
    """
    from influence.results import pull_results
    from influence.scenario.load import load_scenario

    scenario = load_scenario(name, settings.registry)
    with settings.opened(region) as (study, progress):
        panel, poles, states = study.panel, study.poles, study.region_states()
        progress("computing the trade equilibrium")
        applied = study.applied(scenario)
        begin = scenario.first or panel.years[0]
        listed = years_of(years, panel.years) if years else [y for y in panel.years if y >= begin]
        progress("computing the ties")
        under = study.under(scenario)
        table = pull_results(under.ties, poles, under.marks, scenario=scenario.name)
        shown = None if settings.data else _last_shown(listed, scenario.first)
        if shown is not None:
            progress("computing the actual ties")
            actual = pull_results(study.at(shown).ties, poles)
    for note in applied.notes:
        click.echo(note, err=True)
    table = table[table["year"].isin(listed)].reset_index(drop=True)
    if settings.echo(table):
        pass
    elif shown is None:
        click.echo(f"{scenario.name} begins in {scenario.first}; in the years asked for it changes nothing.")
    else:
        _print_pulls(actual, table[table["year"] == shown], poles, panel.states["name"].reindex(states).dropna())
        _print_trade(applied, listed, study.registry)
        click.echo(f"\nUncertainty ranges: `influence compare {shown} {shown}:{name}`.")
        click.echo(f"Assumptions: `influence brief {name}`.")
    settings.echo_weights()


def _last_shown(listed: list[int], first: int | None) -> int | None:
    """The last year asked for; None where the scenario has not begun by then."""
    return None if not listed or (first is not None and listed[-1] < first) else listed[-1]


def _print_pulls(actual: pd.DataFrame, under: pd.DataFrame, poles: tuple[str, ...], names: pd.Series) -> None:
    """Actual pulls and balances -> those under the scenario, of the states whose balance changes most."""
    from influence.metrics.pull import pairs_of

    pairs = ["-".join(pair) for pair in pairs_of(poles)]
    before, after = (
        part[part["iso3"].isin(names.index)].pivot(index="iso3", columns=["metric", "pole"], values="value")
        for part in (actual[actual["metric"].isin(SHOWN)], under[under["metric"].isin(SHOWN)])
    )
    moved = (
        (after - before).loc[:, "pull_balance"].abs().max(axis=1).dropna().sort_values(ascending=False, kind="stable")
    )
    year, kept = int(under["year"].iloc[0]), moved[moved >= LEAST_MOVE].index[:MOST]
    click.echo(f"{year}, actual -> scenario (balance: +1 if only the first pole pulls, -1 if only the second pulls):")
    if not len(kept):
        click.echo(f"No balance of these {len(moved)} states changes by {LEAST_MOVE} or more.")
        return
    rows = [
        [
            str(names[code]),
            *(_moved(before, after, code, ("pull_direct", pole), percent) for pole in poles),
            *(_moved(before, after, code, ("pull_balance", pair), signed) for pair in pairs),
        ]
        for code in kept
    ]
    most = int((moved >= LEAST_MOVE).sum()) > MOST
    shown = f"{len(kept)} largest changes" if most else f"changes of {LEAST_MOVE} or more: {len(kept)}"
    echo_table([f"state ({shown} of {len(moved)})", *poles, *pairs], rows)


def _moved(
    before: pd.DataFrame, after: pd.DataFrame, code: str, what: tuple[str, str], write: Callable[[float], str]
) -> str:
    return f"{write(before.loc[code, what])} -> {write(after.loc[code, what])}"


def _print_trade(applied: Applied, listed: list[int], registry: Registry) -> None:
    answers = applied.answers
    years = [year for year in listed if year in answers]
    if not years:
        click.echo("\nTrade does not change; only the layers of pledges and agreements change.")
        return
    answer = answers[years[-1]]
    real = 100 * (answer.response.real_income - 1)
    order = real.abs().sort_values(ascending=False, kind="stable").index[:15]
    click.echo(f"\nReal income in {years[-1]}, change in per cent (15 largest changes of {len(real)}):")
    echo_table(["economy", "real income"], [[registry.name(str(code)), f"{real[code]:+.3f}"] for code in order])
    left = number(answer.response.residual)
    click.echo(
        f"The equilibrium was found in {answer.response.steps} steps; remaining excess demand: {left} of income."
    )
