"""`influence sensitivity`: on which layer weights the leading pole of a state hangs."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from influence.cli.printing import echo_json_of, echo_table, signed
from influence.cli.progress import steps
from influence.cli.settings import pole_names, read_panel, with_settings
from influence.config import Config

if TYPE_CHECKING:
    from influence.compare.flips import Hang


@click.command()
@click.argument("state")
@click.option("--year", type=int, required=True, help="Year to look at.")
@click.option("--json", "as_json", is_flag=True, help="An object of tables, each a list of records.")
@click.option("--quiet", is_flag=True, help="Say nothing but the result and errors.")
@with_settings
def command(state: str, year: int, as_json: bool, quiet: bool, config: Config, panel_dir: Path | None) -> None:
    """Which pole leads in STATE without each layer, and at which weights the lead changes: exact, no draws.

    \b
    influence sensitivity KOR --year 2016
    influence sensitivity Philippines --year 2020 --poles CHN,JPN --json
    """
    import pandas as pd

    from influence.compare.flips import hang_on_weights
    from influence.states import resolve_state

    code, poles = resolve_state(state), pole_names(config)
    with steps(quiet, plain=False) as told:
        told("reading the panel")
        panel = read_panel(config, panel_dir)
        found = hang_on_weights(panel, config, poles[:2], code, year)
    if as_json:
        nearest = found.nearest or {}
        echo_json_of({
            "balance": pd.DataFrame({"iso3": [code], "year": [year], "balance": [found.balance]}),
            "flips": pd.DataFrame(found.flips),
            "nearest": pd.DataFrame({"layer": list(nearest), "weight": list(nearest.values())}),
        })  # fmt: skip
        return
    _print(found, str(panel.states.loc[code, "name"]), year, poles)


def _print(found: Hang, name: str, year: int, poles: tuple[str, ...]) -> None:
    from influence.export.findings import pole_label

    one, other = (pole_label(pole) for pole in poles[:2])
    if math.isnan(found.balance):
        click.echo(f"{name} in {year}: neither {one} nor {other} pulls on it.")
        return
    lead, next_ = (one, other) if found.balance > 0 else (other, one)
    level = found.balance == 0
    click.echo(
        f"{name} in {year}: {'the poles are level' if level else f'{lead} leads'} (balance {signed(found.balance)})."
    )
    for flip in found.flips:
        if not math.isnan(flip.parity) and not level:
            word = "less" if flip.parity < flip.weight else "more"
            click.echo(
                f"It flips to {next_} if the {flip.layer} layer weighs {word} than {flip.parity:.2f} "
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
            "never" if math.isnan(f.parity) else f"{f.parity:.2f}",
            _told(f.without),
            _told(f.alone),
        ]
        for f in found.flips
    ]
    echo_table(["layer", "weight", "level at", "balance without it", "balance of it alone"], rows)


def _weight(weight: float) -> str:
    return "never" if math.isnan(weight) else f"{weight:.2f}"


def _told(balance: float) -> str:
    return "no pull" if math.isnan(balance) else signed(balance)
