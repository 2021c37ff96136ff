"""The parts of the write page."""
