"""Screens of readers, of their inputs, and of the subjects that may read a Secret."""
