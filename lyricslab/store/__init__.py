"""The lab's home folder and its SQLite store."""
