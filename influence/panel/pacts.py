"""Pledges as dated spells: those of the source, and cited corrections that can be switched on or off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from influence.errors import ConfigError, PanelError, head_of, suggest
from influence.schema import PACT_KINDS, names
from influence.states import Registry, bundled_registry
from influence.table_columns import TABLES

SPELL = ["source", "target", "kind"]
ACTIONS = ("add", "end")


def build_pacts(atop: pd.DataFrame, corrections: pd.DataFrame, registry: Registry | None = None) -> pd.DataFrame:
    """Spells of every kind of pledge, then the rows of each correction under its name (tables.TABLES['pacts']).

    A spell is a run of consecutive years. One that reaches the source's last year is open (no end), and `observed_to`
    is the last year before it is carried. A correction that ends a spell of the source has the whole spell with the new
    end: the source's row is kept, and pacts_in_force takes one or the other.

    registry : states and groups that corrections name; those of the bundled panel by default.

    Raises
    ------
    PanelError : a correction with an unknown action, state, group or kind, or without a spell to end.
    """
    known, last = registry or bundled_registry(), int(atop["year"].max())
    spells = pd.concat([_spells(atop, kind, last) for kind in PACT_KINDS], ignore_index=True)
    rows = [spell for row in corrections.itertuples() for spell in _corrected(row, spells, known)]
    added = pd.DataFrame(rows, columns=spells.columns).astype({"end": float})
    out = pd.concat([spells, added], ignore_index=True)
    return out.sort_values([*SPELL, "begin", "correction"], ignore_index=True)[names(TABLES["pacts"])]


def _spells(atop: pd.DataFrame, kind: str, last: int) -> pd.DataFrame:
    years = atop[atop[kind]].sort_values(["source", "target", "year"])
    begins = (years.groupby(["source", "target"])["year"].diff() != 1).cumsum()
    spells = years.groupby(begins).agg(
        source=("source", "first"), target=("target", "first"), begin=("year", "min"), end=("year", "max")
    )
    spells["end"] = spells["end"].astype(float).where(spells["end"] < last)
    return spells.assign(kind=kind, observed_to=last, correction="", origin="atop")[names(TABLES["pacts"])]


def _corrected(row: Any, spells: pd.DataFrame, known: Registry) -> list[tuple[object, ...]]:
    """The spells of one line of the corrections; a group means its members of that year.

    `add`: a pledge from year begin (to end), in place of a spell of the source that begins in that year.
    `end`: the last year in force of the spell of the source that includes it.
    """
    if row.action not in ACTIONS or row.kind not in PACT_KINDS:
        raise PanelError(
            f"pact_corrections.csv: {row.name}: action must be one of {', '.join(ACTIONS)} "
            f"and kind one of {', '.join(PACT_KINDS)}."
        )
    year = int(row.begin if row.action == "add" else row.end)
    pairs = [(u, v) for u in _members(row.source, year, known) for v in _members(row.target, year, known) if u != v]
    if row.action == "add":
        end = float(row.end) if row.end else np.nan
        return [(u, v, row.kind, year, end, year, row.name, "curated") for u, v in pairs]
    return [
        (u, v, row.kind, _begin_of(spells, u, v, row.kind, year), float(year), year, row.name, "curated")
        for u, v in pairs
    ]


def _begin_of(spells: pd.DataFrame, source: str, target: str, kind: str, year: int) -> int:
    pair = (spells["source"] == source) & (spells["target"] == target) & (spells["kind"] == kind)
    held = spells[pair & (spells["begin"] <= year) & (spells["end"].isna() | (spells["end"] > year))]
    if len(held) != 1:
        raise PanelError(f"pact_corrections.csv: no {kind} pledge of {source} to {target} continues after {year}.")
    return int(held["begin"].iloc[0])


def _members(code: str, year: int, known: Registry) -> list[str]:
    if code in known.states.index:
        return [code]
    if known.is_group(code):
        return known.members(code, year)
    raise PanelError(f"pact_corrections.csv: {code!r} is neither a state nor a group.")


def pacts_in_force(pacts: pd.DataFrame, switches: Mapping[str, bool], corrections: pd.DataFrame) -> pd.DataFrame:
    """The spells that count: those of the corrections that are on, and the source's own where none takes their place.

    A row of a correction replaces the source's row with the same source, target, kind and begin.

    Parameters
    ----------
    switches : correction -> on or off; a correction not named keeps its default.
    corrections : the curated table pact_corrections, with the default of each.

    Raises
    ------
    ConfigError : a switch names no correction.
    PanelError : a row names a correction that the curated table does not have.
    """
    defaults = correction_defaults(corrections)
    unknown = sorted(set(switches) - set(defaults))
    if unknown:
        known = list(defaults)
        raise ConfigError(
            f"pact_corrections: {unknown[0]!r} is not known.{suggest(unknown[0], known)} "
            f"Corrections: {', '.join(known)}."
        )
    strange = pacts[~pacts["correction"].isin(["", *defaults])]
    if len(strange):
        raise PanelError(f"table pacts: corrections that pact_corrections.csv does not have:{head_of(strange)}")
    on = [name for name, wanted in {**defaults, **switches}.items() if wanted]
    observed, corrected = pacts[pacts["correction"] == ""], pacts[pacts["correction"].isin(on)]
    replaced = pd.MultiIndex.from_frame(observed[[*SPELL, "begin"]]).isin(
        pd.MultiIndex.from_frame(corrected[[*SPELL, "begin"]])
    )
    return pd.concat([observed[~replaced], corrected]).sort_values([*SPELL, "begin", "correction"], ignore_index=True)


def correction_defaults(corrections: pd.DataFrame) -> dict[str, bool]:
    """Every correction of the curated table with whether it is on by default."""
    return {str(row.name): row.default == "on" for row in corrections.itertuples(index=False)}
