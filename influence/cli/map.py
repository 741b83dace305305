"""`influence map`: the interactive network map of a year."""

from __future__ import annotations

from pathlib import Path

import click

from influence.cli.progress import steps
from influence.cli.settings import pole_names, read_panel, ties_and_marks, with_settings, years_of
from influence.config import Config


@click.command()
@click.option("--year", required=True, help="Year to draw.")
@click.option("--out", type=click.Path(path_type=Path), help="HTML file; outputs/maps/map_YEAR.html by default.")
@click.option("--region", help="Group of states to show (asia_pacific).")
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
@with_settings
def command(
    year: str, out: Path | None, region: str | None, quiet: bool, config: Config, panel_dir: Path | None
) -> None:
    """Draw who pulls on whom in one year as one self-contained page that works without a network.

    \b
    influence map --year 2016
    influence map --year 2020 --poles CHN,USA,eu --out eu.html
    """
    from influence.export.maps import write_map
    from influence.results import pull_results

    poles = pole_names(config)
    with steps(quiet) as told:
        told("reading the panel")
        panel = read_panel(config, panel_dir)
        listed = years_of(year, panel.years)
        if len(listed) != 1:
            raise click.UsageError(f"a map shows one year, and --year {year} names {len(listed)}.")
        told("weighing the ties")
        ties, marks = ties_and_marks(panel, config)
        results = pull_results(ties, poles, marks)
        told(f"drawing {listed[0]}")
        path = out or Path("outputs") / "maps" / f"map_{listed[0]}.html"
        write_map(ties, results, config, poles, listed[0], path, region=region or config.region)
    if not quiet:
        click.echo(str(path))
