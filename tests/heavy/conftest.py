"""The site as `make docs` builds it; its tests are in one file, so that it is built once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site; the build itself fails on a warning, a dead link or anything fetched from elsewhere.

    In a separate process: the build gives the commands' help to Markdown, and no other test may see that.
    """
    folder = tmp_path_factory.mktemp("docs") / "site"
    command = [sys.executable, "-m", "docs_build", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(folder / "index.html")
    return folder
