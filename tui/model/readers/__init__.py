"""Readers of Secrets: the registry of their kinds, how pods use Secrets, and the effects of an edit."""
