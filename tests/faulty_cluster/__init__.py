"""The embedded cluster with what only tests and benchmarks need: faults, many objects, a command."""
