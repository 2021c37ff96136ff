"""Songs, corpora, splits and near-duplicates, in the vocabulary of 128 characters."""
