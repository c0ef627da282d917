"""Stores of listed objects, the watches that fill them, the reader index and the connection's state."""
