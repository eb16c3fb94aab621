"""State that outlives a run: versioned snapshots of portfolios."""
