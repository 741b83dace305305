# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Uncertainty: how to read a range
#
# **The question.** A balance is a number with two decimals. How much of it should you believe?
#
# A number here depends on choices (the layer weights, the trade base, the measure of size) and on
# data that are not exact (both sides of a flow report it, and differ). So the number is *drawn* many times, each time
# with other plausible choices and flows. The uncertainty range contains the middle nine tenths of the draws.

# %%
import pandas as pd
from IPython.display import Image, Markdown, display

import influence as inf
from influence.export import figures
from influence.export.atlas_data import build_atlas_data
from influence.export.figure_files import figure_bytes
from influence.uncertainty.sensitivity import share_table

POLES, YEAR, STATE = ("CHN", "USA"), 2016, "KOR"
study = inf.load_study(inf.Config(poles=POLES))
panel = study.panel
region = [code for code in inf.region_members(panel, "asia_pacific") if code not in POLES]


def drawn(draws: int, *fixed: str) -> pd.DataFrame:
    """Ranges of the balance and of its ranks, for the region's states; `fixed`: sources that are not drawn."""
    draw_settings = inf.DrawSettings(draws, fixed=frozenset(fixed))
    ranges = inf.metric_ranges(study, ["pull_balance"], draw_settings, years=[YEAR]).ranges
    return ranges.sel(year=YEAR, target=region).to_dataframe().reset_index().set_index(["metric", "target"])


# %%
DRAWS = 100
ranges = drawn(DRAWS)
balance = ranges.loc["pull_balance"].dropna(subset=["low"])
korea = balance.loc[STATE]
display(Markdown(
    f"Korea's balance in {YEAR} is {korea['value']:+.2f} by default. In {DRAWS} draws its median is "
    f"{korea['median']:+.2f}, and nine tenths of them lie between **{korea['low']:+.2f} and {korea['high']:+.2f}**. "
    f"China leads in {korea['p_leads']:.0%} of the draws."
))  # fmt: skip

# %% [markdown]
# ## Read the side before the number
#
# First check whether the range includes zero. If it does, the balance is too close to call, and "relies more on" is not
# justified, however large the balance is.

# %%
undecided = balance[(balance["low"] < 0) & (balance["high"] > 0)]
shown = undecided.assign(name=panel.states["name"].reindex(undecided.index)).sort_values("p_leads")
display(shown.set_index("name")[["value", "low", "high", "p_leads"]].round(2))
display(Markdown(
    f"Of {len(balance)} states with a balance, **{len(undecided)}** are too close to call: their range includes zero. "
    f"For the others the lead does not depend on what was drawn."
))  # fmt: skip

# %% [markdown]
# ## A rank has a range too
#
# Ranks change with small changes of a number, so a rank without an interval says little.

# %%
ranks = ranges.loc["rank_pull_balance"].dropna(subset=["low"])
wide = (ranks["high"] - ranks["low"]).rename("places")
listed = ranks.assign(name=panel.states["name"].reindex(ranks.index), places=wide).sort_values("places")
display(listed.set_index("name")[["value", "low", "high", "places"]].iloc[[0, 1, 2, -3, -2, -1]])
display(Markdown(
    f"Half of the states have a rank interval of {wide.median():.0f} ranks or more, out of the "
    f"{panel.states.shape[0]} states of the panel."
))  # fmt: skip

# %% [markdown]
# ## How many draws?
#
# The limits of a range are estimates too. With more draws they become more stable, but more draws do not make the range
# narrower.

# %%
sizes = {draws: drawn(draws).loc[("pull_balance", STATE), ["low", "high"]] for draws in (25, 50)}
sizes[DRAWS] = korea[["low", "high"]]
display(pd.DataFrame(sizes).T.rename_axis("draws").astype(float).round(3))

# %% [markdown]
# ## Which sources of uncertainty matter?
#
# Fix one source of uncertainty and draw again: the lost width is the contribution of that source.

# %%
widths = {"all sources": korea["high"] - korea["low"]}
for source in ("weights", "flows", "trade_base"):
    row = drawn(DRAWS, source).loc[("pull_balance", STATE)]
    widths[f"{source} fixed"] = row["high"] - row["low"]
display(pd.Series(widths, name="width of Korea's range").to_frame().round(3))
less = widths["all sources"] - widths["weights fixed"]
display(Markdown(
    f"Fixed weights take **{less:.2f}** from a width of {widths['all sources']:.2f}. The weights are a choice, and "
    f"better data will not determine them: you have to justify this part of the uncertainty."
))  # fmt: skip

# %% [markdown]
# The same as shares of the variance (Sobol): `first` is the share that would disappear if this source alone were known,
# `total` the share that would remain if all other sources were known. The shares have standard errors; with few samples
# the small shares are noise.

# %%
shares = inf.variance_shares(study, [YEAR], ["pull_balance"], samples=32)
table = share_table(shares).query("iso3 == @STATE").set_index("source")
display(table[["first", "first_se", "total", "total_se"]].astype(float).round(2))

# %% [markdown]
# ## Ranges on the map and in the lines
#
# Pictures use a simpler range: the lowest and the highest value over three bases of trade and two measures of
# capability. These are other possible definitions, not draws. A hollow dot means that this range includes zero.

# %%
content = build_atlas_data(study)
display(Image(figure_bytes(figures.network_map(content, YEAR), "png")))
display(Image(figure_bytes(figures.pull_over_time(content, ["KOR", "THA", "PHL", "IDN"]), "png")))

# %% [markdown]
# ## What a range does not contain
#
# It contains what was drawn. It does not contain a source that is wrong for all states alike, a missing layer, or
# another idea of influence. A narrow range does not make a wrong question right.

# %% [markdown]
# ## Exercises
#
# 1. Write one sentence about Korea in 2016 for a newspaper, with the number, its range and its layers, in thirty
#    words.
# 2. Use `inf.DrawSettings(200, concentration=10)`: weights that are much less certain. Which states become too close to
#    call, and which do not?
# 3. Run `drawn` for 2000. Are ranges wider when data are older? What else differs?
# 4. `influence stability --year 2016` changes the data instead of drawing (Hong Kong as China, no Taiwan, other
#    figures). Why is that not an uncertainty range?
#
# ## Limits
#
# - Nine tenths is a convention.
# - Weights are drawn around the default weights. Very different weights give another centre, not a wider range.
# - The errors of the two reports of a flow are assumed to be independent; if one copies the other, they are not.
# - On simulated data the ranges contain the truth as often as they should; real data may differ.
