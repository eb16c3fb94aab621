"""Water on the ground: depth rasters by return period."""
