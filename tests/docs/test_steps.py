"""A worked line is arithmetic, and says what the package says; else the site is not built."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docs_build.worked.steps import WorkedError, figure, percent, step, table, worth


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("(1,200.5 + 2) / 2", 601.25),
        ("-ln(1 - 0.5) / (5 - 1) * 2", 0.34657359027997264),
        ("2 * 3^2", 18),
        ("((1 + 0.1) / (1 + 0.2))^(-4)", 1.4162967),
        ("sqrt(16) - (-1)", 5),
    ],
)
def test_a_line_comes_to_what_a_calculator_says(line, wanted):
    assert worth(line) == pytest.approx(wanted)


@pytest.mark.parametrize("line", ["__import__('os')", "a + 1", "[1]", "1 if 2 else 3", "round(1)"])
def test_only_arithmetic_is_worked(line):
    with pytest.raises(WorkedError):
        worth(line)


def test_a_step_shows_figures_and_result():
    assert step("Half of it", "{a} / {b}", 0.25, a=1, b=4.0) == "- Half of it  \n    `1 ÷ 4 = 0.250000`\n"


@pytest.mark.parametrize("value", [0.2502, float("nan"), -0.25])
def test_a_step_whose_figures_do_not_give_the_number_is_an_error(value):
    with pytest.raises(WorkedError, match=r"Half: 1 / 4 is 0\.25, and the package gets"):
        step("Half", "{a} / {b}", value, a=1, b=4)


@given(st.floats(min_value=1e-4, max_value=1e12))
def test_a_figure_keeps_the_digits_that_count(value):
    assert float(figure(value).replace(",", "")) == pytest.approx(value, rel=1e-3)


def test_small_things():
    assert percent(0.1579) == "15.8 %"
    assert table(["a"], [["x|y"]]) == "| a |\n| --- |\n| x\\|y |\n"
