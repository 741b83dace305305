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
# That is John Ikenberry's picture of a *dual hierarchy* ("Between the Eagle and the Dragon: America, China, and
# Middle State Strategies in East Asia", *Political Science Quarterly* 131, 2016, doi:10.1002/polq.12430). Most states
# between the two trade more and more with one power and are protected by the other, and he asks what such middle
# states do.
#
# The picture can be measured: take the two layers apart, see who leads each state in each, and ask whether the two
# have anything to do with each other.

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
panel = inf.load_panel()
region = [code for code in inf.region_members(panel, "asia_pacific") if code not in POLES]
one_layer = {layer: inf.build_ties(panel, {layer: 1.0}) for layer in ("trade", "alliance")}

# %% [markdown]
# ## Who leads in each hierarchy
#
# A state's leader in a layer is the pole with the larger share of it. In the security layer most states have no
# pledge from either: they have no leader there, and that is a finding, not a gap.


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
    f"has another leader. Those are the states with two hierarchies."
))  # fmt: skip

# %% [markdown]
# ## When the first one changed hands
#
# A crossing counts where the lead changed for good and the series does not change its source at that place.

# %%
trade = one_layer["trade"]
crossed = inf.lasting_crossing(inf.pull_balance(trade, POLES), trade["is_break"])
crossed = crossed[crossed["holds"] & (crossed["direction"] > 0) & crossed["iso3"].isin(allies.index)]
crossed.insert(0, "name", crossed["iso3"].map(panel.states["name"]))
display(crossed.set_index("name")[["year", "before", "after"]].round(3))

# %%
by_trade = inf.load_config(environment={}, flags={"weights": {"trade": 1, "alliance": 0, "agreement": 0}})
content = build_atlas_data(panel, by_trade, POLES, region="asia_pacific")
display(Image(figure_bytes(figures.heat_map(content), "png")))

# %% [markdown]
# ## Do the two have anything to do with each other?
#
# "Allies on defence are not allies on trade" is a claim about pairs. Pairs of states are not independent of each
# other, so the correlation of the two layers is set against the same with the names of the states shuffled (QAP).

# %%
layers = inf.build_layers(panel.of_years(2016, 2016)).sel(year=2016)
link = inf.qap(layers.sel(layer="alliance").values, layers.sel(layer="trade").values, seed=0)
at = layers.indexes["target"].get_indexer(region)
inside = layers.values[:, at][:, :, at]
names = list(layers.indexes["layer"])
near = inf.qap(inside[names.index("alliance")], inside[names.index("trade")], seed=0)
display(Markdown(
    f"Over all pairs of states the layers correlate by **{link.correlation:+.2f}** (p = {link.p:.3f}): "
    f"{link.correlation**2:.0%} of the one goes with the other. Among the states of the region alone, without the two "
    f"poles, it is {near.correlation:+.2f} (p = {near.p:.3f}). Two hierarchies, and not wholly apart."
))  # fmt: skip

# %% [markdown]
# ## What happens when they are added up
#
# In the composite one hierarchy outweighs the other, and which one is a matter of the weights. For each state with
# two hierarchies: the weight of the alliance layer below which it would lean to China, the other layers sharing the
# rest.

# %%
config = inf.load_config(environment={})
rows = {}
for code in split.index:
    hang = inf.weight_thresholds(panel, config, POLES, code, 2016)
    alliance = next(flip for flip in hang.flips if flip.layer == "alliance")
    rows[panel.states.loc[code, "name"]] = [hang.balance, alliance.weight, alliance.parity]
weights = pd.DataFrame.from_dict(rows, orient="index", columns=["balance", "weight now", "level at weight"])
display(weights.sort_values("level at weight").round(3))
display(Markdown(
    f"The composite says that {int((weights['balance'] < 0).sum())} of {len(weights)} lean to the United States. With "
    f"an alliance weight of {np.nanmin(weights['level at weight']):.2f} the first of them would be level, and at "
    f"{np.nanmax(weights['level at weight']):.2f} the last. One sum hides two orders: say both."
))  # fmt: skip

# %% [markdown]
# ## Exercises
#
# 1. Repeat the table of leaders with `troops` in place of `alliance`. Whose security leader changes, and why is that
#    layer one-sided? (`influence.schema.LAYERS` tells.)
# 2. Take the region `asean`. Is the picture of two hierarchies one of East Asia, or one of allies?
# 3. Measure leaders at the trade base `exports` and `imports` (`build_ties(panel, {"trade": 1.0}, trade_base=...)`).
#    Who has different leaders as a seller and as a buyer?
# 4. Open the atlas with the tour of this name: `influence atlas`, story "Two hierarchies". Which step would you argue
#    with?
#
# ## Limits
#
# - A hierarchy is about authority, and shares measure reliance. That a state relies on another does not show that it
#   obeys.
# - The security layer knows treaties of defence, by the pledger's size. Bases, arms, training and intelligence are
#   not in it, nor is what a pledge is worth.
# - The pact data end in 2018; what is in force later is carried on.
# - Some pledges are a matter of opinion: that of the United States to Taiwan, and to New Zealand after 1986, count
#   only if you say so (`pact_corrections` in the settings; `datasets/curated/pact_corrections.csv` says why).
# - Correlation does not tell which way it runs; near neighbours trade more and ally more.
