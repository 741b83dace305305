"""The page of all findings, docs/validation.md, as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from influence.validation.checking import Checked, counts_of
from influence.validation.measures import MEASURES
from influence.validation.register import Row
from influence.validation.wording import beside_text, distance_text

HEAD = """# Validation: published findings beside ours

What others have published on the same questions, and what this tool gets: each row has its source, the published
figure, ours, the difference, and whether the two agree. A row that fails is shown as it is.

How far off still counts as agreement was written down, with a reason, before our number was looked at (for the Advanced
Guide and the shares of currencies it is that of older tests): `yes` is within that distance, `partly` within a larger
one or for a part of the figures, `no` beyond. Agreement says that the tool does what it says on these data; it does not
say that either is true. An index made of other ingredients need not agree, and where it does not, the row says what
differs. CHN is China, USA the United States; our figures are of goods only.

This page is written by `influence validate --out docs/validation.md` at the default settings, and a test holds it to
that. A new row is an entry of `datasets/validation.yaml`.
"""


def page_of(found: Sequence[Checked]) -> str:
    """The whole page; the same findings give the same text."""
    rows = ["| finding | source | published | ours | difference | agrees |", "|---|---|---|---|---|---|"]
    for one in found:
        cells = (one.row.title, one.row.source, one.row.published, *one.told(), one.agrees)
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    measures = dict.fromkeys(one.row.measure for one in found)
    sections = [_section(name, [one for one in found if one.row.measure == name]) for name in measures]
    return "\n".join([HEAD, counts_of(found) + "\n", "\n".join(rows), *sections, ""])


def _section(measure: str, found: Sequence[Checked]) -> str:
    """The findings of one measure; what holds for all of them is said once."""
    rules = {rule_of(one.row) for one in found}
    shared = rules.pop() if len(rules) == 1 else ""
    lines = ["", f"## {MEASURES[measure].title}", "", f"{MEASURES[measure].told} {shared}".strip()]
    for one in found:
        lines += ["", f"### {one.row.title}", "", result_of(one), "", why_of(one, with_rule=not shared)]
    return "\n".join(lines)


def result_of(one: Checked) -> str:
    """What was published and by whom, what we get, and whether it agrees."""
    row, (ours, difference) = one.row, one.told()
    result = f"not checked: {difference}" if one.not_checked else f"{ours} (difference: {difference}): **{one.agrees}**"
    return f"Published: {row.published} ({row.source}). Ours: {result}."


def why_of(one: Checked, *, with_rule: bool) -> str:
    """Why it agrees or does not; with what the measure gives besides, and the rule."""
    parts = [one.row.why]
    if one.also_shown:
        beside = (beside_text(label, value, one.registry) for label, value in one.also_shown.items())
        parts.append(f"Beside it: {'; '.join(beside)}.")
    return " ".join([*parts, rule_of(one.row)] if with_rule else parts)


def rule_of(row: Row) -> str:
    """When a finding agrees, and why then, in words."""
    rule, unit = row.rule, row.unit
    told = f"Agrees within {distance_text(rule.within, unit)}" if rule.within > 0 else "Agrees only without difference"
    if rule.partly > rule.within:
        told += f", in part within {distance_text(rule.partly, unit)}"
    return f"{told}. {rule.tolerance_reason}"
