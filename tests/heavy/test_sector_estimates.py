"""The estimates by sector that are shipped, made anew: half a million observations, two minutes."""

from __future__ import annotations

from influence.gravity.agreement_effect import sector_estimates
from influence.panel.panel import load_panel
from influence.tables import curated
from tests.gravity.shipped import as_shipped


def test_the_estimates_by_sector_that_are_shipped_are_those_of_the_sector_file():
    found, shipped = sector_estimates(load_panel()), curated("agreement_effects.csv")
    assert found["term"].tolist() == shipped["term"].tolist()[-len(found) :]
    as_shipped(found, shipped[-len(found) :])
