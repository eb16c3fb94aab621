"""How often earthquakes of what size happen where: from catalogues to rates by cell."""
