"""Measures: functions of ties (and panel) that give one number a state and year, for all years at once."""
