"""Places: distances, reference systems, rasters, layers on assets."""
