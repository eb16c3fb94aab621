"""Loss tables to statistics of a year: the work of ``riskcloud ep``."""
