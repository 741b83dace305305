"""`influence compare`: two years, a year and a scenario, or graphs of your own, side by side."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli.printing import echo_json_of, echo_table, signed
from influence.cli.progress import steps
from influence.cli.settings import open_study, with_settings, with_workers
from influence.config import Config
from influence.errors import pluralize
from influence.schema import MOST_DRAWS

if TYPE_CHECKING:
    import pandas as pd

    from influence.comparison.compared import Compared
    from influence.comparison.tables import Comparison
    from influence.uncertainty.workers import Workers


@click.command()
@click.argument("first")
@click.argument("second")
@click.option("--region", help="States to tell of: a group, an agreement or KOR,JPN (asia_pacific); all.")
@click.option("--json", "as_json", is_flag=True, help="An object of tables, each a list of records.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the tables as CSV and the picture as SVG.")
@click.option("--html", is_flag=True, help="Two maps and all changes as one page: compare.html in --out, or outputs/.")
@click.option("--draws", type=click.IntRange(0, MOST_DRAWS), default=200, show_default=True,
              help="Bands of changes and ranks from so many draws; 0: none.")  # fmt: skip
@click.option("--quiet", is_flag=True, help="Say nothing but the result and errors.")
@with_workers
@with_settings
def command(
    first: str, second: str, region: str | None, as_json: bool, out: Path | None, html: bool, draws: int, quiet: bool,
    config: Config, panel_dir: Path | None, workers: Workers,
) -> None:  # fmt: skip
    """What changed from FIRST to SECOND: 2018, 2018:tpp_with_us, 2018:mine.yaml or mine.graphml.

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
    with steps(quiet, plain=False) as progress:
        progress("reading the panel")
        study = open_study(config, panel_dir, region)
        compared = compare(first, second, study, progress, bounds=not draws)
        if draws:
            compared = with_draws(compared, config.draw_settings(draws), workers=workers, progress=progress)
    if as_json:
        verdict = _frame([{"verdict": compared.verdict}] if compared.verdict else [])
        echo_json_of({**compared.found._asdict(), "verdict": verdict})
    else:
        _print(compared)
    if out is not None:
        _write(compared, out)
        if not quiet:
            click.echo(f"\nTables and picture are in {out}.", err=as_json)
    if html:
        path = write_compare(compared, (out or Path("outputs")) / "compare.html")
        click.echo(str(path) if quiet else f"\nThe page is {path}.", err=as_json)


def _frame(records: list[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(records)


def _print(compared: Compared) -> None:
    from influence.comparison.compared import BOUNDS_NOTE, balance_rows, shown_edges
    from influence.metrics.pull import pairs_of

    found, first, second, poles, names, verdict, *_ = compared
    for pair in pairs_of(poles):
        label = "-".join(pair)
        rows = balance_rows(found, label)
        known = rows.dropna(subset=["change"]).head(15)
        click.echo(f"\nBalance {label}, {first.label} -> {second.label}; +1 only {pair[0]} pulls, -1 only {pair[1]}")
        table = [
            [
                names.get(r.iso3, r.iso3),
                signed(r.before),
                signed(r.after),
                f"{r.change:+.3f}",
                _band(r),
                _rank(found, r.iso3, label),
            ]
            for r in known.itertuples()
        ]
        echo_table(["state (15 that move most)", "before", "after", "change", "band", "rank"], table)
        if known["low"].notna().any():
            click.echo(f"Bands: {compared.range_note}.")
        broken = int((rows["flag"] == "break").sum())
        if broken:
            what = "the trade series, or a layer of your own," if compared.study.panel.custom else "the trade series"
            click.echo(
                f"{pluralize(broken, 'state has', 'states have')} no change: {what} is another one in the two years."
            )
    counts = shown_edges(compared)["kind"].value_counts()
    told = ", ".join(f"{counts.get(kind, 0)} {kind}" for kind in ("gained", "lost", "changed"))
    among = "" if compared.states is None else " among these states and the poles"
    click.echo(
        f"\nTies of at least 1 %{among}: {told}. Blocs: {int(found.blocs['moved'].sum())} states changed theirs."
    )
    for row in found.distance.itertuples():
        click.echo(f"{str(row.measure).replace('_', ' ')}: {row.value:.3f} ({row.note})")
    top = ", ".join(
        f"{names.get(r.iso3, r.iso3)} {100 * r.share:.0f} %" for r in found.attribution.head(5).itertuples()
    )
    if found.attribution["share"].sum() > 0:
        click.echo(f"The change sits most with: {top}.")
    if verdict:
        click.echo(f"\n{verdict}")
    if first.year == second.year and second.scenario != first.scenario:
        click.echo("\nThis is with against without: an equilibrium, not a forecast.")
        if compared.range_note == BOUNDS_NOTE:
            click.echo("`influence brief` tells what it assumes.")
        else:
            click.echo(
                "Quote these bands: they hold all that is in doubt at once. Those of `influence brief` are the ends of "
                "single assumptions."
            )


def _band(row: Any) -> str:
    return "" if math.isnan(row.low) else f"{row.low:+.3f} to {row.high:+.3f}"


def _rank(found: Comparison, iso3: str, label: str) -> str:
    rows = found.ranks[(found.ranks["iso3"] == iso3) & (found.ranks["pole"] == label)]
    if rows.empty:
        return ""
    r = rows.iloc[0]
    told = []
    for side in ("before", "after"):
        band = r[f"{side}_low"], r[f"{side}_high"]
        told.append(f"{r[side]:.0f}" + ("" if math.isnan(band[0]) else f" ({band[0]:.0f}-{band[1]:.0f})"))
    return " -> ".join(told)


def _write(compared: Compared, out: Path) -> None:
    from influence.export.compare_page import write_dumbbell
    from influence.export.tables import write_table
    from influence.files import ready_folder

    ready_folder(out)
    for name, table in compared.found._asdict().items():
        write_table(table, out / f"{name}.csv")
    write_dumbbell(compared, out / "dumbbell.svg")
