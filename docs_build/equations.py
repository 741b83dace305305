"""Which function is which equation, and which names the Python interface has."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import influence
from docs_build.page_study import PageStudy

EQUATIONS: dict[str, tuple[str, ...]] = {
    "1": ("influence.portfolios.trade_dependence", "influence.metrics.dependence.dependence"),
    "2": ("influence.metrics.dependence.trade_over_gdp",),
    "3": (
        "influence.portfolios.pledge_portfolio", "influence.layers.alliance_layer",
        "influence.layers.agreement_layer",
    ),
    "4": ("influence.ties.build_ties",),
    "5": ("influence.metrics.pull.direct_pull",),
    "6": ("influence.metrics.pull.pull_balance", "influence.metrics.pull.exposure"),
    "7": ("influence.metrics.network_pull.network_pull",),
    "8": ("influence.metrics.exposure.income_exposure",),
    "9": ("influence.metrics.opinion.opinion_formation", "influence.metrics.opinion.partner_weights"),
    "10": ("influence.metrics.bandwidth.bandwidth", "influence.metrics.bandwidth.bandwidth_pull"),
    "11": (
        "influence.metrics.dependence.herfindahl", "influence.metrics.dependence.hirschman",
        "influence.metrics.dependence.vulnerability",
    ),
    "12": ("influence.metrics.similarity.portfolio_similarity", "influence.metrics.similarity.similarity"),
    "13": ("influence.metrics.alignment.alignment",),
    "14": ("influence.gravity.response.trade_response", "influence.gravity.hat_algebra.solve_response"),
    "15": ("influence.comparison.distance.weighted_jaccard", "influence.comparison.distance.deltacon",
           "influence.comparison.distance.qap"),
}  # fmt: skip
SUBJECTS = {
    "study": "Study", "loading": "Study", "method": "Study", "config": "Study",
    "panel": "Panel", "states": "Panel", "layer_settings": "Panel",
    "specs": "Ties and graphs", "layers": "Ties and graphs", "ties": "Ties and graphs", "quality": "Ties and graphs",
    "graph": "Ties and graphs",
    "metrics": "Measures", "results": "Tables of results", "gravity": "Trade that answers",
    "scenario": "Scenarios", "compare": "Comparisons", "claims": "Claims", "uncertainty": "Uncertainty",
    "draw_settings": "Uncertainty",
    "export": "Pages and pictures",
}  # fmt: skip
"""Head of the reference for the names of each module; the head of a module that is not listed is its name."""


@cache
def homes() -> dict[str, str]:
    """The module of each name of the package, by its stub."""
    stub = ast.parse(Path(influence.__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    imports = [node for node in stub.body if isinstance(node, ast.ImportFrom)]
    return {alias.name: f"influence.{node.module}" for node in imports for alias in node.names}


def functions(_: PageStudy, number: str) -> str:
    """Links to the functions of an equation."""
    links = [f"[`{path.removeprefix('influence.')}`][{path}]" for path in EQUATIONS[number]]
    return f"In code: {', '.join(links)}."


def equations(_: PageStudy) -> str:
    """The reference of the functions that are equations and that `influence` does not export."""
    parts = []
    for number, paths in EQUATIONS.items():
        here = [path for path in paths if not exported(path)]
        elsewhere = [f"[`{path.removeprefix('influence.')}`][{path}]" for path in paths if exported(path)]
        parts.append(f"## Equation {number}\n")
        if elsewhere:
            parts.append(f"Exported by `influence`: {', '.join(elsewhere)}.\n")
        parts += [f"::: {path}\n    options:\n      heading_level: 3\n" for path in here]
    return "\n".join(parts)


def exported(path: str) -> bool:
    """Whether `influence.NAME` is this function."""
    module, _, name = path.rpartition(".")
    return homes().get(name) == module


def names(_: PageStudy) -> str:
    """The reference of every name of the package, by subject."""
    by_subject: dict[str, list[str]] = {}
    for name, home in homes().items():
        top = home.split(".")[1]
        by_subject.setdefault(SUBJECTS.get(top, top.replace("_", " ").capitalize()), []).append(f"{home}.{name}")
    order = list(dict.fromkeys(SUBJECTS.values()))
    parts = []
    for subject in sorted(by_subject, key=lambda s: (order.index(s) if s in order else len(order), s)):
        parts.append(f"## {subject}\n")
        for path in sorted(by_subject[subject], key=lambda p: p.rpartition(".")[2].lower()):
            name = path.rpartition(".")[2]
            heading = f"      heading: influence.{name}\n      toc_label: {name}\n"
            parts.append(f"::: {path}\n    options:\n      heading_level: 3\n{heading}")
    return "\n".join(parts)
