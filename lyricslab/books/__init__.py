"""Books of Project Gutenberg: a catalogue, a mirror, downloads, and the folder they are kept in."""
