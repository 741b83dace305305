"""What every test may ask for: the real raw files, a browser; and a calm, equal environment for all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
# The tests run on as many processes as there are already: a command takes no more unless it is told to.
os.environ["LOKY_MAX_CPU_COUNT"] = "1"
BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")

# No deadline: on a small machine with two workers a slow example says nothing about the code.
settings.register_profile("calm", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("calm")


def pytest_configure() -> None:
    """A setting left in somebody's shell must not change what a test sees."""
    for name in [n for n in os.environ if n.startswith("INFLUENCE_") and n != "INFLUENCE_SHARED"]:
        del os.environ[name]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in tests/browser opens a browser."""
    for item in items:
        if ROOT / "tests" / "browser" in item.path.parents:
            item.add_marker(pytest.mark.browser)


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
