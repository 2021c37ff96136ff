"""The stacked LSTM (Sec. 3, Fig. 1), which of its weights learn, its files, and writing with it."""
