"""Screens of help, messages, a Secret's description, rights, and contexts. Also the search on a page."""
