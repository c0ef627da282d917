"""Readers of Secrets: the registry of kinds, the uses of Secrets in pods, and the effects of an edit."""
