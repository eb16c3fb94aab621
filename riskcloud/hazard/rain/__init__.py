"""Rain at a place: how often how much of it falls, and how much of that runs off."""
