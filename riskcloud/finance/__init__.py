"""Terms of insurance. Never geography."""
