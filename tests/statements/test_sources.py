"""What a number rests on: the sources of its year and its layers, and its series of trade."""

from __future__ import annotations

import pytest

from influence.panel.package import sources_table
from influence.schema import SERIES
from influence.specs import LAYERS, WEIGHTS
from influence.statements.catalogue import TEMPLATES
from influence.statements.sources import SERIES_NOTES, series_break_note, source_cards, source_line
from tests.export.pages import real_panel


@pytest.mark.parametrize(
    "year, series",
    [(1999, "COW"), (2000, "BACI;"), (2020, "BACI;"), (2021, "growth"), (2022, "growth"), (2023, "preliminary")],
)
def test_the_page_says_what_its_trade_rests_on(year, series):
    assert series in series_break_note(real_panel(), year)


def test_every_series_has_its_note():
    assert set(SERIES_NOTES) == set(SERIES)
    assert set(SERIES_NOTES.values()) <= set(TEMPLATES)


def test_every_source_of_every_layer_and_year_has_its_card():
    years = [1995, 2016, 2023]
    cards, by_layer = source_cards(real_panel(), years)
    assert set(by_layer) == set(LAYERS)
    lines = [cards[at] for at in by_layer["trade"][years.index(1995)]]
    assert lines == [card for card in cards if "Correlates of War, Trade" in card]
    for at, year in enumerate(years):
        line = source_line(real_panel(), {"trade": 1.0, "alliance": 1.0, "agreement": 1.0, "troops": 1.0}, year)
        assert all(cards[k] in line for layer in by_layer.values() for k in layer[at])


def test_sources_are_those_of_the_year_and_the_layers():
    assert "Correlates of War, Trade" in source_line(real_panel(), WEIGHTS, 1995)
    assert "IMF" not in source_line(real_panel(), WEIGHTS, 1995)
    assert "BACI" not in source_line(real_panel(), WEIGHTS, 1995)
    assert "BACI" in source_line(real_panel(), WEIGHTS, 2016)
    for weights, wanted in ((WEIGHTS, True), ({"trade": 1.0}, False)):
        assert (str(sources_table().loc["atop", "title"]) in source_line(real_panel(), weights, 2016)) is wanted
    troops = str(sources_table().loc["us_troops", "title"])
    assert troops not in source_line(real_panel(), WEIGHTS, 2016)
    assert troops in source_line(real_panel(), {**WEIGHTS, "troops": 0.1}, 2016)


def test_a_figure_over_years_cites_the_sources_of_all_of_them():
    line = source_line(real_panel(), WEIGHTS, range(1990, 2024))
    for part in ("Correlates of War, Trade", "BACI country-pair totals 2000-2020", "BACI HS22"):
        assert line.count(part) == 1
    assert source_line(real_panel(), WEIGHTS, [2016]) == source_line(real_panel(), WEIGHTS, 2016)


def test_only_layers_that_weigh_are_cited():
    line = source_line(real_panel(), {"trade": 1.0, "alliance": 0.0, "agreement": 0.0}, 2016)
    assert "BACI" in line
    assert not any(word in line for word in ("Alliance Treaty", "Design of Trade", "World Development"))


def test_a_newer_vintage_in_the_panel_is_the_one_that_is_cited():
    newer = real_panel().with_parts(vintages=real_panel().vintages | {"imf_dots": "May 2031"})
    lines = [source_line(panel, {"trade": 1.0}, 2016) for panel in (real_panel(), newer)]
    assert lines[1] == lines[0].replace("July 2024", "May 2031") != lines[0]
    assert any("May 2031" in card for card in source_cards(newer, [2016])[0])
    # A panel of the user's own tables has no data package: the bundled cards are used.
    assert "July 2024" in source_line(real_panel().with_parts(vintages={}), {"trade": 1.0}, 2016)
