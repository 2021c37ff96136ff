"""What the page of the paper is made of: its idea, tables, claims, weights and songs."""
