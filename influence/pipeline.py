"""The main job: from a configuration to every table, graph and page, written below one folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from influence.config import Config
from influence.custom_layer_notes import costs_of_layers
from influence.loading import load_study

if TYPE_CHECKING:
    import pandas as pd

    from influence.study import Study
    from influence.uncertainty.workers import Workers

TRENDS = (
    "pull_balance", "balance_network", "balance_income", "balance_opinion", "balance_bandwidth", "alignment",
)  # fmt: skip
"""Metrics whose trends are written."""
MOST_SAMPLES = 50
"""Samples of the shares of variance of a run: their standard error is some 10 %."""


class RunContext(NamedTuple):
    """How it is run. progress : says what is done now. stopped : whether to stop drawing. workers : who draws."""

    progress: Callable[[str], None]
    stopped: Callable[[], bool]
    workers: Workers


def _write_test(study: Study, folder: Path) -> None:
    """The test of pull by later alignment, of the first pair of poles: a table, and what it finds in words."""
    import pandas as pd

    from influence.errors import StateError
    from influence.export.tables import write_table
    from influence.files import write_text
    from influence.metrics.alignment import alignment
    from influence.metrics.pull import headline_balance
    from influence.metrics.pull_and_alignment import alignment_then_pull, describe_regressions, pull_then_alignment

    pair, base = study.pair, study.method.alignment_base
    # Votes after the panel's last year count too: they are later alignment.
    aligned = alignment(study.points, pair, (base[0], base[-1]))["value"]
    given = (headline_balance(study.ties, pair), study.ties["is_break"], aligned)
    try:
        tests = [test(*given, seed=study.method.seed) for test in (pull_then_alignment, alignment_then_pull)]
    except StateError as err:
        write_text(folder / "tables" / "pull_and_alignment.txt", f"Not tested: {err}\n")
        return
    write_table(pd.concat(tests, ignore_index=True), folder / "tables" / "pull_and_alignment.csv")
    write_text(folder / "tables" / "pull_and_alignment.txt", describe_regressions(tests[0], pair, tests[1]) + "\n")


def _with_draws(
    results: pd.DataFrame, study: Study, names: list[str], config: Config, context: RunContext, folder: Path
) -> pd.DataFrame:
    """The results with their uncertainty ranges; and the tables that draws alone give."""
    from influence.export.tables import write_table
    from influence.uncertainty.ranges import metric_ranges
    from influence.uncertainty.tables import range_table, with_ranges

    given: dict[str, Any] = {"workers": context.workers, "progress": context.progress, "stopped": context.stopped}
    drawn = metric_ranges(study, names, config.draw_settings(), **given)
    context.progress("ordering the draws")
    write_table(range_table(drawn), folder / "tables" / "ranges.parquet")
    write_table(drawn.crossings, folder / "tables" / "crossing_years.csv")
    write_table(drawn.crossing_probabilities, folder / "tables" / "crossing_probabilities.csv")
    if not context.stopped():
        _write_shares(study, config, context, folder)
    return with_ranges(results, drawn, study)


def _write_shares(study: Study, config: Config, context: RunContext, folder: Path) -> None:
    """Shares of the variance of the direct lens by source of uncertainty in the key years."""
    from influence.errors import ExtraError
    from influence.export.tables import write_table
    from influence.uncertainty.sensitivity import LEAST_SAMPLES, share_table, variance_shares

    samples = min(config.draws, MOST_SAMPLES)
    years = [year for year in config.key_years if year in study.years]
    if samples < LEAST_SAMPLES or not years:
        return
    given: dict[str, Any] = {"samples": samples, "workers": context.workers, "progress": context.progress}
    try:
        shares = variance_shares(study, years, draw_settings=config.draw_settings(samples), **given)
    except ExtraError as err:
        context.progress(f"leaving out the shares of variance: {err}")
    else:
        write_table(share_table(shares), folder / "tables" / "variance_shares.csv")


def write_outputs(
    folder: Path, config: Config, panel_dir: Path | None, scenarios: str, context: RunContext
) -> list[str]:
    """Write every output of the main job below `folder`; names in the order they are to be moved, the manifest last.

    Raises
    ------
    InfluenceError : what the configuration, the panel or a scenario cannot serve; nothing is moved into place here.
    """
    from influence.comparison.thresholds import weight_threshold_table
    from influence.export.atlas import write_atlas
    from influence.export.atlas_data import at_year, build_atlas_data, headline_pulls, shown_states
    from influence.export.graph_files import FORMATS, write_graph
    from influence.export.index_page import write_index
    from influence.export.manifest import write_manifest
    from influence.export.maps import region_states
    from influence.export.network_map import write_network
    from influence.export.tables import write_table
    from influence.export.tours import chosen_tours
    from influence.graph import build_graph, restrict
    from influence.metrics.catalogue import available_metrics, metric_named
    from influence.panel.regions import region_key
    from influence.results import metric_results, tie_table, trend_tables
    from influence.scenario.load import chosen_scenarios
    from influence.statements.findings import counted_finding
    from influence.statements.sources import source_line

    progress = context.progress
    progress("reading the panel")
    study = load_study(config, panel_dir)
    panel = study.panel
    # What is not there is refused before the work begins.
    shown_states(study)
    chosen = chosen_scenarios(scenarios, panel.years[-1], study.registry)
    progress("weighing the ties")
    ties, marks = study.ties, study.marks
    if cost := costs_of_layers(study, panel.years):
        progress(cost)
    names, left_out = available_metrics(study)
    for name, why in left_out.items():
        progress(f"leaving out {name}: {why}")
    progress(f"measuring {len(names)} metrics")
    results = metric_results(study, names, marks)
    if config.draws:
        results = _with_draws(results, study, [n for n in names if metric_named(n).drawn], config, context, folder)
    progress("finding the weights at which the lead changes")
    write_table(weight_threshold_table(study), folder / "tables" / "weight_thresholds.csv")
    progress("following trends")
    for name, table in trend_tables(study, [name for name in names if name in TRENDS]).items():
        write_table(table, folder / "tables" / f"{name}.csv")
    if "alignment" in names:
        progress("testing whether pull goes with later alignment")
        _write_test(study, folder)
    progress("writing tables")
    table = tie_table(ties, marks)
    region = region_states(study, panel.years[-1])
    write_table(results, folder / "tables" / "results.csv")
    write_table(results, folder / "tables" / "results.parquet")
    write_table(table, folder / "tables" / "ties.parquet")
    write_table(table[table["target"].isin(region)], folder / "tables" / f"ties_{region_key(config.region)}.csv")
    content = build_atlas_data(study, scenarios=chosen, progress=progress)
    progress("writing the atlas")
    write_atlas(content, folder / "atlas.html", tours=chosen_tours((), panel.layer_names))
    plain = content._replace(scenarios=[])
    write_network(plain, folder / "network.html")
    covered = [year for year in config.key_years if year in panel.years]
    shown = {year: region_states(study, year) for year in covered}
    for year, states in shown.items():
        progress(f"drawing {year}")
        graph = restrict(build_graph(ties, year), states)
        graph.graph["sources"] = source_line(panel, study.method.weights, year)
        for kind in FORMATS:
            write_graph(graph, folder / "graphs" / f"graph_{year}.{kind}")
        write_network(at_year(plain, year), folder / "maps" / f"map_{year}.html")
    findings = {
        year: counted_finding(headline_pulls(content, study.years.index(year)), study.labels, year) for year in shown
    }
    write_index(findings, folder / "index.html")
    files = sorted(str(path.relative_to(folder).as_posix()) for path in folder.rglob("*") if path.is_file())
    write_manifest(config.record(), panel, files, folder)
    return [*files, "manifest.json"]
