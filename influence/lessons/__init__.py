"""Lessons for a class: questions whose answers are computed from the panel, and the marking of what students give."""
