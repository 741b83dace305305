"""Equations 7 to 10, worked: the pull through partners, on real income, by opinion and by bandwidth."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from docs_build.page_study import PageStudy
from docs_build.worked.portfolios import MOST
from docs_build.worked.steps import WorkedError, million, percent, step, table
from influence.layers import strength_in_force
from influence.metrics import bandwidth as channel
from influence.metrics.exposure import exposure_of, flows_with_domestic
from influence.metrics.linear import solve_years
from influence.metrics.network_pull import network_pull, walk_system
from influence.metrics.opinion import Opinions, opinion_formation, partner_weights
from influence.metrics.pull import disjoint_members


def network(g: PageStudy) -> str:
    """Equation 7 for each pole: direct, and what passes through the partners."""
    ties = g.ties.sel(year=[g.year])
    member = disjoint_members(ties, g.poles)
    reached = solve_years(*walk_system(ties, member, g.method.alpha))[0]
    values = network_pull(ties, g.poles, g.method.alpha).sel(target=g.state)[:, 0]
    known = g.known[:, g.at]
    lines = []
    for position, pole in enumerate(g.poles):
        passed = np.where(member[:, 0].any(axis=0), 0.0, known * reached[:, position])
        order = np.argsort(-passed)
        largest, rest = order[:MOST], order[MOST:]
        rows = [[g.name(g.codes[k]), f"{known[k]:.6f}", f"{reached[k, position]:.6f}"] for k in largest]
        lines.append(table([f"partner k of {g.called(g.state)}", "its tie W", f"pull of {g.called(pole)} on k"], rows))
        terms = " + ".join(f"{known[k]:.6f} * {reached[k, position]:.6f}" for k in largest)
        lines.append(step(
            f"Pull of {g.called(pole)}, direct and through partners; the last figure adds up all other partners",
            f"{{direct}} + {g.method.alpha:g} * ({terms} + {{rest}})", float(values.sel(pole=pole)),
            direct=float(known[g.codes.index(pole)]), rest=float(passed[rest].sum()),
        ))  # fmt: skip
    return "\n".join(lines)


def income(g: PageStudy) -> str:
    """Equation 8 for each pole: U = (I - S) V + S at the state and the pole, V by solving the system as printed."""
    flows = flows_with_domestic(g.of_year, g.method.gross_output_ratio).values[0]
    theta, found = g.method.elasticity, exposure_of(flows[None], g.method.elasticity)[0]
    inside = np.flatnonzero(~np.isnan(np.diagonal(found)))
    trade = np.nan_to_num(flows[np.ix_(inside, inside)])
    spent, earned = (trade / trade.sum(axis=0)).T, trade / trade.sum(axis=1, keepdims=True)
    eye, size = np.eye(len(inside)), trade.sum(axis=1) / trade.sum()
    system = eye - (earned + theta * earned @ spent) / (theta + 1) + np.tile(size, (len(inside), 1))
    wages = -(theta / (theta + 1)) * np.linalg.solve(system, earned @ spent - eye)
    v = int(np.flatnonzero(inside == g.at)[0])
    lines = [
        f"The system has {len(inside)} states and is too large to print; its solution V is taken as given, and the "
        f"last step is shown.\n"
    ]
    for pole in g.poles:
        p = int(np.flatnonzero(inside == g.codes.index(pole))[0])
        value = float(found[g.at, g.codes.index(pole)])
        if abs(float(((eye - spent) @ wages + spent)[v, p]) - value) > 1e-9:
            raise WorkedError(f"equation 8 as printed and exposure_of differ for {pole}.")
        lines.append(step(
            f"{g.called(pole)}: change of income V, less that of what is bought, plus the part bought from it "
            f"(per cent of real income for one per cent of productivity)",
            "{income} - ({bought}) + {share}", value,
            income=float(wages[v, p]), bought=float(spent[v] @ wages[:, p]), share=float(spent[v, p]),
        ))  # fmt: skip
    return "\n".join(lines)


@lru_cache(maxsize=2)
def _opinions(g: PageStudy) -> Opinions:
    flows = g.of_year.trade["export_usd"][0]
    seeds = {pole: [pole] for pole in g.poles}
    return opinion_formation(flows, seeds, g.method.realisations, g.method.seed)


def opinion(g: PageStudy) -> str:
    """Equation 9: Z in the steady state that comes most often, and the share of realisations."""
    opinions = _opinions(g)
    steady = opinions.steady_states.iloc[0]
    weights = partner_weights(g.flows)[:, g.at]
    choice = np.array([str(steady[code]) for code in g.codes])
    order = [int(k) for k in np.argsort(-weights)[: 2 * MOST]]
    rows = [[g.name(g.codes[k]), f"{weights[k]:.6f}", g.name(choice[k]) if choice[k] else "none"] for k in order]
    lines = [
        f"{percent(float(steady['frequency']))} of {g.method.realisations:,} random starts end in the same steady "
        f"state; in it the partners of {g.called(g.state)} have these opinions (the largest; weights sum to 1):\n",
        table(["partner", "its weight in the choice", "follows"], rows),
    ]
    for pole in g.poles:
        mine = [k for k in order if choice[k] == pole]
        others = float(weights[choice == pole].sum() - weights[mine].sum())
        terms = " + ".join([*(f"{weights[k]:.6f}" for k in mine), "{rest}"])
        lines.append(step(f"Z of {g.called(pole)}; the last figure is the sum over its smaller followers", terms,
                          float(weights[choice == pole].sum()), rest=others))  # fmt: skip
    shares = ", ".join(f"{g.called(pole)} in {percent(opinions.shares.loc[g.state, pole])}" for pole in g.poles)
    return "\n".join([*lines, f"\nOver all random starts {g.called(g.state)} follows {shares}."])


def bandwidth(g: PageStudy) -> str:
    """Equation 10 for each pole: width of the channel, dependence, and their product."""
    base, strengths = g.method.bandwidth_base_year, g.method.agreement_strength
    unit = channel.bandwidth_unit(g.panel, base, strengths)
    values = channel.bandwidth_pull(g.of_year, base, strengths, unit).sel(target=g.state)[0]
    width = channel.bandwidth(g.of_year, base, strengths, unit).sel(target=g.state)[0]
    strength = strength_in_force(g.of_year, strengths)[0]
    world = 2.0 * float(np.nansum(g.of_year.totals["export_usd"].values))
    whole = float(sum(g.of_year.totals[f"{way}_usd"].values[0, g.at] for way in ("export", "import")))
    gdp = float(g.attribute("gdp_usd")[g.at])
    lines = [
        f"The unit is the largest dyad of {base}: {unit.trade:.6f} of the world's two-way trade, and an agreement of "
        f"strength {unit.agreement:g}. Dollars in millions.\n"
    ]
    full = f"{unit.agreement:g}"
    for pole in g.poles:
        u, who = g.codes.index(pole), g.called(pole)
        flow, wide = float(g.flows[u, g.at] + g.flows[g.at, u]), float(width.sel(source=pole))
        relies = (flow / whole + min(1.0, flow / gdp)) / 2
        lines += [
            step(f"Bandwidth with {who}", "({t} / {world} / {unit} + {s} / {full}) / 2", wide, t=million(flow),
                 world=million(world), unit=f"{unit.trade:.6f}", s=f"{strength[u, g.at]:g}", full=full),
            step(f"Dependence on {who}", "({t} / {whole} + {t} / {y}) / 2", relies, t=million(flow),
                 whole=million(whole), y=million(gdp)),
            step("Their product", "{a} * {b}", float(values.sel(source=pole)), a=wide, b=relies),
        ]  # fmt: skip
    return "\n".join(lines)
