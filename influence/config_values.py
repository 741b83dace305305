"""How each value of the configuration is read: its form, its range, and the sentence that says what is wrong."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from influence import schema
from influence.errors import ConfigError
from influence.group_settings import read_custom_groups
from influence.record_fields import is_number, list_of, number, whole, word, year
from influence.records import Reader, Where, quoting_advice, show_value
from influence.schema import LAST_YEAR

MOST_WEIGHT = 1e300
"""Beyond it a sum of weights would overflow, and every share of it be 0."""


def _by(reader: Reader, then: Callable[[Any], Any] = lambda value: value) -> Callable[[Any, str, Any, str], Any]:
    """A reader of records for a setting. then : what becomes of the value."""
    return lambda value, key, _now, where: then(reader.read(value, Where(where, ConfigError).at(key)))


def _read_poles(value: Any, key: str, _: Any, where: str) -> tuple[str, ...]:
    listed = value if isinstance(value, (list, tuple)) else [value]
    if len(listed) < 2 or not all(isinstance(v, str) and v for v in listed):
        rule = f"must be two or more states or groups, e.g. [CHN, USA], not {show_value(value)}"
        raise ConfigError(f"{where}: {key} {rule}.{quoting_advice(value)}")
    return tuple(listed)


def _read_region(value: Any, key: str, _: Any, where: str) -> str:
    listed = value if isinstance(value, (list, tuple)) else [value]
    if not listed or not all(isinstance(v, str) and v.strip() for v in listed):
        rule = f"must be a name of a group or agreement, or a list of states, not {show_value(value)}"
        raise ConfigError(f"{where}: {key} {rule}.{quoting_advice(value)}")
    return ",".join(v.strip() for v in listed)


def reader_of_shares(allowed: tuple[str, ...], highest: float) -> Callable[[Any, str, Any, str], Mapping[str, float]]:
    def read(value: Any, key: str, now: Mapping[str, float], where: str) -> Mapping[str, float]:
        if not isinstance(value, Mapping):
            found = show_value(value)
            raise ConfigError(f"{where}: {key} must give a number for each of {', '.join(allowed)}, not {found}.")
        for name, share in value.items():
            if name not in allowed:
                raise ConfigError(f"{where}: {key}: {show_value(name)} is not known; allowed: {', '.join(allowed)}.")
            if not is_number(share) or not 0 <= share <= min(highest, MOST_WEIGHT):
                top = f"from 0 to {highest:g}" if math.isfinite(highest) else "of 0 or more"
                raise ConfigError(f"{where}: {key}.{name} must be a number {top}, not {show_value(share)}.")
        return {**now, **{k: float(v) for k, v in value.items()}}

    return read


def _read_alpha(value: Any, key: str, _: Any, where: str) -> float:
    if not is_number(value) or not 0 <= value < 1:
        raise ConfigError(f"{where}: {key} must be a number of 0 or more and below 1, not {show_value(value)}.")
    return float(value)


def _read_stretch(value: Any, key: str, _: Any, where: str) -> tuple[int, ...]:
    """First and last year; the UN's votes reach further back than the panel."""
    listed = value if isinstance(value, (list, tuple)) else [value]
    good = [v for v in listed if isinstance(v, int) and not isinstance(v, bool) and 1946 <= v <= LAST_YEAR + 1]
    if len(good) != 2 or len(listed) != 2 or good[0] > good[1]:
        found = show_value(value)
        raise ConfigError(f"{where}: {key} must be a first and a last year, e.g. [2000, 2015], not {found}.")
    return tuple(good)


def _read_critical(value: Any, key: str, now: Mapping[str, float], where: str) -> Mapping[str, float]:
    """Limits of the test of critical dependence: a concentration and a share, at most 1, and a ratio."""
    limits = reader_of_shares(tuple(schema.CRITICAL), math.inf)(value, key, now, where)
    for name in ("concentration", "import_share"):
        if limits[name] > 1:
            raise ConfigError(f"{where}: {key}.{name} must be a number from 0 to 1, not {limits[name]:g}.")
    return limits


def _read_switches(value: Any, key: str, now: Mapping[str, bool], where: str) -> Mapping[str, bool]:
    if not isinstance(value, Mapping) or not all(isinstance(v, bool) for v in value.values()):
        raise ConfigError(f"{where}: {key} must be names with true or false, not {show_value(value)}.")
    return {**now, **{str(k): v for k, v in value.items()}}


_YEAR = year(schema.FIRST_YEAR, LAST_YEAR)
_RATIO = _by(number(0, 100, above=True))
READERS: dict[str, Callable[[Any, str, Any, str], Any]] = {
    **dict.fromkeys(("first_year", "last_year", "bandwidth_base_year"), _by(_YEAR)),
    "poles": _read_poles,
    "region": _read_region,
    "groups": lambda value, _key, _now, where: read_custom_groups(value, where),
    "key_years": _by(list_of(_YEAR, least=0), lambda years: tuple(sorted(set(years)))),
    "trade_base": _by(word(*schema.TRADE_BASES)),
    "capability": _by(word(*schema.CAPABILITIES)),
    "pact_strength": reader_of_shares(schema.PACT_KINDS, 1.0),
    "agreement_strength": reader_of_shares(schema.AGREEMENT_KINDS, 1.0),
    "pact_corrections": _read_switches,
    "alpha": _read_alpha,
    "elasticity": _RATIO,
    "gross_output_ratio": _RATIO,
    "critical": _read_critical,
    "realisations": _by(whole(1, 1_000_000)),
    "seed": _by(whole(0, 2**31 - 1)),
    "draws": _by(whole(0, schema.MOST_DRAWS)),
    "concentration": _by(number(0, above=True)),
    "fixed_sources": _by(
        list_of(word(*schema.UNCERTAINTY_SOURCES), least=0), lambda names: tuple(dict.fromkeys(names))
    ),
    "alignment_base": _read_stretch,
}
"""How each entry is read: (value, key, present value, where) -> value."""
