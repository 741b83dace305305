"""States and goods ranked together: the multiproduct Google matrix of world trade.

A node is a state and a product. A walk follows a product from its seller to those who buy it, in proportion to the
money, and with chance 1 - alpha starts anew: at a state drawn at random, rich or poor alike, and there at a product in
proportion to what the world's trade makes of it. PageRank is where the walk is found, which is buying; CheiRank is the
same against the flow, which is selling.

Source: Ermann & Shepelyansky 2015, Google matrix analysis of the multiproduct world trade network, Eur. Phys. J. B
88:84; the sensitivity of a balance to a price as in Coquidé, Ermann, Lages & Shepelyansky 2019, Eur. Phys. J. B 92:171.
"""

from __future__ import annotations

from influence.products.google.matrix import MoneyMatrix, money_matrix, products_of
from influence.products.google.prices import price_effects, price_sensitivities
from influence.products.google.ranks import ProductRanks, node_table, product_ranks, product_table, state_table
from influence.products.google.reading import sector_money, store_money
from influence.products.google.walk import ALPHA

__all__ = [
    "ALPHA",
    "MoneyMatrix",
    "ProductRanks",
    "money_matrix",
    "node_table",
    "price_effects",
    "price_sensitivities",
    "product_ranks",
    "product_table",
    "products_of",
    "sector_money",
    "state_table",
    "store_money",
]
