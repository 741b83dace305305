"""Whom tables, graphs and figures of a year show: the states of the study's region and the members of its poles."""

from __future__ import annotations

from influence.metrics.pull import pole_states
from influence.study import Study


def region_states(study: Study, year: int) -> list[str]:
    """ISO3 codes of the region's states in a year, with the members of the poles; sorted.

    Raises
    ------
    StateError : no such region.
    """
    ties = study.at(year).ties
    members = ties.indexes["target"][pole_states(ties, study.poles).values[0]]
    return sorted({*study.region_states(year), *map(str, members)})
