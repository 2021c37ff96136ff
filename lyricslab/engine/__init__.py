"""The background process that executes runs on Dask workers, and its client."""
