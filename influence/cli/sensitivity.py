"""`influence sensitivity`: on which layer weights and which doubts the numbers of a state hang."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import year_option
from influence.cli.printing import echo_json_of, echo_table, signed
from influence.cli.progress import steps
from influence.cli.settings import open_study, with_settings, with_workers
from influence.config import Config
from influence.specs import LENSES

if TYPE_CHECKING:
    import pandas as pd

    from influence.comparison.thresholds import WeightThreshold
    from influence.study import Study
    from influence.uncertainty.workers import Workers

SHARES = ("first", "first_se", "total", "total_se", "sd")
SOURCES = {
    "weights": "weights of the layers", "flows": "trade flows as reported", "trade_base": "base of trade",
    "capability": "measure of capability", "pact_strength": "strength of pledges",
    "agreement_strength": "strength of agreements", "elasticity": "trade elasticity",
}  # fmt: skip


@click.command()
@click.argument("state")
@year_option(type=int, required=True, help="Year to look at.")
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    help="Metric of the catalogue whose doubt is shared out; may be "
    "given again (pull_direct and pull_balance); lenses: the balance through each lens.",
)
@click.option(
    "--samples",
    type=click.IntRange(0, 100_000),
    default=128,
    show_default=True,
    help="Pairs of draws for the shares of variance; 0: weights alone, which need no draws.",
)
@click.option("--json", "as_json", is_flag=True, help="An object of tables, each a list of records.")
@click.option("--quiet", is_flag=True, help="Say nothing but the result and errors.")
@with_workers
@with_settings
def command(
    state: str,
    year: int,
    metrics: tuple[str, ...],
    samples: int,
    as_json: bool,
    quiet: bool,
    config: Config,
    panel_dir: Path | None,
    workers: Workers,
) -> None:
    """On what the numbers of STATE hang: layer weights at which the lead changes (exact), each layer left out, and the
    shares of the variance by source of doubt.

    \b
    influence sensitivity KOR --year 2016
    influence sensitivity KOR --year 2016 --metric lenses
    influence sensitivity Philippines --year 2020 --poles CHN,JPN --json
    """
    import pandas as pd

    from influence.comparison.thresholds import weight_thresholds
    from influence.uncertainty.sensitivity import share_table, variance_shares, without_layers

    names = _names(metrics)
    with steps(quiet, plain=False) as progress:
        progress("reading the panel")
        study = open_study(config, panel_dir)
        code = study.registry.resolve(state)
        found = weight_thresholds(study, code, year)
        left = without_layers(study, year, names)
        shares = pd.DataFrame(columns=["iso3", "year", "metric", "pole", "source", *SHARES])
        if samples:
            given: dict[str, Any] = {"samples": samples, "workers": workers, "progress": progress}
            shares = share_table(variance_shares(study, [year], names, config.draw_settings(1), **given))
    left, shares = (t[t["iso3"] == code].reset_index(drop=True) for t in (left, shares))
    if as_json:
        nearest = found.nearest or {}
        echo_json_of({
            "balance": pd.DataFrame({"iso3": [code], "year": [year], "balance": [found.balance]}),
            "thresholds": pd.DataFrame(found.thresholds),
            "nearest": pd.DataFrame({"layer": list(nearest), "weight": list(nearest.values())}),
            "without_layers": left,
            "variance": shares,
        })  # fmt: skip
        return
    _print(found, study.registry.name(code), year, study)
    _print_left(left)
    _print_shares(shares, samples)


def _names(metrics: tuple[str, ...]) -> list[str]:
    """The metrics asked for."""
    if not metrics:
        return ["pull_direct", "pull_balance"]
    out = []
    for name in metrics:
        out += ["pull_balance", *(f"balance_{lens}" for lens in list(LENSES)[1:])] if name == "lenses" else [name]
    return list(dict.fromkeys(out))


def _print_left(left: pd.DataFrame) -> None:
    """Each metric with each layer left out."""
    if left.empty:
        return
    click.echo("\nWith a layer left out, the others in their present proportions:")
    layers = list(dict.fromkeys(left["layer"]))
    rows = []
    for (metric, pole), part in left.groupby(["metric", "pole"], sort=False):
        one = part.set_index("layer")["without"]
        now = part["value"].iloc[0]
        rows.append([f"{metric} {pole}".strip(), _number(now), *(_number(one[layer]) for layer in layers)])
    echo_table(["metric", "as set", *(f"without {layer}" for layer in layers)], rows)


def _print_shares(shares: pd.DataFrame, samples: int) -> None:
    """Shares of the variance, a table a metric."""
    for (metric, pole), part in shares.groupby(["metric", "pole"], sort=False):
        sd = part["sd"].iloc[0]
        click.echo(f"\n{metric} {pole}: on what its doubt hangs (standard deviation {sd:.3g}, {samples} samples)")
        rows = [
            [SOURCES.get(r.source, r.source), f"{100 * r.first:.0f} % (± {100 * r.first_se:.0f})",
             f"{100 * r.total:.0f} % (± {100 * r.total_se:.0f})"]
            for r in part.itertuples()
        ]  # fmt: skip
        echo_table(["source of doubt", "alone", "with all it works with"], rows)


def _number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:+.3f}"


def _print(found: WeightThreshold, name: str, year: int, study: Study) -> None:
    one, other = map(study.registry.pole_label, study.pair)
    if math.isnan(found.balance):
        click.echo(f"{name} in {year}: neither {one} nor {other} pulls on it.")
        return
    lead, next_ = (one, other) if found.balance > 0 else (other, one)
    level = found.balance == 0
    click.echo(
        f"{name} in {year}: {'the poles are level' if level else f'{lead} leads'} (balance {signed(found.balance)})."
    )
    for flip in found.thresholds:
        if not math.isnan(flip.threshold) and not level:
            word = "less" if flip.threshold < flip.weight else "more"
            click.echo(
                f"It flips to {next_} if the {flip.layer} layer weighs {word} than {flip.threshold:.2f} "
                f"(now {flip.weight:.2f}), the others in their present proportions."
            )
    if found.nearest is None:
        click.echo("No weights of these layers make the poles level.")
    elif not level:
        told = ", ".join(f"{layer} {weight:.2f}" for layer, weight in found.nearest.items())
        click.echo(f"The nearest weights that make the poles level: {told}.")
    rows = [
        [
            f.layer,
            f"{f.weight:.2f}",
            "never" if math.isnan(f.threshold) else f"{f.threshold:.2f}",
            _told(f.without),
            _told(f.alone),
        ]
        for f in found.thresholds
    ]
    echo_table(["layer", "weight", "level at", "balance without it", "balance of it alone"], rows)


def _told(balance: float) -> str:
    return "no pull" if math.isnan(balance) else signed(balance)
