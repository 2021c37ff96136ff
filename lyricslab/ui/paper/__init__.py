"""What the page of the paper is made of: its idea, its tables, its claims, its songs."""
