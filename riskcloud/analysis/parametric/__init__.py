"""Index covers: their indexes forecast, of event sets, of an earthquake, as observed; payouts."""
