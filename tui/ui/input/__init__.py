"""Input before it runs a command: the queue of key presses, and the guard that drops unsafe ones."""
