"""What tests of commands may ask for."""

from __future__ import annotations

import pytest


@pytest.fixture
def few_years(monkeypatch):
    """A panel of four years is quickly read and edited."""
    monkeypatch.setenv("INFLUENCE_FIRST_YEAR", "2015")
    monkeypatch.setenv("INFLUENCE_LAST_YEAR", "2018")
