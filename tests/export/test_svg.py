"""Still pictures: whole XML, hostile names stay text, the numbers are where they should be."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pandas as pd

from influence.export.plot_data import Caption
from influence.export.svg import dumbbell, event_plot

WORDS = Caption("<b>Title</b> & more", "sub \" ' >", "source")


def test_a_dumbbell_is_whole_and_hostile_names_stay_text():
    rows = pd.DataFrame(
        {
            "name": ["<script>x</script>", "B", "C"],
            "before": [0.0, 0.5, np.nan],
            "after": [1.0, -0.5, 0.1],
            "low": [0.8, np.nan, np.nan],
            "high": [1.0, np.nan, np.nan],
        }
    )
    text = dumbbell(rows, WORDS, ("left", "right"))
    assert "<script>" not in text
    root = ElementTree.fromstring(text)
    circles = [e for e in root.iter() if e.tag.endswith("circle")]
    assert len(circles) == 4
    assert float(circles[0].get("cx")) > float(circles[1].get("cx"))  # full after, hollow before
    assert circles[0].get("class") == "p"
    assert circles[2].get("class") == "q"
    assert "– no data" in text
    assert "+1.000" in text
    assert text == dumbbell(rows, WORDS, ("left", "right"))


def test_an_event_study_marks_ranges_without_zero():
    study = pd.DataFrame(
        {
            "year": [2015, 2016, 2017],
            "coefficient": [0.1, 0.0, np.nan],
            "low": [0.05, 0, np.nan],
            "high": [0.2, 0, np.nan],
        }
    )
    root = ElementTree.fromstring(event_plot(study, WORDS, 2017))
    circles = [e for e in root.iter() if e.tag.endswith("circle")]
    assert [c.get("class") for c in circles] == ["p", "n"]
