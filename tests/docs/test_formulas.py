"""Formulas become MathML that a parser accepts, and what is not known is an error, not a gap."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from docs_build.formulas import FormulaError, mathml, with_formulas
from docs_build.parts import ROOT


def shape(formula: str) -> str:
    """Tags and letters of a formula, for comparing by eye."""

    def text_of(element: ElementTree.Element) -> str:
        inner = (element.text or "") + "".join(text_of(child) for child in element)
        return inner if element.tag in ("mi", "mn", "mo", "mrow", "math", "mtext") else f"{element.tag}({inner})"

    return text_of(ElementTree.fromstring(mathml(formula)))


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        ("D_{uv}", "msub(Duv)"),
        ("x^2_i", "msubsup(xi2)"),
        (r"\frac{a}{b + c}", "mfrac(ab+c)"),
        (r"\sum_k T_k", "munder(∑k)msub(Tk)"),
        (r"\sqrt{\sum_u D_{uv}^2}", "msqrt(munder(∑u)msubsup(Duv2))"),
        (r"\pi'_{ij}", "msubsup(πij′)"),
        (r"-\ln(1 - w)", "−ln\u2061(1−w)"),
        (r"\bar{x}", "mover(x¯)"),
        (r"\text{base a: } x", "base\u00a0a:\u00a0x"),
        (r"S^*_{c'c}", "msubsup(Smsup(c′)c*)"),
    ],
)
def test_a_formula_has_the_shape_it_says(formula, wanted):
    assert shape(formula) == wanted


@pytest.mark.parametrize("formula", [r"\frac{a}{b", r"\unknown", "a}", r"\frac{a}"])
def test_what_cannot_be_read_is_an_error(formula):
    with pytest.raises(FormulaError):
        mathml(formula)


def test_markdown_changes_nothing_in_a_formula():
    assert not set("*_`[]") & set(mathml(r"S^*_{c'c} \in [-1, 1]"))


def test_formulas_in_text_are_found_and_dollars_are_left_alone():
    text = with_formulas("A price of $5, $`x_i`$ and $HOME.\n\n$$ a = b $$\n")
    assert "A price of $5, <span><math>" in text
    assert "$HOME" in text
    assert '<div class="equation" tabindex="0"><math display="block">' in text


def test_every_formula_of_the_pages_can_be_read():
    for path in (ROOT / "docs").glob("*.md"):
        text = with_formulas(path.read_text(encoding="utf-8"))
        assert "$$" not in text, path
