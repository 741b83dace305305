"""`influence stability`: what changes when a choice behind the data is made otherwise, or when states are drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from influence.cli.options import exclusive, year_option
from influence.cli.printing import echo_csv, echo_json_of, echo_table, number, signed
from influence.cli.progress import steps
from influence.cli.settings import open_study, states_listed, with_settings
from influence.config import Config

if TYPE_CHECKING:
    import pandas as pd

    from influence.states import Registry
    from influence.study import Study

TOP, LARGEST = 10, 3
"""States that are shown where none is named; changes that are told of a variant."""


@click.command()
@year_option(type=int, required=True, help="Year to look at.")
@click.option("--states", help="KOR,Japan: these alone; by default the configured region.")
@click.option("--variant", help="One variant of datasets/variants.yaml; by default all.")
@click.option("--centrality", help="In place of variants: places by this centrality, states drawn at random.")
@click.option("--blocs", is_flag=True, help="In place of variants: do blocs hold together, states drawn at random.")
@click.option("--replicates", type=click.IntRange(1, 100_000), default=200, show_default=True, help="Draws of states.")
@click.option("--json", "as_json", is_flag=True, help="An object of tables, each a list of records.")
@click.option("--csv", "as_csv", is_flag=True, help="The table of states as comma-separated values.")
@click.option("--quiet", is_flag=True, help="Say nothing but the result and errors.")
@with_settings
def command(
    year: int, states: str | None, variant: str | None, centrality: str | None, blocs: bool, replicates: int,
    as_json: bool, as_csv: bool, quiet: bool, config: Config, panel_dir: Path | None,
) -> None:  # fmt: skip
    """How much a year's numbers hang on a choice behind the data, or on which states are in the network.

    \b
    influence stability --year 2016
    influence stability --year 2020 --variant pacts_not_carried --states KOR,JPN
    influence stability --year 2016 --centrality pagerank --replicates 200
    influence stability --year 2016 --blocs --json
    """
    exclusive(json=as_json, csv=as_csv)
    exclusive(variant=variant is not None, centrality=centrality is not None, blocs=blocs)
    listed: Sequence[str] = ()
    with steps(quiet, plain=False) as progress:
        progress("reading the panel")
        study = open_study(config, panel_dir)
        wanted = states_listed("--states", states, study.registry)
        if centrality is not None or blocs:
            tables = _drawn(centrality, year, replicates, study, progress)
        else:
            listed, tables = _varied(variant, year, wanted, study, progress)
    if wanted:
        tables["states"] = tables["states"][tables["states"]["iso3"].isin(wanted)].reset_index(drop=True)
    if as_json:
        echo_json_of(tables)
    elif as_csv:
        echo_csv(tables["states"])
    elif centrality is not None:
        _print_ranks(tables, wanted, study.registry)
    elif blocs:
        _print_blocs(tables, wanted, study.registry)
    else:
        _print_variants(tables, bool(wanted), listed, study.registry)


# ---- variants --------------------------------------------------------------------------------------


def _varied(
    name: str | None,
    year: int,
    wanted: Sequence[str],
    study: Study,
    progress: Callable[[str], None],
) -> tuple[Sequence[str], dict[str, pd.DataFrame]]:
    """The states looked at, and the tables of the variants."""
    from influence.uncertainty.stability import what_changes
    from influence.uncertainty.variants import load_variants, variant_named

    variants = load_variants(layers=study.panel.layer_names, registry=study.registry)
    if name is not None:
        variants = (variant_named(name, variants),)
    progress("weighing the ties again")
    listed = wanted or study.region_states(year)
    found = what_changes(study, year, variants, listed)
    return listed, {"variants": found.variants, "states": found.states}


def _print_variants(tables: dict[str, pd.DataFrame], by_state: bool, states: Sequence[str], registry: Registry) -> None:
    year = tables["variants"]["year"].iloc[0]
    click.echo(f"{year}, {len(states)} states; balance +1 only the first pole pulls, -1 only the second")
    for _, head in tables["variants"].iterrows():
        rows = tables["states"]
        rows = rows[(rows["variant"] == head["variant"]) & (rows["pole"] == head["pole"])]
        click.echo(f"\n{head['variant']} ({head['pole']}): {head['title']}")
        if not head["applies"]:
            click.echo(f"  Changes nothing: {head['note']}.")
            continue
        click.echo(f"  {head['note'][0].upper()}{head['note'][1:]}.")
        for line in _lines(head, rows, registry):
            click.echo(f"  {line}")
        if by_state:
            _print_rows(rows)


def _lines(head: pd.Series, rows: pd.DataFrame, registry: Registry) -> list[str]:
    """Who changes its leader, by how much the balances move, who loses or gains one."""
    from influence.uncertainty.stability import LEAST_CHANGE

    who = _who(rows[rows["flag"].str.contains("leader_changes")], registry)
    lines = [f"The leader changes in {head['leader_changes']} of {head['states']} states with a balance{who}."]
    if head["changed"]:
        size = rows["change"].abs()
        order = size[size > LEAST_CHANGE].sort_values(ascending=False, kind="stable").index[:LARGEST]
        most = ", ".join(f"{registry.name(rows.loc[i, 'iso3'])} {signed(rows.loc[i, 'change'])}" for i in order)
        lines.append(f"Balances that move: {head['changed']}; most of all {most}.")
    lost = rows[rows["before"].notna() & rows["after"].isna()]
    gained = rows[rows["before"].isna() & rows["after"].notna()]
    for some, word in ((lost, "No balance any more"), (gained, "A balance where there was none")):
        if len(some):
            lines.append(f"{word} ({len(some)}): {', '.join(registry.name(code) for code in some['iso3'])}.")
    if rows["flag"].str.contains("break").any():
        lines.append("Other sources or layers than before: a difference of definitions, not of anything in the world.")
    return lines


def _who(changed: pd.DataFrame, registry: Registry) -> str:
    texts = [
        f"{registry.name(row['iso3'])} to {_pole(row['leader_after'], registry)} "
        f"({signed(row['before'])} to {signed(row['after'])})"
        for _, row in changed.iterrows()
    ]
    return f": {', '.join(texts)}" if texts else ""


def _pole(leader: str, registry: Registry) -> str:
    return registry.pole_label(leader) if leader else "neither"


def _print_rows(rows: pd.DataFrame) -> None:
    cells = [
        [row["iso3"], signed(row["before"]), signed(row["after"]), signed(row["change"]), row["flag"]]
        for _, row in rows.iterrows()
    ]
    echo_table(["state", "before", "after", "change", "flags"], cells)


# ---- states drawn at random ------------------------------------------------------------------------


def _drawn(
    name: str | None,
    year: int,
    replicates: int,
    study: Study,
    progress: Callable[[str], None],
) -> dict[str, pd.DataFrame]:
    """Tables of the places by a centrality, or, without a name, of the blocs."""
    from influence.uncertainty.bloc_stability import bloc_stability
    from influence.uncertainty.rank_stability import centrality_named, measure_of, rank_stability

    metric = centrality_named(name) if name is not None else None
    ties, seed = study.at(year).ties, study.method.seed
    progress(f"drawing states {replicates:,} times")
    if metric is None:
        blocs = bloc_stability(ties, year, replicates=replicates, seed=seed)
        return {"blocs": blocs.blocs, "states": blocs.states}
    measure = measure_of(metric, study.at(year))
    ranks = rank_stability(ties, measure, year, replicates=replicates, seed=seed)
    return {"ranking": ranks.whole, "states": ranks.states}


def _print_ranks(tables: dict[str, pd.DataFrame], wanted: Sequence[str], registry: Registry) -> None:
    for _, row in tables["ranking"].iterrows():
        name = {"spearman": "Spearman's rho", "kendall": "Kendall's tau"}[row["measure"]]
        click.echo(
            f"{row['year']}, {row['metric']}: {name} of the ranking with and without the states not drawn "
            f"{number(row['median'])} (5-95 % {number(row['low'])} to {number(row['high'])})."
        )
    rows = tables["states"] if wanted else tables["states"].head(TOP)
    cells = [
        [
            row["iso3"],
            number(row["value"]),
            f"{row['rank']:g}",
            *(number(row[end]) for end in ("median", "low", "high")),
            f"{row['present']:.2f}",
        ]
        for _, row in rows.iterrows()
    ]
    echo_table(["state", "value", "rank", "median place", "5 %", "95 %", "drawn in"], cells)
    _say_absent(tables["states"], wanted, "value", registry)


def _print_blocs(tables: dict[str, pd.DataFrame], wanted: Sequence[str], registry: Registry) -> None:
    cells = [
        [f"{row['bloc']} ({row['leader']})", str(row["members"]), number(row["jaccard"]), f"{row['dissolved']:.2f}"]
        for _, row in tables["blocs"].iterrows()
    ]
    echo_table(["bloc", "members", "mean likeness (Jaccard)", "dissolved in"], cells)
    rows = tables["states"]
    if not wanted:
        click.echo(f"\nThe {TOP} states that stay least with their mates:")
        rows = rows.sort_values("stays", kind="stable").head(TOP)
    echo_table(
        ["state", "bloc", "drawn in", "mates that stay"],
        [[row["iso3"], str(row["bloc"]), f"{row['present']:.2f}", number(row["stays"])] for _, row in rows.iterrows()],
    )
    _say_absent(tables["states"], wanted, "bloc", registry)


def _say_absent(rows: pd.DataFrame, wanted: Sequence[str], what: str, registry: Registry) -> None:
    absent = [registry.name(code) for code in wanted if code not in set(rows["iso3"])]
    if absent:
        click.echo(f"Without a {what} in the whole network: {', '.join(absent)}.")
