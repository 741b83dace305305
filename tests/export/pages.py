"""Pages for the tests: one of the real panel, and one whose every text is hostile."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import influence as inf
from influence.config import Config
from influence.export.findings import Notes
from influence.export.maps import write_map
from influence.export.network_map import build_network_map
from influence.panel.panel import panel_from_tables
from influence.results import pull_results
from tests.pencil import pencil_tables

HOSTILE = (
    "<script>window.owned = 1</script>",
    '"\'><img src=x onerror="window.owned = 1">',
    "</script><script>window.owned = 1</script>",
    '{{ 7 * 7 }} \u2028 "href" javascript:window.owned=1',
)


@lru_cache(maxsize=1)
def real_results():
    """Ties, results and panel of the bundled data with the default weights."""
    panel = inf.load_panel()
    ties = inf.build_ties(panel)
    return ties, pull_results(ties, ("CHN", "USA"), inf.tie_marks(panel))


def write_real_map(folder: Path, year: int = 2016) -> Path:
    """The map of a year as the command line writes it."""
    ties, results = real_results()
    return write_map(ties, results, Config(), ("CHN", "USA"), year, folder / f"map_{year}.html", region="asia_pacific")


def write_three_pole_map(folder: Path, year: int = 2016) -> Path:
    """The same with Japan as a third pole."""
    poles = ("CHN", "USA", "JPN")
    ties, _ = real_results()
    path = folder / f"map_{year}_three.html"
    return write_map(ties, pull_results(ties, poles), Config(), poles, year, path, region="asia_pacific")


def hostile_map() -> str:
    """The pencil panel's map with names, title and notes that try to be code."""
    tables = pencil_tables()
    tables["states"]["name"] = list(HOSTILE)
    tables["states"]["region"] = HOSTILE[0]
    panel = panel_from_tables(tables)
    ties = inf.build_ties(panel)
    results = pull_results(ties, ("AAA", "BBB"))
    return build_network_map(
        inf.build_graph(ties, 2016),
        results[results["year"] == 2016],
        poles={"AAA": ["AAA"], "BBB": ["BBB"]},
        states=["AAA", "BBB", "CCC", "DDD"],
        notes=Notes(HOSTILE[2], HOSTILE[1], HOSTILE[0], HOSTILE[3]),
    )
