"""Corpora, bases, songbooks and runs by name; import and export of networks."""
