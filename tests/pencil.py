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

import pandas as pd

from influence.panel.panel import Panel, panel_from_tables
from influence.states import Registry, Spell
from influence.tables import Tables

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
        "ideal_points": pencil_points(),
        "reports": pencil_reports(),
    }


def pencil_points() -> pd.DataFrame:
    """Positions at the UN, the same in all years: AAA at 1, BBB at -1, the others between (table `ideal_points`)."""
    places = {"AAA": 1.0, "BBB": -1.0, "CCC": 0.5, "DDD": 0.0}
    rows = [(iso3, year, at, at - 0.1, at + 0.1) for iso3, at in places.items() for year in range(2000, 2025)]
    return pd.DataFrame(rows, columns=["iso3", "year", "ideal_point", "low", "high"])


def pencil_reports() -> pd.DataFrame:
    """Reports of both sides of the flows between AAA and BBB in 2016 (table `reports`)."""
    rows = [
        ("AAA", "AAA", "BBB", 2016, 100.0), ("BBB", "AAA", "BBB", 2016, 150.0),
        ("AAA", "BBB", "AAA", 2016, 90.0), ("BBB", "BBB", "AAA", 2016, 80.0),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["reporter", "exporter", "importer", "year", "value_usd"])


def pencil_panel(**tables: pd.DataFrame) -> Panel:
    """The panel above, with other tables where they are given."""
    return panel_from_tables({**pencil_tables(), **tables})


def pencil_registry(**groups: list[Spell | str]) -> Registry:
    """The registry of the panel above with these groups alone: the states of each, in all years or those of a Spell."""
    table = pd.DataFrame(
        [(key, *_texts(member)) for key, members in groups.items() for member in members],
        columns=["group", "iso3", "begin", "end"],
    )
    return Registry(Tables(None, {**pencil_tables(), "curated/groups": table}))


def _texts(member: Spell | str) -> tuple[str, ...]:
    spell = Spell(member) if isinstance(member, str) else member
    return tuple("" if value is None else str(value) for value in spell)
