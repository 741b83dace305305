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
# # Arguing with an op-ed
#
# **The question.** An opinion piece makes claims that sound like facts. Which of them can be tested, what do the data
# say, and what would still be open if they were right?
#
# Here is a piece of the kind you know, made up for this page out of arguments that were made:
#
# > *Our trade deficit with Korea doubled in the five years after KORUS. When we then walked out of TPP, of which
# > Korea was a member, China filled the vacuum, although TPP was built to make its Asian members less dependent on
# > China. And why pay for allies who are no allies in trade?*
#
# The register of claims (`datasets/claims.yaml`) holds them one by one: in our own words, with the test to be run,
# and with what must be said beside any verdict. The verdict is never written down: it is computed.

# %%
import tempfile
from pathlib import Path

import pandas as pd
from IPython.display import Markdown, display

import influence as inf

POLES = ("CHN", "USA")
config = inf.load_config(environment={})
panel = inf.load_panel()
register = {claim.key: claim for claim in inf.load_claims()}
display(Markdown("\n".join(f"- `{key}` ({claim.test}): {claim.claim}" for key, claim in register.items())))

# %% [markdown]
# ## Five sentences, five tests


# %%
def argue(key: str):
    """Test a claim and say what came out, with its numbers and caveats."""
    found = inf.findings_of(register[key], panel, config, POLES)
    lines = [f"### {found.claim.claim}", f"**{found.verdict.upper()}.** {found.told}"]
    lines += [f"- *But:* {caveat}" for caveat in found.claim.caveats]
    display(Markdown("\n\n".join(lines[:2]) + "\n\n" + "\n".join(lines[2:])))
    if len(found.numbers):
        display(found.numbers.set_index("what"))
    return found


deficit = argue("deficit_doubled")

# %% [markdown]
# The number may be right and the argument still wrong: the caveats say what the number cannot carry. A bilateral
# deficit is no loss, and *after* is not *because of*.

# %%
member = argue("korea_in_tpp")

# %% [markdown]
# Some sentences need no statistics, only a table of members.

# %%
vacuum = argue("vacuum_after_2017")

# %% [markdown]
# A vacuum filled would be a movement to China that is larger than in other years and larger than elsewhere. The test
# asks for both.

# %%
tpp = argue("tpp_less_dependent")

# %% [markdown]
# This one is about a world that never was, so it is tested in a model. Look at the band before you look at the mean.

# %%
apart = argue("allies_not_on_trade")

# %%
found = [deficit, member, vacuum, tpp, apart]
score = pd.Series([f.verdict for f in found]).value_counts()
display(Markdown(
    f"Of {len(found)} sentences, " + ", ".join(f"{count} *{verdict}*" for verdict, count in score.items())
    + ". None of the verdicts says whether the piece is right about what ought to be done."
))  # fmt: skip

# %% [markdown]
# ## Claims of your own
#
# A claim is a few lines of YAML. The caveats are yours to write, and the tool holds you to the form: an unknown field
# or a test that does not exist is an error that says what is allowed (`influence claims --tests` lists the tests).

# %%
MINE = """
claims:
  - key: japan_deficit
    claim: The US goods deficit with Japan doubled from 2011 to 2016, to 80 billion dollars.
    test: deficit
    state: USA
    partner: JPN
    first: 2011
    last: 2016
    ratio: 2.0
    level_usd: 80.0e+9
    caveats:
      - A deficit says nothing about who gains.
    sources:
      - Made up, to be tested.
  - key: korea_in_rcep
    claim: South Korea is a member of RCEP.
    test: membership
    state: KOR
    agreement: RCEP
    caveats:
      - Membership says nothing about use.
    sources:
      - Commonly said.
"""
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "mine.yaml"
    path.write_text(MINE, encoding="utf-8")
    register |= {claim.key: claim for claim in inf.load_claims(path)}
japan = argue("japan_deficit")
rcep = argue("korea_in_rcep")

# %% [markdown]
# ## Exercises
#
# 1. Find an op-ed of this month. Underline each sentence that could be false. Which could be tested here, and which
#    test would it need?
# 2. `vacuum_after_2017` takes three years. Write the same claim with `span: 2`, and with `controls: asean`. Does the
#    verdict depend on it?
# 3. Change `smallest_change` of `tpp_less_dependent` to the smallest change that you would call "less dependent". Say
#    why before you run it.
# 4. Write a claim that the test would call true and that is misleading all the same. Which caveat would stop it?
#
# ## Limits
#
# - A verdict is about the sentence as it was put into a test, and putting it there is a judgement. Ours can be read
#   and contested in the register.
# - "Does not hold" may mean that the data cannot tell it from chance.
# - Services by partner are not in the data: what a piece says of them cannot be tested here.
# - Nothing here weighs what a claim leaves out, which is often the point of it.
