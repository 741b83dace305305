"""The disparity filter with a pencil."""

from __future__ import annotations

import numpy as np

from influence.export.backbone import prominent


def towards(*pulls: float) -> np.ndarray:
    """Ties towards one state (the last); True where one is prominent."""
    shares = np.zeros((len(pulls) + 1, len(pulls) + 1))
    shares[:-1, -1] = pulls
    return prominent(shares)[:-1, -1]


def test_a_prominent_tie_stays():
    # k = 4; p = .7 gives (1 - .7)^3 = .027 < .05; p = .1 gives .729.
    assert towards(0.35, 0.05, 0.05, 0.05).tolist() == [True, False, False, False]


def test_shares_are_of_the_ties_and_not_of_the_whole():
    # The same proportions at a tenth of the size: not_covered is no tie.
    assert towards(0.035, 0.005, 0.005, 0.005).tolist() == [True, False, False, False]


def test_two_prominent_ties_both_stay():
    # k = 5, p = .47: (.53)^4 = .0789 stays only at alpha .1; p = .53: .0488 < .05.
    pulls = (0.53, 0.47, 0.0001, 0.0001, 0.0001)
    assert towards(*pulls).tolist() == [True, False, False, False, False]
    shares = np.zeros((6, 6))
    shares[:-1, -1] = pulls
    assert prominent(shares, alpha=0.1)[:-1, -1].tolist() == [True, True, False, False, False]


def test_every_state_keeps_its_strongest_tie_even_if_none_is_prominent():
    assert towards(0.11, 0.10, 0.10).tolist() == [True, False, False]


def test_a_sole_tie_stays_and_no_tie_is_none():
    assert towards(0.4).tolist() == [True]
    assert towards(0.0, 0.0).tolist() == [False, False]


def test_missing_is_no_tie_and_years_do_not_mix():
    shares = np.zeros((2, 3, 3))
    shares[0, :2, 2] = [np.nan, 0.1]
    shares[1, :2, 2] = [0.9, 0.0]
    kept = prominent(shares)
    assert kept[0, :, 2].tolist() == [False, True, False]
    assert kept[1, :, 2].tolist() == [True, False, False]
