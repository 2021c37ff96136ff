"""Which weights to retrain (Sec. 5): searched among parts of layers, held against whole ones."""
