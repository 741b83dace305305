"""`influence map`: the network of one year, or of all years, as an interactive page."""

from __future__ import annotations

from pathlib import Path

import click

from influence.cli.options import only_errors_option, path_option, region_option, year_option
from influence.cli.settings import Settings, with_settings, years_of


@click.command()
@year_option(help="Year to draw; default: all years in one page.")
@path_option("--out", help="HTML file; default: outputs/network.html, or outputs/maps/map_YEAR.html.")
@region_option
@only_errors_option
@with_settings
def command(year: str | None, out: Path | None, region: str | None, settings: Settings) -> None:
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
    with settings.opened(region, plain=True) as (study, progress):
        listed = years_of(year, study.years) if year is not None else []
        if len(listed) > 1:
            raise click.UsageError(
                f"a map shows one year or all years, and --year {year} names {len(listed)}; give one or none."
            )
        content = build_atlas_data(study, progress=progress)
        progress(f"drawing {listed[0] if listed else 'the network'}")
        usual = Path("outputs") / (f"maps/map_{listed[0]}.html" if listed else "network.html")
        path = write_network(at_year(content, listed[0]) if listed else content, out or usual)
    settings.echo_weights(files=True)
    if not settings.quiet:
        click.echo(str(path))
