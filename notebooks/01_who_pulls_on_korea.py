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
# # Who pulls on Korea?
#
# **The question.** On whom does South Korea rely, and does it rely more on China or on the United States?
#
# A *tie* here is a share: of everything Korea relies on for its trade, its security and its access to markets, the
# share that is on another state. This share is that state's **pull**. The **balance** between two
# poles is `(p - q) / (p + q)`: +1 if only the first pulls, -1 if only the second does, 0 if they pull equally.
#
# You will trace one number back to the dollars and treaties behind it, follow it over the years, and compute it
# through five lenses. The code computes every number in the text.

# %%
from IPython.display import Image, Markdown, display

import influence as inf
from influence.export import figures
from influence.export.atlas_data import build_atlas_data
from influence.export.figure_files import figure_bytes

POLES, YEAR, STATE = ("CHN", "USA"), 2016, "KOR"
study = inf.load_study(inf.Config(poles=POLES))
panel, ties = study.panel, study.ties
balance = inf.pull_balance(ties, POLES)

# %%
pulls = {pole: float(inf.direct_pull(ties, pole).sel(year=YEAR, target=STATE)) for pole in POLES}
state_balance = float(balance.sel(year=YEAR, target=STATE))
leader = "China" if state_balance > 0 else "the United States"
display(Markdown(
    f"In {YEAR}, Korea relies more on {leader} (balance **{state_balance:+.2f}**): {pulls['CHN']:.1%} of its reliance "
    f"is on China and {pulls['USA']:.1%} on the United States."
))  # fmt: skip

# %% [markdown]
# ## The parts of one number
#
# The pull is a weighted mean of layers. `explain_pull` gives every layer's weight, the pole's share in it, and the
# raw figures behind that share, each with its source and its flag.

# %%
explained = inf.explain_pull(study, STATE, YEAR)
layers = explained[explained["pole"] != ""].drop_duplicates(["pole", "layer"])
display(layers.set_index(["pole", "layer"])[["weight", "share", "contribution"]].round(3))

# %% [markdown]
# Now by hand, with only four sums of dollars per pole: Korea's trade with the pole divided by all its trade.

# %%
dollars = explained[(explained["layer"] == "trade") & (explained["pole"] != "")].groupby("pole")["value"].apply(list)
by_hand = {pole: sum(dollars[pole][:2]) / sum(dollars[pole][2:]) for pole in POLES}
by_trade = (by_hand["CHN"] - by_hand["USA"]) / (by_hand["CHN"] + by_hand["USA"])
display(Markdown(
    f"China's share of Korea's trade is {by_hand['CHN']:.1%}, that of the United States {by_hand['USA']:.1%}. "
    f"By trade alone the balance would be **{by_trade:+.2f}** instead of {state_balance:+.2f}, so China would lead. "
    f"The lead of the United States comes from its pledge of defence."
))  # fmt: skip

# %% [markdown]
# ## Does the answer depend on the weights?
#
# The layer weights are a choice. Because shares are linear in them, the weight at which the lead changes (the
# threshold) can be computed exactly: change one layer's weight, and divide the rest among the other layers in the same
# proportion as now.

# %%
thresholds = inf.weight_thresholds(study, STATE, YEAR)
alliance = next(row for row in thresholds.thresholds if row.layer == "alliance")
display(Markdown(
    f"The alliance layer has a weight of {alliance.weight:.2f}. Below **{alliance.threshold:.2f}** Korea would rely "
    f"more on China. Without the layer the balance would be {alliance.without:+.2f}, by the layer alone "
    f"{alliance.alone:+.2f}."
))  # fmt: skip

# %% [markdown]
# ## Over the years
#
# The range around each line is the lowest and the highest value by other definitions (three bases of trade, two
# measures of capability). A line is cut at a series break, where the source changes: no change is computed across it.

# %%
content = build_atlas_data(study.with_(region="KOR,JPN,AUS,VNM,PHL,PRK"))
display(Image(figure_bytes(figures.pull_over_time(content, ["KOR", "JPN", "AUS", "VNM"]), "png")))

# %%
trade = inf.build_ties(panel, {"trade": 1.0})
crossed = inf.lasting_crossing(inf.pull_balance(trade, POLES), trade["is_break"])
korea = crossed[(crossed["iso3"] == STATE) & crossed["holds"]]
display(Markdown(
    "By trade alone, China took the lead in Korea in "
    f"**{', '.join(str(year) for year in korea['year'])}** and kept it."
))  # fmt: skip

# %% [markdown]
# ## Five lenses
#
# One definition is not enough. Here is the same pull through five definitions: the share itself; the share including
# partners; the effect of a pole's productivity on Korea's real income; the pole to which its trade leads it from random
# starts; the size of the channel times the dependence on it.

# %%
some = study.of_years(study.method.bandwidth_base_year, YEAR)
rows = {}
for lens in ("direct", "network", "income", "opinion", "bandwidth"):
    seen = inf.lens_pull(some, lens).sel(year=YEAR, target=STATE).to_series()
    rows[lens] = [seen["CHN"], seen["USA"], "China" if seen["CHN"] > seen["USA"] else "United States"]
display(Markdown("\n".join([
    "| lens | China | United States | ahead |", "|---|---:|---:|---|",
    *(f"| {lens} | {one:.4f} | {other:.4f} | {ahead} |" for lens, (one, other, ahead) in rows.items()),
])))  # fmt: skip

# %%
ahead = [lens for lens, row in rows.items() if row[2] == "China"]
display(Markdown(
    f"{len(ahead)} of {len(rows)} lenses put China ahead: {', '.join(ahead)}. They are definitions, not independent "
    "measurements: lenses that use the same trade data agree for that reason."
))  # fmt: skip

# %% [markdown]
# ## The atlas
#
# The atlas shows the same in one page, here with six states: move the year, click a state, move the weights. It works
# without a network; `inf.show(content).save("atlas.html")` saves it, and `inf.show` also draws a graph.

# %%
inf.show(content)

# %%
year_graph = inf.build_graph(ties, YEAR)
region = inf.region_members(panel, "asia_pacific", YEAR)
inf.show(year_graph.subgraph(sorted({*region, *POLES} & set(year_graph))))

# %% [markdown]
# ## Exercises
#
# 1. Set `STATE` to `JPN` or `PHL` and run all cells. Which sentence is no longer true, and why did it change?
# 2. Recompute the alliance share of the United States from the two figures of GDP in `explained`.
# 3. Find weights for which Korea's balance is exactly 0: `thresholds.nearest` has those nearest to the default weights.
#    Check them with `inf.build_ties`.
# 4. North Korea has a pact with China. Explain its pulls, then again with `capability="cinc"`: how much of its security
#    is on China by each measure of size, and which one would you defend?
#
# ## Limits
#
# - Goods only: services, investment, aid and arms are not included.
# - A pull is a capacity. Nothing here shows that it is used, or that it works.
# - A pledge counts by the kind of treaty and the size of the state that gives it. The data do not show whether it
#   would be kept.
# - Before 2000 and after 2020 trade comes from other series; the lines are cut there for that reason.
