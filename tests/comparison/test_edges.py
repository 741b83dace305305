"""Ties gained, lost and changed; what was not seen is neither."""

import numpy as np

from influence.comparison.edges import COLUMNS, edge_changes


def test_every_kind_by_pencil():
    a = np.array([[0.0, 0.5, 0.0, 0.2], [0.0, 0.0, 0.3, 0.0], [0.1, 0.004, 0.0, np.nan], [0.05, 0.0, 0.0, 0.0]])
    b = np.array([[0.0, 0.4, 0.0, np.nan], [0.02, 0.0, 0.0, 0.0], [0.1005, 0.006, 0.0, 0.3], [0.05, 0.0, 0.0, 0.0]])
    changes = edge_changes(a, b, ["A", "B", "C", "D"])
    rows = [(r.source, r.target, r.kind) for r in changes.itertuples()]
    assert rows == [
        ("B", "C", "lost"), ("A", "B", "changed"), ("B", "A", "gained"),
        ("A", "D", "unobserved"), ("C", "D", "unobserved"),
    ]  # fmt: skip
    assert list(changes.columns) == COLUMNS
    assert changes["change"].isna().tolist() == [False, False, False, True, True]


def test_the_same_ties_have_no_change():
    assert edge_changes(np.full((3, 3), 0.3), np.full((3, 3), 0.3), list("ABC")).empty
