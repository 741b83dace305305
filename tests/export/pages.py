"""Pages for the tests: of the real panel, and of one whose every text is hostile."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

import influence as inf
from influence.export.atlas import write_atlas
from influence.export.atlas_data import AtlasData, build_atlas_data
from influence.export.tours import Step, Tour
from influence.method import Method
from influence.panel.panel import Panel, panel_from_tables
from influence.results import pull_results
from influence.study import Study
from tests.pencil import pencil_panel, pencil_tables

HOSTILE = (
    "<script>window.owned = 1</script>",
    '"\'><img src=x onerror="window.owned = 1">',
    "</script><script>window.owned = 1</script>",
    '{{ 7 * 7 }} \u2028 "href" javascript:window.owned=1',
)
SCENARIOS = ["korus_ended", "tpp_with_us", "korea_us_alliance_ended"]
POLES = ("CHN", "USA")


@lru_cache(maxsize=1)
def real_panel() -> Panel:
    """The bundled panel."""
    return inf.load_panel()


@lru_cache(maxsize=8)
def real_study(region: str = "asia_pacific", poles: tuple[str, ...] = POLES) -> Study:
    """The study of the bundled panel by the default method; studies of other poles share its ties."""
    if (region, poles) == ("asia_pacific", POLES):
        return Study(real_panel(), Method(), poles, region)
    plain = real_study()
    of_poles = plain if poles == POLES else plain.with_poles(poles)
    return of_poles if region == plain.region else of_poles.with_(region=region)


@lru_cache(maxsize=1)
def real_results() -> tuple[xr.DataArray, pd.DataFrame]:
    """Ties and results of the bundled data with the default weights."""
    study = real_study()
    return study.ties, pull_results(study.ties, POLES, study.marks)


@lru_cache(maxsize=8)
def real_content(
    region: str = "asia_pacific", scenarios: tuple[str, ...] = tuple(SCENARIOS), poles: tuple[str, ...] = POLES
) -> AtlasData:
    """What the atlas of the bundled data carries."""
    return build_atlas_data(real_study(region, poles), scenarios=(scenarios, True))


def pencil_study(**method: Any) -> Study:
    """The study of the pencil panel, of all its states, with some choices of method."""
    return Study(pencil_panel(), Method(**method), ("AAA", "BBB"))


def hostile_content() -> AtlasData:
    """The pencil panel with names and regions that try to be code."""
    tables = pencil_tables()
    tables["states"]["name"] = list(HOSTILE)
    tables["states"]["region"] = HOSTILE[0]
    return build_atlas_data(pencil_study().on(panel_from_tables(tables)))


def hostile_tour() -> Tour:
    """A tour whose title and sentences try to be code."""
    return Tour("hostile", HOSTILE[2], (Step({"y": "2016"}, HOSTILE[0]), Step({"c": "CCC"}, HOSTILE[1])))


def write_hostile_atlas(folder: Path) -> Path:
    """The atlas of the hostile panel, its notes, scenario and tour hostile too."""
    content = hostile_content()
    record = {
        "name": "evil", "title": HOSTILE[2], "question": HOSTILE[0], "actual": HOSTILE[1],
        "assumptions": list(HOSTILE), "notes": list(HOSTILE), "first": 2016,
    }  # fmt: skip
    evil = content._replace(notes=list(HOSTILE), scenarios=[(record, content.numbers)])
    return write_atlas(evil, folder / "hostile.html", tours=([hostile_tour()], True))


def data_of(html: str) -> dict[str, Any]:
    """The data a page carries."""
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)[1])
