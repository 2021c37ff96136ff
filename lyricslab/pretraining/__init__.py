"""Training new bases on large text."""
