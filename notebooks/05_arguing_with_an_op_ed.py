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
# show, and what would remain unanswered if the claims were right?
#
# Here is a typical piece, written for this page from arguments in the public debate:
#
# > *Our trade deficit with Korea doubled in the five years after KORUS. When we then walked out of TPP, of which
# > Korea was a member, China filled the vacuum, although TPP was built to make its Asian members less dependent on
# > China. And why pay for allies who are no allies in trade?*
#
# The register of claims (`datasets/claims.yaml`) lists them one by one: in the words of this project, with the test,
# and with the caveats that belong to any verdict. The verdict is not in the file: it is computed.

# %%
import tempfile
from pathlib import Path

import pandas as pd
from IPython.display import Markdown, display

import influence as inf

study = inf.load_study(inf.Config(poles=("CHN", "USA")))
register = {claim.key: claim for claim in inf.load_claims()}
display(Markdown("\n".join(f"- `{key}` ({claim.test}): {claim.claim}" for key, claim in register.items())))

# %% [markdown]
# ## Five sentences, five tests


# %%
def argue(key: str):
    """Test a claim and show the result, with its numbers and caveats."""
    found = inf.findings_of(register[key], study)
    lines = [f"### {found.claim.claim}", f"**{found.verdict.upper()}.** {found.text}"]
    lines += [f"- *But:* {caveat}" for caveat in found.claim.caveats]
    display(Markdown("\n\n".join(lines[:2]) + "\n\n" + "\n".join(lines[2:])))
    if len(found.numbers):
        display(found.numbers.set_index("what"))
    return found


deficit = argue("deficit_doubled")

# %% [markdown]
# The number may be right and the argument still wrong: the caveats say what the number does not show. A bilateral
# deficit is not a loss, and *after* is not *because of*.

# %%
member = argue("korea_in_tpp")

# %% [markdown]
# Some sentences need no statistics, only a list of members.

# %%
vacuum = argue("vacuum_after_2017")

# %% [markdown]
# If China had filled a vacuum, the move to China would be larger than in other years and larger than in other states.
# The test checks both.

# %%
tpp = argue("tpp_less_dependent")

# %% [markdown]
# This claim is about something that did not happen, so it is tested in a model. Look at the range before you look at
# the mean.

# %%
apart = argue("allies_not_on_trade")

# %%
found = [deficit, member, vacuum, tpp, apart]
score = pd.Series([f.verdict for f in found]).value_counts()
display(Markdown(
    f"Of {len(found)} sentences, " + ", ".join(f"{count} *{verdict}*" for verdict, count in score.items())
    + ". None of the verdicts says whether the piece is right about what should be done."
))  # fmt: skip

# %% [markdown]
# ## Custom claims
#
# A claim is a few lines of YAML. You write the caveats, and the tool checks the format: for an unknown field
# or a test that does not exist, the error message says what is allowed (`influence claims --tests` lists the tests).

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
      - Invented for this test.
  - key: korea_in_rcep
    claim: South Korea is a member of RCEP.
    test: membership
    state: KOR
    agreement: RCEP
    caveats:
      - Membership says nothing about use.
    sources:
      - A common statement.
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
# 2. `vacuum_after_2017` uses three years. Write the same claim with `span: 2`, and with `controls: asean`. Does the
#    verdict depend on it?
# 3. Change `smallest_change` of `tpp_less_dependent` to the smallest change that you would call "less dependent". Say
#    why before you run it.
# 4. Write a claim that passes the test but is still misleading. Which caveat would correct it?
#
# ## Limits
#
# - A verdict is about the sentence in the form of a test, and choosing the test is a judgement. You can read and
#   contest the choices of this project in the register.
# - "Does not hold" may mean that the data cannot distinguish it from chance.
# - Services by partner are not in the data: statements about them cannot be tested here.
# - No test considers what a claim leaves out, which is often the most important part.
