"""Write requirements.lock and requirements-dev.lock: the newest versions that fit pyproject.toml.

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
RUN, DEV = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"


def resolved(requirements: list[str], pinned: dict[str, str]) -> dict[str, str]:
    """Name and version of everything `requirements` pull in; what is in `pinned` stays at its version."""
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder) / "constraints.txt"
        constraints.write_text("".join(f"{name}=={version}\n" for name, version in pinned.items()), encoding="utf-8")
        options = ["--dry-run", "--ignore-installed", "--quiet", "--only-binary", ":all:", "--report", "-"]
        command = [sys.executable, "-m", "pip", "install", *options, "--constraint", str(constraints), *requirements]
        report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    found = [item["metadata"] for item in report["install"]]
    return {re.sub(r"[-_.]+", "-", meta["name"]).lower(): meta["version"] for meta in found}


def lines(versions: dict[str, str]) -> str:
    """One `name==version` a line, sorted."""
    return "".join(f"{name}=={version}\n" for name, version in sorted(versions.items()))


def main() -> None:
    """Resolve, and write both files."""
    if sys.version_info[:2] != OLDEST:
        sys.exit(f"The lock is made with Python {OLDEST[0]}.{OLDEST[1]}: make clean, then make lock PYTHON=python3.11")
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = pyproject["project"]
    extras = [requirement for group in project["optional-dependencies"].values() for requirement in group]
    # What a person who runs `make run` gets: with the figures of the report and the shares of doubt.
    of_run = [one for extra in ("plots", "sensitivity") for one in project["optional-dependencies"][extra]]
    run = resolved([*project["dependencies"], *of_run, *pyproject["build-system"]["requires"]], {})
    both = resolved([*(f"{n}=={v}" for n, v in run.items()), *extras], run)
    dev = {name: version for name, version in both.items() if name not in run}
    made = "Made by `make lock`.\n"
    RUN.write_text(f"# What the package runs on, and what installs it. {made}{lines(run)}", "utf-8")
    DEV.write_text(f"# What tests and checks need besides. {made}-r requirements.lock\n{lines(dev)}", "utf-8")


if __name__ == "__main__":
    main()
