"""How each kind of file is read: a reader is one small module here with EXTENSIONS and `read`."""
