"""How a number was made, in words: weights and the choices that are not the defaults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from influence.method import Method
from influence.statements.catalogue import fill

TRADE_BASE_WORDS = {"exports": "trade by markets", "imports": "trade by suppliers"}
CAPABILITY_WORDS = {"cinc": "pledges by CINC"}


def choice_words(trade_base: str, capability: str) -> list[str]:
    """The choices of a method that are not the defaults: 'trade by markets', 'pledges by CINC'."""
    listed = (TRADE_BASE_WORDS.get(trade_base, ""), CAPABILITY_WORDS.get(capability, ""))
    return [words for words in listed if words]


def weight_words(weights: Mapping[str, float]) -> list[str]:
    """The layers that have a weight: 'trade 60 %', 'alliance 30 %'."""
    return [fill("layer_weight", layer=n, percent=f"{100 * w:.0f}") for n, w in weights.items() if w > 0]


def balance_measure(method: Method, labels: Sequence[str]) -> str:
    """What a picture of the balance shows, without a full stop. labels : of the poles (Study.labels)."""
    words = [*weight_words(method.weights), *choice_words(method.trade_base, method.capability)]
    return fill("direct_balance", method=", ".join(words), first=labels[0], second=labels[1])
