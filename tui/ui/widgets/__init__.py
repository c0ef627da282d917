"""Widgets: state in, messages out. They never call the session or the cluster."""
