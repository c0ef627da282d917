"""The screen of pods and the Secrets that they read."""
