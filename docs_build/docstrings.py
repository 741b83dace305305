"""The package's docstrings for mkdocstrings: sections become lists, and every sign is printed literally."""

from __future__ import annotations

import re
from typing import Any

from griffe import Extension, GriffeLoader, Object

SECTIONS = ("Parameters", "Returns", "Raises", "Examples", "Notes")
SIGNS = re.compile(r"[\\*_{}\[\]<>#|&]")
ITEM = re.compile(r"([a-z_][\w, ]*|[A-Z]\w*(?:, [A-Z]\w*)*) : (.+)", re.DOTALL)


class HouseDocstrings(Extension):
    """Gives every docstring to mkdocstrings as Markdown."""

    def on_object(self, *, obj: Object, loader: GriffeLoader, **kwargs: Any) -> None:
        if obj.docstring is not None:
            obj.docstring.value = as_markdown(obj.docstring.value)


def as_markdown(docstring: str) -> str:
    """A docstring as Markdown: headed sections as bold words and lists, doctests as code, text as text."""
    out: list[str] = []
    section = ""
    lines = _without_rules(docstring.strip("\n").splitlines())
    for block in _blocks(lines):
        head = block[0].strip()
        if head in SECTIONS:
            section, block = head, block[1:]
            out.append(f"**{section}**")
            if not block:
                continue
        if block[0].lstrip().startswith(">>>"):
            out.append("```pycon\n" + "\n".join(block) + "\n```")
        elif section in ("Parameters", "Raises", "Returns") or ITEM.fullmatch(block[0]):
            out.append("\n".join(_listed(block)))
        else:
            out.append(_escape_signs(" ".join(line.strip() for line in block)))
    return "\n\n".join(out)


def _without_rules(lines: list[str]) -> list[str]:
    """Lines without the dashes below the heads of sections, each head at the start of a separate block."""
    out: list[str] = []
    for at, line in enumerate(lines):
        below = lines[at + 1].strip() if at + 1 < len(lines) else ""
        if line.strip() in SECTIONS and set(below) == {"-"}:
            out += ["", line]
        elif not (set(line.strip()) == {"-"} and out and out[-1].strip() in SECTIONS):
            out.append(line)
    return out


def _blocks(lines: list[str]) -> list[list[str]]:
    """Stretches of lines between empty ones."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _listed(block: list[str]) -> list[str]:
    """One entry a line that is not indented below another; `name : text` with the name as code."""
    entries: list[str] = []
    for line in block:
        if entries and (line.startswith(" ") or not ITEM.fullmatch(line)):
            entries[-1] += " " + line.strip()
        else:
            entries.append(line.strip())
    return [f"- {_entry(entry)}" if ITEM.fullmatch(entry) else _escape_signs(entry) for entry in entries]


def _entry(entry: str) -> str:
    found = ITEM.fullmatch(entry)
    assert found is not None
    names = ", ".join(f"`{name.strip()}`" for name in found[1].split(","))
    return f"{names}: {_escape_signs(found[2])}"


def _escape_signs(text: str) -> str:
    """Text with its Markdown signs escaped; `code` stays code."""
    parts = re.split(r"(`[^`]+`)", text)
    return "".join(part if at % 2 else SIGNS.sub(_entity, part) for at, part in enumerate(parts))


def _entity(sign: re.Match[str]) -> str:
    return f"&#{ord(sign[0])};"
