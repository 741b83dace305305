"""`influence pull`: the pull of each pole on states, year by year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import csv_option, quiet_option, records_option, years_option
from influence.cli.printing import echo_flags, echo_table, number, percent, signed
from influence.cli.settings import Settings, states_named, with_settings, with_workers, years_of
from influence.config import Config
from influence.custom_layer_notes import costs_of_layers
from influence.schema import MOST_DRAWS
from influence.specs import LENSES, lens_named

if TYPE_CHECKING:
    import pandas as pd

    from influence.metrics.lenses import Verdict
    from influence.study import Study
    from influence.uncertainty.workers import Workers

DIRECT = next(iter(LENSES))
USED = (
    "Direct and network use all layers; income and opinion use goods trade alone; bandwidth uses goods trade and trade "
    "agreements."
)


class LensName(click.ParamType):
    """A lens of specs.LENSES, registered ones among them, or all."""

    name = "lens"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """The names, for the help."""
        return f"[{'|'.join((*LENSES, 'all'))}]"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name; ConfigError for another."""
        return value if value == "all" else lens_named(value).name


@click.command()
@click.argument("states", nargs=-1, required=True)
@years_option(help="2016, 2000:2023 or 2004,2012; default: all years.")
@click.option("--lens", type=LensName(), default=DIRECT, show_default=True, help="How to compute pull; all: the "
              "balance through every lens, and where the lenses disagree.")  # fmt: skip
@click.option("--draws", type=click.IntRange(0, MOST_DRAWS), default=200, show_default=True,
              help="Draws for the uncertainty ranges; 0: no ranges, and faster.")  # fmt: skip
@records_option
@csv_option
@quiet_option
@with_workers
@with_settings
def command(
    states: tuple[str, ...], years: str | None, lens: str, draws: int, settings: Settings, workers: Workers
) -> None:
    """Show the pull of each pole on STATES (ISO3 codes, names or groups), year by year.

    \b
    influence pull KOR Japan --years 2000:2023
    influence pull asean --years 2020
    influence pull PHL --years 2016 --poles china_hk_macao,USA,eu --json
    influence pull KOR --years 2001,2016,2023 --lens all
    influence pull KOR --years 2016 --draws 1000
    """
    chosen = list(LENSES) if lens == "all" else [lens]
    with settings.opened() as (study, progress):
        wanted = states_named(states, study.registry)
        listed = years_of(years, study.years)
        progress("computing the pull")
        metrics = [name for each in chosen for name in _metrics(each)]
        table = _results(study, metrics, settings.config, draws, listed, workers=workers, progress=progress)
        cost = "" if settings.quiet else costs_of_layers(study, listed)
    if cost:
        click.echo(cost, err=True)
    table = table[table["iso3"].isin(wanted) & table["year"].isin(listed)].reset_index(drop=True)
    if not settings.echo(table):
        for iso3 in wanted:
            of_state, name = table[table["iso3"] == iso3], f"{study.registry.name(iso3)} ({iso3})"
            if lens == "all":
                _print_lenses(of_state, name, study)
            else:
                _print_state(of_state, name, study, lens, draws)
        click.echo()
    rests_on = "composite" if any(LENSES[each].uses_weights for each in chosen) else "trade"
    settings.echo_weights(rests_on=rests_on)


def _results(
    study: Study, metrics: list[str], config: Config, draws: int, years: list[int], **given: Any
) -> pd.DataFrame:
    """The results table of some metrics, with ranges where there are draws."""
    from influence.results import metric_results

    table = metric_results(study, metrics, study.marks)
    if not draws or not years:
        return table
    from influence.uncertainty.ranges import metric_ranges
    from influence.uncertainty.tables import with_ranges

    drawn = metric_ranges(study, metrics, config.draw_settings(draws), years=years, **given)
    return with_ranges(table, drawn, study)


def _metrics(lens: str) -> list[str]:
    """Metrics of a lens that the records contain."""
    from influence.metrics.catalogue import balance_metric

    more = ["exposure", "leader_margin", "not_covered"] if lens == DIRECT else []
    return [f"pull_{lens}", balance_metric(lens), *more]


def _print_state(table: pd.DataFrame, name: str, study: Study, lens: str, draws: int) -> None:
    from influence.metrics.catalogue import balance_metric

    measure = LENSES[lens].of_state or LENSES[lens].description
    click.echo(f"\n{name}: {measure}; balance: {_scale(*study.poles)}")
    pairs, balance = ["-".join(pair) for pair in study.pairs], balance_metric(lens)
    wide = table.set_index(["year", "metric", "pole"])
    rows = []
    for year in sorted(table["year"].unique()):
        here = wide.loc[year]
        pulls = [_amount(here.loc[(f"pull_{lens}", pole), "value"], lens) for pole in study.poles]
        balances = [signed(here.loc[(balance, pair), "value"]) for pair in pairs]
        certainty = [text for pair in pairs for text in _certainty(here, pair, balance, draws)] if draws else []
        first = here.loc[(balance, pairs[0])]
        rows.append([str(year), *pulls, *balances, *certainty, percent(first["coverage"]), str(first["flag"])])
    heads = [head for pair in pairs for head in (f"5-95 % {pair}", f"P({pair.split('-')[0]} leads)")]
    echo_table(["year", *study.poles, *pairs, *(heads if draws else []), "coverage", "flags"], rows)
    echo_flags(row[-1] for row in rows)


def _scale(*poles: str) -> str:
    first, second = poles if len(poles) == 2 else ("the first pole of the pair", "the second")
    return f"+1 if only {first} pulls, -1 if only {second} pulls"


def _certainty(here: pd.DataFrame, pair: str, balance: str, draws: int) -> tuple[str, str]:
    """Uncertainty range of a balance, and the probability that its first pole leads."""
    from influence.uncertainty.accumulator import probability_name

    row, probability = here.loc[(balance, pair)], here.loc[(probability_name(balance), pair), "value"]
    if row[["low", "high"]].isna().any():
        return "", ""
    return f"{signed(row['low'])} to {signed(row['high'])}", _probability(probability, draws)


def _probability(value: float, draws: int) -> str:
    """Two digits; never 0 or 1, which draws cannot show."""
    least = max(0.01, 1 / draws)
    if value < least:
        return f"<{least:.2f}"
    return f">{1 - least:.2f}" if value > 1 - least else f"{value:.2f}"


def _range(row: pd.Series) -> str:
    """Uncertainty range of a balance in brackets; empty without one."""
    return "" if row[["low", "high"]].isna().any() else f" ({signed(row['low'])} to {signed(row['high'])})"


def _amount(value: float, lens: str) -> str:
    return percent(value) if LENSES[lens].is_share else number(value)


def _print_lenses(table: pd.DataFrame, name: str, study: Study) -> None:
    from influence.metrics.catalogue import balance_metric
    from influence.metrics.lenses import verdict

    for pair in study.pairs:
        label = "-".join(pair)
        click.echo(f"\n{name}: balance {label} through each lens; {_scale(*pair)}")
        wide = table[table["pole"] == label].set_index(["year", "metric"])
        rows, last = [], ""
        for year in sorted(table["year"].unique()):
            found = {lens: wide.loc[(year, balance_metric(lens))] for lens in LENSES}
            sides = verdict({lens: float(row["value"]) for lens, row in found.items()})
            count = f"{len(sides.first)} {pair[0]}, {len(sides.second)} {pair[1]}"
            rows.append([str(year), *(signed(row["value"]) + _range(row) for row in found.values()), count])
            last = _comparison(int(year), pair, sides)
        echo_table(["year", *LENSES, "lenses"], rows)
        click.echo(last)


def _comparison(year: int, pair: tuple[str, str], sides: Verdict) -> str:
    """Whether the lenses agree, in a sentence."""
    if sides.first and sides.second:
        text = f"the lenses disagree: {_lead(pair[0], sides.first)}; {_lead(pair[1], sides.second)}"
    elif sides.first or sides.second:
        text = f"the lenses agree: {_lead(pair[0] if sides.first else pair[1], sides.first or sides.second)}"
    else:
        text = "no lens has a leading pole"
    silent = f"; without a leading pole: {', '.join(sides.silent)}" if sides.silent else ""
    return f"{year}: {text}{silent}. {USED}"


def _lead(pole: str, lenses: tuple[str, ...]) -> str:
    return f"{pole} leads through {', '.join(lenses)}"
