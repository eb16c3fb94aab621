"""Where a request meets all steps of the river: exposure, hazard, damage, loss, terms."""
