"""Screens for the source of a Secret: the objects that manage it, and requests to these objects."""
