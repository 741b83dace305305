"""Dates as fine as a source has them ('2012-03-15', '2012-03', '2012', '') and the years that count.

A year counts when an agreement was in force for at least half of it: begun by 2 July and not ended before 1 July. A
date that is only a year counts the whole year.
"""

from __future__ import annotations

LAST_DAY_OF_FIRST_HALF = "07-02"
FIRST_DAY_OF_SECOND_HALF = "07-01"


def year_of(date: str) -> int | None:
    """Calendar year of a date, None for ''."""
    return int(date[:4]) if date else None


def first_counted_year(begin: str) -> int:
    """First year that counts for something in force from `begin` on: 2012-03-15 is 2012, 2018-12-30 is 2019."""
    return int(begin[:4]) + (begin[5:] > LAST_DAY_OF_FIRST_HALF)


def last_counted_year(end: str) -> float:
    """Last year that counts for something in force to `end`: 2020-06-30 is 2019; NaN for '' (open)."""
    if not end:
        return float("nan")
    return float(int(end[:4]) - ("" < end[5:] < FIRST_DAY_OF_SECOND_HALF[: len(end) - 5]))
