"""`influence sensitivity`: layer weights at which the lead changes, each layer left out, sources of uncertainty."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import json_option, quiet_option, year_option
from influence.cli.printing import echo_table, signed
from influence.cli.settings import Settings, states_named, with_settings, with_workers
from influence.config import Config
from influence.specs import LENSES

if TYPE_CHECKING:
    import pandas as pd

    from influence.comparison.thresholds import WeightThreshold
    from influence.study import Study
    from influence.uncertainty.workers import Workers

SHARES = ("first", "first_se", "total", "total_se", "sd")
SOURCES = {
    "weights": "layer weights", "flows": "reported trade flows", "trade_base": "base of trade",
    "capability": "measure of capability", "pact_strength": "strength of pledges",
    "agreement_strength": "strength of agreements", "elasticity": "trade elasticity",
}  # fmt: skip


@click.command()
@click.argument("states", nargs=-1, required=True)
@year_option(type=int, required=True, help="Year to examine.")
@click.option("--metric", "metrics", multiple=True,
              help="Metric of `influence metrics list`; repeat for several; lenses: the balance through every lens; "
              "default: pull_direct and pull_balance.")  # fmt: skip
@click.option("--samples", type=click.IntRange(0, 100_000), default=128, show_default=True,
              help="Pairs of draws for the sources of uncertainty; 0: none, and faster.")  # fmt: skip
@json_option(help="Print an object of tables, each a list of records.")
@quiet_option
@with_workers
@with_settings
def command(
    states: tuple[str, ...], year: int, metrics: tuple[str, ...], samples: int, settings: Settings, workers: Workers
) -> None:
    """Show what the numbers of STATES depend on.

    It prints the layer weights at which the leading pole changes (exact), the metrics with each layer left out, and
    the share of the variance that each source of uncertainty causes.

    \b
    influence sensitivity KOR --year 2016
    influence sensitivity KOR,JPN --year 2016 --metric lenses
    influence sensitivity Philippines --year 2020 --poles CHN,JPN --json
    """
    from influence.uncertainty.sensitivity import without_layers

    names = _names(metrics)
    with settings.opened() as (study, progress):
        wanted = states_named(states, study.registry)
        found, problems = _thresholds(study, wanted, year)
        left = without_layers(study, year, names)
        shares = _variance(study, year, names, settings.config, samples, workers, progress)
    for problem in problems:
        click.echo(problem, err=True)
    left, shares = (t[t["iso3"].isin(list(found))].reset_index(drop=True) for t in (left, shares))
    if not settings.echo(_tables(found, year) | {"without_layers": left, "variance": shares}):
        for code, thresholds in found.items():
            _print(thresholds, study, code, year)
            _print_left(left[left["iso3"] == code])
            _print_shares(shares[shares["iso3"] == code], samples)
            click.echo()
    settings.echo_weights()


def _names(metrics: tuple[str, ...]) -> list[str]:
    """The metrics asked for."""
    if not metrics:
        return ["pull_direct", "pull_balance"]
    out = []
    for name in metrics:
        out += ["pull_balance", *(f"balance_{lens}" for lens in list(LENSES)[1:])] if name == "lenses" else [name]
    return list(dict.fromkeys(out))


def _thresholds(study: Study, wanted: Sequence[str], year: int) -> tuple[dict[str, WeightThreshold], list[str]]:
    """Thresholds of each state, and why others have none.

    Raises
    ------
    StateError : none of the states has thresholds.
    """
    from influence.comparison.thresholds import weight_thresholds
    from influence.errors import StateError

    found: dict[str, WeightThreshold] = {}
    problems: list[str] = []
    for code in wanted:
        try:
            found[code] = weight_thresholds(study, code, year)
        except StateError as err:
            problems.append(f"{code} is left out: {err}")
            if len(wanted) == 1:
                raise
    if not found:
        raise StateError(" ".join(problems))
    return found, problems


def _variance(
    study: Study, year: int, names: list[str], config: Config, samples: int, workers: Workers,
    progress: Callable[[str], None],
) -> pd.DataFrame:  # fmt: skip
    import pandas as pd

    from influence.uncertainty.sensitivity import share_table, variance_shares

    if not samples:
        return pd.DataFrame(columns=["iso3", "year", "metric", "pole", "source", *SHARES])
    given: dict[str, Any] = {"samples": samples, "workers": workers, "progress": progress}
    return share_table(variance_shares(study, [year], names, config.draw_settings(1), **given))


def _tables(found: dict[str, WeightThreshold], year: int) -> dict[str, pd.DataFrame]:
    import pandas as pd

    balances = [{"iso3": code, "year": year, "balance": one.balance} for code, one in found.items()]
    rows = [{"iso3": code, **row._asdict()} for code, one in found.items() for row in one.thresholds]
    nearest = [
        {"iso3": code, "layer": layer, "weight": weight}
        for code, one in found.items()
        for layer, weight in (one.nearest or {}).items()
    ]
    return {
        "balance": pd.DataFrame(balances), "thresholds": pd.DataFrame(rows),
        "nearest": pd.DataFrame(nearest, columns=["iso3", "layer", "weight"]),
    }  # fmt: skip


# ---- for people ------------------------------------------------------------------------------------


def _print(found: WeightThreshold, study: Study, code: str, year: int) -> None:
    name, (first, second) = study.registry.name(code), (study.registry.pole_label(pole) for pole in study.pair)
    if math.isnan(found.balance):
        click.echo(f"{name} in {year}: neither {first} nor {second} pulls on it.")
        return
    lead, next_ = (first, second) if found.balance > 0 else (second, first)
    if found.balance == 0:
        click.echo(f"{name} in {year}: {first} and {second} pull equally (balance {signed(found.balance)}).")
    else:
        click.echo(f"{name} in {year}: {lead} leads (balance {signed(found.balance)}).")
        for line in _changes(found, next_):
            click.echo(line)
    click.echo("Balance at other weights:")
    rows = [
        [t.layer, f"{t.weight:.2f}", "none" if math.isnan(t.threshold) else f"{t.threshold:.2f}",
         _balance(t.without), _balance(t.alone)]
        for t in found.thresholds
    ]  # fmt: skip
    echo_table(["layer", "weight", "threshold", "without the layer", "the layer alone"], rows)


def _changes(found: WeightThreshold, next_: str) -> list[str]:
    """Where the other pole would lead, one sentence for each threshold."""
    lines = []
    for row in found.thresholds:
        if not math.isnan(row.threshold):
            word = "less" if row.threshold < row.weight else "more"
            lines.append(
                f"{next_[0].upper()}{next_[1:]} leads if the {row.layer} layer weighs {word} than "
                f"{row.threshold:.2f} (now {row.weight:.2f}) and the other layers keep their proportions."
            )
    if found.nearest is None:
        return [*lines, "No weights of these layers change the leading pole."]
    listed = ", ".join(f"{layer} {weight:.2f}" for layer, weight in found.nearest.items())
    return [*lines, f"The nearest weights at which the balance is zero: {listed}."]


def _balance(balance: float) -> str:
    return "no pull" if math.isnan(balance) else signed(balance)


def _print_left(left: pd.DataFrame) -> None:
    """Each metric with each layer left out."""
    if left.empty:
        return
    click.echo("\nMetrics with one layer left out; the other layers keep their proportions:")
    layers = list(dict.fromkeys(left["layer"]))
    rows = []
    for (metric, pole), part in left.groupby(["metric", "pole"], sort=False):
        one = part.set_index("layer")["without"]
        now = part["value"].iloc[0]
        rows.append([f"{metric} {pole}".strip(), _number(now), *(_number(one[layer]) for layer in layers)])
    echo_table(["metric", "all layers", *(f"without {layer}" for layer in layers)], rows)


def _print_shares(shares: pd.DataFrame, samples: int) -> None:
    """Shares of the variance, one table for each metric."""
    for (metric, pole), part in shares.groupby(["metric", "pole"], sort=False):
        sd = part["sd"].iloc[0]
        click.echo(f"\nSources of uncertainty of {metric} {pole}, in shares of its variance (standard deviation "
                   f"{sd:.3g}, {samples} samples):")  # fmt: skip
        rows = [
            [SOURCES.get(r.source, r.source), f"{100 * r.first:.0f} % (± {100 * r.first_se:.0f})",
             f"{100 * r.total:.0f} % (± {100 * r.total_se:.0f})"]
            for r in part.itertuples()
        ]  # fmt: skip
        echo_table(["source", "alone", "with interactions"], rows)


def _number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:+.3f}"
