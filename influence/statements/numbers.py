"""Numbers as text, the same on every page, figure and report (static/words.js writes them in the same way)."""

from __future__ import annotations

import math

from influence.statements.catalogue import fill

EXACT = 6
"""Digits that a page and Python share: a page packs its numbers (export/packing.py), so the rest may differ."""


def signed(value: float, digits: int = 2, *, missing: str = "") -> str:
    """A number with its sign: '+0.41', '−0.41', '0.00'. missing : for NaN, 'no value' by default."""
    if math.isnan(value):
        return missing or fill("no_value")
    text = fixed(abs(value), digits)
    return text if float(text) == 0 else f"{'+' if value > 0 else '−'}{text}"


def percent(share: float, digits: int = 1, *, missing: str = "") -> str:
    """A share in per cent: '31.4 %'. missing : for NaN, 'no value' by default."""
    return missing or fill("no_value") if math.isnan(share) else f"{fixed(100 * share, digits)} %"


def fixed(value: float, digits: int) -> str:
    """A number with a fixed count of digits, halves away from zero; first rounded to EXACT digits, as words.js does."""
    exact = round(value, max(EXACT, digits))
    return f"{exact + math.copysign(1e-9, exact):.{digits}f}"


def signed_range(low: float, high: float, digits: int = 2) -> str:
    """A range of two signed numbers: '−0.58 to −0.14'."""
    return fill("range", low=signed(low, digits), high=signed(high, digits))
