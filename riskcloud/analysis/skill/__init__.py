"""Modelled against observed winds at stations: which belongs to which, and how well they agree."""
