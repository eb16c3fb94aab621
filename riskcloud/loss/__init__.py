"""From damage to ground-up loss and its statistics."""
