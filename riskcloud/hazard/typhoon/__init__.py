"""Tropical cyclones: track in, wind at sites out."""
