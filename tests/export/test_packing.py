"""Packed arrays: tokens with a pencil, an independent reader, and what cannot be packed."""

from __future__ import annotations

import base64
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from influence.export.packing import Packed, pack


def tokens_of(packed: dict) -> list[int]:
    """The tokens, read byte by byte."""
    out, value, scale = [], 0, 1
    for byte in zlib.decompress(base64.b64decode(packed["bytes"])):
        value += (byte & 127) * scale
        scale *= 128
        if byte < 128:
            out.append(value)
            value, scale = 0, 1
    return out


def unpacked(packed: dict, base: dict[str, np.ndarray] | None = None) -> dict[str, np.ndarray]:
    """A slow reader written from the description in pack()."""
    tokens = iter(tokens_of(packed))
    out = {}
    for array in packed["arrays"]:
        values = np.full(array["shape"], np.nan)
        for row in np.ndindex(*array["shape"][:-1]):
            change = 0
            for k in range(array["shape"][-1]):
                token = next(tokens)
                if token == 0:
                    continue
                token -= 1
                change += -(token + 1) // 2 if token % 2 else token // 2
                before = 0 if base is None or np.isnan(base[array["name"]][(*row, k)]) else round(
                    base[array["name"]][(*row, k)] / array["step"]
                )  # fmt: skip
                values[(*row, k)] = (before + change) * array["step"]
        out[array["name"]] = values
    assert next(tokens, None) is None
    return out


def test_tokens_with_a_pencil():
    # Steps of .5: 1, 1, missing, 3, -200 are 2, 2, -, 6, -400: changes 2, 0, -, 4, -406; zigzag 4, 0, -, 8, 811.
    packed = pack({"a": Packed(np.array([[0.5, 0.5, np.nan, 1.5, -100.0]]) * 2, 0.5)})
    assert tokens_of(packed) == [5, 1, 0, 9, 812]
    assert packed["arrays"] == [{"name": "a", "shape": [1, 5], "step": 0.5}]


def test_a_scenario_writes_only_what_it_changes():
    base = {"a": Packed(np.array([[1.0, 2.0, np.nan, 4.0]]), 1)}
    same = pack(base, base)
    assert tokens_of(same) == [1, 1, 0, 1]
    other = {"a": Packed(np.array([[1.0, 5.0, 3.0, np.nan]]), 1)}
    # Differences 0, 3, 3 (nothing under it), none: changes 0, 3, 0.
    assert tokens_of(pack(other, base)) == [1, 7, 1, 0]


values = arrays(float, array_shapes(min_dims=1, max_dims=3, max_side=5), elements=st.one_of(
    st.floats(-1e6, 1e6, allow_nan=False), st.just(float("nan"))))  # fmt: skip


@given(values, st.sampled_from([1.0, 0.25, 1e-3]))
def test_what_is_read_is_within_half_a_step(array, step):
    read = unpacked(pack({"x": Packed(array, step)}))["x"]
    assert (np.isnan(read) == np.isnan(array)).all()
    assert np.nanmax(np.abs(read - array), initial=0.0) <= step / 2 * (1 + 1e-6)


@given(values, st.integers(0, 2**32 - 1))
def test_a_difference_gives_the_scenario_back(array, seed):
    rng = np.random.default_rng(seed)
    other = np.where(rng.random(array.shape) < 0.3, np.nan, array + rng.integers(-9, 9, array.shape))
    packed = pack({"x": Packed(other, 0.5)}, {"x": Packed(array, 0.5)})
    read = unpacked(packed, {"x": array})["x"]
    assert (np.isnan(read) == np.isnan(other)).all()
    assert np.nanmax(np.abs(read - other), initial=0.0) <= 0.26


@pytest.mark.parametrize("bad", [np.inf, -np.inf, 1e300])
def test_what_has_no_step_is_refused(bad):
    with pytest.raises(ValueError, match="too large for steps"):
        pack({"x": Packed(np.array([bad]), 1e-3)})


def test_the_same_arrays_give_the_same_bytes():
    array = {"x": Packed(np.arange(60.0).reshape(3, 20), 0.1)}
    assert pack(array) == pack(array)
