"""Which rows of portfolios lie within a distance of a point, or in an area."""
