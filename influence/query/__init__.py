"""One language for asking a study for a value: a measure, its arguments, and the value as text.

Lessons, tours, claims and published findings use it. A new measure is one function in `figures` or `outcomes`.
"""

from influence.query import figures, outcomes
from influence.query.language import MEASURES, Measure, Query, make_query, measure, read_arguments, read_query, value_of

__all__ = [
    "MEASURES", "Measure", "Query", "figures", "make_query", "measure", "outcomes", "read_arguments", "read_query",
    "value_of",
]  # fmt: skip
