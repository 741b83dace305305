"""Equations without a script: a small part of LaTeX as MathML, which browsers set by themselves.

`$$ … $$` is a separate block and $`…`$ part of a line, as on GitHub.
"""

from __future__ import annotations

import re
from html import escape

ROW = re.compile(r"\\[a-zA-Z]+|\\[,;{}]|\d+(?:\.\d+)?|[A-Za-z]|\S")
DISPLAY = re.compile(r"^\$\$(.+?)\$\$$", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"\$`(.+?)`\$")
LETTERS = {
    "alpha": "α", "beta": "β", "theta": "θ", "pi": "π", "phi": "φ", "sigma": "σ", "tau": "τ", "kappa": "κ",
    "Delta": "Δ",
}  # fmt: skip
SIGNS = {
    "cdot": "·", "times": "×", "le": "≤", "ge": "≥", "in": "∈", "ne": "≠", "to": "→", "approx": "≈", "colon": ":",
    "lbrace": "{", "rbrace": "}", "notin": "∉", "dots": "…",
}  # fmt: skip
LARGE = {"sum": "∑", "prod": "∏"}
NAMES = ("ln", "exp", "min", "max")
ABOVE = {"bar": "¯", "hat": "^"}
SPACES = {"quad": "1em", "qquad": "2em", ",": "0.17em", ";": "0.28em"}
NO_BREAK = "\u00a0"
MARKDOWN = str.maketrans({sign: f"&#{ord(sign)};" for sign in "*_`[]"})
"""Signs that Markdown would read as markup between the tags."""


class FormulaError(ValueError):
    """A formula that is not in the part of LaTeX that is known here."""


def with_formulas(markdown: str) -> str:
    """Markdown with every formula in it as MathML.

    Raises
    ------
    FormulaError : a formula that cannot be read; with the formula.
    """
    shown = DISPLAY.sub(
        lambda found: f'<div class="equation" tabindex="0">{mathml(found[1], display=True)}</div>', markdown
    )
    # Markdown makes a separate block of <math> at the start of a line; within a <span> it is part of the line.
    return INLINE.sub(lambda found: f"<span>{mathml(found[1])}</span>", shown)


def mathml(formula: str, *, display: bool = False) -> str:
    """One formula as a <math> element on one line.

    Raises
    ------
    FormulaError : an unknown command, or brackets that do not close.
    """
    tokens = ROW.findall(re.sub(r"\\text\{([^}]*)\}", _kept, formula))
    try:
        row, rest = _row(tokens)
    except IndexError:
        raise FormulaError(f"formula {formula!r} ends too early; a bracket does not close.") from None
    if rest:
        raise FormulaError(f"formula {formula!r}: a bracket closes that did not open.")
    kind = ' display="block"' if display else ""
    return f"<math{kind}><mrow>{row}</mrow></math>"


def _kept(found: re.Match[str]) -> str:
    """Words as one token each letter of which is in the private area, so that they stay together."""
    return "\ue000" + "".join(chr(0xE100 + ord(letter)) for letter in found[1]) + "\ue001"


def _row(tokens: list[str], end: str = "") -> tuple[str, list[str]]:
    """Atoms with their scripts up to `end`, and what is left after it."""
    out: list[str] = []
    while tokens:
        if tokens[0] == end:
            return "".join(out), tokens[1:]
        if tokens[0] == "}":
            break
        atom, tokens = _atom(tokens)
        scripts: dict[str, str] = {}
        while tokens and tokens[0] in ("_", "^", "'"):
            mark, tokens = tokens[0], tokens[1:]
            if mark == "'":
                scripts["^"] = scripts.get("^", "") + "<mo>′</mo>"
            else:
                found, tokens = _atom(tokens)
                scripts[mark] = scripts.get(mark, "") + found
        out.append(_scripted(atom, scripts))
    if end:
        raise IndexError
    return "".join(out), tokens


def _scripted(atom: str, scripts: dict[str, str]) -> str:
    below, above = (f"<mrow>{scripts[mark]}</mrow>" if mark in scripts else "" for mark in "_^")
    stacked = any(sign in atom for sign in LARGE.values())
    if below and above:
        tag = "munderover" if stacked else "msubsup"
    elif below:
        tag = "munder" if stacked else "msub"
    elif above:
        tag = "mover" if stacked else "msup"
    else:
        return atom
    return f"<{tag}>{atom}{below}{above}</{tag}>"


def _atom(tokens: list[str]) -> tuple[str, list[str]]:
    """The first atom, and the tokens after it."""
    token, rest = tokens[0], tokens[1:]
    if token == "{":
        inner, rest = _row(rest, "}")
        return f"<mrow>{inner}</mrow>", rest
    if token.startswith("\\"):
        return _command(token[1:], rest)
    if token == "\ue000":
        at = rest.index("\ue001")
        words = "".join(chr(ord(letter) - 0xE100) for letter in rest[:at])
        return f"<mtext>{_safe(words.replace(' ', NO_BREAK))}</mtext>", rest[at + 1 :]
    if token[0].isdigit():
        return f"<mn>{token}</mn>", rest
    if token.isalpha():
        return f"<mi>{token}</mi>", rest
    return f"<mo>{_safe('−' if token == '-' else token)}</mo>", rest


def _command(name: str, rest: list[str]) -> tuple[str, list[str]]:
    if name in ("frac", "sqrt"):
        first, rest = _atom(rest)
        if name == "sqrt":
            return f"<msqrt>{first}</msqrt>", rest
        second, rest = _atom(rest)
        return f"<mfrac>{first}{second}</mfrac>", rest
    if name in ABOVE:
        inner, rest = _atom(rest)
        return f'<mover accent="true">{inner}<mo>{ABOVE[name]}</mo></mover>', rest
    if name in ("left", "right"):
        return f"<mo>{_safe(rest[0])}</mo>", rest[1:]
    if name in SPACES:
        return f'<mspace width="{SPACES[name]}"></mspace>', rest
    if name in LETTERS:
        return f"<mi>{LETTERS[name]}</mi>", rest
    if name in NAMES:
        return f"<mi>{name}</mi><mo>&#8289;</mo>", rest
    if name in LARGE:
        return f"<mo>{LARGE[name]}</mo>", rest
    if name in SIGNS:
        return f"<mo>{_safe(SIGNS[name])}</mo>", rest
    raise FormulaError(f"\\{name} is not known in formulas; known: {', '.join((*LETTERS, *SIGNS, *LARGE, *NAMES))}.")


def _safe(text: str) -> str:
    return escape(text).translate(MARKDOWN)
