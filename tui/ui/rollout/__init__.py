"""The screen of restarts."""
