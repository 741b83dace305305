"""How the outputs were made: versions, settings, data, command, and the sha256 of every file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from platform import python_version

from influence.config import Config
from influence.files import write_text
from influence.panel.package import read_package, sha256

LIBRARIES = (
    "influence", "numpy", "numba", "scipy", "scikit-learn", "pandas", "xarray", "networkx", "pyarrow", "pyvis",
)  # fmt: skip


def write_manifest(config: Config, panel_dir: Path | None, names: Sequence[str], folder: Path) -> None:
    """manifest.json in `folder`; it holds no time of day, so that the same run gives the same bytes.

    Raises
    ------
    OutputError, PanelError : the folder cannot be written; the panel has no data package.
    """
    package = read_package(panel_dir)
    content = {
        "command": "influence run",
        "versions": {"python": python_version(), **{name: version(name) for name in LIBRARIES}},
        "config": asdict(config),
        "seed": config.seed,
        "data": {resource["path"]: resource["hash"] for resource in package["resources"]},
        "sources": [{key: s[key] for key in ("name", "title", "vintage", "licence")} for s in package["sources"]],
        "files": {name: f"sha256:{sha256(folder / name)}" for name in names},
    }
    write_text(folder / "manifest.json", json.dumps(content, indent=1, ensure_ascii=False) + "\n")
