"""Files of any format to songs: reading, decoding, finding boundaries, cleaning."""
