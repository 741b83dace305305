"""Estimates beside those that are shipped."""

from __future__ import annotations

import pandas as pd
import pytest

NUMBERS = ["coefficient", "se", "low", "high", "observations", "clusters"]


def as_shipped(result: pd.DataFrame, shipped: pd.DataFrame) -> None:
    """Both have four digits; the last may be rounded another way."""
    assert shipped[NUMBERS].astype(float).to_numpy() == pytest.approx(result[NUMBERS].to_numpy(dtype=float), abs=2e-4)
