"""Screens for help, messages, rights, contexts and a Secret's description; finding words in a page."""
