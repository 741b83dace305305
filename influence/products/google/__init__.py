"""Ranks of states and goods: the multiproduct Google matrix of world trade.

A node is a state and a product. A random walk follows a product from its seller to the states that buy it, in
proportion to the value, and restarts with probability 1 - alpha: at a state drawn at random, with the same probability
for every state, and there at a product in proportion to world trade. PageRank is the share of time at a node and
measures buying; CheiRank is the same against the direction of the flows and measures selling.

Source: Ermann & Shepelyansky 2015, Google matrix analysis of the multiproduct world trade network, Eur. Phys. J. B
88:84; the sensitivity of a balance to a price as in Coquidé, Ermann, Lages & Shepelyansky 2019, Eur. Phys. J. B 92:171.
"""

from __future__ import annotations

from influence.products.google.matrix import MoneyMatrix, build_money_matrix, match_products
from influence.products.google.prices import price_effects, price_sensitivities
from influence.products.google.ranks import ProductRanks, node_table, product_table, rank_products, state_table
from influence.products.google.reading import load_sector_matrix, load_store_matrix
from influence.products.google.walk import ALPHA

__all__ = [
    "ALPHA", "MoneyMatrix", "ProductRanks", "build_money_matrix", "load_sector_matrix", "load_store_matrix",
    "match_products", "node_table", "price_effects", "price_sensitivities", "product_table", "rank_products",
    "state_table",
]  # fmt: skip
