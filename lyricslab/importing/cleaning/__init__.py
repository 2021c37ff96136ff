"""Cleaning rules: one module per fault of a collection, and how they are applied."""
