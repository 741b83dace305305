"""`influence run`: the main job, from the panel to tables, graphs and maps."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from influence.cli.interrupt import graceful_interrupt
from influence.cli.progress import steps
from influence.cli.settings import with_settings, with_workers
from influence.config import Config
from influence.schema import MOST_DRAWS

if TYPE_CHECKING:
    from influence.uncertainty.workers import Workers

STOPPING = "Drawing no more: the draws made so far are kept and the rest is done. Ctrl-C once more stops at once."


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("outputs"), show_default=True, help="Output folder."
)
@click.option("--draws", type=click.IntRange(0, MOST_DRAWS), help="Draws for bands; those of the settings, 0: none.")
@click.option("--scenarios", default="all", show_default=True, help="Of the atlas: all, none, or names with commas.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
@with_workers
@with_settings
def command(
    out: Path, draws: int | None, scenarios: str, quiet: bool, config: Config, panel_dir: Path | None, workers: Workers
) -> None:  # fmt: skip
    """Do all of it: tables as CSV and Parquet, graphs and maps of the key years, a manifest of how they were made.

    Ctrl-C while it draws: the draws made so far are kept, if they are 20 or more, and the rest of the work is done;
    once more: it stops, and what stood there before is as it was.
    """
    from influence.files import move_in, ready_folder
    from influence.pipeline import RunContext, write_outputs

    ready_folder(out)
    config = config if draws is None else replace(config, draws=draws)
    # Everything is made beside and moved in whole, so that a failure leaves what stood there as it was.
    beside = Path(tempfile.mkdtemp(prefix=".run-", dir=out))
    try:
        with steps(quiet) as progress, graceful_interrupt(STOPPING) as stopped:
            made = write_outputs(beside, config, panel_dir, scenarios, RunContext(progress, stopped, workers))
        move_in(made, beside, out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    absent = [str(year) for year in config.key_years if f"maps/map_{year}.html" not in made]
    if absent and not quiet:
        click.echo(f"The panel does not cover key years {', '.join(absent)}: they have no map and no graph.", err=True)
    if not quiet:
        click.echo(f"{len(made)} files are in {out}. Start with the atlas, which works without a network:")
        for name in ("atlas.html", "network.html", "index.html"):
            click.echo(f"  {out / name}")
    if stopped():
        click.echo("Stopped while drawing: bands rest on fewer draws; tables/ranges.parquet tells how many.", err=True)
        raise click.exceptions.Exit(130)
