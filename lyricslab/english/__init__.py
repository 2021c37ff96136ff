"""English: its vocabulary, the language of a song, the statistics of a corpus."""
