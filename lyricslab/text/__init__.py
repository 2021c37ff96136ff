"""Files to songs, songs to a corpus with splits; the fixed 128-character vocabulary."""
