"""One module per file format, each with EXTENSIONS and `read`."""
