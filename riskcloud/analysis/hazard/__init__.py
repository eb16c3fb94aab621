"""The hazard profile of places."""
