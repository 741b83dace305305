"""Evidence: claims from public debate, tested, and published findings, compared with computed values."""
