"""`influence stability`: how much results depend on data choices, or on which states are in the network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from influence.cli.options import exclusive, json_option, quiet_option, year_option
from influence.cli.printing import echo_table, number, signed
from influence.cli.settings import Settings, states_listed, with_settings

if TYPE_CHECKING:
    import pandas as pd

    from influence.states import Registry
    from influence.study import Study

TOP, LARGEST = 10, 3
"""States shown where none is named; largest changes listed for a variant."""


@click.command()
@year_option(type=int, required=True, help="Year to examine.")
@click.option("--states", help="States or groups, e.g. KOR,Japan; default: the configured region.")
@click.option("--variant", help="One variant of datasets/variants.yaml; default: all of them.")
@click.option("--centrality", help="Instead of variants: ranks by this centrality in random samples of states.")
@click.option("--blocs", is_flag=True, help="Instead of variants: whether blocs persist in random samples of states.")
@click.option("--replicates", type=click.IntRange(1, 100_000), default=200, show_default=True,
              help="Number of random samples.")  # fmt: skip
@json_option(help="Print an object of tables, each a list of records.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the table of states as comma-separated values.")
@quiet_option
@with_settings
def command(
    year: int, states: str | None, variant: str | None, centrality: str | None, blocs: bool, replicates: int,
    settings: Settings,
) -> None:  # fmt: skip
    """Show how much the results of a year depend on data choices, or on which states are in the network.

    \b
    influence stability --year 2016
    influence stability --year 2020 --variant pacts_not_carried --states KOR,JPN
    influence stability --year 2016 --centrality pagerank --replicates 200
    influence stability --year 2016 --blocs --json
    """
    exclusive(variant=variant is not None, centrality=centrality is not None, blocs=blocs)
    listed: Sequence[str] = ()
    with settings.opened() as (study, progress):
        wanted = states_listed("--states", states, study.registry)
        if centrality is not None or blocs:
            tables = _drawn(centrality, year, replicates, study, progress)
        else:
            listed, tables = _varied(variant, year, wanted, study, progress)
    if wanted:
        tables["states"] = tables["states"][tables["states"]["iso3"].isin(wanted)].reset_index(drop=True)
    if settings.echo(tables, csv=tables["states"]):
        pass
    elif centrality is not None:
        _print_ranks(tables, wanted, study.registry)
    elif blocs:
        _print_blocs(tables, wanted, study.registry)
    else:
        _print_variants(tables, bool(wanted), listed, study.registry)
    if not settings.data:
        click.echo()
    settings.echo_weights()


# ---- variants --------------------------------------------------------------------------------------


def _varied(
    name: str | None, year: int, wanted: Sequence[str], study: Study, progress: Callable[[str], None]
) -> tuple[Sequence[str], dict[str, pd.DataFrame]]:
    """The states examined, and the tables of the variants."""
    from influence.uncertainty.stability import what_changes
    from influence.uncertainty.variants import load_variants, variant_named

    variants = load_variants(layers=study.panel.layer_names, registry=study.registry)
    if name is not None:
        variants = (variant_named(name, variants),)
    progress("computing the variants")
    listed = wanted or study.region_states(year)
    found = what_changes(study, year, variants, listed)
    return listed, {"variants": found.variants, "states": found.states}


def _print_variants(tables: dict[str, pd.DataFrame], by_state: bool, states: Sequence[str], registry: Registry) -> None:
    from influence.errors import pluralize

    year, count = tables["variants"]["year"].iloc[0], pluralize(len(states), "state")
    click.echo(f"{year}, {count}; balance: +1 if only the first pole pulls, -1 if only the second pulls")
    for _, head in tables["variants"].iterrows():
        rows = tables["states"]
        rows = rows[(rows["variant"] == head["variant"]) & (rows["pole"] == head["pole"])]
        click.echo(f"\n{head['variant']} ({head['pole']}): {head['title']}")
        if not head["applies"]:
            click.echo(f"  No effect: {head['note']}.")
            continue
        click.echo(f"  {head['note'][0].upper()}{head['note'][1:]}.")
        for line in _lines(head, rows, registry):
            click.echo(f"  {line}")
        if by_state:
            _print_rows(rows)


def _lines(head: pd.Series, rows: pd.DataFrame, registry: Registry) -> list[str]:
    """In which states the leading pole changes, how much the balances change, who loses or gains one."""
    from influence.errors import pluralize
    from influence.uncertainty.stability import LEAST_CHANGE

    changed = rows[rows["flag"].str.contains("leader_changes")]
    lines = [
        f"The leading pole changes in {head['leader_changes']} of {head['states']} states with a balance"
        f"{_leaders(changed, registry)}."
    ]
    if head["changed"]:
        size = rows["change"].abs()
        order = size[size > LEAST_CHANGE].sort_values(ascending=False, kind="stable").index[:LARGEST]
        most = ", ".join(f"{registry.name(rows.loc[i, 'iso3'])} {signed(rows.loc[i, 'change'])}" for i in order)
        count = pluralize(head["changed"], "state changes", "states change")
        lines.append(f"The balance of {count}; largest changes: {most}.")
    lost = rows[rows["before"].notna() & rows["after"].isna()]
    gained = rows[rows["before"].isna() & rows["after"].notna()]
    for some, word in ((lost, "With a balance before, without one now"), (gained, "With a balance only now")):
        if len(some):
            lines.append(f"{word} ({len(some)}): {', '.join(registry.name(code) for code in some['iso3'])}.")
    if rows["flag"].str.contains("break").any():
        lines.append("The sources or layers differ: the changes are differences of definition, not in the world.")
    return lines


def _leaders(rows: pd.DataFrame, registry: Registry) -> str:
    parts = []
    for _, row in rows.iterrows():
        leader = registry.pole_label(row["leader_after"]) if row["leader_after"] else "neither"
        change = f"{signed(row['before'])} to {signed(row['after'])}"
        parts.append(f"{registry.name(row['iso3'])} to {leader} ({change})")
    return f": {', '.join(parts)}" if parts else ""


def _print_rows(rows: pd.DataFrame) -> None:
    cells = [
        [row["iso3"], signed(row["before"]), signed(row["after"]), signed(row["change"]), row["flag"]]
        for _, row in rows.iterrows()
    ]
    echo_table(["state", "before", "after", "change", "flags"], cells)


# ---- random samples of states ----------------------------------------------------------------------


def _drawn(
    name: str | None, year: int, replicates: int, study: Study, progress: Callable[[str], None]
) -> dict[str, pd.DataFrame]:
    """Tables of the ranks by a centrality, or, without a name, of the blocs."""
    from influence.uncertainty.bloc_stability import bloc_stability
    from influence.uncertainty.rank_stability import centrality_named, measure_of, rank_stability

    metric = centrality_named(name) if name is not None else None
    ties, seed = study.at(year).ties, study.method.seed
    progress(f"drawing {replicates:,} samples of states")
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
            f"{row['year']}, {row['metric']}: {name} between the ranks in the whole network and in the samples "
            f"{number(row['median'])} (5-95 % {number(row['low'])} to {number(row['high'])})."
        )
    rows = tables["states"] if wanted else tables["states"].head(TOP)
    cells = [
        [row["iso3"], number(row["value"]), f"{row['rank']:g}", *map(number, row[["median", "low", "high"]]),
         f"{row['present']:.2f}"]
        for _, row in rows.iterrows()
    ]  # fmt: skip
    echo_table(["state", "value", "rank", "median rank", "5 %", "95 %", "in samples"], cells)
    _echo_absent(tables["states"], wanted, "value", registry)


def _print_blocs(tables: dict[str, pd.DataFrame], wanted: Sequence[str], registry: Registry) -> None:
    cells = [
        [f"{row['bloc']} ({row['leader']})", str(row["members"]), number(row["jaccard"]), f"{row['dissolved']:.2f}"]
        for _, row in tables["blocs"].iterrows()
    ]
    echo_table(["bloc", "members", "mean similarity (Jaccard)", "share dissolved"], cells)
    rows = tables["states"]
    if not wanted:
        click.echo(f"\nThe {TOP} states that stay least often with their bloc:")
        rows = rows.sort_values("stays", kind="stable").head(TOP)
    echo_table(
        ["state", "bloc", "in samples", "share of the bloc that stays"],
        [[row["iso3"], str(row["bloc"]), f"{row['present']:.2f}", number(row["stays"])] for _, row in rows.iterrows()],
    )
    _echo_absent(tables["states"], wanted, "bloc", registry)


def _echo_absent(rows: pd.DataFrame, wanted: Sequence[str], what: str, registry: Registry) -> None:
    absent = [registry.name(code) for code in wanted if code not in set(rows["iso3"])]
    if absent:
        click.echo(f"Without a {what} in the whole network: {', '.join(absent)}.")
