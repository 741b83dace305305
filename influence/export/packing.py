"""Numbers packed for a page: many arrays in few bytes, unpacked by static/unpack.js.

Each value is rounded to a whole number of steps. Along the last axis (years) only what changes is written, for a
scenario only what it changes of the baseline; small numbers take one byte; the whole is deflated.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np


class Packed(NamedTuple):
    """An array and the step its values are rounded to: the error is at most half a step."""

    values: np.ndarray
    step: float


def pack(arrays: Mapping[str, Packed], base: Mapping[str, Packed] | None = None) -> dict[str, Any]:
    """`arrays` as {"arrays": [{name, shape, step}, ...], "bytes": base64 of the deflated tokens in that order}.

    A token is 0 for NaN, else 1 + zigzag(n) where n = d_t - d_(t-1) over the last axis, d = q - base's q and q = value
    / step, rounded; d before the first is 0, and NaN leaves it as it was. Tokens are written seven bits a byte, low
    first. `base` : the same names and shapes, what the reader already has.

    Raises
    ------
    ValueError : a value that is not finite but NaN, or too many steps to be exact.
    """
    entries, out = [], []
    for name, (values, step) in arrays.items():
        steps, known = quantised(values, step)
        if base is not None:
            before, there = quantised(*base[name])
            steps = steps - np.where(there, before, 0)
        entries.append({"name": name, "shape": list(values.shape), "step": step})
        out.append(_varints(_tokens(np.where(known, steps, 0), known)))
    packed = zlib.compress(b"".join(out), 9)
    return {"arrays": entries, "bytes": base64.b64encode(packed).decode()}


def quantised(values: np.ndarray, step: float) -> tuple[np.ndarray, np.ndarray]:
    """Whole numbers of steps (0 where NaN), and where there is a value."""
    values = np.asarray(values, dtype=float)
    known = ~np.isnan(values)
    steps = np.rint(np.where(known, values, 0.0) / step)
    if not (np.abs(steps) < 2**46).all():
        raise ValueError(f"values are too large for steps of {step:g}")
    return steps.astype(np.int64), known


def _tokens(steps: np.ndarray, known: np.ndarray) -> np.ndarray:
    flat, seen = steps.reshape(-1, steps.shape[-1]), known.reshape(-1, steps.shape[-1])
    # The last known value to the left of each place, 0 where there is none.
    at = np.maximum.accumulate(np.where(seen, np.arange(1, flat.shape[1] + 1), 0), axis=1)
    last = np.take_along_axis(np.concatenate([np.zeros((len(flat), 1), dtype=np.int64), flat], axis=1), at, axis=1)
    before = np.concatenate([np.zeros((len(flat), 1), dtype=np.int64), last[:, :-1]], axis=1)
    change = flat - before
    return np.where(seen, 1 + ((change << 1) ^ (change >> 63)), 0).astype(np.uint64).ravel()


def _varints(tokens: np.ndarray) -> bytes:
    groups = [tokens & np.uint64(127)]
    rest = tokens >> np.uint64(7)
    while rest.any():
        groups.append(rest & np.uint64(127))
        rest = rest >> np.uint64(7)
    grid = np.stack(groups, axis=1).astype(np.uint8)
    width = np.max(np.where(grid > 0, np.arange(1, grid.shape[1] + 1), 1), axis=1)
    place = np.arange(grid.shape[1])[None, :]
    grid |= np.where(place < width[:, None] - 1, 128, 0).astype(np.uint8)
    return grid[place < width[:, None]].tobytes()
