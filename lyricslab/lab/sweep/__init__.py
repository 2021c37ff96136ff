"""The paper's experiment (Sec. 3, 4) as one job: planned, run by the engine, read as one table."""
