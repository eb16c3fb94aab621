"""Addresses to places, offline by a gazetteer or online; places to counties."""
