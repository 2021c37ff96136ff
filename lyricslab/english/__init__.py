"""What is known of English: its words, and which language a text is in."""
