"""The choices of a run: read once, typed, frozen, strict.

Precedence: flag > INFLUENCE_* environment > config.yaml > default. Below the command line functions take plain
arguments; nothing but the command line reads a Config.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from influence import schema
from influence.config_values import READERS, reader_of_shares
from influence.draw_settings import DrawSettings
from influence.errors import ConfigError, suggest
from influence.group_settings import CustomGroup
from influence.layer_settings import CustomLayer, read_custom_layers
from influence.method import Method
from influence.records import show_value
from influence.specs import LAYERS, WEIGHTS
from influence.yaml_files import read_yaml

ENVIRONMENT_PREFIX = "INFLUENCE_"


@dataclass(frozen=True)
class Config:
    """Configuration of a run; see config.yaml for what each entry means."""

    first_year: int = schema.FIRST_YEAR
    last_year: int = schema.LAST_YEAR
    poles: tuple[str, ...] = ("CHN", "USA")
    region: str = "asia_pacific"
    groups: tuple[CustomGroup, ...] = ()
    key_years: tuple[int, ...] = (2001, 2004, 2008, 2012, 2016, 2018, 2020, 2023)
    weights: Mapping[str, float] = field(default_factory=lambda: dict(WEIGHTS))
    layers: tuple[CustomLayer, ...] = ()
    trade_base: str = "two_way"
    capability: str = "gdp"
    pact_strength: Mapping[str, float] = field(default_factory=lambda: dict(schema.PACT_STRENGTH))
    agreement_strength: Mapping[str, float] = field(default_factory=lambda: dict(schema.AGREEMENT_STRENGTH))
    pact_corrections: Mapping[str, bool] = field(default_factory=dict)
    alpha: float = schema.ALPHA
    elasticity: float = schema.ELASTICITY
    gross_output_ratio: float = schema.GROSS_OUTPUT_RATIO
    critical: Mapping[str, float] = field(default_factory=lambda: dict(schema.CRITICAL))
    realisations: int = schema.REALISATIONS
    seed: int = 0
    draws: int = schema.DRAWS
    concentration: float = schema.CONCENTRATION
    fixed_sources: tuple[str, ...] = ()
    bandwidth_base_year: int = schema.BANDWIDTH_BASE_YEAR
    alignment_base: tuple[int, ...] = schema.ALIGNMENT_BASE

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
        known = dict.fromkeys([*(layer.name for layer in self.layers), *self.weights])
        return (*LAYERS, *(name for name in known if name not in LAYERS))

    @property
    def weighing(self) -> list[str]:
        """Layers that weigh, in the order of layer_names."""
        return [name for name in self.layer_names if self.weights.get(name, 0.0) > 0]


def load_config(
    path: Path | str | None = None, *, flags: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None, base: Config | None = None, caller: str = "the command line",
) -> Config:  # fmt: skip
    """Config from the defaults, then a YAML file, then INFLUENCE_* variables, then flags; each goes before the last.

    Parameters
    ----------
    path : a YAML file; None takes config.yaml of the working folder where there is one.
    flags : settings given on the command line; None values are not given.
    environment : variables to read, those of the process by default.
    base : a Config to change by `flags` alone, in place of file and environment.
    caller : who gives the flags; errors name it.

    Raises
    ------
    ConfigError : unreadable file, unknown key (the keys are listed), wrong type or range, with its place.
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
    return _checked(_with(config, given, caller), "the configuration")


def _read_yaml(path: Path) -> dict[str, Any]:
    content = read_yaml(path, ConfigError, "configuration")
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ConfigError(f"{path} must hold 'key: value' lines, not {show_value(content)}.")
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
                f"{where}: entry {show_value(key)} is not known.{suggest(str(key), allowed)} "
                f"Entries are: {', '.join(allowed)}."
            )
        if key == "weights":
            changed[key] = reader_of_shares(config.layer_names, math.inf)(value, key, {}, where)
        else:
            changed[key] = READERS[key](value, key, getattr(config, key), where)
    return replace(config, **changed)


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
