"""Errors say what is wrong, where, and what is allowed."""

from __future__ import annotations

import pytest

from influence.errors import YearError, check_year


def test_a_year_outside_the_data_names_the_years_of_the_data():
    check_year(2016, range(2015, 2018))
    with pytest.raises(YearError, match=r"^year 2018 is not in the panel; it covers 2015 to 2017\.$"):
        check_year(2018, range(2015, 2018))
    with pytest.raises(YearError, match=r"^year 2018 is not in the ties; they cover 2015 to 2017\.$"):
        check_year(2018, [2015, 2016, 2017], of="the ties")
