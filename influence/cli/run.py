"""`influence run`: the main job, from the panel to tables, graphs and maps."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import click

from influence.cli.progress import steps
from influence.cli.settings import pole_names, read_panel, ties_and_marks, with_settings
from influence.config import Config


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("outputs"), show_default=True, help="Output folder."
)
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
@with_settings
def command(out: Path, quiet: bool, config: Config, panel_dir: Path | None) -> None:
    """Do all of it: tables as CSV and Parquet, graphs and maps of the key years, a manifest of how they were made."""
    from influence.files import move_in, ready_folder

    ready_folder(out)
    # Everything is made beside and moved in whole, so that a failure leaves what stood there as it was.
    beside = Path(tempfile.mkdtemp(prefix=".run-", dir=out))
    try:
        with steps(quiet) as told:
            made = _make(beside, config, panel_dir, told)
        move_in(made, beside, out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    absent = [str(year) for year in config.key_years if f"maps/map_{year}.html" not in made]
    if absent and not quiet:
        click.echo(f"The panel does not cover key years {', '.join(absent)}: they have no map and no graph.", err=True)
    if not quiet:
        maps = [name for name in made if name.startswith("maps/")]
        click.echo(f"{len(made)} files are in {out}. Start with {out / 'index.html'} or open a map:")
        for name in maps:
            click.echo(f"  {out / name}")


def _make(folder: Path, config: Config, panel_dir: Path | None, told: Callable[[str], None]) -> list[str]:
    """Write every output below `folder`; names in the order they are to be moved, the manifest last."""
    from influence.export.graph_files import FORMATS, write_graph
    from influence.export.index_page import write_index
    from influence.export.manifest import write_manifest
    from influence.export.maps import region_states, write_map
    from influence.export.tables import write_table
    from influence.graph import build_graph, restrict
    from influence.metrics.catalogue import METRICS, Basis
    from influence.results import metric_results, tie_table

    poles = pole_names(config)
    told("reading the panel")
    panel = read_panel(config, panel_dir)
    told("weighing the ties")
    ties, marks = ties_and_marks(panel, config)
    names = [metric.name for metric in METRICS]
    if config.bandwidth_base_year not in panel.years:
        told(f"leaving out the bandwidth lens, as bandwidth_base_year {config.bandwidth_base_year} is not in the panel")
        names = [name for name in names if not name.endswith("_bandwidth")]
    told(f"measuring {len(names)} metrics")
    results = metric_results(Basis(panel, ties, poles, config), names, marks)
    told("writing tables")
    table = tie_table(ties, marks)
    region = region_states(ties, config.region, poles, panel.years[-1])
    write_table(results, folder / "tables" / "results.csv")
    write_table(results, folder / "tables" / "results.parquet")
    write_table(table, folder / "tables" / "ties.parquet")
    write_table(table[table["target"].isin(region)], folder / "tables" / f"ties_{config.region}.csv")
    shown = {year: region_states(ties, config.region, poles, year) for year in config.key_years if year in panel.years}
    for year, states in shown.items():
        told(f"drawing {year}")
        graph = restrict(build_graph(ties, year), states)
        for kind in FORMATS:
            write_graph(graph, folder / "graphs" / f"graph_{year}.{kind}")
        write_map(ties, results, config, poles, year, folder / "maps" / f"map_{year}.html", region=config.region)
    write_index(results, poles, shown, folder / "index.html")
    files = sorted(str(path.relative_to(folder).as_posix()) for path in folder.rglob("*") if path.is_file())
    write_manifest(config, panel_dir, files, folder)
    return [*files, "manifest.json"]
