"""`influence alignment`: positions of states in their votes at the UN, and the test of their link with pull."""

from __future__ import annotations

import re
from collections.abc import Callable
from textwrap import fill
from typing import TYPE_CHECKING

import click

from influence.cli.options import csv_option, json_option, quiet_option, years_option
from influence.cli.printing import echo_table, signed
from influence.cli.settings import Settings, states_named, with_settings, years_of
from influence.errors import StateError, YearError

if TYPE_CHECKING:
    import pandas as pd

    from influence.study import Study


@click.command()
@click.argument("states", nargs=-1)
@years_option(help="2016, 2000:2023 or 2004,2012; default: all years, or the last year if no state is named.")
@click.option("--base-years", help="Years over which the poles' positions are averaged, e.g. 2000:2015; default: the "
              "configured alignment_base.")  # fmt: skip
@click.option(
    "--test", "tested", is_flag=True, help="Test over all states whether pull is linked with later alignment."
)
@click.option("--permutations", type=click.IntRange(1), help="Number of permutations of the test; default: 999.")
@click.option("--seed", type=click.IntRange(0), help="Seed of the permutations; default: the configured seed.")
@json_option(help="Print a list of records: rows of the results table, or with --test one for each lag.")
@csv_option
@quiet_option
@with_settings
def command(
    states: tuple[str, ...], years: str | None, base_years: str | None, tested: bool, permutations: int | None,
    seed: int | None, settings: Settings,
) -> None:  # fmt: skip
    """Show the positions of STATES between the poles in their votes at the UN: +1 at the first pole, -1 at the second.

    \b
    influence alignment KOR PHL --years 2010:2024
    influence alignment --poles CHN,USA --base-years 2000:2015 --csv
    influence alignment --test
    """
    if tested and (states or years):
        raise click.UsageError("--test uses all states and years; leave out STATES and --years.")
    if not tested and (permutations or seed is not None):
        raise click.UsageError("--permutations and --seed need --test; add --test or leave them out.")
    config = settings.config
    base = base_of(base_years) if base_years is not None else (config.alignment_base[0], config.alignment_base[-1])
    with settings.opened() as (study, progress):
        if tested:
            table = _test(study, base, permutations, config.seed if seed is None else seed, progress)
        else:
            table = _positions(study, states, years, base)
    if settings.echo(table):
        pass
    elif tested:
        _print_test(table, study.poles)
    else:
        _print_positions(table, study)
    if not settings.data:
        click.echo()
    settings.echo_weights(rests_on="composite" if tested else "votes")


def base_of(text: str) -> tuple[int, int]:
    """First and last year of '2000:2015', or one year twice.

    Raises
    ------
    YearError : another shape.
    """
    found = re.fullmatch(r"\s*(\d{4})\s*(?:[:-]\s*(\d{4})\s*)?", text)
    if not found:
        raise YearError(f"base years {text!r} are not understood; write 2000:2015.")
    return int(found[1]), int(found[2] or found[1])


def _positions(study: Study, states: tuple[str, ...], years: str | None, base: tuple[int, int]) -> pd.DataFrame:
    import pandas as pd

    from influence.metrics.alignment import alignment, alignment_records

    wanted, points = states_named(states, study.registry), study.points
    known, have = points.indexes["state"], points.indexes["year"]
    absent = [iso3 for iso3 in wanted if iso3 not in known]
    if absent and absent == wanted:
        raise StateError(f"{absent[0]} has no position at the UN: it never voted in {have[0]}-{have[-1]}.")
    if absent:
        click.echo(f"No position at the UN, because they never voted there: {', '.join(absent)}.", err=True)
    listed = years_of(years, range(have[0], have[-1] + 1)) if years or wanted else [int(have[-1])]
    pairs = [alignment_records(alignment(points, pair, base)) for pair in study.pairs]
    table = pd.concat(pairs, ignore_index=True)
    return table[table["iso3"].isin(wanted or known) & table["year"].isin(listed)].reset_index(drop=True)


def _test(
    study: Study, base: tuple[int, int], permutations: int | None, seed: int, progress: Callable[[str], None]
) -> pd.DataFrame:
    import pandas as pd

    from influence.metrics.alignment import alignment
    from influence.metrics.pull import headline_balance
    from influence.metrics.pull_and_alignment import PERMUTATIONS, alignment_then_pull, pull_then_alignment

    aligned = alignment(study.points, study.poles, base)["value"]
    progress("computing the ties")
    given = (headline_balance(study.ties, study.poles), study.ties["is_break"], aligned)
    tests = {"pull first": pull_then_alignment, "alignment first": alignment_then_pull}
    tables = []
    for name, test in tests.items():
        progress(f"permuting the states, {name}")
        tables.append(test(*given, permutations=permutations or PERMUTATIONS, seed=seed))
    return pd.concat(tables, ignore_index=True)


def _print_positions(table: pd.DataFrame, study: Study) -> None:
    shown = study.panel.states["name"]
    for pole, of_pair in table.groupby("pole", sort=False):
        first, second = str(pole).split("-")
        click.echo(f"\nPosition in votes at the UN: +1 the mean of {first} in the base years, -1 that of {second}")
        rows = [
            [shown.get(row["iso3"], row["iso3"]), row["iso3"], str(row["year"]), *map(signed, row[["low", "high"]]),
             signed(row["value"])]
            for _, row in of_pair.iterrows()
        ]  # fmt: skip
        echo_table(["state", "code", "year", "5 %", "95 %", "position"], rows)


def _print_test(table: pd.DataFrame, poles: tuple[str, ...]) -> None:
    from influence.metrics.pull_and_alignment import DIRECTIONS, describe_regressions

    first, second = (table[table["direction"] == direction] for direction in DIRECTIONS)
    for title, part in (("Pull first, alignment later", first), ("Alignment first, pull later", second)):
        click.echo(f"\n{title}")
        rows = [
            [str(row["lag"]), *(f"{row[name]:+.4f}" for name in ("coefficient", "low", "high")), f"{row['t']:+.2f}",
             *(f"{row[name]:.3f}" for name in ("p", "p_permuted", "p_holm")), str(row["n"]), str(row["states"])]
            for _, row in part.iterrows()
        ]  # fmt: skip
        echo_table(["lag", "coefficient", "5 %", "95 %", "t", "p", "p permuted", "p Holm", "n", "states"], rows)
    for paragraph in describe_regressions(first, poles, second).splitlines():
        click.echo("\n" + fill(paragraph, 100))
