"""The headline of a year: how many countries each power leads, counted from the pulls."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from influence.statements.catalogue import fill


def counted_finding(pulls: np.ndarray, labels: Sequence[str], year: int, region: str = "") -> str:
    """'In 2016, China pulls harder on 27 of 43 countries, the United States on 16'; for three poles by leader.

    pulls : direct pull (pole, state) on states that are in no pole; a state counts where every pole's is known,
    and of two poles where one pulls. labels : of the poles (Study.labels). region : named
    after the count ('of 10 countries of ASEAN'), of two poles.
    """
    known = ~np.isnan(pulls).any(axis=0)
    if len(labels) > 2:
        return _leaders(pulls, known, labels, year)
    one, other = (np.where(known, pull, 0.0) for pull in pulls)
    ahead, behind, total = int((one > other).sum()), int((one < other).sum()), int((one + other > 0).sum())
    first, second = labels
    if ahead < behind:
        first, ahead, second, behind = second, behind, first, ahead
    counts = {"first": first, "ahead": ahead, "second": second, "behind": behind, "total": total}
    return fill("finding_region" if region else "finding", when=fill("when", year=year), region=region, **counts)


def _leaders(pulls: np.ndarray, known: np.ndarray, labels: Sequence[str], year: int) -> str:
    best = np.where(known, pulls, -1.0)
    sole = known & ((best == best.max(axis=0)).sum(axis=0) == 1)
    counts = [int((sole & (best.argmax(axis=0) == p)).sum()) for p in range(len(labels))]
    listed = [fill("leader_count", power=label, count=n) for label, n in zip(labels, counts, strict=True)]
    return fill("finding_leaders", when=fill("when", year=year), total=int(known.sum()), counts=", ".join(listed))
