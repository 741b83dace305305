"""Figures without a browser: the same bytes, text as text, numbers where they belong, a message without matplotlib."""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import influence as inf
from influence.comparison.compared import compare
from influence.errors import ExtraError, YearError
from influence.export import figures
from influence.export.compare_data import comparison_caption, dumbbell_rows
from influence.export.drift_text import study_of
from influence.export.figure_files import FORMATS, captioned, figure_bytes, write_figure
from influence.export.plot_data import Caption, balances, unbroken_runs
from influence.statements.numbers import signed
from tests.export.pages import HOSTILE, POLES, hostile_content, real_content, real_panel, real_results, real_study

WORDS = Caption("title", "subtitle", "sources")
SVG = "{http://www.w3.org/2000/svg}"


def texts(content: bytes) -> str:
    return " ".join("".join(node.itertext()) for node in ET.fromstring(content).iter(f"{SVG}text"))


def made() -> dict[str, object]:
    content = real_content()
    compared = compare("2018", "2018:korus_ended", real_study())
    effect = study_of(real_study(), "tpp12", 2017)
    return {
        "map": figures.network_map(content, 2016),
        "time": figures.pull_over_time(content, ["KOR", "JPN"]),
        "heat": figures.heat_map(content),
        "dumbbell": figures.dumbbell(dumbbell_rows(compared), comparison_caption(compared), real_study().labels),
        "event": figures.event_figure(effect.effects, effect.caption, 2017),
    }


def test_an_event_study_and_its_finding_count_the_same_states():
    effect = study_of(real_study(), "tpp12", 2017)
    known = effect.effects.set_index("year").loc[2018, "controls"]
    assert known < len(effect.rest)
    assert (
        f"The difference from {known} states outside the group ({len(effect.rest) - known} of the {len(effect.rest)}"
        in effect.sentence
    )
    assert f"less that of {known} others (" in effect.caption.subtitle


@pytest.fixture(scope="module")
def twice() -> list[dict[str, object]]:
    return [made(), made()]


@pytest.mark.slow
@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", ["map", "time", "heat", "dumbbell", "event"])
def test_the_same_figure_is_the_same_bytes_and_what_it_says_it_is(twice, name, kind):
    once, again = (figure_bytes(one[name], kind) for one in twice)
    assert once == again
    starts = {"svg": b"<?xml", "pdf": b"%PDF-", "png": b"\x89PNG"}
    assert once.startswith(starts[kind])
    assert len(once) > 5_000


@pytest.mark.slow
def test_every_figure_has_its_title_and_sources(twice):
    for name, figure in twice[0].items():
        text = texts(figure_bytes(figure, "svg"))
        assert re.search("Sources: .*CEPII, BACI", text), name
        assert ("Correlates of War, Trade" in text) == (name in ("time", "heat", "event")), name
        if name in ("map", "heat"):
            assert "pulls harder on" in text


@pytest.mark.slow
def test_the_map_names_the_finding_of_its_year_and_its_states(twice):
    text = texts(figure_bytes(twice[0]["map"], "svg"))
    balance = inf.pull_balance(real_results()[0], POLES).sel(year=2016, target=list(real_content().frame.shown)).values
    assert f"China pulls harder on {int((balance > 0).sum())} of {int((~np.isnan(balance)).sum())} countries" in text
    for name in ("CHINA", "UNITED STATES", "only United States"):
        assert name in text
    names = real_panel().states.loc[list(real_content().frame.shown), "name"]
    assert [name for name in names if name not in text and name.upper() not in text] == []


@pytest.mark.slow
def test_a_title_names_a_state_once(twice):
    last = balances(real_content())[-1]
    korea, japan = (signed(last[real_content().frame.shown.index(code)]) for code in ("KOR", "JPN"))
    text = texts(figure_bytes(twice[0]["time"], "svg"))
    assert f"Balance in 2023: South Korea {korea}, Japan {japan}" in text
    alone = texts(figure_bytes(figures.pull_over_time(real_content(), ["KOR"]), "svg"))
    assert f"Balance of South Korea in 2023: {korea}" in alone


def test_only_a_picture_with_ranges_mentions_them():
    sides = ("2018", "2018:korus_ended"), ("2016", "2018")
    scenario, years = (comparison_caption(compare(*pair, real_study())).subtitle for pair in sides)
    assert "shade: range of the change, over elasticities" in scenario
    assert "shade" not in years
    assert "elasticities" not in years


def test_a_line_is_cut_at_a_break_and_a_gap():
    values = np.array([0.1, 0.2, np.nan, 0.3, 0.4, 0.5])
    breaks = np.array([False, False, False, True, False, True])
    assert unbroken_runs(values, breaks) == [[0, 1], [3, 4], [5]]


def test_hostile_names_are_text(tmp_path):
    figure = figures.network_map(hostile_content(), 2016)
    content = figure_bytes(figure, "svg")
    assert {node.tag.split("}")[-1] for node in ET.fromstring(content).iter()} & {"script", "img", "image"} == set()
    assert HOSTILE[0] not in content.decode()


def test_a_dollar_is_a_dollar():
    rows = pd.DataFrame({"name": ["$x^2$"], "before": [0.1], "after": [0.2], "low": [np.nan], "high": [np.nan]})
    text = texts(figure_bytes(figures.dumbbell(rows, WORDS, POLES), "svg"))
    assert "$x^2$" in text


def test_a_year_outside_the_panel_is_refused():
    with pytest.raises(YearError, match="year 2030 is not in the panel; it covers 1990 to 2023"):
        figures.network_map(real_content(), 2030)


def test_without_matplotlib_one_sentence_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ExtraError, match=r"figures need matplotlib.*pip install matplotlib"):
        figures.heat_map(real_content())


def test_files_are_named_by_their_kind(tmp_path: Path):
    figure = captioned(WORDS, 1.0, lambda axes: None)
    paths = write_figure(figure, tmp_path / "deep" / "x.1", ["svg", "png"])
    assert [p.name for p in paths] == ["x.1.svg", "x.1.png"]
    assert sorted(p.name for p in (tmp_path / "deep").iterdir()) == ["x.1.png", "x.1.svg"]
