"""Each equation of the method with the figures of one state and year, step by step, to be redone by hand."""
