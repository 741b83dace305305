"""Studies of the panel of four states, and draws of some sources alone."""

from __future__ import annotations

import pandas as pd

from influence.draw_settings import DrawSettings
from influence.method import Method
from influence.schema import UNCERTAINTY_SOURCES
from influence.study import Study
from tests.pencil import pencil_panel

POLES = ("AAA", "BBB")
METHOD = Method(bandwidth_base_year=2016, realisations=20)
NOTHING = frozenset(UNCERTAINTY_SOURCES)


def pencil_study(**tables: pd.DataFrame) -> Study:
    """The study of the panel of four states, with other tables where they are given."""
    return Study(pencil_panel(**tables), METHOD, POLES)


def only(*free: str, **more: object) -> DrawSettings:
    """Draws of these sources alone."""
    return DrawSettings(fixed=NOTHING - set(free), **more)


def reports(*rows: tuple[str, str, str, int, float]) -> pd.DataFrame:
    """A table `reports`: reporter, exporter, importer, year, dollars."""
    return pd.DataFrame(rows, columns=["reporter", "exporter", "importer", "year", "value_usd"])
