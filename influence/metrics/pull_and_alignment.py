"""The test of the whole idea: does a change of pull go with a later change of alignment at the UN?

For each lag k, over states v and years t, poles left out:

    A_v,t+k - A_v,t = b_k (B_v,t - B_v,t-1) + mu_v + tau_t + e_vt        (k = 0: A_v,t - A_v,t-1, the same year)

B is the balance of pull (equation 6), A the alignment (equation 13), both +1 at the first pole and -1 at the second, so
b_k > 0 says that states move towards the pole whose pull on them grew. Later is strictly later: the outcome begins
where the change of pull ends. State effects remove each state's trend, year effects what moved all states. Removing
means over T years also moves a T-th part of an effect at one lag, with the opposite sign, into the others: beside a
clear lag, a small coefficient of the other sign means nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr

from influence.errors import ConfigError, StateError
from influence.metrics.panel_regression import Fit, holm, permutation_p, two_way_regression
from influence.metrics.trends import change

LAGS = (0, 1, 2, 3, 5)
PERMUTATIONS = 999
SIGNIFICANT = 0.05
DIRECTIONS = ("pull_then_alignment", "alignment_then_pull")
COLUMNS = ["direction", "lag", *Fit._fields, "p_permuted", "p_holm", "permutations"]


def pull_then_alignment(
    balance: xr.DataArray, breaks: xr.DataArray, aligned: xr.DataArray, lags: Sequence[int] = LAGS,
    permutations: int = PERMUTATIONS, seed: int = 0,
) -> pd.DataFrame:  # fmt: skip
    """Regression of later changes of alignment on changes of pull, one row a lag (the equation above).

    Parameters
    ----------
    balance : balance of pull, dims (year, target), in [-1, 1]; states that are NaN are left out, so pass
        pull.headline_balance to leave out the members of the poles.
    breaks : bool, the labels of `balance`; no change of pull is taken across one.
    aligned : alignment between the same poles, dims (year, target); years and states that only one of the two has are
        left out.
    lags : years k, 0 or more. permutations, seed : of the histories of pull among the states.

    Returns
    -------
    COLUMNS: direction, lag; coefficient (alignment per unit of balance), se (clustered by state), t, p, low, high (5-95
    %), n, states, years; sd_x and sd_y, standard deviations of the yearly change of pull and of the change of
    alignment; p_permuted; p_holm, p_permuted adjusted for the number of lags; permutations.

    Raises
    ------
    ConfigError : no lags, a negative or doubled one, or no permutation. StateError : fewer than 10 states with both.
    YearError, StateError : breaks of other years or states than the balance.

    Source: two-way effects and clusters: Cameron & Miller 2015, "A Practitioner's Guide to Cluster-Robust Inference";
    outcomes by horizon: Jordà 2005, "Estimation and Inference of Impulse Responses by Local Projections".

    Examples
    --------
    >>> import numpy as np, xarray as xr
    >>> coords = {"year": range(2000, 2010), "target": [f"S{i}" for i in range(12)]}
    >>> draw = np.random.default_rng(0)
    >>> balance = xr.DataArray(draw.normal(size=(10, 12)), coords, ("year", "target"))
    >>> aligned = 0.5 * balance + 0.01 * draw.normal(size=(10, 12))
    >>> table = pull_then_alignment(balance, xr.zeros_like(balance, dtype=bool), aligned, lags=[0], permutations=19)
    >>> table[["lag", "coefficient", "p_permuted"]].round(2).to_dict("records")
    [{'lag': 0, 'coefficient': 0.5, 'p_permuted': 0.05}]
    """
    unbroken = xr.zeros_like(aligned, dtype=bool)
    checked = _checked(lags, permutations)
    return _by_lag(DIRECTIONS[0], (balance, breaks), (aligned, unbroken), checked, permutations, seed)


def alignment_then_pull(
    balance: xr.DataArray, breaks: xr.DataArray, aligned: xr.DataArray, lags: Sequence[int] = LAGS[1:],
    permutations: int = PERMUTATIONS, seed: int = 0,
) -> pd.DataFrame:  # fmt: skip
    """The reverse test, as a check: B_v,t+k - B_v,t = b_k (A_v,t - A_v,t-1) + mu_v + tau_t + e_vt.

    As pull_then_alignment with the two exchanged; histories of alignment are permuted. Where this finds as strong a
    link, pull does not come first.
    """
    unbroken = xr.zeros_like(aligned, dtype=bool)
    checked = _checked(lags, permutations)
    return _by_lag(DIRECTIONS[1], (aligned, unbroken), (balance, breaks), checked, permutations, seed)


def _checked(lags: Sequence[int], permutations: int) -> list[int]:
    if not lags or min(lags) < 0 or len(set(lags)) < len(lags):
        raise ConfigError(f"lags {', '.join(map(str, lags)) or 'none'}: give one or more different years, 0 or later.")
    if permutations < 1:
        raise ConfigError(f"permutations are {permutations}; give 1 or more, for example 999 for a p of 0.001.")
    return [int(lag) for lag in lags]


def _by_lag(
    direction: str, first: tuple[xr.DataArray, xr.DataArray], later: tuple[xr.DataArray, xr.DataArray],
    lags: Sequence[int], permutations: int, seed: int,
) -> pd.DataFrame:  # fmt: skip
    rows = []
    for lag in lags:
        x, y = xr.align(change(*first), change(*later, ahead=lag), join="inner")
        try:
            fit = two_way_regression(y.values, x.values)
        except StateError as err:
            raise StateError(f"lag {lag}: {err}") from err
        chance = permutation_p(y.values, x.values, fit.t, permutations, seed)
        rows.append((direction, lag, *fit, chance, np.nan, permutations))
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.assign(p_holm=holm(table["p_permuted"].to_numpy()))


def describe_regressions(table: pd.DataFrame, poles: Sequence[str], reverse: pd.DataFrame | None = None) -> str:
    """What the test finds, in words, also when it finds no link.

    Parameters
    ----------
    table : of pull_then_alignment. poles : names of the two poles (p, q) in the text.
    reverse : of alignment_then_pull, if that was computed too.

    Returns
    -------
    Paragraphs joined by line breaks: what was tested, what was found, how large, the reverse test, the limits.
    """
    paragraphs = [_tested(table, poles), _found(table), _size(table, poles)]
    if reverse is not None:
        paragraphs.append(_reversed(reverse))
    return "\n".join([*paragraphs, LIMITS])


LIMITS = (
    "Not shown: causes. A link could come from a common cause, and a link that is not found may still exist: pull is "
    "measured by the layers alone, votes at the UN are one kind of alignment, errors of measurement move every "
    "coefficient towards zero, and common trends over decades are removed with the effects of state and year."
)


def _tested(table: pd.DataFrame, poles: Sequence[str]) -> str:
    p, q = poles
    when = ", ".join(_when(lag) for lag in table["lag"])
    return (
        f"Tested: where the pull of {p} grew against that of {q} from one year to the next, did the state move towards "
        f"{p} in its votes at the UN: {when}? {_span(table['n'])} observations of {_span(table['states'])} "
        f"states; no change of pull is taken across a series break; effects of state and year are removed, errors are "
        f"clustered by state; p from {int(table['permutations'].iloc[0])} permutations of whole histories of pull "
        f"among the states, adjusted for {len(table)} tests (Holm)."
    )


def _found(table: pd.DataFrame) -> str:
    found = [row for row in table.itertuples() if row.p_holm <= SIGNIFICANT]
    links = [f"{_when(r.lag)} {_towards(r.coefficient)} (p {r.p_holm:.3f} adjusted)" for r in found if r.lag > 0]
    if links:
        return f"Found: a change of pull goes with a later change of votes: {'; '.join(links)}."
    text = f"Found: no link. No later change of votes goes with a change of pull; {_smallest(table)}."
    if found:
        text += f" In the same year there is a link, {_towards(found[0].coefficient)}."
    elif table["p_permuted"].min() <= SIGNIFICANT:
        text += f" One p below {SIGNIFICANT} among {len(table)} tests is expected by chance."
    if len(table) / (1 + table["permutations"].iloc[0]) > SIGNIFICANT:
        text += " With so few permutations no link can be found: use more."
    return text


def _size(table: pd.DataFrame, poles: Sequence[str]) -> str:
    later = table[table["lag"] > 0] if (table["lag"] > 0).any() else table
    row = later.loc[later["t"].abs().idxmax()]
    b, low, high = (float(row[name] * row["sd_x"]) for name in ("coefficient", "low", "high"))
    most = float((later[["low", "high"]].abs().max(axis=1) * later["sd_x"]).max())
    return (
        f"Size: on the axis from -1 ({poles[1]}) to +1 ({poles[0]}), a change of the balance of pull by one standard "
        f"deviation ({row['sd_x']:.2f}) goes, most clearly, with {b:+.4f} of alignment {_when(row['lag'])} (5-95 % "
        f"range {low:+.4f} to {high:+.4f}); the standard deviation of alignment over that time is {row['sd_y']:.2f}. "
        f"At none of these lags does the range reach beyond {most:.4f}."
    )


def _reversed(reverse: pd.DataFrame) -> str:
    links = [
        f"{_when(r.lag)} (coefficient {r.coefficient:+.3f}, p {r.p_holm:.3f} adjusted)"
        for r in reverse.itertuples()
        if r.p_holm <= SIGNIFICANT
    ]
    text = f"there is a link: {'; '.join(links)}" if links else f"no link; {_smallest(reverse)}"
    return f"The other way round, alignment first and pull later ({len(reverse)} more tests): {text}."


def _smallest(table: pd.DataFrame) -> str:
    row = table.loc[table["p_permuted"].idxmin()]
    return f"the smallest p is {row['p_permuted']:.3f} ({_when(row['lag'])}), {row['p_holm']:.2f} adjusted"


def _towards(coefficient: float) -> str:
    return f"{'towards' if coefficient > 0 else 'away from'} the pole whose pull grew"


def _when(lag: int) -> str:
    return "in the same year" if lag == 0 else "1 year later" if lag == 1 else f"{lag} years later"


def _span(numbers: pd.Series) -> str:
    low, high = int(numbers.min()), int(numbers.max())
    return str(low) if low == high else f"{low} to {high}"
