"""Screens for the source of a Secret: the objects that manage it, and requests that change these objects."""
