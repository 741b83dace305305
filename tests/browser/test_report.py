"""A report in Chromium: quiet, readable, nothing wider than the screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from influence.export.report import write_report
from influence.export.report_subjects import report_of
from tests.browser.watched import Watched
from tests.export.pages import real_study


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("report") / "asean.html"
    write_report(report_of("asean", real_study(), year=2016), path)
    text = path.read_text(encoding="utf-8")
    # A page without scripts is ready when it is there.
    path.write_text(text.replace('<html lang="en">', '<html lang="en" data-ready>'), encoding="utf-8")
    return path


def test_head_and_cells_of_a_column_are_set_to_one_side(browser, report):
    watched = Watched(browser, report)
    sides = watched.page.evaluate(
        """() => [...document.querySelectorAll('table')].flatMap((table) => {
      const rows = [...table.rows].map((row) => [...row.cells].map((cell) => getComputedStyle(cell).textAlign));
      return rows[0].map((_, k) => [...new Set(rows.map((row) => row[k]))].join());
    })"""
    )
    assert set(sides) == {"left", "right"}
    named = "() => [...document.querySelectorAll('h2, caption')].map((e) => getComputedStyle(e).breakAfter)"
    watched.page.emulate_media(media="print")
    assert set(watched.page.evaluate(named)) == {"avoid"}
    last = "() => ['breakBefore', 'breakInside'].map((k) => getComputedStyle(document.querySelector('footer'))[k])"
    assert watched.page.evaluate(last) == ["avoid", "avoid"]
    watched.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1400])
def test_it_is_quiet_readable_and_fits(browser, report, scheme, width):
    watched = Watched(browser, report, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = watched.page
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert page.evaluate("() => [...document.images].every((image) => image.naturalWidth > 400)")
    found = Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
    watched.close()
