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
# # Before and after TPP: what changed, normal variation, counterfactual
#
# **The question.** In January 2017 the United States gave notice that it would not join the Trans-Pacific
# Partnership. Did Asia rely more on China because of it?
#
# This question combines three different ones, and they have three different answers:
#
# | | compares | asks |
# |---|---|---|
# | **actual change** | 2016 with 2018 | what changed? |
# | **normal variation** | that change with other years and other states | is it larger than usual? |
# | **counterfactual** | 2018 with a 2018 in which the United States stayed | what was the effect of the decision? |
#
# TPP was never in force. CPTPP, without the United States, came into force at the end of 2018.

# %%
from IPython.display import Image, Markdown, display

import influence as inf
from influence.comparison.compared import balance_rows, compare
from influence.comparison.drift import Window
from influence.export import figures
from influence.export.compare_data import comparison_caption, dumbbell_rows
from influence.export.drift_text import study_of
from influence.export.figure_files import figure_bytes

POLES, PAIR = ("CHN", "USA"), "CHN-USA"
study = inf.load_study(inf.Config(poles=POLES))
panel, ties = study.panel, study.ties

# %% [markdown]
# ## Who was in it?
#
# South Korea was never a member of TPP or CPTPP, although this is a common mistake. The membership table lists the
# states that signed.

# %%
members = panel.memberships[panel.memberships["agreement"] == "TPP"]
signed = sorted(members["iso3"])
in_force = members["begin"].ne("").sum()
display(Markdown(
    f"TPP was signed by {len(signed)} states: {', '.join(panel.states.loc[signed, 'name'])}. It came into force for "
    f"{in_force} of them. South Korea among them: **{'yes' if 'KOR' in signed else 'no'}**."
))  # fmt: skip

# %% [markdown]
# ## Actual change: 2016 and 2018
#
# Hollow is 2016, full is 2018. The figure shows what happened, not why: it includes the tariffs between the United
# States and China of 2018, growth, prices and everything else.

# %%
signatories = study.with_(region="tpp12")
actual = compare("2016", "2018", signatories)
display(Image(figure_bytes(figures.dumbbell(dumbbell_rows(actual), comparison_caption(actual), POLES), "png")))

# %%
moved = balance_rows(actual.found, PAIR).dropna(subset=["change"]).set_index("iso3")
to_china = int((moved["change"] > 0).sum())
display(Markdown(
    f"Of the {len(moved)} signatories other than the United States, {to_china} moved towards China and "
    f"{len(moved) - to_china} towards the United States; the mean change is **{moved['change'].mean():+.3f}**."
))  # fmt: skip

# %%
edges = actual.found.edges
edges = edges[edges["kind"].isin(["gained", "lost"]) & edges["target"].isin(signed)]
display(edges.head(8).set_index(["source", "target"]).round(3))
display(actual.found.distance.set_index("measure").round(3))

# %% [markdown]
# ## Normal variation: is the change larger than usual?
#
# There are two comparisons. *Other years*: how much did the same states move in other periods of two years? *Other
# states*: how much did the rest of the region move in the same two years? A change is larger than normal variation only
# if it is unusual in both.

# %%
drift = study_of(study, "tpp12", 2017)
display(Image(figure_bytes(figures.event_figure(drift.effects, drift.caption, 2017), "png")))
display(Markdown(f"> {drift.sentence}"))

# %%
pull = inf.pull_balance(ties, POLES)
breaks = ties["is_break"].values
window = Window(2017, 2)  # the first year with it, and how many years from the one before on
placebo = inf.placebo_years(pull, breaks, drift.group, window)
outside = inf.difference_in_differences(pull, breaks, drift.group, drift.rest, window, seed=study.method.seed)
display(Markdown(
    f"The signatories moved by {placebo.observed:+.3f}. In {len(placebo.placebo)} other periods as long they moved "
    f"by {placebo.low:+.3f} to {placebo.high:+.3f} (p = {placebo.p:.2f}). Compared with {outside.controls} other "
    f"states, the difference is {outside.value:+.3f} ({outside.low:+.3f} to {outside.high:+.3f}; p = {outside.p:.2f})."
))  # fmt: skip

# %% [markdown]
# ## Counterfactual: if the United States had stayed
#
# In the scenario `tpp_with_us` TPP comes into force with the United States as a member: tariffs fall, trade responds
# in an equilibrium of sectors and economies, and the panel of 2018 is edited accordingly. The change is *with* minus
# *without*.

# %%
scenario = inf.load_scenario("tpp_with_us")
display(Markdown(f"**{scenario.title}.** {scenario.question}\n\n" + "\n".join(f"- {a}" for a in scenario.assumptions)))

# %%
stayed = compare("2018", "2018:tpp_with_us", signatories)
display(Image(figure_bytes(figures.dumbbell(dumbbell_rows(stayed), comparison_caption(stayed), POLES), "png")))

# %%
would = balance_rows(stayed.found, PAIR).dropna(subset=["change"]).set_index("iso3")
both = would[["change", "low", "high"]].rename(columns={"change": "if it had stayed"})
both.insert(0, "actual", moved["change"])
both.insert(0, "name", panel.states["name"])
display(both.sort_values("if it had stayed").round(3))

# %%
certain = both[(both["low"] < 0) & (both["high"] < 0)]
display(Markdown(
    f"If the United States had stayed, the mean balance of these states in 2018 would differ by "
    f"**{both['if it had stayed'].mean():+.3f}** ({both['low'].mean():+.3f} to {both['high'].mean():+.3f} over "
    f"elasticities and without tariff peaks). The actual change over two years was {both['actual'].mean():+.3f}. For "
    f"{len(certain)} of {len(both)} states the whole range is a move to the United States: "
    f"{', '.join(certain['name']) or 'none'}."
))  # fmt: skip

# %% [markdown]
# These are three answers, and none can replace another: what changed, whether the change was larger than usual, and
# what the decision changed. A headline that uses the first answer for the third question is wrong even if its number
# is right.

# %% [markdown]
# ## Exercises
#
# 1. Use `span=3` in `study_of`. Does the verdict change? What else happened in the year you added?
# 2. Use `without_cptpp` in place of `tpp_with_us`. Which side actually happened? (See `scenario.actual_note`.)
# 3. Use `tpp_with_korea`. Korea was not a member: what does the scenario have to assume?
# 4. Set the weights to trade alone (`study = study.with_method(weights={"trade": 1})`). Which of the three answers
#    changes most, and why?
#
# ## Limits
#
# - Before and after is not with and without, and the counterfactual is a model, not an observation.
# - The equilibrium has one factor and no input-output links, and counts tariffs alone. It does not count rules for
#   services, investment and state enterprises, which are most of the treaty.
# - Its ranges cover trade elasticities and tariff peaks; they are not confidence intervals.
# - There are few states and few years: a change within normal variation may still be a real effect.
