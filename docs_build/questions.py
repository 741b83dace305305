"""Scenarios, claims, lessons and notebooks as pages, made from their files; claims with their current verdict."""

from __future__ import annotations

from typing import Any

import pandas as pd

from docs_build.page_study import PageStudy
from docs_build.worked.steps import table
from influence.evidence.claims_register import load_claims
from influence.evidence.claims_testing import Finding, findings_of
from influence.lessons.load import lesson_names, load_lesson
from influence.lessons.model import Lesson
from influence.scenario.load import load_scenario, scenario_names
from influence.scenario.model import ACTUAL, Edit, Published, Scenario
from notebooks.running import notebook_paths, read_notebook, title_and_question


def scenarios(_: PageStudy) -> str:
    """Every bundled scenario: question, what is actual, edits, assumptions, sources."""
    return "\n".join(_scenario(load_scenario(name)) for name in scenario_names())


def _scenario(one: Scenario) -> str:
    year = max((edit.begin for edit in one.edits), default=one.base)
    lines = [
        f"## {one.title} {{ #{one.name} }}\n",
        f"*{one.question}*\n",
        f"Actual and scenario: {ACTUAL[one.actual]}. {one.actual_note}\n",
        f"It starts from the sector flows and tariffs of {one.base}.\n",
        table(["edit", "values"], [[f"`{edit.kind}`", _edit(edit)] for edit in one.edits]),
        *_listing("Assumptions", one.assumptions),
        *_listing("Sources", one.sources),
    ]
    if one.published:
        lines += ["Published results on the same question:\n", _published(one.published)]
    lines.append(f"```bash\ninfluence scenario run {one.name} --years {year}\ninfluence brief {one.name}\n```\n")
    return "\n".join(lines)


def _edit(edit: Edit) -> str:
    texts = {name: _value(value) for name, value in edit.values.items() if value not in (None, "", (), [])}
    return ", ".join(f"{name}: {value}" for name, value in texts.items() if value)


def _value(value: Any) -> str:
    if isinstance(value, (list, tuple, set, frozenset)):
        return " ".join(str(item) for item in value)
    return str(value)


def _listing(head: str, texts: tuple[str, ...]) -> list[str]:
    return [f"{head}:\n", *(f"- {text}" for text in texts), ""] if texts else []


def _published(listed: tuple[Published, ...]) -> str:
    rows = []
    for one in listed:
        value = f"{100 * one.value:g} %" if one.what == "tariff" else f"{one.value / 1e9:+,.2f} billion USD"
        rows.append([one.what, f"{one.exporter} to {one.importer}", value, one.source, one.why])
    return table(["what", "flow", "published", "source", "why the result here differs"], rows)


def claims(g: PageStudy) -> str:
    """Every claim of the register with its verdict, the numbers behind it and its caveats."""
    found = [findings_of(claim, g.study) for claim in load_claims()]
    rows = [[f"[{f.claim.claim}](#{f.claim.key})", f"**{f.verdict}**"] for f in found]
    return "\n".join([table(["claim", "verdict"], rows), *map(_finding, found)])


def _finding(found: Finding) -> str:
    lines = [f"## {found.claim.claim} {{ #{found.claim.key} }}\n", f"**{found.verdict.capitalize()}.** {found.text}\n"]
    if len(found.numbers):
        rows = [[str(row["what"]), *(_number(row[end], row["unit"]) for end in ("value", "low", "high"))]
                for row in found.numbers.to_dict(orient="records")]  # fmt: skip
        lines.append(table(["number", "value", "low", "high"], rows))
    lines += _listing("Caveats", found.claim.caveats) + _listing("Stated in", found.claim.sources)
    lines.append(f"```bash\ninfluence claims {found.claim.key}\n```\n")
    return "\n".join(lines)


def _number(value: float, unit: str) -> str:
    if pd.isna(value):
        return ""
    if unit == "USD":
        return f"{value / 1e9:,.1f} billion USD"
    return f"{value:.4g}" + (f" ({unit})" if unit else "")


def lessons(_: PageStudy) -> str:
    """Every bundled lesson: title, level, time, aims."""
    return "\n".join(_lesson(load_lesson(name)) for name in lesson_names())


def _lesson(one: Lesson) -> str:
    summary = f"`{one.name}` · {one.level} · {one.minutes} minutes · {len(one.questions)} questions"
    return "\n".join([f"### {one.title}\n", f"{summary}\n", *(f"- {aim}" for aim in one.aims), ""])


def notebooks(_: PageStudy) -> str:
    """Every notebook: title and question."""
    listed = [(path.stem, *title_and_question(read_notebook(path))) for path in notebook_paths()]
    return table(["notebook", "question"], [[f"{title} (`{name}`)", question] for name, title, question in listed])
