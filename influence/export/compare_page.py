"""compare.html: two maps on one scale, a line a state, ties gained and lost, and whether it was more than drift."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from influence.compare.compared import Compared, balance_rows, shown_edges
from influence.compare.sides import Side
from influence.export import page
from influence.export.atlas import extent_of, land_data, pole_record
from influence.export.colours import PARITY, PLAIN
from influence.export.findings import flags_of, source_line
from influence.export.land import placed
from influence.export.svg import Words, dumbbell
from influence.files import write_text
from influence.metrics.pull import direct_pull, pole_members
from influence.scenario.load import load_scenario
from influence.schema import BASELINE
from influence.states import load_states, pole_label

SCRIPTS = ("unpack.js", "words.js", "pens.js", "scene.js", "table.js", "land_map.js", "compare.js")
THRESHOLD = 0.03
LEAST_HELD = 0.1
NOT_TOLD = "One side is a counterfactual or a graph of your own: drift is a question about two years as they were."
MEASURES = {
    "weighted_jaccard": "Weighted Jaccard distance", "deltacon_similarity": "DeltaCon similarity",
    "qap_correlation": "QAP correlation",
}  # fmt: skip


def label_of(side: Side) -> str:
    """A side for people: '2018', or '2018 if: The United States stays in TPP'."""
    if side.panel is None or side.scenario == BASELINE:
        return side.label
    return f"{side.year} if: {load_scenario(side.label.split(':', 1)[1]).title}"


def change_text(compared: Compared) -> str:
    """Which state moves most, and where to; 'Nothing changes' where none does.

    Where changes have bands, that whose nearer end is furthest from nought: what is largest may be the least sure.
    """
    rows = balance_rows(compared.found, "-".join(compared.poles[:2])).dropna(subset=["change"])
    # A balance of two pulls of half a per cent swings with a few shipments: no headline is made of it.
    weighty = rows[rows["iso3"].isin(_weighty(compared))]
    of = "Of the states on which the two poles hold a tenth or more, " if 0 < len(weighty) < len(rows) else ""
    told = weighty if len(weighty) else rows
    if told.empty or told["change"].iloc[0] == 0:
        return "Nothing changes"
    sure = _sure_of(told)
    moved = told.iloc[0] if sure.isna().all() else told.loc[sure.idxmax()]
    name = compared.names.get(moved["iso3"], moved["iso3"])
    towards = f"towards {pole_label(compared.poles[0 if moved['change'] > 0 else 1])}"
    if sure.isna().all():
        return f"{of}{name} moves most, {towards}"
    if sure.max() == 0:
        return f"{of}{name} moves most, {towards}, and not surely: the band of its change spans nought"
    near, far = sorted((abs(moved["low"]), abs(moved["high"])))
    return f"{of}{name} moves most surely, {towards}, by {near:.2f} to {far:.2f}"


def _sure_of(rows: pd.DataFrame) -> pd.Series:
    """How far each change goes at the nearer end of its band; 0 where the band spans nought, NaN without one."""
    spans = np.sign(rows["low"]) != np.sign(rows["high"])
    return rows[["low", "high"]].abs().min(axis=1, skipna=False).mask(spans & rows["low"].notna(), 0.0)


def words_of(compared: Compared) -> Words:
    """Title, subtitle and source line of the comparison's pictures and page."""
    one, other = (pole_label(pole) for pole in compared.poles[:2])
    second = compared.second
    shade = f"; shade: where the change ends, {compared.band}" if _banded(compared) else ""
    return Words(
        f"{change_text(compared)}: {label_of(compared.first)} to {label_of(second)}",
        f"Balance of direct pull between {one} (+1) and {other} (−1); hollow before, full after{shade}. Goods only. "
        f"{compared.verdict}",
        source_line(second.panel, compared.config.weights, [compared.first.year, second.year])
        if second.panel is not None
        else "Source: the graphs given.",
    )


def _banded(compared: Compared) -> bool:
    """Whether any change of the balance has a band: two years as they were have one only by draws."""
    return bool(balance_rows(compared.found, "-".join(compared.poles[:2]))["low"].notna().any())


def _weighty(compared: Compared) -> set[str]:
    """States on which the first two poles together hold a tenth of reliance or more, on both sides."""
    rows = compared.found.states
    pulls = rows[(rows["metric"] == "pull_direct") & rows["pole"].isin(compared.poles[:2])]
    sums = pulls.groupby("iso3")[["before", "after"]].sum(min_count=2).min(axis=1)
    return set(sums.index[sums >= LEAST_HELD])


def dumbbell_rows(compared: Compared) -> pd.DataFrame:
    """The states that move most: name, before, after, low and high, as svg.dumbbell wants them.

    low and high : where the band of the change ends, from before on; a balance goes no further than -1 and 1.
    """
    rows = balance_rows(compared.found, "-".join(compared.poles[:2])).dropna(subset=["change"]).head(40)
    return rows.assign(
        name=rows["iso3"].map(compared.names).fillna(rows["iso3"]),
        low=(rows["before"] + rows["low"]).clip(-1.0, 1.0),
        high=(rows["before"] + rows["high"]).clip(-1.0, 1.0),
    )


def write_dumbbell(compared: Compared, path: Path) -> None:
    """The states that move most as a still picture (svg.dumbbell)."""
    ends = (pole_label(compared.poles[1]), pole_label(compared.poles[0]))
    write_text(path, dumbbell(dumbbell_rows(compared), words_of(compared), ends))


def write_compare(compared: Compared, path: Path) -> Path:
    """Write the page of a comparison to `path`.

    Raises
    ------
    OutputError : see write_text.
    """
    words = words_of(compared)
    states = _states(compared)
    drawn = [s for s in states if s["x"] is not None]
    places = np.array([[s["x"], s["y"]] for s in drawn]) if drawn else np.array([[-10_000, -6_000], [10_000, 6_000]])
    extent = extent_of(places)
    labels = [label_of(compared.first), label_of(compared.second)]
    missing = len(states) - len(drawn)
    banded = _banded(compared)
    pair = [pole_record(pole, i) for i, pole in enumerate(compared.poles[:2])]
    data = {
        "poles": pair, "labels": labels, "states": states, "ties": _ties(compared, states),
        "edges": _edges(compared, states), "parity": PARITY,
        "plain": PLAIN, "extent": extent, "threshold": THRESHOLD, "banded": banded,
        "opening": "Choose a state on a map, in the picture or in the table to read what changed for it.",
    }  # fmt: skip
    width, height = extent[2] - extent[0], extent[3] - extent[1]
    text = page.render(
        "compare.html",
        data=data | land_data(extent),
        styles=[
            page.static("shell.css"),
            page.static("compare.css"),
            f".map {{ aspect-ratio: {width} / {height}; }}",
        ],
        scripts=[page.static(name) for name in SCRIPTS],
        title=words.title,
        subtitle=_subtitle(compared, labels),
        labels=labels,
        first=pair[0]["short"],
        second=pair[1]["short"],
        banded=banded,
        band=compared.band,
        verdict=compared.verdict or NOT_TOLD,
        distances=[
            {"name": MEASURES[row.measure], "value": f"{row.value:.3f}", "told": row.told}
            for row in compared.found.distance.itertuples()
        ],
        source=words.source,
        undrawn=f"{missing} states have no known place and stand in the table alone. " if missing else "",
        command=_command(compared),
    )
    write_text(path, text)
    return path


def _command(compared: Compared) -> str:
    asked = f"influence compare {compared.first.label} {compared.second.label} --html"
    return f"{asked} --poles {','.join(compared.poles)}{flags_of(compared.config)}"


def _subtitle(compared: Compared, labels: Sequence[str]) -> str:
    one, other = (pole_label(pole) for pole in compared.poles[:2])
    weights = ", ".join(f"{name} {100 * w:.0f} %" for name, w in compared.config.weights.items() if w > 0)
    of = f" ({weights})" if compared.second.panel is not None else ""
    return (
        f"Balance of direct pull{of} between {one} (+1) and {other} (−1), {labels[0]} on the left and {labels[1]} on "
        f"the right, in one scale of colours."
    )


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else round(float(value), 9)


def _states(compared: Compared) -> list[dict[str, Any]]:
    """Every state both sides have, with its balances, pulls and place; None where there is no value."""
    label = "-".join(compared.poles[:2])
    rows = balance_rows(compared.found, label).set_index("iso3")
    sides = [compared.first.ties, compared.second.ties]
    pulls = [{pole: _by_code(direct_pull(ties, pole)) for pole in compared.poles[:2]} for ties in sides]
    pole_of = {
        str(code): p
        for p, pole in enumerate(compared.poles[:2])
        for code in sides[1].indexes["source"][pole_members(sides[1], pole)[0]]
    }
    known = load_states()
    wanted = [c for c in rows.index if compared.states is None or c in set(compared.states) | set(pole_of)]
    wanted = sorted(set(wanted) | {c for c in pole_of if c in pulls[0][compared.poles[0]]})
    out = []
    for code in wanted:
        row = rows.loc[code] if code in rows.index else dict.fromkeys(("before", "after", "change", "low", "high"))
        place = placed(known.loc[[code], "longitude"].to_numpy(), known.loc[[code], "latitude"].to_numpy())[0] if (
            code in known.index
        ) else (None, None)  # fmt: skip
        told = [[_number(side[pole].get(code, np.nan)) for pole in compared.poles[:2]] for side in pulls]
        out.append({
            "code": code, "name": str(compared.names.get(code, code)), "pole": pole_of.get(code, -1),
            "x": None if place[0] is None else int(place[0]), "y": None if place[1] is None else int(place[1]),
            **{key: _number(row[key]) for key in ("before", "after", "change", "low", "high")},
            "flag": str(row["flag"]) if code in rows.index else "",
            "pulls": told,
            "both": [None if None in side else round(sum(v for v in side if v is not None), 9) for side in told],
        })  # fmt: skip
    return out


def _by_code(values: Any) -> dict[str, float]:
    return {str(code): float(v) for code, v in zip(values.indexes["target"], values.values[0], strict=True)}


def _ties(compared: Compared, states: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """[source, target, before, after] of every tie of a hundredth or more on a side, by place among the states."""
    codes = [s["code"] for s in states]
    shares = [
        side.ties.sel(source=codes, target=codes).values[0] for side in (compared.first, compared.second)
    ]  # fmt: skip
    there = np.nanmax(np.nan_to_num(np.stack(shares)), axis=0) >= 0.01
    return [
        [int(u), int(v), *(None if np.isnan(s[u, v]) else round(float(s[u, v]), 6) for s in shares)]
        for u, v in zip(*np.nonzero(there & ~np.eye(len(codes), dtype=bool)), strict=True)
    ]


def _edges(compared: Compared, states: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    names = {s["code"]: s["name"] for s in states}
    rows = shown_edges(compared)
    rows = rows[rows["kind"].isin(["gained", "lost"]) & rows["source"].isin(names) & rows["target"].isin(names)]
    return [
        {"source": names[r.source], "target": names[r.target], "before": _number(r.before), "after": _number(r.after),
         "kind": r.kind}
        for r in rows.itertuples()
    ]  # fmt: skip
