"""Journeys over the whole program on a real control plane: through its command, and without a screen."""
