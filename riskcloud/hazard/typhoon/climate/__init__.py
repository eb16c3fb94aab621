"""Storms that have not happened yet: catalogue, event sets, and the winds they bring to sites."""
