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
# # Custom poles and regions
#
# **The question.** Nothing here is about China and the United States. Who pulls on the Caucasus: the European Union
# or Russia? And on South America: Brazil, the United States or China?
#
# A **pole** is a state or a group, and a group has dated members: the pull of the EU in a year is the sum over its
# members in that year. A **region** is a group, a trade agreement, or any list of states.

# %%
import pandas as pd
from IPython.display import Image, Markdown, display

import influence as inf
from influence.export import figures
from influence.export.atlas_data import build_atlas_data
from influence.export.figure_files import figure_bytes
from influence.metrics.pull import pole_members

PAIR = ("eu", "RUS")
study = inf.load_study(inf.Config(poles=PAIR))
panel, ties = study.panel, study.ties

# %% [markdown]
# ## The Caucasus between the EU and Russia
#
# Three neighbours, three answers.

# %%
CAUCASUS = ["ARM", "AZE", "GEO"]
balance = inf.pull_balance(ties, PAIR).sel(target=CAUCASUS)
table = balance.sel(year=[1995, 2005, 2013, 2020]).to_pandas().rename(columns=panel.states["name"])
display(table.round(2))

# %%
last = table.iloc[-1]
display(Markdown(
    "In 2020, from -1 (only Russia) to +1 (only the EU): "
    + "; ".join(f"{name} **{value:+.2f}**" for name, value in last.items())
    + f". {last.idxmin()} and {last.idxmax()} are furthest apart."
))  # fmt: skip

# %% [markdown]
# A group's pull is the sum of its members' ties. Here is the same by hand, for one year, from the ties themselves:

# %%
year = 2020
members = ties.indexes["source"][pole_members(ties.sel(year=[year]), "eu")[0]]
by_hand = float(ties.sel(year=year, source=members, target="GEO").sum())
by_tool = float(inf.direct_pull(ties, "eu").sel(year=year, target="GEO"))
display(Markdown(
    f"{len(members)} members in {year}; their ties to Georgia add up to {by_hand:.4f}, and `direct_pull` gives "
    f"{by_tool:.4f}. (The United Kingdom {'is' if 'GBR' in members else 'is not'} among them: it left that January and "
    f"stayed in the customs union until December.)"
))  # fmt: skip

# %% [markdown]
# Why do the three states differ? Here are the layers of the pull of Russia.

# %%
layers = inf.build_layers(panel.of_years(year, year)).sel(year=year, source="RUS", target=CAUCASUS)
display(layers.to_pandas().rename(columns=panel.states["name"]).drop(index="troops").round(3))

# %%
pledged = layers.sel(layer="alliance").to_series()
display(Markdown(
    "In the pact data a pledge of defence binds Russia to "
    + " and ".join(panel.states.loc[pledged[pledged > 0].index, "name"])
    + "; "
    + " and ".join(panel.states.loc[pledged[pledged == 0].index, "name"])
    + " has none. This explains the difference between them more than trade does."
))  # fmt: skip

# %%
content = build_atlas_data(study.with_(region=",".join(CAUCASUS)))
display(Image(figure_bytes(figures.pull_over_time(content, CAUCASUS), "png")))

# %% [markdown]
# ## South America between Brazil, the United States and China
#
# With three poles there is a leader, a margin over the next pole, and a balance for every pair. We begin with trade
# alone.

# %%
SOUTH = ["ARG", "BOL", "CHL", "COL", "ECU", "GUY", "PER", "PRY", "SUR", "URY", "VEN"]
THREE = ("BRA", "USA", "CHN")
YEARS = [2000, 2010, 2020]
trade = inf.build_ties(panel, {"trade": 1.0})


def leaders(of: object) -> pd.DataFrame:
    """Leading pole of each state in some years."""
    margin = inf.leader_margin(of, THREE).sel(year=YEARS, target=SOUTH)
    return margin["leader"].to_pandas().T.rename(index=panel.states["name"])


by_trade, in_all = leaders(trade), leaders(ties)
display(by_trade)

# %%
counts = pd.DataFrame({
    ("trade alone", y): by_trade[y].value_counts().reindex(THREE, fill_value=0) for y in YEARS
} | {("all layers", y): in_all[y].value_counts().reindex(THREE, fill_value=0) for y in YEARS})  # fmt: skip
display(counts)
display(Markdown(
    f"By trade alone China led {counts['trade alone', 2000]['CHN']} of the {len(SOUTH)} in 2000 and "
    f"**{counts['trade alone', 2020]['CHN']}** in 2020. With all layers the United States leads "
    f"{counts['all layers', 2020]['USA']} of {len(SOUTH)} in 2020."
))  # fmt: skip

# %% [markdown]
# The second result needs a closer look. It comes from the Rio Treaty of 1947, in which every member pledges to defend
# every other, weighted by the size of the state that gives the pledge. Here are the layers for Argentina:

# %%
explained = inf.explain_pull(study.with_poles(THREE), "ARG", 2020)
parts = explained[explained["pole"] != ""].drop_duplicates(["pole", "layer"])
parts = parts.pivot(index="layer", columns="pole", values="contribution")
display(parts.round(3))
display(Markdown(
    f"The alliance layer gives the United States {parts.loc['alliance', 'USA']:.3f} of its "
    f"{parts['USA'].sum():.3f} in Argentina. The data cannot show whether such an old treaty is still "
    f"effective: choose a weight that you can defend, and report it."
))  # fmt: skip

# %%
weights = {"trade": 0.9, "agreement": 0.1}
chosen = study.with_poles(THREE).with_(region=",".join(SOUTH)).with_method(weights=weights)
shown = build_atlas_data(chosen)
display(Image(figure_bytes(figures.network_map(shown, 2020), "png")))

# %% [markdown]
# The colours of the map show the balance of the first two poles; the ties of the third have another colour.
# `inf.show(shown)` makes the atlas of this region, with all three poles.

# %% [markdown]
# ## Exercises
#
# 1. Add Turkey as a third pole in the Caucasus. Where does it lead, and where is it ahead of one of the other two
#    poles?
# 2. Poles may not overlap. Try `("eu", "DEU")` and read the message.
# 3. Use Central Asia (`KAZ,KGZ,TJK,TKM,UZB`) between Russia and China. In which states did the lead in trade change?
# 4. Give a custom group a name (`inf.load_panel(groups={"south_caucasus": ["ARM", "AZE", "GEO"]})`), use it as a
#    pole, and compare its pull in two years.
#
# ## Limits
#
# - A group is the sum of its members: the method assumes that it acts as one.
# - Goods trade of landlocked states is often recorded for the state of the transit port.
# - Energy counts by its price, not by the difficulty of replacing it.
# - Wars and sanctions change trade faster than the yearly data show, and after 2020 part of it is extended by growth
#   rates.
# - Pledges count as long as they are formally in force; the source ends in 2018 and is carried forward from there.
