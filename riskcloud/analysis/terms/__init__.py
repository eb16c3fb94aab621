"""A book of OED files through its terms and treaties, and how each loss came about."""
