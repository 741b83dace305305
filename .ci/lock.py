"""Write the lock files: the newest versions that fit pyproject.toml.

pip finds them and installs nothing. Run by the oldest Python the package supports, because what still
installs there installs on the newer ones too.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OLDEST = (3, 11)
RUN, DEV, HEAVY = (ROOT / f"requirements{kind}.lock" for kind in ("", "-dev", "-heavy"))
OF_RUN = ("plots", "sensitivity", "scale", "xlsx")
"""Extras that `make run` installs: figures, shares of variance, flows by product, workbooks."""
OF_HEAVY = ("spark",)
"""Extras of hundreds of megabytes, which only `make test-heavy` installs."""


def resolved(requirements: list[str], pinned: dict[str, str]) -> dict[str, str]:
    """Name and version of everything `requirements` pull in; what is in `pinned` stays at its version."""
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder) / "constraints.txt"
        constraints.write_text("".join(f"{name}=={version}\n" for name, version in pinned.items()), encoding="utf-8")
        # Spark is handed out as an archive only.
        wheels = ["--only-binary", ":all:", "--no-binary", "pyspark"]
        options = ["--dry-run", "--ignore-installed", "--quiet", *wheels, "--report", "-"]
        command = [sys.executable, "-m", "pip", "install", *options, "--constraint", str(constraints), *requirements]
        report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    found = [item["metadata"] for item in report["install"]]
    return {re.sub(r"[-_.]+", "-", meta["name"]).lower(): meta["version"] for meta in found}


def pinned(versions: dict[str, str]) -> list[str]:
    """As requirements of exactly these versions."""
    return [f"{name}=={version}" for name, version in versions.items()]


def lines(versions: dict[str, str]) -> str:
    """One `name==version` a line, sorted."""
    return "".join(f"{name}=={version}\n" for name, version in sorted(versions.items()))


def main() -> None:
    """Resolve, and write both files."""
    if sys.version_info[:2] != OLDEST:
        sys.exit(f"The lock is made with Python {OLDEST[0]}.{OLDEST[1]}: make clean, then make lock PYTHON=python3.11")
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = pyproject["project"]
    extras = project["optional-dependencies"]

    def of(*names: str) -> list[str]:
        return [requirement for name in names for requirement in extras[name]]

    run = resolved([*project["dependencies"], *of(*OF_RUN), *pyproject["build-system"]["requires"]], {})
    dev = resolved([*pinned(run), *of(*(name for name in extras if name not in OF_HEAVY))], run)
    heavy = resolved([*pinned(dev), *of(*OF_HEAVY)], dev)
    made = "Made by `make lock`.\n"
    RUN.write_text(f"# What the package runs on, and what installs it. {made}{lines(run)}", "utf-8")
    beside = {name: version for name, version in dev.items() if name not in run}
    DEV.write_text(f"# What tests and checks need besides. {made}-r {RUN.name}\n{lines(beside)}", "utf-8")
    rest = {name: version for name, version in heavy.items() if name not in dev}
    HEAVY.write_text(f"# What the heavy tests need besides. {made}-r {DEV.name}\n{lines(rest)}", "utf-8")


if __name__ == "__main__":
    main()
