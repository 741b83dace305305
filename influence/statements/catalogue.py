"""Every sentence about the data, as a template with named placeholders.

A placeholder holds text that is already formatted: Python and JavaScript put it in as it is and never read it again,
so a name can contain braces.
"""

from __future__ import annotations

import re

TEMPLATES: dict[str, str] = {
    # ---- numbers
    "no_value": "no value",
    "range": "{low} to {high}",
    "with_range": "{value} (over definitions: {low} to {high})",
    # ---- the headline of a year
    "when": "In {year}",
    "when_scenario": "If {scenario}: in {year}",
    "through_lens": "{when}, through the {lens} lens",
    "finding": "{when}, {first} pulls harder on {ahead} of {total} countries, {second} on {behind}",
    "finding_region": "{when}, {first} pulls harder on {ahead} of {total} countries of {region}, {second} on {behind}",
    "finding_leaders": "{when}, of {total} countries each power pulls hardest on: {counts}",
    "leader_count": "{power} on {count}",
    "finding_pull": "{when}, {power} pulls hardest on {state}: {value}",
    "finding_no_pull": "{when}, the pull of {power} is not known for any country",
    "finding_no_balance": "{when}, no country has a balance",
    # ---- who relies on whom: five classes, by the size and sign of the balance
    "relies_equally": "relies about equally on {first} and {second}",
    "relies_more": "relies more on {leader} than on {other}",
    "relies_much_more": "relies much more on {leader} than on {other}",
    "state_balance": "In {year}, {state} {relies} (balance {balance}).",
    "state_balance_title": "{state} {relies} in {year} (balance {balance})",
    "definitions_agree": "The same power leads on every trade base and by every measure of capability.",
    "definitions_differ": "Which power leads depends on the definition: the range includes zero.",
    "no_balance": "{state} has no balance in {year}: too little was observed, or neither power pulls.",
    "is_power": "{state} is a power in {year}: it pulls on others and has no balance.",
    "leader": "In {year}, {power} pulls hardest on {state}, by {margin} over the next.",
    "no_leader": "In {year}, no power leads in {state}.",
    "leader_unknown": "{state} has no leading power in {year}: too little was observed.",
    "quality_note": "Quality of the data: {flags}.",
    # ---- when the lead changed, and at which weights it would
    "crossing": "The lead in {state} changed from {origin} to {target} in {year} and has not changed back.",
    "crossing_undone": "The lead in {state} changed from {origin} to {target} in {year}; a later series shows the old "
    "lead again.",
    "no_crossing": "From {first} to {last} the lead did not change; a change at a new source does not count.",
    "threshold_below": "the layer {layer} weighs less than {level} (now {now})",
    "threshold_above": "the layer {layer} weighs more than {level} (now {now})",
    "thresholds": "{power} leads if {conditions}; the other layers keep their present proportions.",
    "no_threshold": "The same power leads at any weight of any single layer.",
    # ---- what is measured
    "balance": "Balance between {first} (+1) and {second} (−1)",
    "direct_balance": "Balance of direct pull ({method}) between {first} (+1) and {second} (−1)",
    "balance_definition": "the difference of the shares of a country's reliance that rest on the two, over their sum",
    "pull": "Pull of {power}",
    "leader_margin": "Lead of the strongest power over the next",
    "layer_weight": "{layer} {percent} %",
    "only": "{value}, only {power}",
    "range_title": "Range over definitions",
    "range_definitions": "least and greatest over three bases of trade (two-way, markets, suppliers) and two measures "
    "of capability",
    "drawing_note": "Dots: countries, larger where more of their reliance rests on the first two powers; hollow: the "
    "range over definitions includes zero; hatched: no value. Ties run from the country that relies (wide) to the one "
    "it relies on (point).",
    # ---- what limits a number
    "goods_only": "Goods only: services are not in the pull.",
    "land": "Land: Natural Earth 1:110 million, de facto boundaries; the map takes no position on borders.",
    "observed_to": "{layer}: carried forward from {year}, except for cited changes.",
    "series_cow": "Trade: COW, a different series from later years; Hong Kong and Macao are counted in China.",
    "series_baci": "Trade: BACI; Taiwan by its share in its partners' reports.",
    "series_extended": "Trade: BACI 2020 extended by the growth of IMF and OECD figures; what they leave out is "
    "missing.",
    "series_baci_2023": "Trade: BACI in a preliminary vintage, a different series; trade between two states that did "
    "not report is missing.",
    "series_custom": "Trade: figures of the user.",
    "flag_break": "the series changes its source this year: do not compare with the year before",
    "flag_missing": "no value, because less than 80 % of its reliance was observed, or a tie with a power was not",
    "sources": "Sources: {cards}. Full citations: influence cite.",
    "sources_graphs": "Source: the graphs given.",
    "no_source": "a file of the user, {file}, without a source",
    # ---- a view of the atlas
    "weights_zero": "Every weight is zero: give at least one layer a weight.",
    "weights_changed": "Weights changed: ranges are hidden and other lenses are disabled, because they are computed "
    "for the default weights.",
    "scenario_begins": "The scenario begins in {first}; {year} shows the actual values.",
    "actual": "{value}; actual {actual}",
    "ties_shown": "{shown} of {known} ties shown: {weak} are weaker than {threshold}, {hidden} more are hidden because "
    "they are not prominent among the countries shown.",
    "ties_carried": "This file carries the ties that are prominent or strong in some year.",
    "elsewhere": "In all, {percent} of its reliance rests on countries not on the map.",
    # ---- two years, or a year and a scenario
    "change_none": "Nothing changes",
    "change_largest": "{state} moves most, towards {power}",
    "change_surest": "{state} has the largest certain change, towards {power}, by {low} to {high}",
    "change_uncertain": "{state} moves most, towards {power}, but the range of its change includes zero",
    "change_scope": "Among countries with a tenth or more of their reliance on the two powers: {change}",
    "change_state": "{state} {moves}{range}: balance {before} → {after}; {pulls}.",
    "moves_towards": "moves towards {power} by {size}",
    "moves_not": "does not move",
    "pull_change": "pull of {power} {before} → {after}",
    "change_break": "{state}: {before} and {after}; no change is given, because the trade series differs between the "
    "two sides.",
    "change_missing": "{state}: {before} and {after}; no change is given, because a value is missing.",
    "change_power": "{state} is a power: it pulls on others and has no balance.",
    "compare_opening": "Choose a country on a map, in the picture or in the table to read what changed for it.",
    "no_verdict": "One side is a scenario or a custom graph; only two actual years can be compared with normal "
    "variation.",
}
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def fill(name: str, **values: object) -> str:
    """The template of a name with its placeholders filled, each once.

    Raises
    ------
    KeyError : no such template, or a placeholder without a value.
    """
    return PLACEHOLDER.sub(lambda found: str(values[found[1]]), TEMPLATES[name])
