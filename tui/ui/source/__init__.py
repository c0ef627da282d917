"""Screens for the source of a Secret: what manages it, and the actions there."""
