"""The screen of readers and the Secrets that they read."""
