"""`influence atlas`: all years, scenarios and weights in one page."""

from __future__ import annotations

from pathlib import Path

import click

from influence.cli.options import region_option
from influence.cli.printing import echo_weights
from influence.cli.progress import steps
from influence.cli.settings import open_study, with_settings
from influence.config import Config


@click.command()
@region_option
@click.option("--scenarios", default="all", show_default=True, help="all, none, or names and files joined by commas.")
@click.option(
    "--tour",
    "tours",
    multiple=True,
    help="Guided tour, by name or file; repeat for several; default: the bundled tours.",
)
@click.option("--out", type=click.Path(path_type=Path), help="HTML file; default: outputs/atlas.html.")
@click.option("--quiet", is_flag=True, help="Print only errors.")
@with_settings
def command(
    region: str | None, scenarios: str, tours: tuple[str, ...], out: Path | None, quiet: bool, config: Config,
    panel_dir: Path | None,
) -> None:  # fmt: skip
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
    chosen = chosen_tours(tours, config.layer_names)
    with steps(quiet) as progress:
        progress("reading the panel")
        study = open_study(config, panel_dir, region)
        names = chosen_scenarios(scenarios, study.years[-1], study.registry)
        content = build_atlas_data(study, scenarios=names, progress=progress)
        progress("writing the page")
        path = write_atlas(content, place, tours=chosen)
    echo_weights(study.method, data=True, quiet=quiet)
    if not quiet:
        click.echo(str(path))
