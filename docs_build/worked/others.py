"""Equations 12 to 15, worked: similarity, alignment, the answer of trade, and distance."""

from __future__ import annotations

import numpy as np

from docs_build.page_study import PageStudy
from docs_build.worked.steps import WorkedError, figure, step
from influence.comparison.distance import weighted_jaccard
from influence.gravity.base import TradeBase, load_trade_base
from influence.gravity.response import TradeResponse, trade_response
from influence.metrics.alignment import alignment, anchor
from influence.metrics.similarity import similarity
from influence.schema import ELASTICITY_RANGE, SECTOR_YEARS


def similar(g: PageStudy) -> str:
    """Equation 12, kappa, with each pole."""
    values = similarity(g.ties.sel(year=[g.year]), "kappa")[0]
    shares = g.known
    present = np.asarray(shares.any(axis=0) | shares.any(axis=1))
    lines = []
    for pole in g.poles:
        u = g.codes.index(pole)
        third = present.copy()
        third[[g.at, u]] = False
        x, y = shares[third, g.at], shares[third, u]
        lines.append(step(
            f"Kappa of the portfolios of {g.called(g.state)} and {g.called(pole)} over {third.sum()} third states: "
            f"squared distance, the spread of each around its mean, and the distance of the means "
            f"({figure(float(x.mean()))} and {figure(float(y.mean()))})",
            "1 - {apart} / ({one} + {other} + {n} * ({mx} - {my})^2)", float(values.sel(source=pole, target=g.state)),
            apart=f"{((x - y) ** 2).sum():.9f}", one=f"{((x - x.mean()) ** 2).sum():.9f}",
            other=f"{((y - y.mean()) ** 2).sum():.9f}", n=str(third.sum()), mx=f"{x.mean():.9f}", my=f"{y.mean():.9f}",
        ))  # fmt: skip
    return "\n".join(lines)


def aligned(g: PageStudy) -> str:
    """Equation 13 between the first two poles."""
    points = g.study.points
    base = (g.method.alignment_base[0], g.method.alignment_base[-1])
    placed = alignment(points, g.poles, base).sel(year=g.year, target=g.state)
    p, q = (anchor(points, pole, base) for pole in g.poles)
    x = float(points["ideal_point"].sel(year=g.year, state=g.state))
    one, other = (g.called(pole) for pole in g.poles)
    line = step(
        f"Ideal point of {g.called(g.state)} in {g.year}, between the means of {one} and {other}, {base[0]}-{base[1]}",
        "2 * ({x} - ({q})) / ({p} - ({q})) - 1", float(placed["value"]), x=x, p=p, q=q,
    )  # fmt: skip
    low, high = (float(placed[end]) for end in ("low", "high"))
    return f"{line}\nThe source's uncertainty range (5-95 %) is {low:+.3f} to {high:+.3f}."


def _reversed(g: PageStudy) -> tuple[TradeBase, np.ndarray, TradeResponse]:
    """The newest base up to the year after, with the tariffs of the oldest between the state and the second pole."""
    early = load_trade_base(g.panel, SECTOR_YEARS[0])
    base = load_trade_base(g.panel, min((y for y in SECTOR_YEARS if y >= g.year), default=SECTOR_YEARS[-1]))
    rates = base.tariffs.values.copy()
    s, q = (base.economies.index(code) for code in (g.state, g.poles[1]))
    for exporter, importer in ((s, q), (q, s)):
        rates[:, exporter, importer] = early.tariffs.values[:, exporter, importer]
    cost = base.tariffs.copy(data=-g.method.elasticity * np.log((1 + rates) / (1 + base.tariffs.values)))
    return base, rates, trade_response(base.flows, cost, g.method.elasticity)


def _sector_name(g: PageStudy, key: str) -> str:
    table = g.panel.curated("sectors").set_index("sector")
    return f"{table.loc[key, 'name']}, `{key}`"


def answer(g: PageStudy) -> str:
    """Equation 14 in the sector in which the state sells most to the second pole."""
    base, rates, response = _reversed(g)
    theta = g.method.elasticity
    s, q = (base.economies.index(code) for code in (g.state, g.poles[1]))
    goods = [base.flows.indexes["sector"].get_loc(name) for name in base.goods]
    k = max(goods, key=lambda sector: base.flows.values[sector, s, q])
    sector = str(base.flows.indexes["sector"][k])
    old, new = base.flows.values[k, :, q], np.asarray(response.flows)[k, :, q]
    wages = response.wages.to_numpy()
    effect = ((1 + rates[k, :, q]) / (1 + base.tariffs.values[k, :, q])) ** -theta
    share, power = old / old.sum(), float((old / old.sum() * effect * wages**-theta).sum())
    after = float(share[s] * effect[s] * wages[s] ** -theta / power)
    if abs(after - new[s] / new.sum()) > 1e-9:
        raise WorkedError("equation 14 as printed and trade_response differ.")
    seller, buyer = g.called(g.state), g.called(g.poles[1])
    intro = (
        f"Suppose that in {base.year} the sector tariffs of {SECTOR_YEARS[0]} came back between {seller} and {buyer}, "
        f"in both directions, and nothing else changed. In the sector in which {seller} sells most to {buyer} "
        f"({_sector_name(g, sector)}), with θ = {theta:g}:\n"
    )
    t0, t1 = float(base.tariffs.values[k, s, q]), float(rates[k, s, q])
    return "\n".join([
        intro,
        step(f"B: tariff of {buyer} from {100 * t0:.2f} % to {100 * t1:.2f} %", "((1 + {t1}) / (1 + {t0}))^(-{theta})",
             float(effect[s]), t0=f"{t0:.6f}", t1=f"{t1:.6f}", theta=f"{theta:g}"),
        step(f"New share of {seller} in what {buyer} spends on it: old share, times B, times its wage (relative to the "
             f"world) to the power −θ, divided by the sum of the same over all sellers",
             "{pi} * {b} * {w}^(-{theta}) / {P}", after, pi=float(share[s]), b=float(effect[s]),
             w=f"{wages[s]:.9f}", P=f"{power:.9f}", theta=f"{theta:g}"),
        f"\nReal income: {seller} {100 * (response.real_income[g.state] - 1):+.4f} %, {buyer} "
        f"{100 * (response.real_income[g.poles[1]] - 1):+.4f} %. Wages of all {len(base.economies)} economies clear "
        f"{len(base.flows)} sectors at once ({response.steps} steps of Newton's method). Every scenario has an "
        f"uncertainty range over elasticities from {ELASTICITY_RANGE[0]:g} to {ELASTICITY_RANGE[-1]:g}.",
    ])  # fmt: skip


def distance(g: PageStudy) -> str:
    """Equation 15, weighted Jaccard, of the state's portfolio two years apart, and of all portfolios."""
    later = g.year + 2
    one, other = (np.asarray(g.ties.sel(year=year).values) for year in (g.year, later))
    mine = [np.full_like(one, np.nan) for _ in range(2)]
    for alone, whole in zip(mine, (one, other), strict=True):
        alone[:, g.at] = whole[:, g.at]
    a, b = one[:, g.at], other[:, g.at]
    both = ~(np.isnan(a) | np.isnan(b)) & (np.arange(len(a)) != g.at)
    return "\n".join([
        step(f"Portfolio of {g.called(g.state)}, {g.year} against {later}: one minus the sum of the smaller of "
             f"each pair of shares divided by the sum of the larger", "1 - {small} / {large}", weighted_jaccard(*mine),
             small=float(np.minimum(a, b)[both].sum()), large=float(np.maximum(a, b)[both].sum())),
        f"\nAll states together: {weighted_jaccard(one, other):.4f}. `influence compare {g.year} {later}` "
        f"shows whether that is larger than normal variation.",
    ])  # fmt: skip
