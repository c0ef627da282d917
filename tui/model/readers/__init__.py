"""Readers of Secrets: the registry of kinds, the uses of pods, and the effects of an edit on the readers."""
