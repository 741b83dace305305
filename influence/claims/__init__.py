"""Claims from public debate, tested: what was said, what the data say, how sure, and what it does not show."""
