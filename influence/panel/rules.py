"""Rules of the panel's tables, checked once on loading."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from influence.errors import PanelError, head_of
from influence.schema import AGREEMENT_KINDS, CUSTOM_SERIES, FLAG_NAMES, PACT_KINDS, SERIES
from influence.table_columns import KEYS, TABLES

REPEATED = {
    "states": "a code",
    "trade": "a pair and year",
    "trade_totals": "a state and year",
    "attributes": "a state and year",
    "agreements": "an agreement",
    "troops": "a state and year",
}
AMOUNTS = {
    "trade_totals": ("export_usd", "import_usd"),
    "attributes": ("gdp_usd", "cinc", "population", "domestic_usd"),
}
"""Finite and not negative, or missing; the amounts of trade and troops may not be missing."""
STATES_IN = {
    "trade": ("exporter", "importer"),
    "trade_totals": ("iso3",),
    "attributes": ("iso3",),
    "pacts": ("source", "target"),
    "memberships": ("iso3",),
    "troops": ("iso3",),
}
SERIES_ON_DISK = tuple(name for name in SERIES if name != CUSTOM_SERIES)
WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "trade": {"source": SERIES_ON_DISK, "flag": FLAG_NAMES},
    "trade_totals": {"source": SERIES_ON_DISK, "flag": FLAG_NAMES},
    "attributes": dict.fromkeys(("gdp_flag", "population_flag", "cinc_flag", "domestic_flag"), FLAG_NAMES),
    "pacts": {"kind": PACT_KINDS},
    "agreements": {"kind": AGREEMENT_KINDS},
    "memberships": {"flag": FLAG_NAMES},
    "troops": {"flag": FLAG_NAMES},
}
DATE = r"(?:\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?)?"
ROUNDING = 1e-9
"""Sums of the same rows in another order differ by less than this share."""


def check_tables(tables: Mapping[str, pd.DataFrame], states: pd.Index) -> None:
    """Known states and words, no row twice, amounts finite and not negative, totals not below their rows.

    Raises
    ------
    PanelError : the table, the rule and the rows that break it.
    """
    for name in ("trade", *AMOUNTS, "pacts", "troops"):
        _check_types(name, tables[name])
    for name, what in REPEATED.items():
        _refuse(name, tables[name], tables[name].duplicated(KEYS.get(name, ["iso3"]), keep=False), f"repeat {what}")
    trade, pacts, troops = tables["trade"], tables["pacts"], tables["troops"]
    _refuse("trade", trade, trade["exporter"] == trade["importer"], "are trade of a state with itself")
    _refuse("trade", trade, ~_amount(trade["export_usd"]), "are not a finite export_usd of 0 or more")
    _refuse("troops", troops, ~_amount(troops["troops"]), "are not a finite troops of 0 or more")
    for name, columns in AMOUNTS.items():
        for column in columns:
            bad = tables[name][column].notna() & ~_amount(tables[name][column])
            _refuse(name, tables[name], bad, f"are not a finite {column} of 0 or more")
    _refuse("pacts", pacts, pacts["source"] == pacts["target"], "are a pledge of a state to itself")
    _refuse("pacts", pacts, pacts["end"].notna() & (pacts["end"] < pacts["begin"]), "end before they begin")
    for name, columns in STATES_IN.items():
        for column in columns:
            _refuse(name, tables[name], ~tables[name][column].isin(states), f"name in {column} no state of the panel")
    for name, allowed in WORDS.items():
        for column, words in allowed.items():
            bad = ~tables[name][column].isin(words)
            _refuse(name, tables[name], bad, f"have a {column} that is none of {', '.join(words)}")
    _check_memberships(tables["memberships"], tables["agreements"])
    _check_totals(tables["trade_totals"], trade)


def _check_types(name: str, table: pd.DataFrame) -> None:
    for field in TABLES[name]:
        if field.type in ("integer", "number") and table[field.name].dtype.kind not in "iuf":
            raise PanelError(f"table {name}: column {field.name} holds {table[field.name].dtype} and not numbers.")


def _check_memberships(members: pd.DataFrame, agreements: pd.DataFrame) -> None:
    strange = ~members["agreement"].isin(agreements["agreement"])
    _refuse("memberships", members, strange, "are of no agreement of the panel")
    for column, article in (("begin", "a"), ("end", "an")):
        bad = ~members[column].str.fullmatch(DATE)
        _refuse("memberships", members, bad, f"have {article} {column} that is no date (YYYY, YYYY-MM or YYYY-MM-DD)")
    # Compared as far as both are given: 2012 to 2012-05 is not an error.
    begin, end = members["begin"], members["end"]
    size = np.minimum(begin.str.len(), end.str.len())
    early = [e[:n] < b[:n] for b, e, n in zip(begin, end, size, strict=True)]
    _refuse("memberships", members, pd.Series(early, index=members.index, dtype=bool), "end before they begin")


def _check_totals(totals: pd.DataFrame, trade: pd.DataFrame) -> None:
    """A total below the sum of its rows would give shares above 1."""
    index = pd.MultiIndex.from_frame(totals[["iso3", "year"]])
    for side, column in (("exporter", "export_usd"), ("importer", "import_usd")):
        rows = trade.groupby([side, "year"])["export_usd"].sum().reindex(index).to_numpy(dtype=float)
        bad = totals[column] < rows * (1 - ROUNDING)
        _refuse("trade_totals", totals, bad, f"have an {column} below the sum of their trade")


def _amount(values: pd.Series) -> pd.Series:
    return pd.Series(np.isfinite(values.astype(float)) & (values >= 0), index=values.index)


def _refuse(name: str, table: pd.DataFrame, bad: pd.Series, rule: str) -> None:
    if bad.any():
        raise PanelError(f"table {name}: {int(bad.sum())} rows {rule}:{head_of(table[bad.to_numpy()])}")
