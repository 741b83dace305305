"""The sentences and numbers of the page are those that Python writes from the same catalogue."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page

import influence as inf
from influence.export.atlas_data import headline_pulls, labels_of
from influence.export.plot_data import balance_range, balances
from influence.metrics.trends import lasting_crossing
from influence.statements.balance import agreement_sentence, crossing_sentence, relies, state_sentence
from influence.statements.catalogue import TEMPLATES, fill
from influence.statements.findings import counted_finding
from influence.statements.numbers import percent, signed
from influence.statements.sources import series_break_note, source_line
from tests.browser.watched import Watched
from tests.export.pages import HOSTILE, POLES, real_content, real_panel, real_study

NAMES = real_study().labels
VALUES = [
    -1.0,
    -0.875,
    -0.5,
    -1 / 3,
    -0.3333,
    -0.05,
    -0.0499,
    -0.004,
    0.0,
    0.004,
    0.125,
    0.049999,
    0.05,
    0.2,
    1 / 3,
    0.414,
    1.0,
]


@pytest.fixture(scope="module")
def page(browser, atlas) -> Iterator[Page]:
    watched = Watched(browser, atlas, "#y=2016", viewport={"width": 1400, "height": 900})
    yield watched.page
    watched.close()


def of_states(page: Page, year: int, sentence: str) -> list[str]:
    """A sentence of Story for every state, in a year."""
    page.evaluate("(year) => window.influenceAtlas.change({ year })", year)
    return page.evaluate(
        """(name) => { const { book, view } = window.influenceAtlas;
        return book.data.states.map((_, i) => Story[name](book, view, i)); }""",
        sentence,
    )


@pytest.mark.parametrize("year", [1990, 1999, 2004, 2016, 2021, 2023])
def test_the_headline_notes_and_sources_of_a_year(page, year):
    page.evaluate("(year) => window.influenceAtlas.change({ year })", year)
    content = real_content()
    pulls = headline_pulls(content, content.base.years.index(year))
    assert page.inner_text("h1") == counted_finding(pulls, NAMES, year)
    assert series_break_note(real_panel(), year) in page.inner_text("#subtitle")
    assert ("carried forward from 2018" in page.inner_text("#subtitle")) == (year > 2018)
    listed = page.inner_text("#source").removeprefix("Sources: ").split("; ")
    wanted = source_line(real_panel(), content.study.method.weights, year).removeprefix("Sources: ").split("; ")
    assert listed == wanted


@pytest.mark.parametrize("year", [1995, 2016, 2023])
def test_the_sentence_of_every_state(page, year):
    content = real_content()
    k = content.base.years.index(year)
    balance, (low, high) = balances(content)[k], balance_range(content)
    names = labels_of(real_panel(), content.frame.shown)["name"]
    texts = of_states(page, year, "sentence")
    compared = 0
    for i, (code, name, text) in enumerate(zip(content.frame.shown, names, texts, strict=True)):
        if code in POLES:
            assert text == fill("is_power", state=name, year=year)
        elif math.isnan(balance[i]):
            assert text.startswith(fill("no_balance", state=name, year=year))
        else:
            sentence = state_sentence(name, year, float(balance[i]), *NAMES)
            assert text.startswith(f"{sentence} {agreement_sentence(low[i, k], high[i, k])}")
            compared += 1
    assert compared >= 30


def test_the_change_of_the_lead_in_every_state(page):
    content = real_content()
    codes = [code for code in content.frame.shown if code not in POLES]
    names = labels_of(real_panel(), content.frame.shown)["name"]
    balance = inf.pull_balance(content.base.ties, POLES).sel(target=codes)
    found = lasting_crossing(balance, content.base.ties["is_break"].sel(target=codes).reset_coords(drop=True))
    years = (content.base.years[0], content.base.years[-1])
    texts = dict(zip(content.frame.shown, of_states(page, 2016, "crossing"), strict=True))
    for code in codes:
        assert texts[code] == crossing_sentence(names[code], found[found["iso3"] == code], *NAMES, years)
    assert len(set(texts.values())) >= 15


def test_classes_and_numbers(page):
    written = page.evaluate(
        """([values, first, second]) => values.map((v) => [Statements.relies(v, first, second), Words.signed(v),
        Words.percent(v)])""",
        [VALUES, *NAMES],
    )
    assert written == [[relies(v, *NAMES), signed(v), percent(v)] for v in VALUES]
    assert page.evaluate("() => [Words.signed(NaN), Words.percent(NaN)]") == [signed(np.nan), percent(np.nan)]


@pytest.mark.parametrize("name", [*HOSTILE, "{year} $& $1"])
def test_a_name_is_put_into_a_sentence_as_it_is(page, name):
    assert page.evaluate("(power) => Statements.fill('pull', { power })", name) == fill("pull", power=name)


def test_the_page_has_the_templates_of_the_catalogue(page):
    assert page.evaluate("() => window.influenceAtlas.book.data.statements") == TEMPLATES
