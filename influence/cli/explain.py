"""`influence explain`: the raw figures, sources and weights behind a pull."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import csv_option, json_option, quiet_option, year_option
from influence.cli.printing import dollars, percent
from influence.cli.settings import Settings, states_named, with_settings

if TYPE_CHECKING:
    import pandas as pd


@click.command()
@click.argument("states", nargs=-1, required=True)
@year_option(type=int, required=True, help="Year to explain.")
@json_option(help="Print a list of records, one for each raw figure.")
@csv_option
@quiet_option
@with_settings
def command(states: tuple[str, ...], year: int, settings: Settings) -> None:
    """Show how each pole's pull on STATES adds up, layer by layer, with the raw figures, their sources and flags.

    \b
    influence explain KOR --year 2016
    influence explain KOR,JPN --year 2020 --json
    """
    import pandas as pd

    from influence.metrics.explain import explain_pull

    with settings.opened() as (study, progress):
        wanted = states_named(states, study.registry)
        progress("computing the contributions")
        tables = {iso3: explain_pull(study, iso3, year) for iso3 in wanted}
    table = pd.concat(tables, names=["iso3", None]).reset_index("iso3").reset_index(drop=True)
    if not settings.echo(table):
        for iso3, one in tables.items():
            _print(one, study.registry.name(iso3), year)
        click.echo()
    settings.echo_weights()


def _print(table: pd.DataFrame, name: str, year: int) -> None:
    for pole, rows in table[table["pole"] != ""].groupby("pole", sort=False):
        click.echo(f"\n{name} in {year}: {_summary(rows, str(pole))}")
        for layer, facts in rows.groupby("layer", sort=False):
            head = facts.iloc[0]
            part = f"{percent(head['contribution'])} = weight {head['weight']:.2f} x share {percent(head['share'])}"
            unseen = math.isnan(head["share"]) and head["contribution"] == 0
            click.echo(f"  {layer}: " + (f"not observed, weight {head['weight']:.2f}" if unseen else part))
            for fact in facts.to_dict(orient="records"):
                click.echo(f"      {_sentence(fact)}")
    rest = [fact for fact in table[table["pole"] == ""].to_dict(orient="records") if fact["value"] > 0]
    if rest:
        click.echo(f"\nShares of {name}'s reliance that rest on no state:")
    for fact in rest:
        click.echo(f"  {fact['fact']}: {percent(fact['share'])} (weight {fact['weight']:.2f})")


def _summary(rows: pd.DataFrame, pole: str) -> str:
    """The pull of a pole, or why it has no value."""
    from influence.quality import meets_coverage

    covered = float(rows["coverage"].iloc[0])
    if not meets_coverage(covered):
        return f"the pull of {pole} is unknown, because only {percent(covered)} of the state's reliance was observed."
    # A contribution that is not known leaves the sum unknown: missing is not zero.
    whole = rows.drop_duplicates("layer")["contribution"].sum(skipna=False)
    return f"{percent(whole)} of its reliance rests on {pole}. Contributions of the layers:"


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
