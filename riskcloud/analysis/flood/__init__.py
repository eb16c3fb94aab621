"""Water at the assets of a book, from depth to loss."""
