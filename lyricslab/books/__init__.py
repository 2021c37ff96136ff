"""Books of Project Gutenberg: a catalogue, downloads, and a folder to keep them in."""
