"""Tables, and JSON objects read as tables: which columns are lyrics, titles, artists; the songs.

A reader makes a `Table` (`column_profiles.py`), whose rows may also be objects of JSON with their
keys for columns. `table_songs.read_table` looks at names and values, decides what each column is
(`column_roles.py`), joins neighbouring rows that are parts of a song, and makes the songs.
"""
