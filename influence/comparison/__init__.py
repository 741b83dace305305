"""Two graphs of the same states side by side: what changed, for whom, and whether it is more than drift."""
