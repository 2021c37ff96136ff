"""Text of any size for pretraining, encoded once on disk."""
