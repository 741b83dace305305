"""Published findings set beside ours: what was published, what we get, the difference, and why."""
