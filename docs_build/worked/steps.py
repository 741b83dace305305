"""A line of arithmetic with the figures it is shown with, and the number the package gets: they must be the same."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

FUNCTIONS: dict[str, Callable[..., float]] = {"ln": math.log, "exp": math.exp, "sqrt": math.sqrt, "min": min}
OPERATORS: dict[type, Callable[[Any, Any], float]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}  # fmt: skip
ROUNDING = 2e-4
"""How far a sum of rounded figures may be from the number they make, as a share of it."""
MILLION = 1e6


class WorkedError(ValueError):
    """A line of arithmetic whose figures do not give the number the package gets."""


def step(description: str, formula: str, value: float, **figures: float | str) -> str:
    """One step as Markdown: its description, then `formula = value` with the figures put in.

    formula : names in braces, + - * / ^ and ln, exp, sqrt, min. figures : numbers, or numbers already written.

    Raises
    ------
    WorkedError : the figures as written do not give the value.
    """
    written = {name: given if isinstance(given, str) else figure(given) for name, given in figures.items()}
    line = formula.format(**written)
    found = worth(line)
    if not math.isfinite(value) or abs(found - value) > ROUNDING * abs(value) + 1e-6:
        raise WorkedError(f"{description}: {line} is {found:.8g}, and the package gets {value:.8g}.")
    return f"- {description}  \n    `{_typeset(line)} = {_typeset(figure(value))}`\n"


def _typeset(line: str) -> str:
    return line.replace("*", "×").replace("/", "÷").replace("-", "−")


def figure(value: float) -> str:
    """A number with the digits a reader needs to go on with it."""
    if value == 0 or abs(value) >= 1000:
        return f"{value:,.1f}".removesuffix(".0")
    if abs(value) >= 1:
        return f"{value:.5f}".rstrip("0").rstrip(".")
    return f"{value:.6f}" if abs(value) >= 0.001 else f"{value:.9f}"


def percent(share: float) -> str:
    """A share for people."""
    return f"{100 * share:.1f} %"


def million(value: float) -> str:
    """US dollars in millions, one decimal."""
    return f"{value / MILLION:,.1f}"


def sum_of(figures: Sequence[float | str]) -> str:
    """Figures joined by plus signs, in brackets."""
    return f"({' + '.join(given if isinstance(given, str) else figure(given) for given in figures)})"


def worth(line: str) -> float:
    """What a line of arithmetic comes to.

    Raises
    ------
    WorkedError : something other than numbers, + - * / ^ and the known functions.
    """
    plain = line.replace(",", "").replace(";", ",").replace("^", "**")
    return _worth(ast.parse(plain, mode="eval").body, line)


def _worth(node: ast.expr, line: str) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return float(node.value)
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return float(OPERATORS[type(node.op)](_worth(node.left, line), _worth(node.right, line)))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_worth(node.operand, line)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
        return float(FUNCTIONS[node.func.id](*(_worth(one, line) for one in node.args)))
    raise WorkedError(f"{line!r} is not arithmetic of numbers, + - * / ^ and ln, exp, sqrt, min.")


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; a bar in a cell is kept."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines) + "\n"
