"""The measures a finding may name: a new one is a function that gives values under labels, and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from influence.validation import leads, models
from influence.validation.expected import Value

POLES = "two states or groups, the first against the second"
YEARS = {"first": "first year", "last": "last year"}
PPML_YEARS = {**YEARS, "step": "years between two observations"}


class Measure(NamedTuple):
    """run : function of the evidence and the arguments. title, told : what and how, for readers. fields : argument ->
    what it means. optional : arguments that may be left out. needs : names of reference files."""

    run: Callable[..., dict[str, Value]]
    title: str
    told: str
    fields: Mapping[str, str]
    optional: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


MEASURES: dict[str, Measure] = {
    "trade_leads": Measure(
        leads.trade_leads,
        "Who is the larger partner of most economies",
        "Goods trade both ways of every economy of the panel with each of the two, as observed; the two themselves and "
        "economies whose trade with either was not observed are left out.",
        {"year": "year to look at", "poles": POLES, "times": "more than so many times as much"},
        ("times",),
    ),
    "largest_partner": Measure(
        leads.largest_partner,
        "Whose largest partner",
        "The largest partner of every economy of the panel in goods trade both ways.",
        {"year": "year to look at", "poles": "states to count"},
    ),
    "trade_crossing": Measure(
        leads.trade_crossing,
        "When one power passed another in a state's trade",
        "The balance of the two in the state's goods trade alone (both ways, or on the base named); a crossing is "
        "lasting if its lead is kept to the end of the series and not undone later. Nothing is dated across a change "
        "of source.",
        {"state": "whose trade", "poles": POLES, "base": "two_way, exports (markets) or imports (suppliers)"},
        ("base",),
    ),
    "lens_counts": Measure(
        leads.lens_counts,
        "In how many states each pulls more",
        "States in which the pull of one is larger than that of the other, seen through one lens at the settings' "
        "choices.",
        {"lens": "direct, network, income, opinion or bandwidth", "year": "year to look at", "poles": POLES},
    ),
    "regional_split": Measure(
        leads.regional_split,
        "How a region is split",
        "Direct pull of the two on each state of the group, split so that both make a hundred; the mean over the "
        "states. States of which too little was observed are left out.",
        {
            "group": "group of states", "year": "year to look at", "poles": POLES,
            "weights": "of the layers, if others than the settings'",
        },
        ("weights",),
    ),
    "opinion_shares": Measure(
        models.opinion_shares,
        "Which side states' trade leads them to",
        "The opinion model on the panel's trade, every state started at random many times: share of states that end "
        "with each opinion, seeds among them; for medians the seeds are left out.",
        {"years": "years to look at", "seeds": "opinion: states that never change theirs"},
    ),
    "agreement_coefficient": Measure(
        models.agreement_coefficient,
        "What an agreement is worth, estimated",
        "Our own Poisson estimator (exporter-year, importer-year and pair effects, sales at home among the "
        "observations) on the data of the guide.",
        {**PPML_YEARS, "symmetric": "one effect for both directions of a pair (default), or one for each"},
        ("symmetric",),
        (models.GUIDE,),
    ),
    "agreement_removed": Measure(
        models.agreement_removed,
        "What an agreement is worth, in equilibrium",
        "Exact hat algebra on the trade that our estimate fits, with the agreement's estimated effect taken away; the "
        "change is base over counterfactual, less one.",
        {
            "year": "year of the base", "members": "states of the agreement", "theta": "trade elasticity",
            "outcome": "exports or real_income", **PPML_YEARS,
        },
        (),
        (models.GUIDE,),
    ),
    "exposure_accuracy": Measure(
        models.exposure_accuracy,
        "Whether exposure is what the whole model says",
        "What every other state's real income gains when one state's productivity grows: the first-order exposure "
        "beside the exact solution of the same model on the same flows, over all states with known sales at home.",
        {"year": "year of the flows", "shocked": "states that grow", "gain": "growth of productivity, a share"},
    ),
    "exposure_and_votes": Measure(
        models.exposure_and_votes,
        "Whether friends in trade are friends in votes",
        "Alignment at the UN on the balance of real-income exposure to the two, with effects of state and year, errors "
        "clustered by state.",
        {"poles": POLES, **YEARS},
    ),
    "exposure_then_votes": Measure(
        models.exposure_then_votes,
        "Whether votes follow exposure",
        "Changes of alignment 1, 2, 3 and 5 years later on yearly changes of the balance of real-income exposure, with "
        "effects of state and year; p by dealing out whole histories, adjusted for four tests.",
        {"poles": POLES, **YEARS},
    ),
}  # fmt: skip
"""Name in the register -> what it runs."""
