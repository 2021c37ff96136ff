"""Bulk import: text of any size, encoded once on disk, for pretraining."""
