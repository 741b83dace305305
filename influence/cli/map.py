"""`influence map`: the interactive network page, of all years or of one."""

from __future__ import annotations

from pathlib import Path

import click

from influence.cli.options import year_option
from influence.cli.progress import steps
from influence.cli.settings import open_study, with_settings, years_of
from influence.config import Config


@click.command()
@year_option(help="Year to draw; all years in one page by default.")
@click.option("--out", type=click.Path(path_type=Path), help="HTML file; by default in outputs/.")
@click.option("--region", help="States to show: a group, an agreement or KOR,JPN (asia_pacific); all.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
@with_settings
def command(
    year: str | None, out: Path | None, region: str | None, quiet: bool, config: Config, panel_dir: Path | None
) -> None:
    """Draw who pulls on whom as a network with fixed places: one self-contained page that works without a network.

    \b
    influence map
    influence map --year 2016
    influence map --year 2020 --poles CHN,USA,eu --out eu.html
    """
    from influence.export.atlas_data import at_year, build_atlas_data
    from influence.export.network_map import write_network
    from influence.files import page_path

    if out is not None:
        page_path(out)
    with steps(quiet) as progress:
        progress("reading the panel")
        study = open_study(config, panel_dir, region)
        listed = years_of(year, study.years) if year is not None else []
        if len(listed) > 1:
            raise click.UsageError(f"a map shows one year or all, and --year {year} names {len(listed)}.")
        content = build_atlas_data(study, progress=progress)
        progress(f"drawing {listed[0] if listed else 'the network'}")
        usual = Path("outputs") / (f"maps/map_{listed[0]}.html" if listed else "network.html")
        path = write_network(at_year(content, listed[0]) if listed else content, out or usual)
    if not quiet:
        click.echo(str(path))
