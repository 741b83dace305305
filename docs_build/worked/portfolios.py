"""Equations 1 to 6 and 11, worked: from flows and pledges to the balance."""

from __future__ import annotations

import numpy as np

from docs_build.page_study import PageStudy
from docs_build.worked.steps import million, percent, step, table
from influence.layers import strength_in_force
from influence.metrics import dependence as trade
from influence.metrics.pull import direct_pull, exposure, pull_balance
from influence.schema import AGREEMENT_STRENGTH, PACT_STRENGTH
from influence.specs import LAYERS

MOST = 4
"""Partners that are shown one by one; the others are added up."""


def figures_of(g: PageStudy, layer: str) -> str:
    """The raw figures behind a layer's part in each pole's pull, with their source and flag."""
    rows = g.explained[(g.explained["layer"] == layer) & (g.explained["pole"] != "")]
    distinct = rows.drop_duplicates(["fact", "value"])
    written = [
        [str(row.fact), _with_unit(float(row.value), str(row.unit)), str(row.source), str(row.flag)]
        for row in distinct.itertuples()
    ]
    return table(["figure", "value", "source", "flag"], written)


def _with_unit(value: float, unit: str) -> str:
    return f"{million(value)} million USD" if unit == "USD" else f"{value:g}"


def trade_dependence(g: PageStudy) -> str:
    """Equation 1 for each pole, and on the other two bases for the first."""
    v = g.at
    out, into = (float(g.of_year.totals[f"{way}_usd"].values[0, v]) for way in ("export", "import"))
    lines = [figures_of(g, "trade"), ""]
    for pole in g.poles:
        sold, bought = g.flows[v, g.codes.index(pole)], g.flows[g.codes.index(pole), v]
        share = float(g.layers.sel(layer="trade", year=g.year, source=pole, target=g.state))
        lines.append(step(
            f"Share of {g.called(pole)} in the trade of {g.called(g.state)}, millions of dollars",
            "({sold} + {bought}) / ({out} + {into})", share,
            sold=million(sold), bought=million(bought), out=million(out), into=million(into),
        ))  # fmt: skip
    pole = g.poles[0]
    sold, bought = g.flows[v, g.codes.index(pole)], g.flows[g.codes.index(pole), v]
    for base, flow, whole in (("exports", sold, out), ("imports", bought, into)):
        value = float(trade.dependence(g.of_year, base).sel(source=pole, target=g.state)[0])
        lines.append(step(f"The same on base `{base}`", "{a} / {b}", value, a=million(flow), b=million(whole)))
    return "\n".join(lines)


def trade_over_gdp(g: PageStudy) -> str:
    """Equation 2 for each pole, and the identity that links it with equation 1."""
    v, gdp = g.at, float(g.attribute("gdp_usd")[g.at])
    whole = float(sum(g.of_year.totals[f"{way}_usd"].values[0, v] for way in ("export", "import")))
    values = trade.trade_over_gdp(g.of_year).sel(target=g.state)[0]
    lines = []
    for pole in g.poles:
        u = g.codes.index(pole)
        lines.append(step(
            f"Trade with {g.called(pole)} over the GDP of {g.called(g.state)}, millions of dollars",
            "({a} + {b}) / {y}", float(values.sel(source=pole)),
            a=million(g.flows[v, u]), b=million(g.flows[u, v]), y=million(gdp),
        ))  # fmt: skip
    share = float(g.layers.sel(layer="trade", year=g.year, source=g.poles[0], target=g.state))
    lines.append(step(
        "The first again, as its share of trade times trade over GDP", "{d} * {t} / {y}",
        float(values.sel(source=g.poles[0])), d=share, t=million(whole), y=million(gdp),
    ))  # fmt: skip
    return "\n".join(lines)


def pledges(g: PageStudy, layer: str) -> str:
    """Equation 3 for a layer: the share of each pole, and the share not covered."""
    strengths = PACT_STRENGTH if layer == "alliance" else AGREEMENT_STRENGTH
    strength = strength_in_force(g.of_year, strengths)[0][:, g.at]
    weight = strength * np.nan_to_num(g.attribute("gdp_usd"))
    capability = float(g.attribute("gdp_usd")[g.at])
    shown = [g.codes.index(pole) for pole in g.poles if weight[g.codes.index(pole)] > 0]
    others = [int(u) for u in np.argsort(-weight) if weight[u] > 0 and u not in shown]
    rest = float(weight[others].sum())
    named = ", ".join(g.called(g.codes[u]) for u in others[:MOST])
    who = f"{len(others)} others ({named}{' …' if len(others) > MOST else ''})" if others else "no other state"
    tops = {u: f"{strength[u]:g} * {million(weight[u] / strength[u])}" for u in shown}
    whole = " + ".join([million(capability), *tops.values(), *([million(rest)] if others else [])])
    lines = [
        figures_of(g, layer),
        "",
        f"The denominator is the capability (GDP, millions of dollars) of {g.called(g.state)} itself, "
        f"of {' and '.join(g.called(g.codes[u]) for u in shown) or 'no pole'}, and of {who}, each times the strength "
        f"of its tie{'; the last is their sum' if others else ''}.\n",
    ]
    for u in shown:
        value = float(g.layers.sel(layer=layer, year=g.year, source=g.codes[u], target=g.state))
        lines.append(step(f"Share of {g.called(g.codes[u])}", f"{tops[u]} / ({whole})", value))
    alone = float(g.layers["not_covered"].sel(layer=layer, year=g.year, target=g.state))
    lines.append(
        step(
            f"Share of this layer that is not covered for {g.called(g.state)}",
            f"{million(capability)} / ({whole})",
            alone,
        )
    )
    return "\n".join(lines)


def composite(g: PageStudy) -> str:
    """Equation 4 for each pole and the share not covered, and the sum that must be one."""
    rows = g.explained.drop_duplicates(["pole", "layer", "fact"])
    lines = []
    for pole in g.poles:
        parts = rows[rows["pole"] == pole].drop_duplicates("layer")
        pairs = " + ".join(f"{p.weight:g} * {p.share:.6f}" for p in parts.itertuples())
        names = ", ".join(parts["layer"])
        lines.append(step(
            f"Share that is on {g.called(pole)}: weight times share of {names}", pairs,
            float(g.ties.sel(year=g.year, source=pole, target=g.state)),
        ))  # fmt: skip
    uncovered = {name: g.layers["not_covered"].sel(layer=name, year=g.year, target=g.state) for name in LAYERS}
    weighed = {name: weight for name, weight in g.method.weights.items() if weight > 0}
    not_covered = float(g.ties["not_covered"].sel(year=g.year, target=g.state))
    lines.append(step(
        "Not covered", " + ".join(f"{w:g} * {float(uncovered[name]):.6f}" for name, w in weighed.items()), not_covered
    ))  # fmt: skip
    pulls = [float(g.ties.sel(year=g.year, source=pole, target=g.state)) for pole in g.poles]
    unobserved = float(g.ties["unobserved"].sel(year=g.year, target=g.state))
    rest = float(np.nansum(g.shares[:, g.at])) - sum(pulls)
    lines.append(step(
        "The sum: both poles, all other states, not covered, and not observed",
        "{p} + {q} + {rest} + {uncovered} + {unobserved}", 1.0,
        p=pulls[0], q=pulls[1], rest=rest, uncovered=not_covered, unobserved=unobserved,
    ))  # fmt: skip
    return "\n".join(lines)


def pulls(g: PageStudy) -> str:
    """Equation 5: the ties of equation 4, read as the pull of a pole."""
    rows = []
    for pole in g.poles:
        value = float(direct_pull(g.ties, pole).sel(year=g.year, target=g.state))
        rows.append([g.name(pole), f"{value:.6f}", f"{percent(value)} of the reliance of {g.called(g.state)}"])
    return table(["pole", "pull", "in words"], rows)


def balance(g: PageStudy) -> str:
    """Equation 6: balance and exposure."""
    first, second = (float(direct_pull(g.ties, pole).sel(year=g.year, target=g.state)) for pole in g.poles)
    at = {"year": g.year, "target": g.state}
    one, other = (g.called(pole) for pole in g.poles)
    return "\n".join([
        step(f"Balance between {one} (+1) and {other} (−1)", "({p} - {q}) / ({p} + {q})",
             float(pull_balance(g.ties, g.poles).sel(at)), p=first, q=second),
        step("Exposure to the two", "{p} + {q}", float(exposure(g.ties, g.poles).sel(at)), p=first, q=second),
    ])  # fmt: skip


def concentration(g: PageStudy) -> str:
    """Equation 11: Herfindahl, Hirschman, and the cost of losing the first pole as a supplier."""
    from influence.metrics.exposure import domestic_sales

    shares = trade.dependence(g.of_year)
    column = np.nan_to_num(shares.values[0][:, g.at])
    order = np.argsort(-column)
    largest, rest = order[:MOST], order[MOST:]
    square = float(trade.herfindahl(shares).sel(target=g.state)[0])
    named = ", ".join(g.called(g.codes[u]) for u in largest)
    supplier = g.poles[0]
    share = float(trade.dependence(g.of_year, "imports").sel(source=supplier, target=g.state)[0])
    imports = float(g.of_year.totals["import_usd"].values[0, g.at])
    home = float(domestic_sales(g.of_year).values[0, g.at])
    part, theta = imports / (imports + home), g.method.elasticity
    cost = float(trade.vulnerability(g.of_year, theta + 1.0).sel(source=supplier, target=g.state)[0])
    return "\n".join([
        step(f"Herfindahl: the squares of {named}, and of the {int((column[rest] > 0).sum())} others together",
             " + ".join([*(f"{column[u]:.6f}^2" for u in largest), "{rest}"]), square,
             rest=float((column[rest] ** 2).sum())),
        step("Hirschman: its root", "sqrt({h})", square**0.5, h=square),
        step(f"Share of imports in the spending of {g.called(g.state)}, millions of dollars", "{m} / ({m} + {home})",
             part, m=million(imports), home=million(home)),
        step(f"What losing {g.called(supplier)} as a supplier would cost, log points of real income",
             "-ln(1 - {w}) / ({sigma} - 1) * {part}", cost, w=share, sigma=f"{theta + 1:g}", part=part),
    ])  # fmt: skip
