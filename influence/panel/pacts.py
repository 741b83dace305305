"""Pledges as dated spells: the source's own, and cited corrections that a run may switch on or off."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from influence.errors import ConfigError, PanelError, nearest
from influence.schema import PACT_KINDS, TABLES, names
from influence.states import curated, group_members, load_groups, load_states

SPELL = ["source", "target", "kind"]


def build_pacts(atop: pd.DataFrame, corrections: pd.DataFrame) -> pd.DataFrame:
    """Spells of every kind of pledge, then the rows of each correction under its name (schema.TABLES['pacts']).

    A spell is a run of consecutive years. One that reaches the source's last year is open (no end), and `observed_to`
    says from where on it is carried.
    """
    last = int(atop["year"].max())
    spells = pd.concat([_spells(atop, kind, last) for kind in PACT_KINDS])
    added = corrections.apply(_spread, axis=1).explode().dropna()
    rows = pd.DataFrame(list(added), columns=spells.columns)
    out = pd.concat([spells, rows.astype({"end": float})], ignore_index=True)
    return out.sort_values([*SPELL, "begin", "correction"], ignore_index=True)[names(TABLES["pacts"])]


def _spells(atop: pd.DataFrame, kind: str, last: int) -> pd.DataFrame:
    years = atop[atop[kind]].sort_values(["source", "target", "year"])
    begins = (years.groupby(["source", "target"])["year"].diff() != 1).cumsum()
    spells = years.groupby(begins).agg(
        source=("source", "first"), target=("target", "first"), begin=("year", "min"), end=("year", "max")
    )
    spells["end"] = spells["end"].astype(float).where(spells["end"] < last)
    return spells.assign(kind=kind, observed_to=last, correction="", origin="atop")[names(TABLES["pacts"])]


def _spread(row: pd.Series) -> list[tuple[object, ...]]:
    """The spells one line of the corrections stands for: a group stands for its members of the year it begins."""
    if row["action"] != "add" or row["kind"] not in PACT_KINDS:
        raise PanelError(f"pact_corrections.csv: {row['name']}: action must be add and kind one of {', '.join(PACT_KINDS)}.")
    begin = int(row["begin"])
    end = float(row["end"]) if row["end"] else np.nan
    sources, targets = (_members(row[side], begin) for side in ("source", "target"))
    return [
        (u, v, row["kind"], begin, end, begin, row["name"], "curated") for u in sources for v in targets if u != v
    ]


def _members(code: str, year: int) -> list[str]:
    if code in load_states().index:
        return [code]
    if code in set(load_groups()["group"]):
        return group_members(code, year)
    raise PanelError(f"pact_corrections.csv: {code!r} is neither a state nor a group.")


def pacts_in_force(pacts: pd.DataFrame, switches: Mapping[str, bool]) -> pd.DataFrame:
    """The spells that count: the source's own and those of the corrections that are on.

    Parameters
    ----------
    switches : correction -> on or off; a correction not named keeps its default.

    Raises
    ------
    ConfigError : a switch names no correction.
    """
    defaults = correction_defaults()
    unknown = sorted(set(switches) - set(defaults))
    if unknown:
        known = list(defaults)
        raise ConfigError(
            f"pact_corrections: {unknown[0]!r} is not known.{nearest(unknown[0], known)} Corrections: {', '.join(known)}."
        )
    off = [name for name, on in {**defaults, **switches}.items() if not on]
    return pacts[~pacts["correction"].isin(off)].reset_index(drop=True)


def correction_defaults() -> dict[str, bool]:
    """Every correction with whether it is on by default."""
    table = curated("pact_corrections.csv")
    return {str(row.name): row.default == "on" for row in table.itertuples(index=False)}
