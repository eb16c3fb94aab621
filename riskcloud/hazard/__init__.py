"""What nature does. Knows places, never values."""
