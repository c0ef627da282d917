"""Queue of key presses, and a guard that drops key presses which the user did not intend as commands."""
