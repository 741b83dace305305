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
# # Two hierarchies
#
# **The question.** Is there one order in the Asia-Pacific, or are there two: an economic one that China leads and a
# security one that the United States leads?
#
# This is John Ikenberry's idea of a *dual hierarchy* ("Between the Eagle and the Dragon: America, China, and
# Middle State Strategies in East Asia", *Political Science Quarterly* 131, 2016, doi:10.1002/polq.12430). Most states
# between the two trade more and more with one power and are protected by the other, and he asks what such middle
# states do.
#
# The idea can be measured: separate the two layers, find the leading power for each state in each layer, and test
# whether the two layers are related.

# %%
import numpy as np
import pandas as pd
from IPython.display import Image, Markdown, display

import influence as inf
from influence.export import figures
from influence.export.atlas_data import build_atlas_data
from influence.export.figure_files import figure_bytes

POLES = ("CHN", "USA")
NAMES = {"CHN": "China", "USA": "United States", "": "neither"}
study = inf.load_study(inf.Config(poles=POLES))
panel = study.panel
region = [code for code in inf.region_members(panel, "asia_pacific") if code not in POLES]
one_layer = {layer: inf.build_ties(panel, {layer: 1.0}) for layer in ("trade", "alliance")}

# %% [markdown]
# ## Who leads in each hierarchy
#
# A state's leader in a layer is the pole with the larger share. In the security layer most states have no
# pledge from either pole. They have no leader there; this is a finding, not a gap.


# %%
def leaders(year: int) -> pd.DataFrame:
    """Leader of each state of the region in each layer; '-' where its ties were not observed."""
    found = {}
    for layer, ties in one_layer.items():
        margin = inf.leader_margin(ties, POLES).sel(year=year, target=region)
        found[layer] = margin["leader"].to_series().map(NAMES).where(margin.to_series().notna(), "-")
    return pd.DataFrame(found)


for year in (2000, 2016):
    now = leaders(year)
    display(Markdown(f"**{year}**: states of the region by their leader in trade (rows) and in security (columns)"))
    display(pd.crosstab(now["trade"], now["alliance"]))

# %%
then, now = leaders(2000), leaders(2016)
allies = now[now["alliance"] == "United States"]
split = allies[allies["trade"] == "China"]
before = int((then.loc[allies.index, "trade"] == "China").sum())
display(Markdown(
    f"Of the {len(allies)} states with a pledge of the United States, China led the trade of {before} in 2000 and of "
    f"**{len(split)}** in 2016: {', '.join(panel.states.loc[split.index, 'name'])}. In security none of them "
    f"has another leader. These states have two hierarchies."
))  # fmt: skip

# %% [markdown]
# ## When the lead in trade changed
#
# A crossing counts if the lead changed permanently and there is no series break at that point.

# %%
trade = one_layer["trade"]
crossed = inf.lasting_crossing(inf.pull_balance(trade, POLES), trade["is_break"])
crossed = crossed[crossed["holds"] & (crossed["direction"] > 0) & crossed["iso3"].isin(allies.index)]
crossed.insert(0, "name", crossed["iso3"].map(panel.states["name"]))
display(crossed.set_index("name")[["year", "before", "after"]].round(3))

# %%
content = build_atlas_data(study.with_method(weights={"trade": 1.0}))
display(Image(figure_bytes(figures.heat_map(content), "png")))

# %% [markdown]
# ## Are the two hierarchies related?
#
# "Allies on defence are not allies on trade" is a claim about pairs. Pairs of states are not independent of each
# other, so the correlation of the two layers is compared with correlations after the names of the states were shuffled
# (QAP).

# %%
layers = inf.build_layers(panel.of_years(2016, 2016)).sel(year=2016)
link = inf.qap(layers.sel(layer="alliance").values, layers.sel(layer="trade").values, seed=0)
at = layers.indexes["target"].get_indexer(region)
inside = layers.values[:, at][:, :, at]
names = list(layers.indexes["layer"])
near = inf.qap(inside[names.index("alliance")], inside[names.index("trade")], seed=0)
display(Markdown(
    f"Over all pairs of states the layers correlate by **{link.correlation:+.2f}** (p = {link.p:.3f}): "
    f"they share {link.correlation**2:.0%} of their variance. Among the states of the region alone, without the two "
    f"poles, the correlation is {near.correlation:+.2f} (p = {near.p:.3f}). There are two hierarchies, and they are "
    "related."
))  # fmt: skip

# %% [markdown]
# ## The sum of both layers
#
# In the composite one hierarchy outweighs the other; the weights decide which one. The table shows for each state with
# two hierarchies the threshold: the weight of the alliance layer below which it would rely more on China. The other
# layers divide the rest.

# %%
rows = {}
for code in split.index:
    thresholds = inf.weight_thresholds(study, code, 2016)
    alliance = next(row for row in thresholds.thresholds if row.layer == "alliance")
    rows[panel.states.loc[code, "name"]] = [thresholds.balance, alliance.weight, alliance.threshold]
weights = pd.DataFrame.from_dict(rows, orient="index", columns=["balance", "weight now", "threshold"])
display(weights.sort_values("threshold").round(3))
display(Markdown(
    f"In the composite {int((weights['balance'] < 0).sum())} of {len(weights)} rely more on the United States. The "
    f"lowest threshold of the alliance weight is {np.nanmin(weights['threshold']):.2f}, the highest "
    f"{np.nanmax(weights['threshold']):.2f}. One sum hides two hierarchies: report both."
))  # fmt: skip

# %% [markdown]
# ## Exercises
#
# 1. Repeat the table of leaders with `troops` in place of `alliance`. Whose security leader changes, and why is that
#    layer one-sided? (`influence.specs.LAYERS` describes it.)
# 2. Use the region `asean`. Are two hierarchies a feature of East Asia, or of allies?
# 3. Measure leaders with the trade base `exports` and `imports` (`build_ties(panel, {"trade": 1.0}, trade_base=...)`).
#    Who has different leaders as a seller and as a buyer?
# 4. Open the atlas with the tour of this name: `influence atlas`, tour "Two hierarchies". Which step would you dispute?
#
# ## Limits
#
# - A hierarchy is about authority, and shares measure reliance. That a state relies on another does not show that it
#   obeys.
# - The security layer contains treaties of defence, weighted by the size of the state that gives the pledge. It does
#   not contain bases, arms, training and intelligence, or the credibility of a pledge.
# - The pact data end in 2018; pledges in force then are carried forward.
# - Some pledges are disputed: those of the United States to Taiwan, and to New Zealand after 1986, count only if you
#   switch them on (`pact_corrections` in the configuration; `datasets/curated/pact_corrections.csv` gives the
#   reasons).
# - Correlation does not show a direction; neighbours both trade more and ally more.
