"""Damage to the grid: what a storm should have brought down against what was reported."""
