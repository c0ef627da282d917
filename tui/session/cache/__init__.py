"""Stores of lists and the watches that fill them, the reader index, the state of the connection."""
