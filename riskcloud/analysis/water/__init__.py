"""Rain and surge of a storm beside its wind."""
