"""The contract of a Kubernetes API server, as this program relies on it: the same tests over each plane."""
