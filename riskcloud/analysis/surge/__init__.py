"""A storm surge over a book."""
