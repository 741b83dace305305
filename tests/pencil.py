"""A panel of four states whose every number can be checked with a pencil.

Goods exports in 2016, US dollars (every pair observed):

            to AAA  BBB  CCC  DDD | exports
    AAA       -     30   10    0  |  40
    BBB      20      -   30   10  |  60
    CCC      10      0    -   20  |  30
    DDD       0     10   20    -  |  30
    imports  30     40   60   30

so two-way totals are AAA 70, BBB 100, CCC 90, DDD 60. GDP is 100, 50, 25 and, for DDD, missing.
At home they sell 160, 40, 20 and 50.
AAA and BBB pledge to defend CCC; AAA has a non-aggression pact with DDD. AAA and BBB share a free trade area,
BBB and CCC an agreement of partial scope.

In 2017 only the flows between AAA and BBB were observed; AAA's total is 80, BBB's 100.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from influence import states
from influence.panel.panel import Panel, panel_from_tables
from influence.states import Spell

STATES = ("AAA", "BBB", "CCC", "DDD")
FLOWS_2016 = {
    ("AAA", "BBB"): 30, ("AAA", "CCC"): 10,
    ("BBB", "AAA"): 20, ("BBB", "CCC"): 30, ("BBB", "DDD"): 10,
    ("CCC", "AAA"): 10, ("CCC", "DDD"): 20,
    ("DDD", "BBB"): 10, ("DDD", "CCC"): 20,
}  # fmt: skip
FLOWS_2017 = {("AAA", "BBB"): 30, ("BBB", "AAA"): 20}
TOTALS_2016 = {"AAA": (40, 30), "BBB": (60, 40), "CCC": (30, 60), "DDD": (30, 30)}
TOTALS_2017 = {"AAA": (40, 40), "BBB": (60, 40)}
GDP = {"AAA": 100.0, "BBB": 50.0, "CCC": 25.0, "DDD": None}
HOME = (160.0, 40.0, 20.0, 50.0)


def pencil_tables() -> dict[str, pd.DataFrame]:
    """The tables of the panel above, fresh each time."""
    trade = [(*pair, 2016, usd, "baci", "observed") for pair, usd in FLOWS_2016.items()]
    trade += [(*pair, 2017, usd, "dots_growth", "chained") for pair, usd in FLOWS_2017.items()]
    totals = [(s, 2016, x, m, True, "baci", "observed", x, m) for s, (x, m) in TOTALS_2016.items()]
    totals += [(s, 2017, x, m, False, "wto_growth", "chained", x, m) for s, (x, m) in TOTALS_2017.items()]
    attributes = [
        (s, year, gdp, "observed" if gdp else "missing", 1.0, "observed", 0.1, "observed", home, "observed", True)
        for (s, gdp), home in zip(GDP.items(), HOME, strict=True)
        for year in (2016, 2017)
    ]
    pacts = [
        ("AAA", "CCC", "defence", 2000, None, 2016, "", "atop"),
        ("BBB", "CCC", "defence", 2010, None, 2016, "", "atop"),
        ("AAA", "DDD", "nonaggression", 2000, None, 2016, "", "atop"),
    ]
    return {
        "states": pd.DataFrame(
            {
                "iso3": STATES,
                "iso2": ["AA", "BB", "CC", "DD"],
                "m49": ["1", "2", "3", "4"],
                "cow": ["1", "2", "3", "4"],
                "name": ["Alpha", "Beta", "Gamma", "Delta"],
                "kind": "state",
                "region": ["East", "East", "West", "West"],
                "capital": ["Aa", "Bb", "Cc", "Dd"],
                "latitude": [0.0, 10.0, 20.0, 30.0],
                "longitude": [100.0, 110.0, 120.0, 130.0],
            }
        ),
        "trade": pd.DataFrame(trade, columns=["exporter", "importer", "year", "export_usd", "source", "flag"]),
        "trade_totals": pd.DataFrame(
            totals,
            columns=[
                "iso3",
                "year",
                "export_usd",
                "import_usd",
                "complete",
                "source",
                "flag",
                "wto_export_usd",
                "wto_import_usd",
            ],
        ).astype({"export_usd": float, "import_usd": float}),
        "attributes": pd.DataFrame(
            attributes,
            columns=[
                "iso3",
                "year",
                "gdp_usd",
                "gdp_flag",
                "population",
                "population_flag",
                "cinc",
                "cinc_flag",
                "domestic_usd",
                "domestic_flag",
                "in_system",
            ],
        ).astype({"gdp_usd": float}),
        "pacts": pd.DataFrame(
            pacts, columns=["source", "target", "kind", "begin", "end", "observed_to", "correction", "origin"]
        ).astype({"end": float}),
        "agreements": pd.DataFrame(
            [
                ("AB", "Alpha Beta", "free_trade", "2014", "2015", "desta"),
                ("BC", "Beta Gamma", "partial", "2014", "2015", "desta"),
            ],
            columns=["agreement", "name", "kind", "signed", "in_force", "source"],
        ),
        "memberships": pd.DataFrame(
            [("AB", "AAA"), ("AB", "BBB"), ("BC", "BBB"), ("BC", "CCC")], columns=["agreement", "iso3"]
        ).assign(begin="2015", end="", source="desta", flag="observed"),
        "troops": pd.DataFrame(
            {"iso3": ["AAA"], "year": [2016], "troops": [0.0], "reports": [1], "flag": ["observed"]}
        ),
    }


def pencil_points() -> xr.Dataset:
    """Places at the UN, alike in all years: AAA at 1, BBB at -1, the others between."""
    place = np.tile([1.0, -1.0, 0.5, 0.0], (25, 1))
    dims = ("year", "state")
    arrays = {"ideal_point": (dims, place), "low": (dims, place - 0.1), "high": (dims, place + 0.1)}
    return xr.Dataset(arrays, coords={"year": list(range(2000, 2025)), "state": list(STATES)})


def pencil_panel() -> Panel:
    """The panel above."""
    return panel_from_tables(pencil_tables())


def pencil_groups(monkeypatch: pytest.MonkeyPatch, **groups: list[Spell | str]) -> None:
    """Groups of pencil states, which use_groups would refuse as no states."""
    spells = {key: tuple(Spell(m) if isinstance(m, str) else m for m in members) for key, members in groups.items()}
    monkeypatch.setattr(states, "_own_spells", spells)
