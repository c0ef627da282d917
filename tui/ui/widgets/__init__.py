"""Widgets take state and post messages, and never call the session or the cluster."""
