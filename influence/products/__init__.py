"""Trade by product, beside the core: a store of flows, measures of dependence, baskets, and the Google matrix."""
