"""What is insured: files in, a checked portfolio out."""
