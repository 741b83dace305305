"""The page of all findings, docs/validation.md, as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from influence.evidence.findings_checking import Checked, counts_of
from influence.evidence.findings_register import MEASURES, Row
from influence.evidence.findings_wording import beside_text
from influence.query.units import distance_text

HEAD = """# Validation: published findings and computed values

What others have published on the same questions, and what this tool computes: each row has its source, the published
figure, the computed one, the difference, and whether the two agree. A row that disagrees is shown like the others.

The allowed difference was written down, with a reason, before the computed number was known (for the Advanced Guide and
the shares of currencies it is that of older tests): `yes` is within that distance, `partly` within a larger one or for
some of the figures, `no` beyond. Agreement shows that the tool computes what it describes on these data; it does not
show that either number is true. An index made of other data need not agree, and where it does not, the row explains the
difference. CHN is China, USA the United States; computed figures are of goods only.

`influence validate --out docs/validation.md` writes this page with the default configuration, and a test checks that it
is up to date. A new row is an entry of `datasets/validation.yaml`.
"""


def page_of(found: Sequence[Checked]) -> str:
    """The whole page; the same findings give the same text."""
    rows = ["| finding | source | published | computed | difference | agrees |", "|---|---|---|---|---|---|"]
    for one in found:
        cells = (one.row.title, one.row.source, one.row.published, *one.texts(), one.agrees)
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    measures = dict.fromkeys(one.row.measure for one in found)
    sections = [_section(name, [one for one in found if one.row.measure == name]) for name in measures]
    return "\n".join([HEAD, counts_of(found) + "\n", "\n".join(rows), *sections, ""])


def _section(measure: str, found: Sequence[Checked]) -> str:
    """The findings of one measure; a rule that they share is written once."""
    rules = {rule_of(one.row) for one in found}
    shared = rules.pop() if len(rules) == 1 else ""
    lines = ["", f"## {heading_of(measure)}", "", f"{MEASURES[measure].description} {shared}".strip()]
    for one in found:
        lines += ["", f"### {one.row.title}", "", result_of(one), "", why_of(one, with_rule=not shared)]
    return "\n".join(lines)


def heading_of(measure: str) -> str:
    """The heading of a measure: its title, or its name."""
    return MEASURES[measure].title or measure.replace("_", " ")


def result_of(one: Checked) -> str:
    """What was published and by whom, what was computed, and whether it agrees."""
    row, (computed, difference) = one.row, one.texts()
    result = (
        f"not checked: {difference}" if one.not_checked else f"{computed} (difference: {difference}): **{one.agrees}**"
    )
    return f"Published: {row.published} ({row.source}). Computed: {result}."


def why_of(one: Checked, *, with_rule: bool) -> str:
    """Why it agrees or does not, further values, and the rule."""
    parts = [one.row.why]
    if one.also_shown:
        beside = (beside_text(label, value, one.registry) for label, value in one.also_shown.items())
        parts.append(f"Also: {'; '.join(beside)}.")
    return " ".join([*parts, rule_of(one.row)] if with_rule else parts)


def rule_of(row: Row) -> str:
    """When a finding agrees, and why then."""
    rule, unit = row.rule, row.unit
    text = f"Agrees within {distance_text(rule.within, unit)}" if rule.within > 0 else "Agrees only without difference"
    if rule.partly > rule.within:
        text += f", in part within {distance_text(rule.partly, unit)}"
    return f"{text}. {rule.tolerance_reason}"
