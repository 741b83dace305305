"""How each value of the configuration is read: its form, its range, and the sentence that says what is wrong."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from influence.errors import ConfigError
from influence.group_settings import read_custom_groups
from influence.records import quoting_advice, show_value
from influence.schema import (
    AGREEMENT_KINDS,
    CAPABILITIES,
    CRITICAL,
    FIRST_YEAR,
    LAST_YEAR,
    MOST_DRAWS,
    PACT_KINDS,
    TRADE_BASES,
    UNCERTAINTY_SOURCES,
)

MOST_WEIGHT = 1e300
"""Beyond it a sum of weights would overflow, and every share of it be 0."""


def _read_year(value: Any, key: str, _: Any, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not FIRST_YEAR <= value <= LAST_YEAR:
        raise ConfigError(f"{where}: {key} must be a year from {FIRST_YEAR} to {LAST_YEAR}, not {show_value(value)}.")
    return value


def _read_years(value: Any, key: str, _: Any, where: str) -> tuple[int, ...]:
    listed = value if isinstance(value, (list, tuple)) else [value]
    return tuple(sorted({_read_year(v, key, None, where) for v in listed}))


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


def _reader_of_choice(allowed: tuple[str, ...]) -> Callable[[Any, str, Any, str], str]:
    def read(value: Any, key: str, _: Any, where: str) -> str:
        if value not in allowed:
            raise ConfigError(f"{where}: {key} must be one of {', '.join(allowed)}, not {show_value(value)}.")
        return str(value)

    return read


def reader_of_shares(allowed: tuple[str, ...], highest: float) -> Callable[[Any, str, Any, str], Mapping[str, float]]:
    def read(value: Any, key: str, now: Mapping[str, float], where: str) -> Mapping[str, float]:
        if not isinstance(value, Mapping):
            found = show_value(value)
            raise ConfigError(f"{where}: {key} must give a number for each of {', '.join(allowed)}, not {found}.")
        for name, number in value.items():
            if name not in allowed:
                raise ConfigError(f"{where}: {key}: {show_value(name)} is not known; allowed: {', '.join(allowed)}.")
            good = isinstance(number, (int, float)) and not isinstance(number, bool)
            if not good or not 0 <= number <= min(highest, MOST_WEIGHT):
                top = f"from 0 to {highest:g}" if math.isfinite(highest) else "of 0 or more"
                raise ConfigError(f"{where}: {key}.{name} must be a number {top}, not {show_value(number)}.")
        return {**now, **{k: float(v) for k, v in value.items()}}

    return read


def _reader_of_number(rule: str, allowed: Callable[[float], bool]) -> Callable[[Any, str, Any, str], float]:
    def read(value: Any, key: str, _: Any, where: str) -> float:
        good = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= MOST_WEIGHT
        if not good or not allowed(value):
            raise ConfigError(f"{where}: {key} must be a number {rule}, not {show_value(value)}.")
        return float(value)

    return read


def _reader_of_count(least: int, most: int) -> Callable[[Any, str, Any, str], int]:
    def read(value: Any, key: str, _: Any, where: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            found = show_value(value)
            raise ConfigError(f"{where}: {key} must be a whole number from {least} to {most:,}, not {found}.")
        return value

    return read


def _read_stretch(value: Any, key: str, _: Any, where: str) -> tuple[int, ...]:
    """First and last year; the UN's votes reach further back than the panel."""
    listed = value if isinstance(value, (list, tuple)) else [value]
    good = [v for v in listed if isinstance(v, int) and not isinstance(v, bool) and 1946 <= v <= LAST_YEAR + 1]
    if len(good) != 2 or len(listed) != 2 or good[0] > good[1]:
        found = show_value(value)
        raise ConfigError(f"{where}: {key} must be a first and a last year, e.g. [2000, 2015], not {found}.")
    return tuple(good)


def _read_sources(value: Any, key: str, _: Any, where: str) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, (list, tuple)) or not all(name in UNCERTAINTY_SOURCES for name in listed):
        raise ConfigError(f"{where}: {key} must be some of {', '.join(UNCERTAINTY_SOURCES)}, not {show_value(value)}.")
    return tuple(dict.fromkeys(listed))


def _read_critical(value: Any, key: str, now: Mapping[str, float], where: str) -> Mapping[str, float]:
    """Limits of the test of critical dependence: a concentration and a share, at most 1, and a ratio."""
    limits = reader_of_shares(tuple(CRITICAL), math.inf)(value, key, now, where)
    for name in ("concentration", "import_share"):
        if limits[name] > 1:
            raise ConfigError(f"{where}: {key}.{name} must be a number from 0 to 1, not {limits[name]:g}.")
    return limits


def _read_switches(value: Any, key: str, now: Mapping[str, bool], where: str) -> Mapping[str, bool]:
    if not isinstance(value, Mapping) or not all(isinstance(v, bool) for v in value.values()):
        raise ConfigError(f"{where}: {key} must be names with true or false, not {show_value(value)}.")
    return {**now, **{str(k): v for k, v in value.items()}}


READERS: dict[str, Callable[[Any, str, Any, str], Any]] = {
    "first_year": _read_year,
    "last_year": _read_year,
    "poles": _read_poles,
    "region": _read_region,
    "groups": lambda value, _key, _now, where: read_custom_groups(value, where),
    "key_years": _read_years,
    "trade_base": _reader_of_choice(TRADE_BASES),
    "capability": _reader_of_choice(CAPABILITIES),
    "pact_strength": reader_of_shares(PACT_KINDS, 1.0),
    "agreement_strength": reader_of_shares(AGREEMENT_KINDS, 1.0),
    "pact_corrections": _read_switches,
    "alpha": _reader_of_number("of 0 or more and below 1", lambda v: 0 <= v < 1),
    "elasticity": _reader_of_number("above 0, at most 100", lambda v: 0 < v <= 100),
    "gross_output_ratio": _reader_of_number("above 0, at most 100", lambda v: 0 < v <= 100),
    "critical": _read_critical,
    "realisations": _reader_of_count(1, 1_000_000),
    "seed": _reader_of_count(0, 2**31 - 1),
    "draws": _reader_of_count(0, MOST_DRAWS),
    "concentration": _reader_of_number("above 0", lambda v: v > 0),
    "fixed_sources": _read_sources,
    "bandwidth_base_year": _read_year,
    "alignment_base": _read_stretch,
}
"""How each entry is read: (value, key, present value, where) -> value."""
