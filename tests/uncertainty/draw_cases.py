"""DrawSettings about some sources alone, on the panel of four states."""

from __future__ import annotations

import pandas as pd

from influence.draw_settings import DrawSettings
from influence.method import Method
from influence.schema import UNCERTAINTY_SOURCES

POLES = ("AAA", "BBB")
METHOD = Method(bandwidth_base_year=2016, realisations=20)
NOTHING = frozenset(UNCERTAINTY_SOURCES)


def only(*free: str, **more: object) -> DrawSettings:
    """DrawSettings about these sources alone."""
    return DrawSettings(fixed=NOTHING - set(free), **more)


def reports(*rows: tuple[str, str, str, int, float]) -> pd.DataFrame:
    """A table `reports`: reporter, exporter, importer, year, dollars."""
    return pd.DataFrame(rows, columns=["reporter", "exporter", "importer", "year", "value_usd"])
