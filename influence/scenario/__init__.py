"""What a decision would change: an edited copy of the panel, read from a file, its trade answered by equation 14."""
