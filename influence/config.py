"""The choices of a run: read once, typed, frozen, strict.

Precedence: flag > INFLUENCE_* environment > config.yaml > default. Below the command line functions take plain
arguments; nothing but the command line reads a Config.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from influence.draw_settings import DrawSettings
from influence.errors import ConfigError, suggest
from influence.group_settings import CustomGroup, read_custom_groups
from influence.layer_settings import CustomLayer, read_custom_layers
from influence.method import Method
from influence.records import quoting_advice, show_value
from influence.schema import (
    AGREEMENT_KINDS,
    AGREEMENT_STRENGTH,
    ALIGNMENT_BASE,
    ALPHA,
    BANDWIDTH_BASE_YEAR,
    CAPABILITIES,
    CONCENTRATION,
    CRITICAL,
    DRAWS,
    ELASTICITY,
    FIRST_YEAR,
    GROSS_OUTPUT_RATIO,
    LAST_YEAR,
    MOST_DRAWS,
    PACT_KINDS,
    PACT_STRENGTH,
    REALISATIONS,
    TRADE_BASES,
    UNCERTAINTY_SOURCES,
)
from influence.specs import LAYERS, WEIGHTS
from influence.yaml_files import read_yaml

ENVIRONMENT_PREFIX = "INFLUENCE_"
MOST_WEIGHT = 1e300
"""Beyond it a sum of weights would overflow, and every share of it be 0."""


@dataclass(frozen=True)
class Config:
    """Configuration of a run; see config.yaml for what each entry means."""

    first_year: int = FIRST_YEAR
    last_year: int = LAST_YEAR
    poles: tuple[str, ...] = ("CHN", "USA")
    region: str = "asia_pacific"
    groups: tuple[CustomGroup, ...] = ()
    key_years: tuple[int, ...] = (2001, 2004, 2008, 2012, 2016, 2018, 2020, 2023)
    weights: Mapping[str, float] = field(default_factory=lambda: dict(WEIGHTS))
    layers: tuple[CustomLayer, ...] = ()
    trade_base: str = "two_way"
    capability: str = "gdp"
    pact_strength: Mapping[str, float] = field(default_factory=lambda: dict(PACT_STRENGTH))
    agreement_strength: Mapping[str, float] = field(default_factory=lambda: dict(AGREEMENT_STRENGTH))
    pact_corrections: Mapping[str, bool] = field(default_factory=dict)
    alpha: float = ALPHA
    elasticity: float = ELASTICITY
    gross_output_ratio: float = GROSS_OUTPUT_RATIO
    critical: Mapping[str, float] = field(default_factory=lambda: dict(CRITICAL))
    realisations: int = REALISATIONS
    seed: int = 0
    draws: int = DRAWS
    concentration: float = CONCENTRATION
    fixed_sources: tuple[str, ...] = ()
    bandwidth_base_year: int = BANDWIDTH_BASE_YEAR
    alignment_base: tuple[int, ...] = ALIGNMENT_BASE

    @property
    def method(self) -> Method:
        """The choices that change a number, for everything below the command line."""
        return Method(**{f.name: getattr(self, f.name) for f in fields(Method)})

    def record(self) -> dict[str, Any]:
        """All of it for a manifest; without the layers, whose files the panel names, and groups by their members."""
        groups = {group.key: [member._asdict() for member in group.members] for group in self.groups}
        return {name: value for name, value in asdict(self).items() if name != "layers"} | {"groups": groups}

    def draw_settings(self, draws: int | None = None) -> DrawSettings:
        """How draws are made; `draws` in place of the configured number where given."""
        count = self.draws if draws is None else draws
        return DrawSettings(count, self.seed, self.concentration, frozenset(self.fixed_sources))

    @property
    def layer_names(self) -> tuple[str, ...]:
        """All layers: the bundled ones, then custom layers."""
        own = dict.fromkeys([*(layer.name for layer in self.layers), *self.weights])
        return (*LAYERS, *(name for name in own if name not in LAYERS))

    @property
    def weighing(self) -> list[str]:
        """Layers that weigh, in the order of layer_names."""
        return [name for name in self.layer_names if self.weights.get(name, 0.0) > 0]


def load_config(
    path: Path | str | None = None,
    *,
    flags: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
    base: Config | None = None,
) -> Config:
    """Config from the defaults, then a YAML file, then INFLUENCE_* variables, then flags; each goes before the last.

    Parameters
    ----------
    path : a YAML file; None takes config.yaml of the working folder where there is one.
    flags : settings given on the command line; None values are not given.
    environment : variables to read, those of the process by default.
    base : a Config to change by `flags` alone, in place of file and environment.

    Raises
    ------
    ConfigError : unreadable file, unknown key (the keys are listed), wrong type or range, with where it was said.
    """
    if base is not None:
        return _checked(_with(base, dict(flags or {}), "the call"), "the configuration")
    config = Config()
    if path is None and Path("config.yaml").is_file():
        path = Path("config.yaml")
    if path is not None:
        config = _with(config, _read_yaml(Path(path)), str(path), Path(path).parent)
    variables = os.environ if environment is None else environment
    for key, text in sorted(variables.items()):
        name = key.removeprefix(ENVIRONMENT_PREFIX).lower()
        if key.startswith(ENVIRONMENT_PREFIX) and name not in ("config", "shared"):
            config = _with(config, {name: _from_text(name, text)}, f"environment variable {key}")
    given = {k: v for k, v in (flags or {}).items() if v is not None}
    return _checked(_with(config, given, "the command line"), "the configuration")


def _read_yaml(path: Path) -> dict[str, Any]:
    content = read_yaml(path, ConfigError, "configuration")
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ConfigError(f"{path} must hold 'setting: value' lines, not {show_value(content)}.")
    return content


def _from_text(name: str, text: str) -> Any:
    """A setting from an environment variable or flag text: 'a,b' lists and 'a=1,b=2' mappings."""
    if "=" in text:
        pairs = [part.split("=", 1) for part in text.split(",") if part.strip()]
        if any(len(p) != 2 for p in pairs):
            raise ConfigError(f"{name} must look like trade=0.6,alliance=0.3 and not {text!r}.")
        return {key.strip(): _word(value.strip()) for key, value in pairs}
    if name in ("poles", "key_years", "alignment_base", "fixed_sources"):
        return [_word(part.strip()) for part in text.split(",") if part.strip()]
    return _word(text.strip())


def mapping_from_text(name: str, text: str) -> dict[str, Any]:
    """'trade=0.6,alliance=0.4' as a mapping, for flags.

    Raises
    ------
    ConfigError : the text has another shape.
    """
    value = _from_text(name, text)
    if not isinstance(value, dict):
        raise ConfigError(f"{name} must look like trade=0.6,alliance=0.3 and not {text!r}.")
    return value


def _word(text: str) -> Any:
    lowered = text.lower()
    if lowered in ("true", "on", "yes", "false", "off", "no"):
        return lowered in ("true", "on", "yes")
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _with(config: Config, values: Mapping[str, Any], where: str, folder: Path = Path()) -> Config:
    """`config` with values set. A mapping of weights is complete: what it does not name weighs 0; others are merged.

    folder : where files that the values name are looked for.
    """
    if "layers" in values:  # first, because weights may name them
        config = replace(config, layers=read_custom_layers(values["layers"], where, folder))
        values = {key: value for key, value in values.items() if key != "layers"}
    allowed = [f.name for f in fields(Config)]
    changed: dict[str, Any] = {}
    for key, value in values.items():
        if key not in allowed:
            raise ConfigError(
                f"{where}: setting {show_value(key)} is not known.{suggest(str(key), allowed)} "
                f"Settings are: {', '.join(allowed)}."
            )
        if key == "weights":
            changed[key] = _reader_of_shares(config.layer_names, math.inf)(value, key, {}, where)
        else:
            changed[key] = _READERS[key](value, key, getattr(config, key), where)
    return replace(config, **changed)


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


def _reader_of_shares(allowed: tuple[str, ...], highest: float) -> Callable[[Any, str, Any, str], Mapping[str, float]]:
    def read(value: Any, key: str, now: Mapping[str, float], where: str) -> Mapping[str, float]:
        if not isinstance(value, Mapping):
            found = show_value(value)
            raise ConfigError(f"{where}: {key} must give a number for each of {', '.join(allowed)}, not {found}.")
        for name, number in value.items():
            if name not in allowed:
                raise ConfigError(f"{where}: {key} knows no {show_value(name)}; it knows: {', '.join(allowed)}.")
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


def _read_doubts(value: Any, key: str, _: Any, where: str) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, (list, tuple)) or not all(name in UNCERTAINTY_SOURCES for name in listed):
        raise ConfigError(f"{where}: {key} must be some of {', '.join(UNCERTAINTY_SOURCES)}, not {show_value(value)}.")
    return tuple(dict.fromkeys(listed))


def _read_critical(value: Any, key: str, now: Mapping[str, float], where: str) -> Mapping[str, float]:
    """Limits of the test of critical dependence: a concentration and a share, at most 1, and a ratio."""
    limits = _reader_of_shares(tuple(CRITICAL), math.inf)(value, key, now, where)
    for name in ("concentration", "import_share"):
        if limits[name] > 1:
            raise ConfigError(f"{where}: {key}.{name} must be a number from 0 to 1, not {limits[name]:g}.")
    return limits


def _read_switches(value: Any, key: str, now: Mapping[str, bool], where: str) -> Mapping[str, bool]:
    if not isinstance(value, Mapping) or not all(isinstance(v, bool) for v in value.values()):
        raise ConfigError(f"{where}: {key} must be names with true or false, not {show_value(value)}.")
    return {**now, **{str(k): v for k, v in value.items()}}


_READERS: dict[str, Callable[[Any, str, Any, str], Any]] = {
    "first_year": _read_year,
    "last_year": _read_year,
    "poles": _read_poles,
    "region": _read_region,
    "groups": lambda value, _key, _now, where: read_custom_groups(value, where),
    "key_years": _read_years,
    "trade_base": _reader_of_choice(TRADE_BASES),
    "capability": _reader_of_choice(CAPABILITIES),
    "pact_strength": _reader_of_shares(PACT_KINDS, 1.0),
    "agreement_strength": _reader_of_shares(AGREEMENT_KINDS, 1.0),
    "pact_corrections": _read_switches,
    "alpha": _reader_of_number("of 0 or more and below 1", lambda v: 0 <= v < 1),
    "elasticity": _reader_of_number("above 0, at most 100", lambda v: 0 < v <= 100),
    "gross_output_ratio": _reader_of_number("above 0, at most 100", lambda v: 0 < v <= 100),
    "critical": _read_critical,
    "realisations": _reader_of_count(1, 1_000_000),
    "seed": _reader_of_count(0, 2**31 - 1),
    "draws": _reader_of_count(0, MOST_DRAWS),
    "concentration": _reader_of_number("above 0", lambda v: v > 0),
    "fixed_sources": _read_doubts,
    "bandwidth_base_year": _read_year,
    "alignment_base": _read_stretch,
}


def _checked(config: Config, where: str) -> Config:
    """The rules that bind several settings, and weights rescaled to sum to 1."""
    if config.first_year > config.last_year:
        raise ConfigError(f"{where}: first_year {config.first_year} is after last_year {config.last_year}.")
    total = math.fsum(config.weights.values())
    if total <= 0:
        listed = ", ".join(config.layer_names)
        raise ConfigError(f"{where}: all layer weights are zero; give at least one of {listed} a weight.")
    if len(set(config.poles)) != len(config.poles):
        raise ConfigError(f"{where}: poles must differ, and {', '.join(config.poles)} repeats one.")
    return replace(config, weights={name: config.weights.get(name, 0.0) / total for name in config.layer_names})
