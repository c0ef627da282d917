"""Readers of Secrets: the registry of reader kinds, how pods use Secrets, and the effects of an edit."""
