"""`influence explain`: why a number is what it is."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import exclusive, year_option
from influence.cli.printing import dollars, echo_csv, echo_json, percent
from influence.cli.progress import steps
from influence.cli.settings import open_study, states_named, with_settings
from influence.config import Config

if TYPE_CHECKING:
    import pandas as pd


@click.command()
@click.argument("state")
@year_option(type=int, required=True, help="Year to explain.")
@click.option("--json", "as_json", is_flag=True, help="A list of records, one a raw figure.")
@click.option("--csv", "as_csv", is_flag=True, help="The same as comma-separated values.")
@click.option("--quiet", is_flag=True, help="Say nothing but the result and errors.")
@with_settings
def command(
    state: str, year: int, as_json: bool, as_csv: bool, quiet: bool, config: Config, panel_dir: Path | None
) -> None:
    """Every layer's part of each pole's pull on STATE, with the raw figures, their source and flag.

    \b
    influence explain KOR --year 2016
    """
    exclusive(json=as_json, csv=as_csv)
    import pandas as pd

    from influence.metrics.explain import explain_pull

    with steps(quiet, plain=False) as progress:
        progress("reading the panel")
        study = open_study(config, panel_dir)
        progress("taking the number apart")
        tables = {iso3: explain_pull(study, iso3, year) for iso3 in states_named([state], study.registry)}
    table = pd.concat(tables.values(), ignore_index=True)
    if as_json:
        echo_json(table)
    elif as_csv:
        echo_csv(table)
    else:
        for iso3, one in tables.items():
            _print(one, study.registry.name(iso3), year)


def _print(table: pd.DataFrame, name: str, year: int) -> None:
    from influence.quality import meets_coverage

    for pole, rows in table[table["pole"] != ""].groupby("pole", sort=False):
        parts = rows.drop_duplicates("layer")
        # A part that is not known leaves the sum unknown: missing is not zero.
        whole = parts["contribution"].sum(skipna=False)
        told = f"{percent(whole)} of its reliance rests on {pole}"
        covered = float(parts["coverage"].iloc[0])
        if not meets_coverage(covered):
            told = f"too little is known to say what rests on {pole} ({percent(covered)} of its reliance was observed)"
        click.echo(f"\n{name} {year}: {told}, because")
        for layer, facts in rows.groupby("layer", sort=False):
            head = facts.iloc[0]
            part = f"{percent(head['contribution'])} = weight {head['weight']:.2f} x share {percent(head['share'])}"
            unseen = math.isnan(head["share"]) and head["contribution"] == 0
            click.echo(f"  {layer}: " + (f"not observed, weight {head['weight']:.2f}" if unseen else part))
            for fact in facts.to_dict(orient="records"):
                click.echo(f"      {_sentence(fact)}")
    click.echo(f"\nThe rest of {name}'s portfolio:")
    for fact in table[table["pole"] == ""].to_dict(orient="records"):
        if fact["value"] > 0:
            click.echo(f"  {fact['fact']}: {percent(fact['share'])} (weight {fact['weight']:.2f})")


def _sentence(fact: dict[str, Any]) -> str:
    unit = fact["unit"]
    if unit == "USD":
        value = dollars(fact["value"])
    elif unit == "year":
        value = f"{fact['value']:.0f}"
    elif unit == "persons":
        value = f"{fact['value']:,.0f} persons"
    else:
        value = f"{fact['value']:g}"
    origin = ", ".join(word for word in (fact["source"], fact["flag"]) if word)
    return fact["fact"] if not origin else f"{fact['fact']}: {value} [{origin}]"
