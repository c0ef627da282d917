"""Screens for help, messages, rights, contexts and a Secret's description, and a search in their text."""
