"""How many draws are made, from which seed, how widely the weights vary, and what is not drawn."""

from __future__ import annotations

import math
from typing import NamedTuple

from influence.errors import ConfigError
from influence.schema import CONCENTRATION, MOST_DRAWS, UNCERTAINTY_SOURCES


class DrawSettings(NamedTuple):
    """draws : how many. seed : of all. concentration : of the Dirichlet of weights. fixed : not drawn."""

    draws: int = 200
    seed: int = 0
    concentration: float = CONCENTRATION
    fixed: frozenset[str] = frozenset()


def check_draw_settings(draw_settings: DrawSettings) -> None:
    """
    Raises
    ------
    ConfigError : no draws or too many, a concentration that is not above 0, an unknown source.
    """
    if not 1 <= draw_settings.draws <= MOST_DRAWS:
        raise ConfigError(
            f"uncertainty ranges need from one draw to {MOST_DRAWS:,}, not {draw_settings.draws:,}; leave the "
            "ranges out, or ask for 200."
        )
    if not 0 < draw_settings.concentration < math.inf:
        raise ConfigError(f"concentration must be a number above 0, not {draw_settings.concentration!r}.")
    unknown = sorted(draw_settings.fixed - set(UNCERTAINTY_SOURCES))
    if unknown:
        raise ConfigError(
            f"there is no source of uncertainty {unknown[0]!r}; there are: {', '.join(UNCERTAINTY_SOURCES)}."
        )
