"""Statistics of losses a year: from simulated years, or from events with yearly rates."""
