"""Ideal points of states in the UN General Assembly (Bailey, Strezhnev & Voeten), by calendar year."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from influence.sources.cow_codes import cow_to_iso3
from influence.sources.reading import check_unique, numbers, read_table, tidy, whole_years

KEY = ["iso3", "year"]
FIGURES = {"idealpointfp": "ideal_point", "q5fp": "low", "q95fp": "high"}


def read_ideal_points(path: Path | str) -> pd.DataFrame:
    """Position by year: iso3, year, ideal_point, low, high (5 % and 95 % quantile, sorted), on the source's scale.

    Final-passage votes; NaN where a state is listed and cast too few. Codes count in the years they are the ISO3 state
    (cow_codes.ERAS): the Soviet Union's votes are not Russia's.

    Raises
    ------
    SourceError : an unknown code, a state repeated in a year, or a file that is not this table.
    """
    columns = ["ccode", "year", *FIGURES]
    frame = read_table(path, columns, usecols=columns)
    frame["year"] = whole_years(frame, "year", path)
    check_unique(frame, ["ccode", "year"], path)
    for old, new in FIGURES.items():
        frame[new] = numbers(frame, old, path)
    ends = frame[["low", "high"]].to_numpy()
    frame[["low", "high"]] = np.sort(ends, axis=1)
    frame.loc[np.isnan(ends).any(axis=1), ["low", "high"]] = np.nan
    return tidy(cow_to_iso3(frame, {"iso3": "ccode"}, path), KEY, FIGURES.values(), path)
