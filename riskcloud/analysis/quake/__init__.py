"""An earthquake over a book: who is near, how it shook, what it may cost."""
