"""What agencies publish: where it is, how it is fetched, what is kept of it."""
