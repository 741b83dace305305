"""`influence compare`: two years, a year and a scenario, or two graphs."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import json_option, path_option, quiet_option, region_option
from influence.cli.printing import echo_json, echo_table, signed
from influence.cli.settings import Settings, with_settings, with_workers
from influence.errors import pluralize
from influence.schema import MOST_DRAWS

if TYPE_CHECKING:
    import pandas as pd

    from influence.comparison.compared import Compared
    from influence.comparison.tables import Comparison
    from influence.uncertainty.workers import Workers

MOST, LEAST_CHANGE = 15, 0.0005
"""Most states shown, and the smallest change that is shown."""


@click.command()
@click.argument("first")
@click.argument("second")
@region_option
@click.option("--draws", type=click.IntRange(0, MOST_DRAWS), default=200, show_default=True,
              help="Draws for the uncertainty ranges of changes and ranks; 0: no ranges, and faster.")  # fmt: skip
@json_option(help="Print an object of tables, each a list of records.")
@path_option("--out", help="Folder for the tables (CSV) and a picture (SVG).")
@click.option("--html", is_flag=True, help="Also write a page with two maps, compare.html, to --out or outputs/.")
@quiet_option
@with_workers
@with_settings
def command(
    first: str, second: str, region: str | None, draws: int, out: Path | None, html: bool, settings: Settings,
    workers: Workers,
) -> None:  # fmt: skip
    """Compare two years, or a year and a scenario.

    FIRST and SECOND: 2018 (a year), 2018:tpp_with_us or 2018:mine.yaml (a scenario), or mine.graphml (a graph).

    \b
    influence compare 2016 2018
    influence compare 2018 2018:tpp_with_us --out tpp
    influence compare 2016 2018 --html
    influence compare before.graphml after.graphml --json
    """
    from influence.comparison.compared import compare
    from influence.export.compare_page import write_compare
    from influence.files import ready_folder
    from influence.uncertainty.comparing import with_draws

    if html:
        ready_folder(out or Path("outputs"))
    with settings.opened(region) as (study, progress):
        compared = compare(first, second, study, progress, bounds=not draws)
        if draws:
            drawn = settings.config.draw_settings(draws)
            compared = with_draws(compared, drawn, workers=workers, progress=progress)
    as_json, quiet = settings.as_json, settings.quiet
    if as_json:
        verdict = [{"verdict": compared.verdict}] if compared.verdict else []
        echo_json({**compared.found._asdict(), "verdict": verdict})
    else:
        _print(compared)
    if out is not None:
        _write(compared, out)
        if not quiet:
            click.echo(f"\nThe tables and the picture are in {out}.", err=as_json)
    if html:
        path = write_compare(compared, (out or Path("outputs")) / "compare.html")
        click.echo(str(path) if quiet else f"\nThe page is {path}.", err=as_json)
    if not as_json:
        click.echo()
    graphs = compared.first.study is None and compared.second.study is None
    settings.echo_weights(rests_on="graphs" if graphs else "composite")


def _print(compared: Compared) -> None:
    if compared.verdict:
        click.echo(compared.verdict)
    for pair in compared.study.pairs:
        _print_balances(compared, pair)
    _print_network(compared)
    first, second = compared.first, compared.second
    if first.year == second.year and second.scenario != first.scenario:
        _print_advice(compared)


def _print_balances(compared: Compared, pair: tuple[str, str]) -> None:
    """The states whose balance changes most."""
    from influence.comparison.compared import balance_rows

    label = "-".join(pair)
    rows = balance_rows(compared.found, label)
    known = rows[rows["change"].abs() >= LEAST_CHANGE].head(MOST)
    sides = f"{compared.first.label} -> {compared.second.label}"
    click.echo(f"\nBalance {label}, {sides}: +1 if only {pair[0]} pulls, -1 if only {pair[1]} pulls")
    if known.empty:
        click.echo("No balance changes by 0.001 or more.")
    else:
        _print_changes(compared, known, label)
    broken = int((rows["flag"] == "break").sum())
    if broken:
        what = "the trade series or a custom layer" if compared.study.panel.custom else "the trade series"
        click.echo(f"No change for {pluralize(broken, 'state')}: {what} differs between the two years.")


def _print_changes(compared: Compared, known: pd.DataFrame, label: str) -> None:
    names = compared.names
    table = [
        [names.get(r.iso3, r.iso3), signed(r.before), signed(r.after), f"{r.change:+.3f}", _range(r),
         _rank(compared.found, r.iso3, label)]
        for r in known.itertuples()
    ]  # fmt: skip
    ranges = known["low"].notna().any()
    head = [f"state ({MOST} largest changes)", "before", "after", "change", "uncertainty range", "rank"]
    kept = [i for i in range(len(head)) if ranges or head[i] != "uncertainty range"]
    echo_table([head[i] for i in kept], [[row[i] for i in kept] for row in table])
    if ranges:
        click.echo(f"Uncertainty range: {compared.range_note}.")


def _print_network(compared: Compared) -> None:
    """What changes in the network as a whole."""
    from influence.comparison.compared import shown_edges
    from influence.comparison.tables import DISTANCES

    found, names = compared.found, compared.names
    counts = shown_edges(compared)["kind"].value_counts()
    listed = ", ".join(f"{counts.get(kind, 0)} {kind}" for kind in ("gained", "lost", "changed"))
    among = "" if compared.states is None else " among these states and the poles"
    click.echo(f"\nTies of at least 1 %{among}: {listed}.")
    click.echo(f"Blocs: {pluralize(int(found.blocs['moved'].sum()), 'state')} in another bloc than before.")
    for row in found.distance.itertuples():
        click.echo(f"{DISTANCES[row.measure]}: {row.value:.3f} ({row.note})")
    if found.attribution["share"].sum() > 0:
        top = [f"{names.get(r.iso3, r.iso3)} {100 * r.share:.0f} %" for r in found.attribution.head(5).itertuples()]
        click.echo(f"Largest contributions to the change of the network: {', '.join(top)}.")


def _print_advice(compared: Compared) -> None:
    """How to read a comparison with a scenario."""
    from influence.comparison.compared import BOUNDS_NOTE

    click.echo("\nThe comparison is of an equilibrium with the scenario and one without it; it is not a forecast.")
    if compared.range_note == BOUNDS_NOTE:
        click.echo("`influence brief` lists the assumptions.")
    else:
        click.echo(
            "Quote these ranges: they vary all uncertain values at once. `influence brief` varies one at a time."
        )


def _range(row: Any) -> str:
    return "" if math.isnan(row.low) else f"{row.low:+.3f} to {row.high:+.3f}"


def _rank(found: Comparison, iso3: str, label: str) -> str:
    rows = found.ranks[(found.ranks["iso3"] == iso3) & (found.ranks["pole"] == label)]
    if rows.empty:
        return ""
    r = rows.iloc[0]
    parts = []
    for side in ("before", "after"):
        low, high = r[f"{side}_low"], r[f"{side}_high"]
        parts.append(f"{r[side]:.0f}" + ("" if math.isnan(low) else f" ({low:.0f}-{high:.0f})"))
    return " -> ".join(parts)


def _write(compared: Compared, out: Path) -> None:
    from influence.export.compare_page import write_dumbbell
    from influence.export.tables import write_table
    from influence.files import ready_folder

    ready_folder(out)
    for name, table in compared.found._asdict().items():
        write_table(table, out / f"{name}.csv")
    write_dumbbell(compared, out / "dumbbell.svg")
