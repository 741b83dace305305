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
# **The question.** On whom does South Korea rely, and does that lean towards China or towards the United States?
#
# A *tie* here is a share. Of everything Korea relies on for its trade, its security and its access to markets, which
# part rests on each other state? The part that rests on a state is that state's **pull**. The **balance** between two
# poles is `(p - q) / (p + q)`: +1 if only the first pulls, -1 if only the second does, 0 at parity.
#
# You will take one number apart to the dollars and treaties behind it, follow it over the years, and look at it
# through five lenses. Every number in the text is computed by the cell it stands in.

# %%
from IPython.display import Image, Markdown, display

import influence as inf
from influence.export import figures
from influence.export.atlas_data import build_atlas_data
from influence.export.figure_files import figure_bytes

POLES, YEAR, STATE = ("CHN", "USA"), 2016, "KOR"
config = inf.load_config(environment={}, flags={"poles": list(POLES)})
panel = inf.load_panel()
ties = inf.build_ties(panel, config.weights)
balance = inf.pull_balance(ties, POLES)

# %%
pulls = {pole: float(inf.direct_pull(ties, pole).sel(year=YEAR, target=STATE)) for pole in POLES}
lean = float(balance.sel(year=YEAR, target=STATE))
display(Markdown(
    f"In {YEAR}, {pulls['CHN']:.1%} of Korea's reliance rests on China and {pulls['USA']:.1%} on the United States. "
    f"The balance is **{lean:+.2f}**: it leans to {'China' if lean > 0 else 'the United States'}."
))  # fmt: skip

# %% [markdown]
# ## One number, taken apart
#
# The pull is a weighted mean of layers. `explain_pull` gives every layer's weight, the pole's share in it, and the
# raw figures that share is made from, each with its source and its flag.

# %%
told = inf.explain_pull(panel, STATE, YEAR, POLES, weights=config.weights)
layers = told[told["pole"] != ""].drop_duplicates(["pole", "layer"])
display(layers.set_index(["pole", "layer"])[["weight", "share", "contribution"]].round(3))

# %% [markdown]
# Now by hand, with nothing but four sums of dollars: the trade of Korea with each pole over all its trade.

# %%
dollars = told[(told["layer"] == "trade") & (told["pole"] != "")].groupby("pole")["value"].apply(list)
by_hand = {pole: sum(dollars[pole][:2]) / sum(dollars[pole][2:]) for pole in POLES}
by_trade = (by_hand["CHN"] - by_hand["USA"]) / (by_hand["CHN"] + by_hand["USA"])
display(Markdown(
    f"China's share of Korea's trade is {by_hand['CHN']:.1%}, that of the United States {by_hand['USA']:.1%}. "
    f"By trade alone the balance would be **{by_trade:+.2f}**, on the other side of parity than {lean:+.2f}: the lead "
    f"of the United States is a matter of its pledge of defence."
))  # fmt: skip

# %% [markdown]
# ## Is that a matter of the weights?
#
# The weights of the layers are a choice, and stated. Because shares are linear in them, the weight at which the lead
# changes can be found exactly: move one layer's weight, and let the others share the rest as they do now.

# %%
hang = inf.weight_thresholds(panel, config, POLES, STATE, YEAR)
alliance = next(flip for flip in hang.flips if flip.layer == "alliance")
display(Markdown(
    f"The alliance layer weighs {alliance.weight:.2f}. Below **{alliance.parity:.2f}** Korea would lean to China; "
    f"without the layer its balance would be {alliance.without:+.2f}, by the layer alone {alliance.alone:+.2f}."
))  # fmt: skip

# %% [markdown]
# ## Over the years
#
# The band around each line is the least and the greatest by other definitions (three bases of trade, two measures of
# capability). A line is cut where the series behind it changes its source: nothing is said across such a seam.

# %%
content = build_atlas_data(panel, config, POLES, region="KOR,JPN,AUS,VNM,PHL,PRK")
display(Image(figure_bytes(figures.pull_over_time(content, ["KOR", "JPN", "AUS", "VNM"]), "png")))

# %%
trade = inf.build_ties(panel, {"trade": 1.0})
crossed = inf.lasting_crossing(inf.pull_balance(trade, POLES), trade["is_break"])
korea = crossed[(crossed["iso3"] == STATE) & crossed["holds"]]
display(Markdown(
    "By trade alone, China took the lead in Korea for good in "
    f"**{', '.join(str(year) for year in korea['year'])}**."
))  # fmt: skip

# %% [markdown]
# ## Five lenses
#
# One number is an opinion. The same pull through five definitions: the share itself; through partners too; what a
# pole's productivity does to Korea's real income; which pole its trade leads it to from random starts; the width of
# the channel times the dependence on it.

# %%
some = panel.of_years(config.bandwidth_base_year, YEAR)
of_some = inf.build_ties(some, config.weights)
rows = {}
for lens in ("direct", "network", "income", "opinion", "bandwidth"):
    seen = inf.lens_pull(some, of_some, POLES, lens).sel(year=YEAR, target=STATE).to_series()
    rows[lens] = [seen["CHN"], seen["USA"], "China" if seen["CHN"] > seen["USA"] else "United States"]
display(Markdown("\n".join([
    "| lens | China | United States | ahead |", "|---|---:|---:|---|",
    *(f"| {lens} | {one:.4f} | {other:.4f} | {ahead} |" for lens, (one, other, ahead) in rows.items()),
])))  # fmt: skip

# %%
ahead = [lens for lens, row in rows.items() if row[2] == "China"]
display(Markdown(
    f"{len(ahead)} of {len(rows)} lenses see China ahead: {', '.join(ahead)}. They are definitions, not witnesses: "
    "those that look at the same trade agree because they look at the same trade."
))  # fmt: skip

# %% [markdown]
# ## The atlas
#
# The same in one page, here with six states: move the year, click a state, move the weights. It works without a
# network; `inf.show(content).save("atlas.html")` keeps it, and `inf.show` also draws a graph.

# %%
inf.show(content)

# %%
year_graph = inf.build_graph(ties, YEAR)
region = inf.region_members(panel, "asia_pacific", YEAR)
inf.show(year_graph.subgraph(sorted({*region, *POLES} & set(year_graph))))

# %% [markdown]
# ## Exercises
#
# 1. Set `STATE` to `JPN` or `PHL` and run all cells. Which sentence no longer fits, and why did it change?
# 2. Recompute the alliance share of the United States from the two figures of GDP in `told`.
# 3. Find weights with which Korea's balance is exactly 0: `hang.nearest` holds those nearest to ours. Check them with
#    `inf.build_ties`.
# 4. North Korea has a pact with China. Explain its pulls, then again with `capability="cinc"`: how much of its security
#    rests on China by each measure of size, and which would you defend?
#
# ## Limits
#
# - Goods only: services, investment, aid and arms are not in it.
# - A pull is a capacity. Nothing here shows that it is used, or that it works.
# - A pledge counts by the treaty's kind and the pledger's size. Whether it would be kept, the data do not know.
# - Before 2000 and after 2020 trade comes from other series; the lines are cut there for that reason.
