"""Flows by product: millions of rows a year on disk, read by an engine that needs little memory."""
