"""The shell of the project keeps its promises: locks, layers, versions, the wheel, no traces of a machine."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import skip_or_fail

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-heavy.lock")
RUN_EXTRAS = ("plots", "sensitivity", "scale", "xlsx")
"""Extras that `make run` installs too."""
HEAVY_EXTRAS = ("spark",)
PIN = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*)==([0-9][0-9a-z.]*)")
IMPORT_NAMES = {
    "yaml": "pyyaml",
    "sklearn": "scikit-learn",
    "SALib": "salib",
    "ibis": "ibis-framework",
    "markdown_it": "markdown-it-py",
    "lazy_loader": "lazy-loader",
}

# Written so that this file does not match itself.
MACHINE_PATH = re.compile(r"(?<![\w./<])/(?:home|root|work|Users)/\w|\b[A-Z]:\\{1,2}Users\b")
REGISTRY_HOST = re.compile(r"py[p]i\.org|python[h]osted\.org|conda\.[a]naconda|npm[j]s\.(?:org|com)")


def pins(name: str) -> dict[str, str]:
    """Package and version of each line of a lock, without comments and the include of the other lock."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if not line.startswith(("#", "-r ")))


@pytest.fixture(scope="module")
def pyproject() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def locked() -> dict[str, str]:
    """What an environment for the tests holds."""
    return pins(LOCKS[0]) | pins(LOCKS[1])


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Content of every text file that is or would be under version control."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        skip_or_fail("not a git checkout: what is under version control is unknown")
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    contents = {name: (ROOT / name).read_bytes() for name in names if name and (ROOT / name).is_file()}
    return {name: raw.decode("utf-8", "replace") for name, raw in contents.items() if b"\0" not in raw[:8000]}


def matches(pattern: re.Pattern[str], texts: dict[str, str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in texts.items()
        if pattern.search(text)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


# ---- locks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LOCKS)
def test_lock_holds_only_pinned_names(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    odd = [line for line in lines if not PIN.fullmatch(line) and not line.startswith("#")]
    before = LOCKS.index(name) - 1
    assert odd == ([] if before < 0 else [f"-r {LOCKS[before]}"])
    assert not [line for line in lines if "://" in line or "@" in line]


def test_no_package_is_in_two_locks():
    named = [name for lock in LOCKS for name in pins(lock)]
    assert len(named) == len(set(named))


def extras_of(pyproject: dict, names: Iterable[str]) -> list[str]:
    """Requirements of some extras."""
    return [line for name in names for line in pyproject["project"]["optional-dependencies"][name]]


def test_run_lock_fits_the_dependencies(pyproject):
    wanted = [*pyproject["project"]["dependencies"], *pyproject["build-system"]["requires"]]
    assert not misfits([*wanted, *extras_of(pyproject, RUN_EXTRAS)], pins(LOCKS[0]))


def test_dev_lock_fits_the_extras(pyproject, locked):
    names = set(pyproject["project"]["optional-dependencies"]) - set(HEAVY_EXTRAS)
    assert not misfits(extras_of(pyproject, sorted(names)), locked)


def test_heavy_lock_fits_the_heavy_extras(pyproject, locked):
    assert not misfits(extras_of(pyproject, HEAVY_EXTRAS), locked | pins(LOCKS[2]))


def misfits(wanted: list[str], locked: dict[str, str]) -> list[str]:
    """Requirements that the lock lacks or answers with a version out of range."""
    found = [(Requirement(line), locked.get(canonicalize_name(Requirement(line).name))) for line in wanted]
    return [
        f"{need} is locked at {version}" for need, version in found if version is None or version not in need.specifier
    ]


def test_installed_is_what_is_locked(locked):
    installed = {canonicalize_name(d.metadata["Name"]): d.version for d in metadata.distributions()}
    differing = {n: (v, installed.get(n)) for n, v in locked.items() if installed.get(n) != v}
    assert not differing, f"package: (locked, installed) {differing}; make clean, then make test"


def test_lock_names_everything_that_gets_installed(locked):
    lacking = {
        f"{name} needs {need.name}"
        for name in locked
        for need in map(Requirement, metadata.requires(name) or [])
        if (need.marker is None or need.marker.evaluate({"extra": ""})) and canonicalize_name(need.name) not in locked
    }
    assert not lacking


def test_every_import_of_the_package_is_a_declared_dependency(pyproject):
    extras = ("plots", "sensitivity", "cluster", "scale", "spark", "xlsx")
    lines = [*pyproject["project"]["dependencies"], *extras_of(pyproject, extras)]
    declared = {canonicalize_name(Requirement(line).name) for line in lines}
    imported = {
        IMPORT_NAMES.get(top, top)
        for path in (ROOT / "influence").rglob("*.py")
        for top in top_level_imports(path)
        if top != "influence" and top not in sys.stdlib_module_names
    }
    assert imported <= declared


def top_level_imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found


# ---- traces --------------------------------------------------------------------------------------


def test_no_path_of_a_machine_in_any_file(texts):
    assert not matches(MACHINE_PATH, texts)


def test_no_package_registry_in_any_file(texts):
    assert not matches(REGISTRY_HOST, texts)


@pytest.mark.parametrize("line", ["cd /ho" + "me/ann/x", "see /wo" + "rk/main", '"C:' + '\\Users\\ann"'])
def test_the_pattern_of_machine_paths_finds_one(line):
    assert MACHINE_PATH.search(line)


@pytest.mark.parametrize("line", ["https://host/home/page", "a </root> tag", "docs/work/notes"])
def test_the_pattern_of_machine_paths_leaves_addresses_alone(line):
    assert not MACHINE_PATH.search(line)


def test_outputs_and_environment_are_not_under_version_control(texts):
    assert [name for name in texts if name.startswith(("outputs/", ".venv/", "dist/"))] == ["outputs/README.md"]


# ---- one truth in several files ------------------------------------------------------------------


def test_every_module_has_its_layer(pyproject):
    layers = pyproject["tool"]["importlinter"]["contracts"][0]["layers"]
    names = [layer.strip("()") for layer in layers]
    modules = {
        path.stem for path in (ROOT / "influence").iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    assert len(names) == len(set(names))
    assert modules - {"__init__", "__main__"} <= set(names)
    assert {layer for layer in layers if "(" not in layer} <= modules


def test_version_is_one(pyproject):
    version = pyproject["project"]["version"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == version
    assert re.search(rf"^## {re.escape(version)}\b", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_citation_has_what_the_format_demands(pyproject):
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= citation.keys()
    assert citation["license"] == pyproject["project"]["license"]
    assert citation["authors"] == [{"name": author["name"]} for author in pyproject["project"]["authors"]]


def test_readme_links_lead_somewhere():
    for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "outputs/README.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
        assert not [link for link in links if not ((ROOT / name).parent / link).exists()], name


def test_make_help_lists_the_targets():
    if shutil.which("make") is None:
        skip_or_fail("make is not installed")
    shown = subprocess.run(["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    listed = set(re.findall(r"^make ([a-z-]+) ", shown, re.MULTILINE))
    wanted = {"run", "test", "test-fast", "test-heavy", "bench", "bench-scale", "docs", "notebooks", "lint", "format"}
    assert wanted | {"build", "data", "clean"} <= listed


# ---- the wheel -----------------------------------------------------------------------------------


@pytest.mark.slow
def test_wheel_carries_the_data_and_everything_the_package_reads(tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    package = [path for path in (ROOT / "influence").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    data = [path for path in (ROOT / "datasets").rglob("*") if path.is_file()]
    assert {path.relative_to(ROOT).as_posix() for path in package} <= names
    assert {f"influence/{path.relative_to(ROOT).as_posix()}" for path in data} <= names
    assert "influence/default_config.yaml" in names
    assert not [name for name in names if not name.startswith(("influence/", "influence-"))]
