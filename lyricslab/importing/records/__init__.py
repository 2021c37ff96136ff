"""Records, such as rows of a table or objects of JSON: which of their values are songs.

A reader makes `Records`; `record_songs.read_records` looks at names and values, decides what each
column is, and makes the songs.
"""
