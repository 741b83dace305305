"""How the outputs were made: versions, configuration, data, command, and the sha256 of every file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Any

from influence.files import write_text
from influence.panel.custom_layers import CustomTies
from influence.panel.package import read_package, sha256
from influence.panel.panel import Panel
from influence.panel.provenance import sources_used

LIBRARIES = (
    "influence", "numpy", "numba", "scipy", "scikit-learn", "pandas", "xarray", "networkx", "pyarrow", "pyvis",
)  # fmt: skip


def write_manifest(settings: Mapping[str, Any], panel: Panel, names: Sequence[str], folder: Path) -> None:
    """manifest.json in `folder`; without a time, so that the same run gives the same bytes.

    settings : Config.record(). names : files of the folder to list. A custom layer is listed with its file, its sha256
    and how to cite it; the sources are those of the layers with a weight, in any year of the panel.

    Raises
    ------
    OutputError, PanelError : the folder cannot be written; the panel's folder has no data package.
    """
    given = panel.registry.tables.folder
    package = read_package(given) if given else {"resources": [], "sources": []}
    content = {
        "command": "influence run",
        "versions": {"python": python_version(), **{name: version(name) for name in LIBRARIES}},
        "config": {name: value for name, value in settings.items() if name != "groups"},
        "seed": settings["seed"],
        "data": {resource["path"]: resource["hash"] for resource in package["resources"]},
        "sources": [{key: s[key] for key in ("name", "title", "vintage", "licence")} for s in package["sources"]],
        "sources_used": sources_used(panel, settings["weights"], list(panel.years)),
        **({"custom_groups": settings["groups"]} if settings["groups"] else {}),
        **({"custom_layers": [_custom_layer(ties) for ties in panel.custom]} if panel.custom else {}),
        "files": {name: f"sha256:{sha256(folder / name)}" for name in names},
    }
    write_text(folder / "manifest.json", json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def _custom_layer(ties: CustomTies) -> dict[str, Any]:
    """A custom layer: its configuration, its file by name and content, and how much of the file was used."""
    given = {name: value for name, value in asdict(ties.layer).items() if value not in ("", None)}
    given.pop("config_file", None)
    of_file = {"file": Path(ties.layer.file).name, "sha256": ties.sha256, "rows": ties.rows}
    full = {"full": ties.full} if ties.layer.normalise == "intensity" else {}
    return {**given, **of_file, "rows_of_other_years": ties.outside, **full}
