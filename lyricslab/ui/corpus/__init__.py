"""The parts of the corpus page."""
