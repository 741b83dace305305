"""`influence data import vintage`: a copy of the panel with a newer file of one source."""

from __future__ import annotations

from pathlib import Path

import click

from influence.cli.options import only_errors_option, panel_option, path_option
from influence.cli.progress import steps


@click.command()
@click.argument("source")
@click.argument("path", type=click.Path(path_type=Path))
@path_option("--out", required=True, help="Folder to write the new panel to.")
@click.option("--vintage", required=True, help="Edition of the file, for readers, such as 'to 2024'.")
@panel_option(help="Folder of the panel to copy.")
@only_errors_option
def vintage(source: str, path: Path, out: Path, vintage: str, panel_dir: Path | None, quiet: bool) -> None:
    """Import a newer file PATH of one SOURCE (a key of `influence cite`); copy all other tables.

    \b
    influence data import vintage world_bank_gdp API_NY.GDP.MKTP.CD.zip --vintage "to 2024" --out newer
    influence data import vintage atop atop5_2.csv --vintage 5.2 --panel newer --out newer
    influence data diff datasets newer
    influence pull KOR --panel newer
    """
    from influence.panel.vintages import import_vintage

    with steps(quiet) as progress:
        progress(f"reading {path.name}")
        made = import_vintage(source, path, out, vintage=vintage, panel=panel_dir)
    if not quiet:
        left = f"; {made.excluded} codes that are not a state are left out and listed" if made.excluded else ""
        click.echo(f"{out}: table {made.table} is from {path.name} ({made.rows:,} rows{left}); the others are copied.")
        click.echo(f"What changed: influence data diff DATASETS {out}. To use it: --panel {out}.")
