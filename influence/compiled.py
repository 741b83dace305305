"""What the compiled loops share: how they are compiled, and random numbers that depend on a counter alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba as nb
import numpy as np

STEP = np.uint64(0x9E3779B97F4A7C15)
"""Added to a counter for each number drawn."""


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile at the first call, without Python's lock, and keep the code for the next process where there is a place.

    numba keeps it beside the module or in the user's cache; where neither can be written it is compiled every time.
    """
    try:
        return nb.njit(cache=True, nogil=True)(function)
    except RuntimeError:
        return nb.njit(nogil=True)(function)


@nb.njit(inline="always")
def mixed(x):  # type: ignore[no-untyped-def]
    """64 random bits of a counter (SplitMix64; Steele, Lea & Flood 2014)."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@nb.njit(inline="always")
def below(counter, bound):  # type: ignore[no-untyped-def]
    """Random whole number in [0, bound) of a counter."""
    return np.int64(((mixed(counter) >> np.uint64(32)) * np.uint64(bound)) >> np.uint64(32))
