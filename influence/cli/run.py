"""`influence run`: the main job, from the panel to tables, graphs and maps."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from influence.cli.progress import steps
from influence.cli.settings import pole_names, read_panel, ties_and_marks, with_settings
from influence.config import Config

if TYPE_CHECKING:
    import xarray as xr

    from influence.metrics.catalogue import Basis

TRENDS = (
    "pull_balance", "balance_network", "balance_income", "balance_opinion", "balance_bandwidth", "alignment",
)  # fmt: skip
"""Metrics whose trends are told."""


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("outputs"), show_default=True, help="Output folder."
)
@click.option("--draws", type=click.IntRange(0, 1_000_000), help="Draws for bands; those of the settings, 0: none.")
@click.option("--scenarios", default="all", show_default=True, help="Of the atlas: all, none, or names with commas.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
@with_settings
def command(out: Path, draws: int | None, scenarios: str, quiet: bool, config: Config, panel_dir: Path | None) -> None:
    """Do all of it: tables as CSV and Parquet, graphs and maps of the key years, a manifest of how they were made."""
    from influence.files import move_in, ready_folder

    ready_folder(out)
    config = config if draws is None else replace(config, draws=draws)
    # Everything is made beside and moved in whole, so that a failure leaves what stood there as it was.
    beside = Path(tempfile.mkdtemp(prefix=".run-", dir=out))
    try:
        with steps(quiet) as told:
            made = _make(beside, config, panel_dir, scenarios, told)
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


def _write_test(basis: Basis, points: xr.Dataset, folder: Path) -> None:
    """The test of pull by later alignment, of the first pair of poles: a table, and what it finds in words."""
    import pandas as pd

    from influence.errors import StateError
    from influence.export.tables import write_table
    from influence.files import write_text
    from influence.metrics.alignment import alignment
    from influence.metrics.pull import pull_balance
    from influence.metrics.pull_and_alignment import alignment_then_pull, pull_then_alignment, report_of

    pair, base = basis.pairs[0], basis.config.alignment_base
    # Votes after the panel's last year count too: they are later alignment.
    aligned = alignment(points, pair, (base[0], base[-1]))["value"]
    given = (pull_balance(basis.ties, pair), basis.ties["is_break"], aligned)
    try:
        tests = [test(*given, seed=basis.config.seed) for test in (pull_then_alignment, alignment_then_pull)]
    except StateError as err:
        write_text(folder / "tables" / "pull_and_alignment.txt", f"Not tested: {err}\n")
        return
    write_table(pd.concat(tests, ignore_index=True), folder / "tables" / "pull_and_alignment.csv")
    write_text(folder / "tables" / "pull_and_alignment.txt", report_of(tests[0], pair, tests[1]) + "\n")


def _make(
    folder: Path, config: Config, panel_dir: Path | None, scenarios: str, told: Callable[[str], None]
) -> list[str]:
    """Write every output below `folder`; names in the order they are to be moved, the manifest last."""
    from influence.export.atlas import write_atlas
    from influence.export.atlas_data import at_year, content_of, shown_states
    from influence.export.graph_files import FORMATS, write_graph
    from influence.export.index_page import write_index
    from influence.export.manifest import write_manifest
    from influence.export.maps import region_states
    from influence.export.network_map import write_network
    from influence.export.tables import write_table
    from influence.export.tours import chosen_tours
    from influence.graph import build_graph, restrict
    from influence.metrics.alignment import load_ideal_points
    from influence.metrics.catalogue import Basis, to_be_had
    from influence.results import metric_results, tie_table, trend_tables
    from influence.scenario.load import chosen_scenarios
    from influence.uncertainty import doubt_of, pull_bands, with_bands

    poles = pole_names(config)
    told("reading the panel")
    panel = read_panel(config, panel_dir)
    shown_states(panel, config.region, poles)  # a region that is not there is told before the work begins
    told("weighing the ties")
    ties, marks = ties_and_marks(panel, config)
    points = load_ideal_points(panel_dir)
    basis = Basis(panel, ties, poles, config, points)
    names, left_out = to_be_had(basis)
    for name, why in left_out.items():
        told(f"leaving out {name}: {why}")
    told(f"measuring {len(names)} metrics")
    results = metric_results(basis, names, marks)
    if config.draws:
        bands = pull_bands(panel, config, poles, doubt_of(config, config.draws), told=told)
        results = with_bands(results, bands)
    told("following trends")
    for name, table in trend_tables(basis, [name for name in names if name in TRENDS]).items():
        write_table(table, folder / "tables" / f"{name}.csv")
    if "alignment" in names:
        told("testing whether pull goes with later alignment")
        _write_test(basis, points, folder)
    told("writing tables")
    table = tie_table(ties, marks)
    region = region_states(ties, config.region, poles, panel.years[-1])
    write_table(results, folder / "tables" / "results.csv")
    write_table(results, folder / "tables" / "results.parquet")
    write_table(table, folder / "tables" / "ties.parquet")
    write_table(table[table["target"].isin(region)], folder / "tables" / f"ties_{config.region}.csv")
    content = content_of(
        panel, config, poles, region=config.region, scenarios=chosen_scenarios(scenarios, panel.years[-1]), told=told
    )
    told("writing the atlas")
    write_atlas(content, folder / "atlas.html", tours=chosen_tours(()))
    plain = content._replace(scenarios=[])
    write_network(plain, folder / "network.html")
    shown = {year: region_states(ties, config.region, poles, year) for year in config.key_years if year in panel.years}
    for year, states in shown.items():
        told(f"drawing {year}")
        graph = restrict(build_graph(ties, year), states)
        for kind in FORMATS:
            write_graph(graph, folder / "graphs" / f"graph_{year}.{kind}")
        write_network(at_year(plain, year), folder / "maps" / f"map_{year}.html")
    drawn = dict.fromkeys(shown, content.frame.shown)
    write_index(results, poles, drawn, folder / "index.html")
    files = sorted(str(path.relative_to(folder).as_posix()) for path in folder.rglob("*") if path.is_file())
    write_manifest(config, panel_dir, files, folder)
    return [*files, "manifest.json"]
