"""The parts of the bases page."""
