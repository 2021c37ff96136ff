"""Reports: tables, charts, and files to hand in."""
