"""Figures of secret-tui, measured from outside: `python -m benchmarks` writes them to RESULTS.md."""
