"""What every test may ask for: the real raw files, a browser; and a calm, equal environment for all."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    import pandas as pd
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]
# The tests already run on every processor: a command starts no more processes unless a test asks for them.
os.environ["LOKY_MAX_CPU_COUNT"] = "1"
SLOW = 10
"""How much longer a slow test takes than another, roughly."""
BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")

# No deadline: on a small machine with two workers a slow example says nothing about the code.
settings.register_profile("calm", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("calm")


def pytest_configure() -> None:
    """A setting left in somebody's shell must not change what a test sees."""
    for name in [n for n in os.environ if n.startswith("INFLUENCE_") and n != "INFLUENCE_SHARED"]:
        del os.environ[name]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in tests/browser opens a browser; files with much that is slow go first: none ends alone."""
    patience: Counter[Path] = Counter()
    for item in items:
        if ROOT / "tests" / "browser" in item.path.parents:
            item.add_marker(pytest.mark.browser)
        patience[item.path] += SLOW if item.get_closest_marker("slow") or item.get_closest_marker("browser") else 1
    items.sort(key=lambda item: -patience[item.path])


def skip_or_fail(reason: str) -> None:
    """Skip; but fail where CI is set, because there a test that did not run must not look like one that passed."""
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the publishers' files: INFLUENCE_SHARED, else shared/data beside the checkout."""
    given = os.environ.get("INFLUENCE_SHARED")
    folder = Path(given) if given else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        skip_or_fail(f"the raw data are not at {folder}; set INFLUENCE_SHARED to their folder")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the Chromium that opens the pages."""
    found = next(filter(None, map(shutil.which, BROWSER_NAMES)), None)
    if found is None:
        skip_or_fail(f"no browser here; install one of: {', '.join(BROWSER_NAMES)}")
    assert found is not None
    return found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """That Chromium, running."""
    from playwright.sync_api import sync_playwright

    from tests.browser.watched import ARGUMENTS

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session", autouse=True)
def bundled_panel_made_once() -> Iterator[None]:
    """The bundled tables are read and laid out once a process: panels are never written into, and it takes seconds.

    A process started by a test reads them itself; so does whoever names a folder.
    """
    from influence.panel import panel

    read, lay_out = panel.read_panel_table, panel._checked_panel
    tables: dict[str, pd.DataFrame] = {}
    panels: dict[object, panel.Panel] = {}

    def read_once(where: Path, name: str) -> pd.DataFrame:
        if where != ROOT / "datasets":
            return read(where, name)
        return tables.setdefault(name, tables[name] if name in tables else read(where, name))

    def lay_out_once(given: Mapping[str, pd.DataFrame], source: Any, ends: Any, corrections: Any) -> panel.Panel:
        if given["trade"] is not tables.get("trade"):
            return lay_out(given, source, ends, corrections)
        key = (ends, tuple(sorted(corrections.items())))
        if key not in panels:
            panels[key] = lay_out(given, source, ends, corrections)
        return panels[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(panel, "read_panel_table", read_once)
        patch.setattr(panel, "_checked_panel", lay_out_once)
        yield
