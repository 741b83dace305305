"""What the page and the pictures of a comparison show: headline, caption, rows, states and ties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from influence.comparison.compared import Compared, balance_rows, shown_edges
from influence.comparison.sides import ComparisonSide
from influence.export.land import project
from influence.export.plot_data import Caption
from influence.metrics.pull import direct_pull, pole_members
from influence.schema import BASELINE
from influence.statements.catalogue import TEMPLATES, fill
from influence.statements.method import balance_measure
from influence.statements.sources import source_line

LEAST_PULL = 0.1
"""A headline is made of states on which the two poles together have at least this pull, on both sides."""
WEAKEST = 0.01
"""Ties weaker than this on both sides are not on the page."""


def side_label(side: ComparisonSide) -> str:
    """A side for people: '2018', or '2018 if: The United States stays in TPP'."""
    if side.applied is None or side.scenario == BASELINE:
        return side.label
    return f"{side.year} if: {side.applied.scenario.title}"


def change_text(compared: Compared) -> str:
    """Which state moves most, and where to; 'Nothing changes' where none does.

    Where changes have ranges, the state whose nearer end is furthest from zero: the largest may be the least certain.
    """
    rows = balance_rows(compared.found, "-".join(compared.poles[:2])).dropna(subset=["change"])
    # A balance of two pulls of half a per cent changes with a few shipments: no headline is made of it.
    strong = rows[rows["iso3"].isin(_strongly_pulled(compared))]
    counted = strong if len(strong) else rows
    if counted.empty or counted["change"].iloc[0] == 0:
        return fill("change_none")
    change = _change_of(counted, compared)
    return fill("change_scope", change=change) if 0 < len(strong) < len(rows) else change


def _change_of(rows: pd.DataFrame, compared: Compared) -> str:
    certain = _certain_change(rows)
    moved = rows.iloc[0] if certain.isna().all() else rows.loc[certain.idxmax()]
    values = {
        "state": compared.names.get(moved["iso3"], moved["iso3"]),
        "power": compared.study.labels[0 if moved["change"] > 0 else 1],
    }
    if certain.isna().all():
        return fill("change_largest", **values)
    if certain.max() == 0:
        return fill("change_uncertain", **values)
    near, far = sorted((abs(moved["low"]), abs(moved["high"])))
    return fill("change_surest", **values, low=f"{near:.2f}", high=f"{far:.2f}")


def _certain_change(rows: pd.DataFrame) -> pd.Series:
    """Size of each change at the nearer end of its range; 0 where the range includes zero, NaN without one."""
    spans = np.sign(rows["low"]) != np.sign(rows["high"])
    return rows[["low", "high"]].abs().min(axis=1, skipna=False).mask(spans & rows["low"].notna(), 0.0)


def _strongly_pulled(compared: Compared) -> set[str]:
    """States on which the first two poles together have LEAST_PULL or more, on both sides."""
    rows = compared.found.states
    pulls = rows[(rows["metric"] == "pull_direct") & rows["pole"].isin(compared.poles[:2])]
    sums = pulls.groupby("iso3")[["before", "after"]].sum(min_count=2).min(axis=1)
    return set(sums.index[sums >= LEAST_PULL])


def comparison_caption(compared: Compared) -> Caption:
    """Title, subtitle and sources of the comparison's pictures and page."""
    first, second = compared.study.labels[:2]
    after = compared.second
    shade = f"; shade: range of the change, {compared.range_note}" if has_ranges(compared) else ""
    measure = fill("balance", first=first, second=second)
    return Caption(
        f"{change_text(compared)}: {side_label(compared.first)} to {side_label(after)}",
        f"{measure}, direct pull; hollow: before, full: after{shade}. {TEMPLATES['goods_only']} {compared.verdict}",
        source_line(after.panel, compared.study.method.weights, [compared.first.year, after.year])
        if after.panel is not None
        else fill("sources_graphs"),
    )


def page_subtitle(compared: Compared, labels: Sequence[str]) -> str:
    """What the two maps show."""
    first, second = compared.study.labels[:2]
    measure = (
        fill("balance", first=first, second=second)
        if compared.second.panel is None
        else balance_measure(compared.study.method, compared.study.labels)
    )
    return f"{measure}: {labels[0]} on the left and {labels[1]} on the right, with the same colours."


def has_ranges(compared: Compared) -> bool:
    """Whether any change of the balance has a range: two actual years have one only by draws."""
    return bool(balance_rows(compared.found, "-".join(compared.poles[:2]))["low"].notna().any())


def dumbbell_rows(compared: Compared, most: int = 40) -> pd.DataFrame:
    """The states that move most: name, before, after, low and high, for plot_data.dumbbell_marks.

    low and high : the range of the value after, the change added to the value before, within -1 and 1.
    """
    rows = balance_rows(compared.found, "-".join(compared.poles[:2])).dropna(subset=["change"]).head(most)
    return rows.assign(
        name=rows["iso3"].map(compared.names).fillna(rows["iso3"]),
        low=(rows["before"] + rows["low"]).clip(-1.0, 1.0),
        high=(rows["before"] + rows["high"]).clip(-1.0, 1.0),
    )


def state_records(compared: Compared) -> list[dict[str, Any]]:
    """Every state of both sides with its balances, pulls and position; None where there is no value."""
    rows = balance_rows(compared.found, "-".join(compared.poles[:2]), members=True).set_index("iso3")
    pulls = [
        {pole: direct_pull(side.ties, pole).isel(year=0).to_series().to_dict() for pole in compared.poles[:2]}
        for side in (compared.first, compared.second)
    ]
    pole_of = _pole_of(compared)
    wanted = {c for c in rows.index if compared.states is None or c in set(compared.states) | set(pole_of)}
    wanted |= {c for c in pole_of if c in pulls[0][compared.poles[0]]}
    return [_state_record(code, rows, pulls, pole_of, compared) for code in sorted(wanted)]


def _pole_of(compared: Compared) -> dict[str, int]:
    """The place of its pole, for each member of the first two poles after the change."""
    ties = compared.second.ties
    return {
        str(code): p
        for p, pole in enumerate(compared.poles[:2])
        for code in ties.indexes["source"][pole_members(ties, pole)[0]]
    }


def _state_record(
    code: str, rows: pd.DataFrame, pulls: Sequence[Mapping[str, Mapping[str, float]]], pole_of: Mapping[str, int],
    compared: Compared,
) -> dict[str, Any]:  # fmt: skip
    row = rows.loc[code] if code in rows.index else dict.fromkeys(("before", "after", "change", "low", "high"))
    by_side = [[_number(side[pole].get(code, np.nan)) for pole in compared.poles[:2]] for side in pulls]
    x, y = _position(code, compared.study.panel.states)
    return {
        "code": code, "name": str(compared.names.get(code, code)), "pole": pole_of.get(code, -1), "x": x, "y": y,
        **{key: _number(row[key]) for key in ("before", "after", "change", "low", "high")},
        "flag": str(row["flag"]) if code in rows.index else "",
        "pulls": by_side,
        "both": [None if None in side else round(sum(v for v in side if v is not None), 9) for side in by_side],
    }  # fmt: skip


def _position(code: str, known: pd.DataFrame) -> tuple[int | None, int | None]:
    if code not in known.index:
        return None, None
    x, y = project(known.loc[[code], "longitude"].to_numpy(), known.loc[[code], "latitude"].to_numpy())[0]
    return int(x), int(y)


def tie_records(compared: Compared, states: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """[source, target, before, after] of every tie of WEAKEST or more on a side, by place among the states."""
    codes = [s["code"] for s in states]
    shares = [side.ties.sel(source=codes, target=codes).values[0] for side in (compared.first, compared.second)]
    shown = np.nanmax(np.nan_to_num(np.stack(shares)), axis=0) >= WEAKEST
    return [
        [int(u), int(v), *(None if np.isnan(s[u, v]) else round(float(s[u, v]), 6) for s in shares)]
        for u, v in zip(*np.nonzero(shown & ~np.eye(len(codes), dtype=bool)), strict=True)
    ]


def edge_records(compared: Compared, states: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Ties gained and lost between the states shown."""
    names = {s["code"]: s["name"] for s in states}
    rows = shown_edges(compared)
    rows = rows[rows["kind"].isin(["gained", "lost"]) & rows["source"].isin(names) & rows["target"].isin(names)]
    return [
        {"source": names[r.source], "target": names[r.target], "before": _number(r.before), "after": _number(r.after),
         "kind": r.kind}
        for r in rows.itertuples()
    ]  # fmt: skip


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else round(float(value), 9)
