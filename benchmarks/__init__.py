"""What is fast, against what: `python -m benchmarks` prints one table of paired ratios."""
