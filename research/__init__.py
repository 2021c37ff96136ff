"""Studies behind docs/RESULTS.md: networks that were tried, tables of bases, measured assets."""
