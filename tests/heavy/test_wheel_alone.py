"""The wheel in an environment that has nothing else: it brings all it needs, and works from any folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import skip_or_fail

ROOT = Path(__file__).resolve().parents[2]
FEW = "key_years: [2016]\nfirst_year: 2010\nlast_year: 2020\n"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Programs of a new environment in which the wheel was installed by its name, at the versions of the lock."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = folder.glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", str(folder / "alone")], check=True)
    programs = folder / "alone" / ("Scripts" if os.name == "nt" else "bin")
    given = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", str(ROOT / "requirements.lock")]
    done = subprocess.run([programs / "python", *given, str(wheel)], capture_output=True, text=True)
    if "No matching distribution" in done.stderr or "connection" in done.stderr.lower():
        skip_or_fail("what the wheel needs cannot be fetched here; the test needs a network")
    assert done.returncode == 0, done.stderr
    return programs


def ran(environment: Path, where: Path, *arguments: str) -> str:
    """What a command says in a folder outside of the checkout; nothing of the shell's own Python reaches it."""
    foreign = ("PYTHON", "INFLUENCE_", "VIRTUAL")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    done = subprocess.run([environment / "influence", *arguments], cwd=where, env=clean, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_is_the_wheel_that_runs_and_nothing_of_the_tests_is_there(environment: Path, tmp_path: Path) -> None:
    code = "import influence, importlib.util as u; print(influence.__file__); print(u.find_spec('pytest'))"
    done = subprocess.run(
        [environment / "python", "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    place, other = done.stdout.split()
    assert ROOT not in Path(place).parents
    assert other == "None"


def test_the_main_job_is_done_in_another_folder(environment: Path, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(FEW, encoding="utf-8")
    done = ran(environment, tmp_path, "run", "--draws", "4", "--scenarios", "tpp_with_us")
    assert "outputs/atlas.html" in done.replace("\\", "/")
    made = json.loads((tmp_path / "outputs" / "manifest.json").read_text(encoding="utf-8"))
    assert {"index.html", "atlas.html", "maps/map_2016.html", "tables/results.csv"} <= set(made["files"])


def test_it_brings_lessons_scenarios_claims_sources_and_texts(environment: Path, tmp_path: Path) -> None:
    assert "balance_by_hand" in ran(environment, tmp_path, "lesson", "list")
    assert "@" in ran(environment, tmp_path, "cite", "--format", "bibtex")
    assert "KORUS" in ran(environment, tmp_path, "scenario", "list")
    pull = json.loads(ran(environment, tmp_path, "pull", "KOR", "--years", "2016", "--draws", "0", "--json"))
    assert {row["iso3"] for row in pull} == {"KOR"}
    assert list(tmp_path.iterdir()) == []


def test_what_an_extra_brings_is_asked_for_in_words(environment: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [environment / "influence", "products", "KOR", "--pole", "CHN"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "influence[scale]" in done.stderr
    assert "Traceback" not in done.stderr
