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
# # Uncertainty: how to read a band
#
# **The question.** A balance is a number with two decimals. How much of it should you believe?
#
# A number here rests on choices (how much each layer weighs, which trade is meant, what makes a pledge weigh) and on
# data that are not exact (both sides of a flow report it, and differ). So the number is *drawn* many times, each time
# with other choices and other flows within what is plausible. The band is where the middle nine tenths of the draws
# lie.

# %%
import pandas as pd
from IPython.display import Image, Markdown, display

import influence as inf
from influence.export import figures
from influence.export.atlas_data import build_atlas_data
from influence.export.figure_files import figure_bytes
from influence.uncertainty.sensitivity import share_table

POLES, YEAR, STATE = ("CHN", "USA"), 2016, "KOR"
config = inf.load_config(environment={})
panel = inf.load_panel()
region = [code for code in inf.region_members(panel, "asia_pacific") if code not in POLES]


def drawn(draws: int, *fixed: str) -> pd.DataFrame:
    """Bands of the balance and of the ranks by it, of the region's states; `fixed`: doubts that are not drawn."""
    draw_settings = inf.DrawSettings(draws, fixed=frozenset(fixed))
    ranges = inf.metric_ranges(panel, config, POLES, ("pull_balance",), draw_settings, years=[YEAR]).ranges
    return ranges.sel(year=YEAR, target=region).to_dataframe().reset_index().set_index(["metric", "target"])


# %%
DRAWS = 100
ranges = drawn(DRAWS)
balance = ranges.loc["pull_balance"].dropna(subset=["low"])
korea = balance.loc[STATE]
display(Markdown(
    f"Korea's balance in {YEAR} is {korea['value']:+.2f} by the settings. In {DRAWS} draws its median is "
    f"{korea['median']:+.2f}, and nine tenths of them lie between **{korea['low']:+.2f} and {korea['high']:+.2f}**. "
    f"China leads in {korea['p_leads']:.0%} of the draws."
))  # fmt: skip

# %% [markdown]
# ## Read the side before the number
#
# The first thing to ask of a band is whether it crosses parity. If it does, "leans to" is more than the number can
# carry, however large it is.

# %%
open_ones = balance[(balance["low"] < 0) & (balance["high"] > 0)]
shown = open_ones.assign(name=panel.states["name"].reindex(open_ones.index)).sort_values("p_leads")
display(shown.set_index("name")[["value", "low", "high", "p_leads"]].round(2))
display(Markdown(
    f"Of {len(balance)} states with a balance, the side of **{len(open_ones)}** is open: their band crosses parity. "
    f"For the others the lead does not hang on what was drawn."
))  # fmt: skip

# %% [markdown]
# ## A rank has a band too
#
# Places in a list change with the smallest step of a number, so a rank without an interval says little.

# %%
ranks = ranges.loc["rank_pull_balance"].dropna(subset=["low"])
wide = (ranks["high"] - ranks["low"]).rename("places")
listed = ranks.assign(name=panel.states["name"].reindex(ranks.index), places=wide).sort_values("places")
display(listed.set_index("name")[["value", "low", "high", "places"]].iloc[[0, 1, 2, -3, -2, -1]])
display(Markdown(
    f"Half of the states have a rank interval of {wide.median():.0f} places or more, among the "
    f"{panel.states.shape[0]} of the panel."
))  # fmt: skip

# %% [markdown]
# ## How many draws?
#
# The ends of a band are estimates too. With more draws they settle, and they do not shrink: a band does not get
# narrower by drawing more.

# %%
sizes = {draws: drawn(draws).loc[("pull_balance", STATE), ["low", "high"]] for draws in (25, 50)}
sizes[DRAWS] = korea[["low", "high"]]
display(pd.DataFrame(sizes).T.rename_axis("draws").astype(float).round(3))

# %% [markdown]
# ## What is it that is uncertain?
#
# Hold one source of doubt fixed and draw again: the width that goes is what that source makes.

# %%
widths = {"all doubts": korea["high"] - korea["low"]}
for draw_settings in ("weights", "flows", "trade_base"):
    row = drawn(DRAWS, draw_settings).loc[("pull_balance", STATE)]
    widths[f"{draw_settings} known"] = row["high"] - row["low"]
display(pd.Series(widths, name="width of Korea's band").to_frame().round(3))
less = widths["all doubts"] - widths["weights known"]
display(Markdown(
    f"Knowing the weights takes **{less:.2f}** from a width of {widths['all sources']:.2f}. They are a choice, and no "
    f"better data will settle them: that part of the doubt is yours to argue."
))  # fmt: skip

# %% [markdown]
# The same as shares of the variance (Sobol): `first` is what knowing a source alone would take away, `total` what
# would stay if all but it were known. They come with errors of their own; with few samples the small ones are noise.

# %%
shares = inf.variance_shares(panel, config, POLES, [YEAR], ("pull_balance",), samples=32)
table = share_table(shares).query("iso3 == @STATE").set_index("source")
display(table[["first", "first_se", "total", "total_se"]].astype(float).round(2))

# %% [markdown]
# ## Bands on the map and in the lines
#
# Pictures use a plainer band: the least and the greatest by three bases of trade and two measures of capability.
# Those are other definitions one might have chosen, not draws. A hollow dot says that this band spans parity.

# %%
content = build_atlas_data(panel, config, POLES, region="asia_pacific")
display(Image(figure_bytes(figures.network_map(content, YEAR), "png")))
display(Image(figure_bytes(figures.pull_over_time(content, ["KOR", "THA", "PHL", "IDN"]), "png")))

# %% [markdown]
# ## What a band does not hold
#
# It holds what was drawn. It does not hold a source that is wrong for all alike, a layer that is not here, or another
# idea of what influence is. A narrow band around the wrong question is still the wrong question.

# %% [markdown]
# ## Exercises
#
# 1. Write one sentence about Korea in 2016 for a newspaper, with the number, its band and what it rests on, in thirty
#    words.
# 2. Take `inf.DrawSettings(200, concentration=10)`: weights that are much less sure. Whose side opens? Whose stays?
# 3. Run `drawn` for 2000. Are bands wider when data are older? What else differs?
# 4. `influence stability --year 2016` changes the data instead of drawing (Hong Kong as China, no Taiwan, other
#    figures). Why is that not a band?
#
# ## Limits
#
# - Nine tenths is a habit and not a law.
# - Weights are drawn around ours. Who holds quite other weights has another centre, not a wider band.
# - The errors of the two reports of a flow are taken to be independent; where one copies the other, they are not.
# - On simulated worlds the bands hold the truth as often as they say; the world is not simulated.
