"""The clusters that the embedded server is filled with: the demo, and large ones for benchmarks."""
