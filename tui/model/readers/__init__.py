"""Readers of Secrets: the registry of kinds, the uses of pods, and what an edit does to each."""
