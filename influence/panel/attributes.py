"""Attributes of states by year: GDP, population, capability, and whether the pact sources cover them.

What is not observed is carried from the nearest year or estimated, and says so in a flag of its own.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from influence.states import load_states

CARRY_YEARS = 10
"""A missing value may be taken from a year at most this far away."""


def build_attributes(
    gdp: pd.DataFrame, population: pd.DataFrame, nmc: pd.DataFrame, system: pd.DataFrame, years: range
) -> pd.DataFrame:
    """One row a state and year with every attribute and its flag, as in schema.TABLES['attributes'].

    Parameters
    ----------
    gdp, population : iso3, year, value. nmc : iso3, year, cinc. system : iso3, year of membership in the state system.
    """
    frame = pd.DataFrame(index=pd.MultiIndex.from_product([load_states().index, years], names=["iso3", "year"]))
    cinc, cinc_flag = carry(_wide(nmc, "cinc", years))
    usd, gdp_flag = carry(_wide(gdp, "value", years))
    usd, gdp_flag = estimate_gdp(usd, gdp_flag, cinc)
    persons, persons_flag = carry(_wide(population, "value", years))
    named = {
        "gdp_usd": usd, "gdp_flag": gdp_flag, "population": persons, "population_flag": persons_flag,
        "cinc": cinc, "cinc_flag": cinc_flag,
    }  # fmt: skip
    for name, wide in named.items():
        frame[name] = wide.stack(future_stack=True).reindex(frame.index)
    last = int(system["year"].max())
    members = pd.MultiIndex.from_frame(system[["iso3", "year"]])
    asked = frame.index.map(lambda key: (key[0], min(key[1], last)))
    frame["in_system"] = asked.isin(members)
    return frame.reset_index()


def _wide(table: pd.DataFrame, column: str, years: range) -> pd.DataFrame:
    """State x year with every state of the panel; years a little around `years` are kept to carry from."""
    wide = table.pivot(index="iso3", columns="year", values=column)
    return wide.reindex(index=load_states().index, columns=range(years.start - CARRY_YEARS, years.stop)).astype(float)


def carry(wide: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fill each gap from the nearest observed year at most CARRY_YEARS away (the earlier one of two as near).

    Returns
    -------
    (values, flags) : flags are observed, carried or missing.
    """
    observed = wide.notna()
    values = wide.copy()
    for step in range(1, CARRY_YEARS + 1):
        for side in (step, -step):
            values = values.where(values.notna(), wide.shift(side, axis="columns"))
    flags = pd.DataFrame("missing", index=wide.index, columns=wide.columns)
    flags = flags.mask(values.notna(), "carried").mask(observed, "observed")
    return values, flags


def estimate_gdp(gdp: pd.DataFrame, flags: pd.DataFrame, cinc: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """GDP of states without any, from capability: ln GDP = a_t + b_t ln CINC, least squares over the year's states.

    Used for Taiwan and North Korea, which the World Bank leaves out. Flag imputed. It tends to overstate armed, poor
    states: CINC counts soldiers and steel.
    """
    values, marks = gdp.copy(), flags.copy()
    for year in gdp.columns:
        known = (flags[year] == "observed") & (cinc[year] > 0) & (gdp[year] > 0)
        wanted = gdp[year].isna() & (cinc[year] > 0)
        if known.sum() < 30 or not wanted.any():
            continue
        slope, level = np.polyfit(np.log(cinc.loc[known, year]), np.log(gdp.loc[known, year]), 1)
        values.loc[wanted, year] = np.exp(level + slope * np.log(cinc.loc[wanted, year]))
        marks.loc[wanted, year] = "imputed"
    return values, marks
