"""Attributes of states by year: GDP, population, capability, and whether the pact sources cover them.

A missing value is carried from the nearest year or estimated, and its flag column says so.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from influence.states import bundled_registry

CARRY_YEARS = 10
"""A missing value may be taken from a year at most this far away."""
LEAST_STATES = 30
"""Fewest states from which the relation of GDP and capability is estimated."""


def build_attributes(
    gdp: pd.DataFrame, population: pd.DataFrame, nmc: pd.DataFrame, system: pd.DataFrame, domestic: pd.DataFrame,
    years: range,
) -> pd.DataFrame:  # fmt: skip
    """One row for each state and year with every attribute and its flag, as in table_columns.TABLES['attributes'].

    Parameters
    ----------
    gdp, population : iso3, year, value. nmc : iso3, year, cinc. system : iso3, year of membership in the state system.
    domestic : iso3, year, domestic_usd.
    """
    frame = pd.DataFrame(
        index=pd.MultiIndex.from_product([bundled_registry().states.index, years], names=["iso3", "year"])
    )
    cinc, cinc_flag = carry(_wide(nmc, "cinc", years))
    usd, gdp_flag = carry(_wide(gdp, "value", years))
    usd, gdp_flag = estimate_gdp(usd, gdp_flag, cinc)
    persons, persons_flag = carry(_wide(population, "value", years))
    home, home_flag = carry_ratio(_wide(domestic, "domestic_usd", years), usd)
    named = {
        "gdp_usd": usd, "gdp_flag": gdp_flag, "population": persons, "population_flag": persons_flag,
        "cinc": cinc, "cinc_flag": cinc_flag,
        "domestic_usd": home, "domestic_flag": home_flag,
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
    return wide.reindex(
        index=bundled_registry().states.index, columns=range(years.start - CARRY_YEARS, years.stop)
    ).astype(float)


def carry(wide: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fill each gap from the nearest observed year, at most CARRY_YEARS away; of two equally near, the earlier.

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


def carry_ratio(wide: pd.DataFrame, size: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fill gaps of a series that grows with `size`: its ratio to it in the nearest year observed, times the size.

    There is no limit of years: a limit would make a jump in the series that did not happen.

    Returns
    -------
    (values, flags) : flags are observed, carried or missing.
    """
    observed = wide.notna()
    ratio = (wide / size).ffill(axis="columns").bfill(axis="columns")
    values = wide.where(observed, ratio * size)
    flags = pd.DataFrame("missing", index=wide.index, columns=wide.columns)
    return values, flags.mask(values.notna(), "carried").mask(observed, "observed")


def estimate_gdp(gdp: pd.DataFrame, flags: pd.DataFrame, cinc: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fill gaps of GDP from capability: ln GDP = a_t + b_t ln CINC, least squares in each year.

    Taiwan and North Korea, which the World Bank leaves out, take the fitted value. A state that was observed in another
    year keeps its ratio to it (Eritrea after 2021: the fitted value alone would be a hundred times its GDP). Flag
    `imputed`. Armed, poor states tend to be overstated: CINC counts soldiers and steel.

    Returns
    -------
    (values, flags), state x year; values in US dollars, NaN where the year has no fit or the state no CINC.
    """
    line = _line(gdp, flags, cinc)
    distance = (gdp.where(flags == "observed") / line).ffill(axis="columns").bfill(axis="columns").fillna(1.0)
    wanted = gdp.isna() & line.notna()
    # Whole dollars: the last digits of a regression differ between processors, and the build must give the same bytes.
    return gdp.where(~wanted, (line * distance).round()), flags.mask(wanted, "imputed")


def _line(gdp: pd.DataFrame, flags: pd.DataFrame, cinc: pd.DataFrame) -> pd.DataFrame:
    """GDP fitted from each state's CINC in each year, NaN in years with fewer than LEAST_STATES observations."""
    line = pd.DataFrame(np.nan, index=gdp.index, columns=gdp.columns)
    for year in gdp.columns:
        known = (flags[year] == "observed") & (cinc[year] > 0) & (gdp[year] > 0)
        if known.sum() < LEAST_STATES:
            continue
        slope, level = np.polyfit(np.log(cinc.loc[known, year]), np.log(gdp.loc[known, year]), 1)
        armed = cinc[year] > 0
        line.loc[armed, year] = np.exp(level + slope * np.log(cinc.loc[armed, year]))
    return line
