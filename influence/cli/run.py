"""`influence run`: the main job, from the panel to tables, graphs and maps."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from influence.cli.custom_layers import costs_of_layers
from influence.cli.interrupt import graceful_interrupt
from influence.cli.progress import steps
from influence.cli.settings import pole_names, read_panel, ties_and_marks, with_settings, with_workers
from influence.config import Config
from influence.schema import MOST_DRAWS

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from influence.metrics.catalogue import Basis
    from influence.uncertainty.workers import Workers

TRENDS = (
    "pull_balance", "balance_network", "balance_income", "balance_opinion", "balance_bandwidth", "alignment",
)  # fmt: skip
"""Metrics whose trends are told."""
MOST_SAMPLES = 50
"""Samples of the shares of variance of a run: their standard error is some 10 %."""
STOPPING = "Drawing no more: the draws made so far are kept and the rest is done. Ctrl-C once more stops at once."


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("outputs"), show_default=True, help="Output folder."
)
@click.option("--draws", type=click.IntRange(0, MOST_DRAWS), help="Draws for bands; those of the settings, 0: none.")
@click.option("--scenarios", default="all", show_default=True, help="Of the atlas: all, none, or names with commas.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
@with_workers
@with_settings
def command(
    out: Path, draws: int | None, scenarios: str, quiet: bool, config: Config, panel_dir: Path | None, workers: Workers
) -> None:  # fmt: skip
    """Do all of it: tables as CSV and Parquet, graphs and maps of the key years, a manifest of how they were made.

    Ctrl-C while it draws: the draws made so far are kept, if they are 20 or more, and the rest of the work is done;
    once more: it stops, and what stood there before is as it was.
    """
    from influence.files import move_in, ready_folder

    ready_folder(out)
    config = config if draws is None else replace(config, draws=draws)
    # Everything is made beside and moved in whole, so that a failure leaves what stood there as it was.
    beside = Path(tempfile.mkdtemp(prefix=".run-", dir=out))
    try:
        with steps(quiet) as progress, graceful_interrupt(STOPPING) as stopped:
            made = _make(beside, config, panel_dir, scenarios, RunContext(progress, stopped, workers))
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
    if stopped():
        click.echo("Stopped while drawing: bands rest on fewer draws; tables/ranges.parquet tells how many.", err=True)
        raise click.exceptions.Exit(130)


class RunContext(NamedTuple):
    """How the work goes on. progress : says what is done now. stopped : whether to draw no more. crew : who draws."""

    progress: Callable[[str], None]
    stopped: Callable[[], bool]
    workers: Workers


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


def _with_draws(
    results: pd.DataFrame, basis: Basis, names: list[str], context: RunContext, folder: Path
) -> pd.DataFrame:  # fmt: skip
    """The results with their bands; and the tables that draws alone give."""
    from influence.export.tables import write_table
    from influence.uncertainty.draws import draw_settings_of
    from influence.uncertainty.ranges import metric_ranges
    from influence.uncertainty.tables import range_table, with_ranges

    draw_settings = draw_settings_of(basis.config, basis.config.draws)
    given: dict[str, Any] = {"workers": context.workers, "progress": context.progress, "stopped": context.stopped}
    drawn = metric_ranges(basis.panel, basis.config, basis.poles, names, draw_settings, **given)
    context.progress("ordering the draws")
    write_table(range_table(drawn), folder / "tables" / "ranges.parquet")
    write_table(drawn.crossings, folder / "tables" / "crossing_years.csv")
    write_table(drawn.crossing_probabilities, folder / "tables" / "crossing_probabilities.csv")
    if not context.stopped():
        _write_shares(basis, context, folder)
    return with_ranges(results, drawn, basis.panel, basis.poles)


def _write_shares(basis: Basis, context: RunContext, folder: Path) -> None:
    """Shares of the variance of the direct lens by source of doubt in the key years."""
    from influence.errors import ExtraError
    from influence.export.tables import write_table
    from influence.uncertainty.draws import draw_settings_of
    from influence.uncertainty.sensitivity import LEAST_SAMPLES, share_table, variance_shares

    config, samples = basis.config, min(basis.config.draws, MOST_SAMPLES)
    years = [year for year in config.key_years if year in basis.panel.years]
    if samples < LEAST_SAMPLES or not years:
        return
    given: dict[str, Any] = {"samples": samples, "workers": context.workers, "progress": context.progress}
    try:
        shares = variance_shares(
            basis.panel, config, basis.poles, years, draw_settings=draw_settings_of(config, samples), **given
        )
    except ExtraError as err:
        context.progress(f"leaving out the shares of variance: {err}")
    else:
        write_table(share_table(shares), folder / "tables" / "variance_shares.csv")


def _make(folder: Path, config: Config, panel_dir: Path | None, scenarios: str, context: RunContext) -> list[str]:
    """Write every output below `folder`; names in the order they are to be moved, the manifest last."""
    from influence.compare.thresholds import weight_threshold_table
    from influence.export.atlas import write_atlas
    from influence.export.atlas_data import at_year, build_atlas_data, shown_states
    from influence.export.graph_files import FORMATS, write_graph
    from influence.export.index_page import write_index
    from influence.export.manifest import write_manifest
    from influence.export.maps import region_states
    from influence.export.network_map import write_network
    from influence.export.tables import write_table
    from influence.export.tours import chosen_tours
    from influence.graph import build_graph, restrict
    from influence.metrics.alignment import load_ideal_points
    from influence.metrics.catalogue import Basis, available_metrics, metric_named
    from influence.panel.regions import region_key
    from influence.results import metric_results, tie_table, trend_tables
    from influence.scenario.load import chosen_scenarios
    from influence.statements.sources import source_line

    progress = context.progress
    poles = pole_names(config)
    progress("reading the panel")
    panel = read_panel(config, panel_dir)
    # What is not there is progress before the work begins.
    shown_states(panel, config.region, poles)
    chosen = chosen_scenarios(scenarios, panel.years[-1])
    progress("weighing the ties")
    ties, marks = ties_and_marks(panel, config)
    if cost := costs_of_layers(panel, ties, config, panel.years):
        progress(cost)
    points = load_ideal_points(panel_dir)
    basis = Basis(panel, ties, poles, config, points)
    names, left_out = available_metrics(basis)
    for name, why in left_out.items():
        progress(f"leaving out {name}: {why}")
    progress(f"measuring {len(names)} metrics")
    results = metric_results(basis, names, marks)
    if config.draws:
        results = _with_draws(results, basis, [name for name in names if metric_named(name).drawn], context, folder)
    progress("looking for the weights on which the lead hangs")
    write_table(weight_threshold_table(panel, config, poles[:2]), folder / "tables" / "weight_thresholds.csv")
    progress("following trends")
    for name, table in trend_tables(basis, [name for name in names if name in TRENDS]).items():
        write_table(table, folder / "tables" / f"{name}.csv")
    if "alignment" in names:
        progress("testing whether pull goes with later alignment")
        _write_test(basis, points, folder)
    progress("writing tables")
    table = tie_table(ties, marks)
    region = region_states(ties, config.region, poles, panel.years[-1], panel=panel)
    write_table(results, folder / "tables" / "results.csv")
    write_table(results, folder / "tables" / "results.parquet")
    write_table(table, folder / "tables" / "ties.parquet")
    write_table(table[table["target"].isin(region)], folder / "tables" / f"ties_{region_key(config.region)}.csv")
    content = build_atlas_data(panel, config, poles, region=config.region, scenarios=chosen, progress=progress)
    progress("writing the atlas")
    write_atlas(content, folder / "atlas.html", tours=chosen_tours((), config.layer_names))
    plain = content._replace(scenarios=[])
    write_network(plain, folder / "network.html")
    covered = [year for year in config.key_years if year in panel.years]
    shown = {year: region_states(ties, config.region, poles, year, panel=panel) for year in covered}
    for year, states in shown.items():
        progress(f"drawing {year}")
        graph = restrict(build_graph(ties, year), states)
        graph.graph["sources"] = source_line(panel, config.weights, year)
        for kind in FORMATS:
            write_graph(graph, folder / "graphs" / f"graph_{year}.{kind}")
        write_network(at_year(plain, year), folder / "maps" / f"map_{year}.html")
    counted = [code for code, inside in zip(content.frame.shown, content.inside, strict=True) if inside]
    write_index(results, poles, dict.fromkeys(shown, counted), folder / "index.html")
    files = sorted(str(path.relative_to(folder).as_posix()) for path in folder.rglob("*") if path.is_file())
    write_manifest(config, panel_dir, files, folder, own=panel.own)
    return [*files, "manifest.json"]
