"""Numbers as text, the same on every page, figure and report (static/words.js writes them in the same way)."""

from __future__ import annotations

import math

from influence.statements.catalogue import fill


def signed(value: float, digits: int = 2, *, missing: str = "") -> str:
    """A number with its sign: '+0.41', '−0.41', '0.00'. missing : for NaN, 'no value' by default."""
    if math.isnan(value):
        return missing or fill("no_value")
    text = f"{abs(value):.{digits}f}"
    return text if float(text) == 0 else f"{'+' if value > 0 else '−'}{text}"


def percent(share: float, digits: int = 1, *, missing: str = "") -> str:
    """A share in per cent: '31.4 %'. missing : for NaN, 'no value' by default."""
    return missing or fill("no_value") if math.isnan(share) else f"{100 * share:.{digits}f} %"


def signed_range(low: float, high: float, digits: int = 2) -> str:
    """A range of two signed numbers: '−0.58 to −0.14'."""
    return fill("range", low=signed(low, digits), high=signed(high, digits))
