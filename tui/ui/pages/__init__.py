"""Screens of text: help, messages, a Secret's description, rights, contexts; and the search on a page."""
