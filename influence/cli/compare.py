"""`influence compare`: two years, a year and a scenario, or graphs of your own, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli.printing import echo_json_of, echo_table, signed
from influence.cli.progress import steps
from influence.cli.settings import pole_names, read_panel, with_settings
from influence.config import Config

if TYPE_CHECKING:
    import pandas as pd

    from influence.compare.comparison import Comparison
    from influence.compare.sides import Side


@click.command()
@click.argument("first")
@click.argument("second")
@click.option("--region", help="Group of states to tell of (asia_pacific); all: every state.")
@click.option("--json", "as_json", is_flag=True, help="An object of tables, each a list of records.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the tables as CSV and the picture as SVG.")
@click.option("--quiet", is_flag=True, help="Say nothing but the result and errors.")
@with_settings
def command(
    first: str, second: str, region: str | None, as_json: bool, out: Path | None, quiet: bool, config: Config,
    panel_dir: Path | None,
) -> None:  # fmt: skip
    """What changed from FIRST to SECOND: 2018, 2018:tpp_with_us, 2018:mine.yaml or mine.graphml.

    \b
    influence compare 2016 2018
    influence compare 2018 2018:tpp_with_us --out tpp
    influence compare before.graphml after.graphml --json
    """
    from influence.compare.comparison import compare_sides
    from influence.compare.sides import side_of
    from influence.compare.verdict import sides_verdict
    from influence.states import group_members

    poles = pole_names(config)
    chosen = region or config.region
    with steps(quiet, plain=False) as told:
        told("reading the panel")
        panel = read_panel(config, panel_dir)
        sides = []
        for text in (first, second):
            told(f"making {text}")
            sides.append(side_of(text, panel, config))
        told("comparing")
        states = None if chosen == "all" or sides[0].panel is None else group_members(chosen)
        found = compare_sides(sides[0], sides[1], config, poles, states=states)
        verdict = sides_verdict(sides[0], sides[1], config, (poles[0], poles[1]), states)
    names = dict(panel.states["name"])
    if as_json:
        echo_json_of({**found._asdict(), "verdict": _frame([{"verdict": verdict}] if verdict else [])})
    else:
        _print(found, sides[0], sides[1], poles, names, verdict)
    if out is not None:
        _write(found, sides[0], sides[1], poles, names, verdict, out, config)
        if not quiet:
            click.echo(f"\nTables and picture are in {out}.", err=as_json)


def _frame(records: list[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(records)


def _print(
    found: Comparison, first: Side, second: Side, poles: tuple[str, ...], names: dict[str, str], verdict: str
) -> None:
    from influence.metrics.pull import pairs_of

    for pair in pairs_of(poles):
        label = "-".join(pair)
        rows = balances(found, label)
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
        broken = int((rows["flag"] == "break").sum())
        if broken:
            click.echo(f"{broken} states have no change: the trade series is another one in the two years.")
    counts = found.edges["kind"].value_counts()
    told = ", ".join(f"{counts.get(kind, 0)} {kind}" for kind in ("gained", "lost", "changed"))
    click.echo(f"\nTies of at least 1 %: {told}. Blocs: {int(found.blocs['moved'].sum())} states changed theirs.")
    for row in found.distance.itertuples():
        click.echo(f"{str(row.measure).replace('_', ' ')}: {row.value:.3f} ({row.told})")
    top = ", ".join(
        f"{names.get(r.iso3, r.iso3)} {100 * r.share:.0f} %" for r in found.attribution.head(5).itertuples()
    )
    if found.attribution["share"].sum() > 0:
        click.echo(f"The change sits most with: {top}.")
    if verdict:
        click.echo(f"\n{verdict}")
    if first.year == second.year and second.scenario != first.scenario:
        click.echo(
            "\nThis is with against without: an equilibrium, not a forecast. `influence brief` tells what it assumes."
        )


def balances(found: Comparison, label: str) -> pd.DataFrame:
    """Rows of the balance of a pair, the largest change first."""
    rows = found.states[(found.states["metric"] == "pull_balance") & (found.states["pole"] == label)]
    order = rows["change"].abs().sort_values(ascending=False, kind="stable").index
    return rows.loc[order].reset_index(drop=True)


def _band(row: Any) -> str:
    import math

    return "" if math.isnan(row.low) else f"{row.low:+.3f} to {row.high:+.3f}"


def _rank(found: Comparison, iso3: str, label: str) -> str:
    rows = found.ranks[(found.ranks["iso3"] == iso3) & (found.ranks["pole"] == label)]
    if rows.empty:
        return ""
    r = rows.iloc[0]
    before, after = (f"{r[s]:.0f} ({r[f'{s}_low']:.0f}-{r[f'{s}_high']:.0f})" for s in ("before", "after"))
    return f"{before} -> {after}"


def _write(
    found: Comparison, first: Side, second: Side, poles: tuple[str, ...], names: dict[str, str], verdict: str,
    out: Path, config: Config,
) -> None:  # fmt: skip
    from influence.export.findings import pole_label, source_line
    from influence.export.svg import Words, dumbbell
    from influence.export.tables import write_table
    from influence.files import ready_folder, write_text

    ready_folder(out)
    for name, table in found._asdict().items():
        write_table(table, out / f"{name}.csv")
    rows = balances(found, "-".join(poles[:2])).dropna(subset=["change"]).head(40)
    rows = rows.assign(
        name=rows["iso3"].map(names).fillna(rows["iso3"]),
        low=rows["before"] + rows["low"],
        high=rows["before"] + rows["high"],
    )
    moved = rows.iloc[0] if len(rows) else None
    title = "Nothing changes" if moved is None or moved["change"] == 0 else (
        f"{moved['name']} moves most, towards {pole_label(poles[0] if moved['change'] > 0 else poles[1])}"
    )  # fmt: skip
    words = Words(
        f"{title}: {first.label} to {second.label}",
        f"Balance of direct pull between {pole_label(poles[0])} (+1) and {pole_label(poles[1])} (-1); hollow before, "
        f"full after; shade: over elasticities 1.5 to 8, without tariff peaks and, where a depth is assumed, over the "
        f"estimated effect of agreements. Goods only. {verdict}",
        source_line(config.weights, second.year) if second.panel is not None else "Source: the graphs given.",
    )
    write_text(out / "dumbbell.svg", dumbbell(rows, words, (pole_label(poles[1]), pole_label(poles[0]))))
