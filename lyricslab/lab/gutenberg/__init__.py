"""Books of Project Gutenberg: a catalogue to pick from, a way to fetch them, a shelf to keep them.

Nothing here reaches the network unless somebody asks for a book.
"""
