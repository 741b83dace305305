"""Titles written from the numbers, and never beyond them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from influence.config import Config
from influence.panel.package import sources_table
from influence.states import group_labels, load_states

PACTS_OBSERVED_TO = 2018
"""Last year of ATOP 5.1."""


def pole_label(pole: str) -> str:
    """A pole for people: 'China', 'the United States', 'the EU', else its key with spaces."""
    states = load_states()
    if pole in states.index:
        name = str(states.loc[pole, "name"])
        return f"the {name}" if name.startswith("United ") else name
    return group_labels().get(pole, pole.replace("_", " "))


def signed(value: float, digits: int = 2) -> str:
    """A number with its sign as print has it: '+0.41', '−0.41', '0.00'."""
    text = f"{abs(value):.{digits}f}"
    return text if float(text) == 0 else f"{'+' if value > 0 else '−'}{text}"


def finding(results: pd.DataFrame, poles: Sequence[str], year: int, states: Sequence[str]) -> str:
    """'In 2016 China pulls harder on 17 of 44 states, the United States on 27', for two poles; by leader for more."""
    first, second = poles[0], poles[1]
    here = results[(results["year"] == year) & results["iso3"].isin(states)]
    if len(poles) > 2:
        led = here[(here["metric"] == "leader_margin") & here["value"].notna() & (here["pole"] != "")]
        counts = led["pole"].value_counts()
        told = ", ".join(f"{pole_label(p)} on {counts.get(p, 0)}" for p in poles)
        return f"In {year}, of {len(led)} states each pole pulls hardest on: {told}"
    balance = here[(here["metric"] == "pull_balance") & (here["pole"] == f"{first}-{second}")]["value"].dropna()
    ahead, behind = int((balance > 0).sum()), int((balance < 0).sum())
    lead = (first, ahead, second, behind) if ahead >= behind else (second, behind, first, ahead)
    return (
        f"In {year}, {pole_label(lead[0])} pulls harder on {lead[1]} of {len(balance)} states, "
        f"{pole_label(lead[2])} on {lead[3]}"
    )


def choices_told(config: Config) -> list[str]:
    """How the layers are made, where it is not the usual way: 'trade by markets', 'pledges by CINC'."""
    base = {"exports": "trade by markets", "imports": "trade by suppliers"}.get(config.trade_base, "")
    size = "pledges by CINC" if config.capability == "cinc" else ""
    return [words for words in (base, size) if words]


def flags_of(config: Config) -> str:
    """The choices that are not the defaults, as flags: a command that draws another map is worse than none."""
    usual = Config()
    flags = ""
    if any(abs(config.weights[name] - usual.weights[name]) > 1e-12 for name in config.weights):
        flags += f" --weights {','.join(f'{name}={weight:.6g}' for name, weight in config.weights.items())}"
    if config.trade_base != usual.trade_base:
        flags += f" --base {config.trade_base}"
    if config.capability != usual.capability:
        flags += f" --capability {config.capability}"
    return flags


def seam_note(year: int) -> str:
    """What kind of trade data the year rests on, in words."""
    if year < 2000:
        return "Trade: COW, a series of its own; Hong Kong and Macao are counted in China."
    if year <= 2020:
        return "Trade: BACI; Taiwan by its share in its partners' reports."
    if year <= 2022:
        return "Trade: BACI 2020 moved by the growth of IMF and OECD figures; what they leave out is unobserved."
    return "Trade: BACI in a provisional vintage of its own."


def source_line(weights: Mapping[str, float], year: int) -> str:
    """Publishers, vintages and terms of what a figure of the year rests on."""
    used = sources_of(year)
    keep = list(dict.fromkeys(key for layer, keys in used.items() if weights.get(layer, 0) > 0 for key in keys))
    return f"Sources: {'; '.join(_card(key) for key in keep)}. Full citations: influence cite."


def sources_of(year: int) -> dict[str, list[str]]:
    """Keys of the sources behind each layer in a year."""
    return {
        "trade": ["cow_trade"]
        if year < 2000
        else ["baci_2023" if year >= 2023 else "baci", "imf_dots", "oecd_icio", "wto_totals"],
        "alliance": ["atop", "world_bank_gdp", "cow_nmc", "curated"],
        "agreement": ["desta", "manytrade", "world_bank_gdp", "cow_nmc", "curated"],
        "troops": ["us_troops"],
    }


def source_cards(years: Sequence[int]) -> tuple[list[str], dict[str, list[list[int]]]]:
    """What is said of every source, and for each layer and year which of them it rests on."""
    by_year = [sources_of(year) for year in years]
    keys = list(dict.fromkeys(key for used in by_year for listed in used.values() for key in listed))
    by_layer = {layer: [[keys.index(key) for key in used[layer]] for used in by_year] for layer in by_year[0]}
    return [_card(key) for key in keys], by_layer


def _card(key: str) -> str:
    card = sources_table().loc[key]
    return f"{card['publisher']}, {card['title']} ({card['licence']})"
