"""The stacked LSTM and its training loop (Sec. 3). The only folder that imports torch."""
