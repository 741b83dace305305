"""`influence atlas`: all years, scenarios and weights in one page."""

from __future__ import annotations

from pathlib import Path

import click

from influence.cli.options import only_errors_option, path_option, region_option
from influence.cli.settings import Settings, with_settings


@click.command()
@region_option
@click.option("--scenarios", default="all", show_default=True, help="all, none, or names and files joined by commas.")
@click.option("--tour", "tours", multiple=True,
              help="Guided tour, by name or file; repeat for several; default: the bundled tours.")  # fmt: skip
@path_option("--out", help="HTML file; default: outputs/atlas.html.")
@only_errors_option
@with_settings
def command(region: str | None, scenarios: str, tours: tuple[str, ...], out: Path | None, settings: Settings) -> None:
    """Draw all years, scenarios, lenses and weights as one page that works offline.

    \b
    influence atlas
    influence atlas --region asean --scenarios tpp_with_us,mine.yaml --tour lesson.yaml --out asean.html
    influence atlas --region all --out world.html
    """
    from influence.export.atlas import write_atlas
    from influence.export.atlas_data import build_atlas_data
    from influence.export.tours import chosen_tours
    from influence.files import page_path, ready_folder
    from influence.scenario.load import chosen_scenarios

    place = page_path(out or Path("outputs") / "atlas.html")
    ready_folder(place.parent)
    chosen = chosen_tours(tours, settings.config.layer_names)
    with settings.opened(region, plain=True) as (study, progress):
        names = chosen_scenarios(scenarios, study.years[-1], study.registry)
        content = build_atlas_data(study, scenarios=names, progress=progress)
        progress("writing the page")
        path = write_atlas(content, place, tours=chosen)
    settings.echo_weights(files=True)
    if not settings.quiet:
        click.echo(str(path))
