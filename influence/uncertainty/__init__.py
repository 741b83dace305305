"""Uncertainty of the results: draws, ranges, ranks, crossing years, shares of variance, stability."""
