"""A report in Chromium: quiet, readable, nothing wider than the screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from influence.config import Config
from influence.export.report import write_report
from influence.export.report_subjects import report_of
from tests.browser.watched import Watched
from tests.export.pages import POLES, real_panel


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("report") / "asean.html"
    write_report(report_of("asean", real_panel(), Config(), POLES, year=2016), path)
    text = path.read_text(encoding="utf-8")
    # A page without scripts is ready when it is there.
    path.write_text(text.replace('<html lang="en">', '<html lang="en" data-ready>'), encoding="utf-8")
    return path


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
