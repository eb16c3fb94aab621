"""A portfolio under event sets, ground-up to net."""
