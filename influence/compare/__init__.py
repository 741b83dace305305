"""Two graphs of the same states compared: what changed, for whom, and whether it is larger than normal variation."""
