"""ATOP 5.1, directed dyad-years: what each state has pledged to each other state by treaty."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from influence.errors import SourceError, head_of
from influence.schema import PACT_KINDS
from influence.sources.cow_codes import cow_to_iso3, without_superseded
from influence.sources.reading import no_doubles, numbers, read_table, whole_years

KEY = ["source", "target", "year"]
KIND_COLUMNS = {
    "atop_defense": "defence",
    "atop_offense": "offence",
    "atop_neutral": "neutrality",
    "atop_nonagg": "nonaggression",
    "atop_consul": "consultation",
}


def read_atop(path: Path | str) -> pd.DataFrame:
    """Pledges by year: source, target, year, defence, offence, neutrality, nonaggression, consultation (bools).

    `source` (ccode1) has pledged to `target` (ccode2): the United States to Japan and not the reverse. A code counts
    in the years it is the ISO3 state (cow_codes.ERAS), so the pledges of the Soviet Union, of Yugoslavia and of
    Czechoslovakia are left out, counted. In 1990 Germany's two codes overlap and the united state's is taken.

    Raises
    ------
    SourceError : an unknown code, a pair twice in a year, a state's pledge to itself, a flag that is not 0 or 1, or a
        file that is not this table.
    """
    columns = ["ccode1", "ccode2", "year", *KIND_COLUMNS]
    frame = read_table(path, columns, usecols=columns)
    frame["year"] = whole_years(frame, "year", path)
    no_doubles(frame, ["ccode1", "ccode2", "year"], path)
    for old, new in KIND_COLUMNS.items():
        frame[new] = _flag(frame, old, path)
    mapped = cow_to_iso3(frame, {"source": "ccode1", "target": "ccode2"}, path)
    mapped = without_superseded(mapped, KEY, ["ccode1", "ccode2"])
    no_doubles(mapped, KEY, path)
    itself = mapped["source"] == mapped["target"]
    if itself.any():
        raise SourceError(
            f"{path}: {int(itself.sum())} rows are a pledge of a state to itself:{head_of(mapped[itself])}"
        )
    return mapped[[*KEY, *PACT_KINDS]].sort_values(KEY, ignore_index=True)


def _flag(frame: pd.DataFrame, column: str, path: Path | str) -> pd.Series:
    values = numbers(frame, column, path)
    bad = ~values.isin([0.0, 1.0])
    if bad.any():
        raise SourceError(
            f"{path}: column {column} must be 0 or 1; {int(bad.sum())} rows are not:{head_of(frame[bad])}"
        )
    return values == 1.0
