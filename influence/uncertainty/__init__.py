"""How sure a number is, and on what it hangs: draws, bands, ranks, crossing years, shares of doubt, stability."""
