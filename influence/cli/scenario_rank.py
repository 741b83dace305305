"""`influence scenario rank`: scenarios ranked by a goal."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sized
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import json_option, quiet_option, years_option
from influence.cli.printing import echo_table
from influence.cli.settings import Settings, with_settings, years_of

if TYPE_CHECKING:
    from influence.comparison.ranking import Ranking
    from influence.scenario.apply import Applied
    from influence.study import Study


@click.command("rank")
@click.argument("groups", nargs=-1, required=True)
@click.option("--for", "whom", help="State or group that the scenarios are ranked for; default: the configured region.")
@click.option("--goal", default="balance", show_default=True, help="balance (nearest to zero first), not_covered, "
              "real_income or pull:POLE (largest first).")  # fmt: skip
@click.option("--least", is_flag=True, help="Rank the smallest first, e.g. the smallest pull of a pole.")
@years_option(help="2018, or 2018:2020 for means; default: the first year in which every edit applies.")
@json_option(help="Print an object of tables and the sentence.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the places as comma-separated values.")
@quiet_option
@with_settings
def rank_command(
    groups: tuple[str, ...], whom: str | None, goal: str, least: bool, years: str | None, settings: Settings
) -> None:
    """Rank the scenarios GROUPS (files or names) by a goal for a state; exit code 1 if a file has a fault.

    \b
    influence scenario rank group_*.yaml --for KOR --goal balance
    influence scenario rank a.yaml b.yaml korus_ended --for JPN --goal pull:CHN --least --json
    """
    import pandas as pd

    from influence.comparison.ranking import begins, goal_of, measured, measures_of, ranked
    from influence.errors import InfluenceError
    from influence.scenario.apply import Applied

    broken: dict[str, str] = {}
    with settings.opened(whom) as (study, progress):
        aim = goal_of(goal, study, least=least)
        states, name = _served(study)
        asked = years_of(years, study.years) if years else None
        applied = _all_applied(groups, study, broken, progress)
        _check_any(broken, applied)
        chosen = asked or [max(begins(one) for one in applied.values())]
        entries = []
        for label, one in applied.items():
            progress(f"measuring {label}")
            try:
                entries.append(measured(label, one, study, states, chosen))
            except InfluenceError as err:
                broken[label] = str(err)
        _check_any(broken, entries)
        plain = Applied(entries[0].scenario, study.panel, {}, ())
        unchanged = measures_of(plain, study, states, chosen)
        when = ", ".join(map(str, chosen)) if len(chosen) < 4 else f"{chosen[0]} to {chosen[-1]}"
        found = ranked(entries, unchanged, aim, study.poles, f"{name} in {when}")
    for note in dict.fromkeys(f"{e.group}: {note}" for e in entries for note in e.notes):
        click.echo(note, err=True)
    faults = pd.DataFrame(list(broken.items()), columns=["group", "error"])
    sentence = pd.DataFrame({"sentence": [found.sentence]})
    tables = {"places": found.places, "moves": found.moves, "broken": faults, "sentence": sentence}
    if not settings.echo(tables, csv=found.places):
        _print_ranking(found)
    for label, error in broken.items():
        click.echo(f"{label} cannot be ranked: {error}", err=settings.data)
    settings.echo_weights()
    sys.exit(1 if broken else 0)


def _check_any(broken: dict[str, str], left: Sized) -> None:
    """
    Raises
    ------
    ScenarioError : nothing is left to rank; with every fault.
    """
    from influence.errors import ScenarioError

    if not left:
        faults = "".join(f"\n  {label}: {error}" for label, error in broken.items())
        raise ScenarioError(f"none of the {len(broken)} scenarios can be ranked:{faults}")


def _served(study: Study) -> tuple[list[str], str]:
    """States that the scenarios are ranked for, and their name."""
    states = [code for code in study.region_states() if code in study.panel.states.index]
    one = study.registry.pole_label(states[0]) if len(states) == 1 else ""
    return states, one or f"the mean of {len(states)} states ({study.region})"


def _all_applied(
    groups: tuple[str, ...], study: Study, broken: dict[str, str], progress: Callable[[str], None]
) -> dict[str, Applied]:
    """Each scenario applied, under the name of its file; the faults of the others go to `broken`."""
    from influence.comparison.ranking import applied_scenario
    from influence.errors import InfluenceError

    out: dict[str, Applied] = {}
    for label, text in _labelled(groups).items():
        progress(f"applying {label}")
        try:
            out[label] = applied_scenario(study, text)
        except InfluenceError as err:
            broken[label] = str(err)
    return out


def _labelled(groups: tuple[str, ...]) -> dict[str, str]:
    """Scenarios by label: the name of the file without its ending, or its path where two files have the same name."""
    listed = [text for given in groups for text in _unfolded(given)]
    unique = list(dict.fromkeys(listed))
    stems = [Path(text).stem if text.endswith((".yaml", ".yml")) else text for text in unique]
    return {text if stems.count(stem) > 1 else stem: text for stem, text in zip(stems, unique, strict=True)}


def _unfolded(given: str) -> list[str]:
    """The files that a pattern matches: some shells do not expand it."""
    if "*" not in given or Path(given).exists():
        return [given]
    return sorted(str(path) for path in Path().glob(given)) or [given]


def _print_ranking(found: Ranking) -> None:
    rows = []
    for place in found.places.itertuples():
        first = [_place(place.place, place.place_low, place.place_high, place.tied), str(place.group)]
        for move in found.moves[found.moves["group"] == place.group].to_dict(orient="records"):
            rows.append([*first, f"{move['metric']} {move['pole']}".strip().replace("_", " "), *_moved(move)])
            first = ["", ""]
    click.echo(f"{found.sentence}\n")
    click.echo(
        "Means without and with the scenario; the change with its smallest and largest value over the trade response:"
    )
    echo_table(["place", "group", "what", "without", "with", "change", "smallest to largest"], rows)


def _place(place: float, low: float, high: float, tied: bool) -> str:
    if math.isnan(place):
        return "none"
    bounds = "" if low == high else f" ({low:.0f}-{high:.0f})"
    return f"{place:.0f}{'=' if tied else ''}{bounds}"


def _moved(move: dict[str, Any]) -> tuple[str, str, str, str]:
    """Level without and with, change and its bounds; real income has no level."""
    if math.isnan(move["change"]):
        return "no value", "no value", "no value", ""
    of_income = move["metric"] == "real_income"
    scale, digits, unit = (100, 2, " %") if of_income else (1, 3, "")
    signed = of_income or move["metric"] == "balance"
    levels = ["" if of_income else f"{move[end]:{'+' if signed else ''}.3f}" for end in ("before", "after")]
    change, low, high = (f"{scale * move[end]:+.{digits}f}" for end in ("change", "low", "high"))
    unchanged = move["change"] == move["low"] == move["high"] == 0
    return levels[0], levels[1], "0" if unchanged else f"{change}{unit}", "" if low == high else f"{low} to {high}"
