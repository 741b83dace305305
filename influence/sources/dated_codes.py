"""Codes of the Correlates of War that meant another state in some years: left out for those, with the reason."""

from __future__ import annotations

import pandas as pd

GONE: dict[int, tuple[int, int, str]] = {
    345: (1918, 2005, "Yugoslavia, later Serbia and Montenegro: not the Serbia of the panel before June 2006"),
    365: (1922, 1991, "Soviet Union: not the Russia of the panel"),
    678: (1918, 1990, "Yemen Arab Republic: 679 carries the united state from 1990"),
    260: (1990, 2100, "German Federal Republic: 255 carries the united state from October 1990"),
    530: (1990, 1992, "Ethiopia with Eritrea: not the Ethiopia of the panel before 1993"),
}
"""COW code -> first and last year in which it is not the ISO3 state it maps to, and why."""

GONE_KEPT = (530,)
"""Known to have changed in extent and kept: the state is the same in law, and the change is small in trade."""


def drop_gone(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Rows whose code, in their year, is the state that the panel means; the others counted in attrs['excluded']."""
    keep = pd.Series(True, index=frame.index)
    notes: list[tuple[str, str, int]] = list(frame.attrs.get("excluded", []))
    for code, (first, last, reason) in GONE.items():
        if code in GONE_KEPT:
            continue
        for column in columns:
            gone = (frame[column] == code) & frame["year"].between(first, last)
            if gone.any():
                notes.append((str(code), f"{reason} ({first}-{last})", int(gone.sum())))
                keep &= ~gone
    out = frame[keep].copy()
    out.attrs["excluded"] = notes
    return out
