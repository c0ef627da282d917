"""A draft of a Secret, and the text of a value in an editor."""
