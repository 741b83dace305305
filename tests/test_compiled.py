"""Random numbers of a counter against the published ones, and compiling where nothing can be kept."""

import numba as nb
import numpy as np

import influence.compiled as module
from influence.compiled import STEP, below, compiled, mixed


def counter(start, k):
    """The counter after k steps, in 64 bits."""
    return np.uint64((start + k * int(STEP)) % 2**64)


def test_the_published_sequence_of_splitmix64():
    """The first numbers of the reference generator for the seed 1234567."""
    found = [int(mixed(counter(1234567, k))) for k in (1, 2, 3)]
    assert found == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_whole_numbers_below_a_bound_are_even():
    counts = np.bincount([int(below(counter(0, k), 7)) for k in range(7000)], minlength=7)
    assert len(counts) == 7
    assert np.abs(counts - 1000).max() < 150


def test_where_no_code_can_be_kept_it_is_compiled_all_the_same(monkeypatch):
    real = nb.njit

    def without_place(*arguments, **options):
        if options.get("cache"):
            raise RuntimeError("no locator available")
        return real(*arguments, **options)

    monkeypatch.setattr(module.nb, "njit", without_place)
    assert compiled(lambda x: x + 1)(1) == 2
