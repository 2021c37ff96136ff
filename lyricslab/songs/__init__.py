"""Songs, corpora and splits, in the fixed vocabulary of 128 characters."""
