"""`influence run`: all tables, graphs, maps and pages, written to a folder."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from influence.cli.interrupt import graceful_interrupt
from influence.cli.options import only_errors_option, path_option
from influence.cli.progress import steps
from influence.cli.settings import Settings, with_settings, with_workers
from influence.schema import MOST_DRAWS

if TYPE_CHECKING:
    from influence.uncertainty.workers import Workers

STOPPING = "Drawing stops; the other outputs are still written, with the draws made so far. Ctrl-C again stops at once."


@click.command()
@path_option("--out", default=Path("outputs"), show_default=True, help="Output folder.")
@click.option("--draws", type=click.IntRange(0, MOST_DRAWS),
              help="Draws for the uncertainty ranges; 0: no ranges; default: the configured draws.")  # fmt: skip
@click.option("--scenarios", default="all", show_default=True,
              help="Scenarios of the atlas: all, none, or names and files joined by commas.")  # fmt: skip
@only_errors_option
@with_workers
@with_settings
def command(out: Path, draws: int | None, scenarios: str, settings: Settings, workers: Workers) -> None:
    """Write all outputs: tables as CSV and Parquet, graphs and maps of the key years, the atlas, and a manifest.

    Ctrl-C while it draws: it keeps the draws made so far, if they are 20 or more, and writes the other outputs. Ctrl-C
    again: it stops and leaves earlier outputs unchanged.

    \b
    influence run
    influence run --draws 0 --scenarios none --out outputs
    """
    from influence.files import move_in, ready_folder
    from influence.pipeline import RunContext, write_outputs

    ready_folder(out)
    config = settings.config if draws is None else replace(settings.config, draws=draws)
    # The files are written to a folder of their run and moved at the end: a failure leaves earlier outputs unchanged.
    beside = Path(tempfile.mkdtemp(prefix=".run-", dir=out))
    try:
        with steps(settings.quiet) as progress, graceful_interrupt(STOPPING) as stopped:
            made = write_outputs(beside, config, settings.panel_dir, scenarios, RunContext(progress, stopped, workers))
        move_in(made, beside, out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    absent = [str(year) for year in config.key_years if f"maps/map_{year}.html" not in made]
    if absent and not settings.quiet:
        years = ", ".join(absent)
        click.echo(f"No map and no graph for the key years {years}: the panel does not cover them.", err=True)
    if not settings.quiet:
        click.echo(f"{len(made)} files are in {out}. Start with the atlas, which works offline:")
        for name in ("atlas.html", "network.html", "index.html"):
            click.echo(f"  {out / name}")
    settings.echo_weights(files=True)
    if stopped():
        click.echo("Stopped while drawing: the ranges use fewer draws; tables/ranges.parquet lists how many.", err=True)
        raise click.exceptions.Exit(130)
