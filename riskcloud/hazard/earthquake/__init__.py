"""Earthquakes: from an origin or a rupture to ground motion and intensity at places."""
