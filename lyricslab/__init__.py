"""Lyrics Lab: fine-tune a pretrained stacked LSTM on a few dozen songs, and write new ones."""

__version__ = "0.1.0"
