"""Queue of key presses, and a guard that drops unsafe ones."""
