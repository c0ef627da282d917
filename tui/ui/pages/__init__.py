"""Screens of help, messages, a Secret's description, rights and contexts, and the search in their text."""
