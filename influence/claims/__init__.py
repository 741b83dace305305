"""Claims of the public debate, tested: the claim, what the data show, how certain it is, and what it does not show."""
