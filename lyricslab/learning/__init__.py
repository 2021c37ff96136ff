"""Batches, the training loop and the measures (Sec. 3). Knows no store, no clock, no Streamlit."""
