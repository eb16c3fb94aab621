"""Flood: depth of water from rain, from layers, and where it has stood."""
