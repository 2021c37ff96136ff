"""Tables, charts and files to hand in."""
