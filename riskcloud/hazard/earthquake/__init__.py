"""Earthquakes: events and grids as agencies give them, distances, ground motion, intensity."""
