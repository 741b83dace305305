"""The equations of portfolios on bare arrays: shares of trade, commitments, values and intensities (1 and 3).

All arrays are (year, source, target); u -> v means u pulls on v.
"""

from __future__ import annotations

import numpy as np

from influence.errors import ConfigError
from influence.schema import TRADE_BASES


def trade_dependence(trade: np.ndarray, exports: np.ndarray, imports: np.ndarray, base: str = "two_way") -> np.ndarray:
    """Share of each partner u in v's trade (equation 1).

    two_way: D_uv = (X_uv + X_vu) / (exports_v + imports_v). exports: X_vu / exports_v. imports: X_uv / imports_v.

    Parameters
    ----------
    trade : X (year, exporter, importer), US dollars; NaN where unobserved.
    exports, imports : totals (year, state), US dollars; NaN or 0 where there is no total.

    Returns
    -------
    (year, source, target), in [0, 1]; NaN where a flow was unobserved, 0 in columns without a total.

    Raises
    ------
    ConfigError : no such base.
    """
    turned = trade.transpose(0, 2, 1)
    if base == "two_way":
        flows, total = trade + turned, exports + imports
    elif base == "exports":
        flows, total = turned.copy(), exports
    elif base == "imports":
        flows, total = trade.copy(), imports
    else:
        raise ConfigError(f"trade base {base!r} is not known; allowed: {', '.join(TRADE_BASES)}.")
    known = total > 0
    flows *= np.divide(1.0, total, where=known, out=np.zeros_like(total))[:, None, :]
    if not known.all():
        years, states = np.nonzero(~known)
        flows[years, :, states] = 0.0
    return flows


def pledge_portfolio(strength: np.ndarray, capability: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Share of each pledger in v's security, its own capability being its not_covered (equation 3).

    A_uv = s_uv c_u / (c_v + sum_k s_kv c_k); not_covered_v = c_v / (c_v + sum_k s_kv c_k).
    A state without any pledge is wholly not covered, whatever its capability. Where the capability of v or of one that
    pledges to v is missing, the whole column is unobserved.

    Parameters
    ----------
    strength : s (year, source, target) in [0, 1].
    capability : c (year, state), any unit, NaN where missing.

    Returns
    -------
    (shares, not_covered, unobserved).
    """
    missing = np.isnan(capability)
    size = np.where(missing, 0.0, capability)
    shares = strength * size[:, :, None]
    whole = size + shares.sum(axis=1)
    pledged = strength.any(axis=1)
    unknown = pledged & (missing | (whole <= 0))
    for year in np.flatnonzero(missing.any(axis=1)):
        unknown[year] |= strength[year, missing[year]].any(axis=0)
    usable = pledged & ~unknown
    inverse = np.divide(1.0, whole, where=usable, out=np.zeros_like(whole))
    shares *= inverse[:, None, :]
    not_covered = np.where(usable, size * inverse, np.where(unknown, 0.0, 1.0))
    return shares, not_covered, unknown.astype(float)


def value_portfolio(value: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Share of each source in what v has of a kind, by value: L_uv = x_uv / sum_k x_kv; nothing not covered.

    A state that has nothing has no portfolio to share out: it is unobserved, as one without trade is.

    Parameters
    ----------
    value : x (year, source, target), any unit, finite and not negative.

    Returns
    -------
    (shares, not_covered, unobserved).
    """
    whole = value.sum(axis=1)
    usable = whole > 0
    shares = np.divide(value, whole[:, None, :], where=usable[:, None, :], out=np.zeros_like(value))
    return shares, np.zeros_like(whole), np.where(usable, 0.0, 1.0)


def intensity_portfolio(amount: np.ndarray, full: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One-sided ties by log intensity: L_uv = (x_uv / X_v) min(1, ln(1 + X_v) / ln(1 + full)), X_v = sum_k x_kv.

    What is left to 1 is not_covered. With a single source, as of troops, it is min(1, ln(1 + x) / ln(1 + full)).

    Parameters
    ----------
    amount : x (year, source, target), any unit, finite and not negative. full : amount at which the sum is 1, above 0.

    Returns
    -------
    (shares, not_covered, unobserved); nothing is unobserved.
    """
    whole = amount.sum(axis=1)
    reached = np.minimum(1.0, np.log1p(whole) / np.log1p(full))
    scale = np.divide(reached, whole, where=whole > 0, out=np.zeros_like(whole))
    return amount * scale[:, None, :], 1.0 - reached, np.zeros_like(whole)
