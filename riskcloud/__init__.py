"""riskcloud: insured assets and hazards in, losses and their uncertainty out."""

__version__ = "0.1.0"
