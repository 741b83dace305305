"""`influence atlas`: the whole of it in one page."""

from __future__ import annotations

from pathlib import Path

import click

from influence.cli.progress import steps
from influence.cli.settings import open_study, with_settings
from influence.config import Config


@click.command()
@click.option("--region", help="States to show: a group, an agreement or KOR,JPN (asia_pacific); all.")
@click.option("--scenarios", default="all", show_default=True, help="all, none, or names and files joined by commas.")
@click.option("--tour", "tours", multiple=True, help="A tour by name or file, again for more; those that come with it.")
@click.option("--out", type=click.Path(path_type=Path), help="HTML file; outputs/atlas.html by default.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
@with_settings
def command(
    region: str | None, scenarios: str, tours: tuple[str, ...], out: Path | None, quiet: bool, config: Config,
    panel_dir: Path | None,
) -> None:  # fmt: skip
    """Draw every year, scenario, lens and weight as one self-contained page that works without a network.

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
    if not quiet:
        click.echo(str(path))
