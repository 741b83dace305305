"""`influence map`: the network of one year, or of all years, as an interactive page."""

from __future__ import annotations

from pathlib import Path

import click

from influence.cli.options import region_option, year_option
from influence.cli.printing import echo_weights
from influence.cli.progress import steps
from influence.cli.settings import open_study, with_settings, years_of
from influence.config import Config


@click.command()
@year_option(help="Year to draw; default: all years in one page.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="HTML file; default: outputs/network.html, or outputs/maps/map_YEAR.html.",
)
@region_option
@click.option("--quiet", is_flag=True, help="Print only errors.")
@with_settings
def command(
    year: str | None, out: Path | None, region: str | None, quiet: bool, config: Config, panel_dir: Path | None
) -> None:
    """Draw the network of states and their reliance as one page that works offline, each state at a fixed place.

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
            raise click.UsageError(
                f"a map shows one year or all years, and --year {year} names {len(listed)}; give one or none."
            )
        content = build_atlas_data(study, progress=progress)
        progress(f"drawing {listed[0] if listed else 'the network'}")
        usual = Path("outputs") / (f"maps/map_{listed[0]}.html" if listed else "network.html")
        path = write_network(at_year(content, listed[0]) if listed else content, out or usual)
    echo_weights(study.method, data=True, quiet=quiet)
    if not quiet:
        click.echo(str(path))
