"""What is changed about a network's distribution before a character is drawn, a file per part."""
