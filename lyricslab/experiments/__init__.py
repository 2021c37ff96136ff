"""Sweeps and searches: many runs planned and evaluated as one experiment."""
