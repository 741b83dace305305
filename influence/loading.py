"""The one way in: a configuration and a panel folder become a study, for commands, notebooks, pages and lessons."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from influence.config import Config, load_config
from influence.panel.panel import Panel, load_panel
from influence.study import Study


def load_study(
    config: Config | Path | str | None = None, panel: Panel | Path | str | None = None, **choices: Any
) -> Study:
    """The study that a configuration describes.

    Parameters
    ----------
    config : a configuration file; None takes config.yaml of the working folder where there is one. Or a Config.
    panel : folder of another panel; None is the bundled one. Or a Panel, taken as it is: its years, custom layers,
        groups and corrections are its own.
    choices : configuration values that go before those of the file, e.g. poles=["asean", "CHN"], weights={"trade": 1}.

    Raises
    ------
    ConfigError, PanelError, YearError, StateError : see load_config, load_panel and Registry.pole_name.

    Examples
    --------
    >>> study = load_study(first_year=2016, last_year=2016, weights={"trade": 1.0})
    >>> study.method.weights_text()
    'trade 1'
    """
    if isinstance(config, Config):
        chosen = load_config(base=config, flags=choices) if choices else config
    else:
        chosen = load_config(config, flags=choices, caller="the call")
    read = panel if isinstance(panel, Panel) else read_panel(chosen, panel)
    poles = tuple(read.registry.pole_name(pole) for pole in chosen.poles)
    return Study(read, chosen.method, poles, chosen.region)


def read_panel(config: Config, folder: Path | str | None = None) -> Panel:
    """The panel of a folder with the configuration's years, corrections, custom layers and groups."""
    return load_panel(
        folder, first_year=config.first_year, last_year=config.last_year, pact_corrections=config.pact_corrections,
        layers=config.layers, groups=config.groups,
    )  # fmt: skip
