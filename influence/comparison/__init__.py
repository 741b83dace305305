"""Two sides compared: what changed, for which states, and whether it is larger than normal variation."""
